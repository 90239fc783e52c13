"""One link to one web server: TLS over TCP as bytes in, bytes out, and a loss that is told once.

Certificates are verified against the system's store or a CA file, names always. No HTTP is here,
and no byte of it is ever logged.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kiosk.edge.links.link import LinkState
from kiosk.edge.links.opening import LinkLost, notice_silent_ends
from kiosk_hw.ports.party import LineSettings

SCHEMES: Final = ("https", "http")

OPEN_S: Final = 5.0
"""How long name, connection and handshake may take in all; nobody waits longer for a code."""

HANDSHAKE_S: Final = 4.0
"""How much of it the handshake may take: asyncio ends it by itself, and closes what it opened."""

UNSENT_BYTES_MAX: Final = 64 * 1024
"""Bytes that may wait for a server that takes none; a request of ours has 4 KiB at most."""

CLOSED: Final = "the server closed the connection"
"""What servers do with connections on which nothing is asked: no fault by itself."""

_CURE_TRUST: Final = (
    "set this machine's clock, install the system's certificates, or name the CA in ca_file;"
    " if the address is right, somebody in between shows a certificate of his own"
)


class WebLink:
    """`https://host[:port]`, or `http://` to this machine for a simulator, driven by the loop.

    Names are looked up, and certificates read, in the loop's executor. After a loss it is CLOSED
    and may be opened again. Callbacks come from the loop, never from inside a call of this object.
    """

    def __init__(
        self,
        url: str,
        line: LineSettings,
        loop: asyncio.AbstractEventLoop,
        on_bytes: Callable[[bytes], None],
        on_lost: Callable[[LinkLost], None],
        *,
        ca_file: Path | None = None,
    ) -> None:
        parts = urlsplit(url)
        assert parts.scheme in SCHEMES, f"not checked: {url}"
        assert parts.hostname is not None, f"not checked: {url}"
        self.url = url
        self.line = line
        self.state = LinkState.CLOSED
        self.bytes_in = 0
        self.bytes_out = 0
        self.bytes_dropped = 0
        self.opens = 0
        self.losses = 0
        self._host = parts.hostname
        self._is_tls = parts.scheme == "https"
        self._port = parts.port or (443 if self._is_tls else 80)
        self._ca_file = ca_file
        self._context: ssl.SSLContext | None = None
        self._loop = loop
        self._on_bytes = on_bytes
        self._on_lost = on_lost
        self._opening: asyncio.Task[None] | None = None
        self._stream: _Stream | None = None

    def __repr__(self) -> str:
        return (
            f"<WebLink {self.url} {self.state.value} in={self.bytes_in} out={self.bytes_out}"
            f" dropped={self.bytes_dropped} opens={self.opens} losses={self.losses}>"
        )

    def open(self, on_open: Callable[[], None]) -> None:
        """Start to open; ends in `on_open()` or in `on_lost(LinkLost)`, within `OPEN_S`."""
        assert self.state is LinkState.CLOSED, f"opened while {self.state.value}"
        self.state = LinkState.OPENING
        self._opening = self._loop.create_task(self._open(on_open))

    def write(self, data: bytes) -> None:
        """Send `data`; bytes for a link that is not open are dropped and counted."""
        stream = self._stream
        if stream is None or stream.transport is None:
            self.bytes_dropped += len(data)
            return
        self.bytes_out += len(data)
        stream.transport.write(data)
        if stream.transport.get_write_buffer_size() > UNSENT_BYTES_MAX:
            stream.transport.abort()

    def reset_line(self, line: LineSettings) -> None:
        """A network has no line to set; it is only remembered."""
        self.line = line

    def unsent(self) -> int:
        """Bytes that have not left this machine yet."""
        stream = self._stream
        if stream is None or stream.transport is None:
            return 0
        return stream.transport.get_write_buffer_size()

    def close(self) -> None:
        """Close, discarding what did not leave. No callback comes after this."""
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        stream, self._stream = self._stream, None
        self.state = LinkState.CLOSED
        if stream is not None and stream.transport is not None:
            # A stream that is not ours any more tells nobody that it ended.
            stream.transport.abort()

    def closing(self) -> bool:
        """Nothing closes behind this link: no thread is involved."""
        return False

    # Opening.

    async def _open(self, on_open: Callable[[], None]) -> None:
        stream = _Stream(self._came_in, self._ended)
        try:
            async with asyncio.timeout(OPEN_S):
                await self._connect(stream)
        except (OSError, ValueError, LinkLost) as error:
            meaning = self._meaning(error)
            self._opening = None
            self._lose(meaning)
            return
        self._opening = None
        assert stream.transport is not None
        plain = stream.transport.get_extra_info("socket")
        notice_silent_ends(plain.fileno())
        self._stream = stream
        self.state = LinkState.OPEN
        self.opens += 1
        on_open()
        stream.begin()

    async def _connect(self, stream: "_Stream") -> None:
        context: ssl.SSLContext | None = None
        if self._is_tls:
            # The system's certificates take tens of milliseconds to read: not in a turn.
            context = await self._loop.run_in_executor(None, self._tls)
        await self._loop.create_connection(
            lambda: stream,
            self._host,
            self._port,
            ssl=context,
            server_hostname=self._host if context is not None else None,
            ssl_handshake_timeout=HANDSHAKE_S if context is not None else None,
        )

    def _tls(self) -> ssl.SSLContext:
        """TLS 1.2 or later, certificates and names verified; made once, for it reads a big file."""
        if self._context is None:
            try:
                context = ssl.create_default_context(cafile=self._ca_file)
            except OSError as error:  # An SSLError is one too.
                cure = "expected certificates in PEM in ca_file"
                raise LinkLost(self.url, "no certificate to trust", cure) from error
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            self._context = context
        return self._context

    def _meaning(self, error: Exception) -> LinkLost:
        match error:
            case LinkLost():
                return error
            case ssl.SSLCertVerificationError():
                why = f"its certificate is not to be trusted: {error.verify_message}"
                return LinkLost(self.url, why, _CURE_TRUST)
            case ssl.SSLError():
                cure = "check host and port: what answers there speaks no TLS 1.2"
                return LinkLost(self.url, f"no TLS: {error.reason or 'it broke'}", cure)
            case TimeoutError() | ConnectionAbortedError() if self._opening is not None:
                cure = "check this machine's way to the internet, and what filters it"
                return LinkLost(self.url, f"not open after {OPEN_S} s", cure)
            case ConnectionResetError() if self._opening is not None:
                cure = "check host and port, and what filters this machine's way to them"
                return LinkLost(self.url, "broken off while it was opened", cure)
            case ConnectionError() if self.state is LinkState.OPEN:
                return LinkLost(self.url, CLOSED)
            case socket.gaierror():
                cure = "check the name, and the name server of this machine"
                return LinkLost(self.url, f"no such name: {error.strerror}", cure)
        cure = "check host and port, and this machine's way to them"
        return LinkLost(self.url, f"{type(error).__name__}: {error}", cure)

    # In the loop.

    def _came_in(self, stream: "_Stream", data: bytes) -> None:
        if stream is self._stream:
            self.bytes_in += len(data)
            self._on_bytes(data)

    def _ended(self, stream: "_Stream", error: Exception | None) -> None:
        if stream is self._stream:
            why = LinkLost(self.url, CLOSED) if error is None else self._meaning(error)
            self._lose(why)

    def _lose(self, error: LinkLost) -> None:
        self.losses += 1
        self._stream = None
        self.state = LinkState.CLOSED
        self._on_lost(error)


class _Stream(asyncio.Protocol):
    """One connection: hands its bytes on as they come; what came before `begin` waits in it."""

    def __init__(
        self,
        on_bytes: Callable[["_Stream", bytes], None],
        on_end: Callable[["_Stream", Exception | None], None],
    ) -> None:
        self.transport: asyncio.Transport | None = None
        self._on_bytes = on_bytes
        self._on_end = on_end

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The handshake is through; nothing is read until the link is told open."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.pause_reading()

    def begin(self) -> None:
        """Read from now on."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Bytes of the server."""
        self._on_bytes(self, data)

    def connection_lost(self, error: Exception | None) -> None:
        """The connection is over."""
        self.transport = None
        self._on_end(self, error)
