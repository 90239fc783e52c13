"""The virtual shell: host, devices and world in one thread, on a clock that jumps.

No sleep, no thread, no real port: time goes straight to the next thing that is due. One seed gives
one identical timeline of bytes, which `timeline_sha256` proves on any machine.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Final, Protocol

from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_sim.wires.line import Direction

STEPS_PER_SECOND_MAX: Final = 5_000
"""Steps that one simulated second may take; a livelock stops here instead of never."""

STEPS_SPARE: Final = 10_000
"""Steps allowed on top, however short the run."""

COMMIT_S: Final = 0.0005
"""How long the store takes for a batch: an fsync of a good disk, and then some."""

FLUSH_CHUNKS: Final = 4096


class Livelock(Exception):
    """The parties kept each other busy without time going on."""


class HostSide(Protocol):
    """The controller's process, as a shell drives it."""

    def connected(self, port: str, now: float) -> None: ...
    def disconnected(self, port: str, now: float) -> None: ...
    def receive(self, port: str, data: bytes, now: float) -> None: ...
    def tick(self, now: float) -> None: ...
    def deadline(self) -> float: ...
    def bytes_to_send(self, port: str) -> bytes: ...
    def line(self, port: str) -> LineSettings: ...
    def store_due(self) -> bool: ...
    def carry_out(self, now: float) -> None: ...


class DeviceSide(Protocol):
    """A simulated device."""

    @property
    def line(self) -> LineSettings: ...
    def connected(self, now: float) -> None: ...
    def disconnected(self, now: float) -> None: ...
    def receive(self, data: bytes, now: float) -> None: ...
    def tick(self, now: float) -> None: ...
    def deadline(self) -> float: ...
    def bytes_to_send(self) -> bytes: ...


class Surroundings(Protocol):
    """The world around the devices."""

    def tick(self, now: float) -> None: ...
    def deadline(self) -> float: ...


class _Joint:
    """One port of the host, the device at its other end, and the line between them."""

    __slots__ = ("device", "first", "name", "plugged", "tag", "to_device", "to_host")

    def __init__(self, name: str, device: DeviceSide, first: int) -> None:
        self.name, self.device, self.first = name, device, first
        self.tag = name[:1].encode()
        self.to_device, self.to_host = Direction(), Direction()
        self.plugged = False


_HOST: Final = 0
_STORE: Final = 1
_WORLD: Final = 2
_JOINTS: Final = 3


class VirtualShell:
    """Runs one host against simulated devices; `now` is the simulated time in seconds."""

    def __init__(
        self,
        host: HostSide,
        devices: Mapping[str, DeviceSide],
        world: Surroundings,
        *,
        after_device: Callable[[float], None] | None = None,
        piece: int = 0,
        commit_s: float = COMMIT_S,
    ) -> None:
        self.host = host
        self.world = world
        self.now = 0.0
        self.steps = 0
        self._after_device = after_device
        self._piece = piece
        self._commit_s = commit_s
        self._joints = [
            _Joint(name, device, _JOINTS + 3 * n)
            for n, (name, device) in enumerate(devices.items())
        ]
        self._by_name = {joint.name: joint for joint in self._joints}
        self._due = [NEVER] * (_JOINTS + 3 * len(self._joints))
        self._handlers = self._wire_up()
        self._hash = sha256()
        self._chunks: list[bytes] = []
        self._due[_WORLD] = world.deadline()

    def __repr__(self) -> str:
        return f"<VirtualShell now={self.now:.3f} steps={self.steps} {self.host!r}>"

    # Plugs and processes.

    def plug(self, *names: str) -> None:
        """Plug ports in (all when none is named): both ends notice."""
        for joint in self._chosen(names):
            joint.plugged = True
            joint.device.connected(self.now)
            self.host.connected(joint.name, self.now)
            self._look_at_device(joint, self.now)
        self._look_at_host(self.now)

    def unplug(self, *names: str) -> None:
        """Pull plugs: what is under way is lost, both ends notice."""
        for joint in self._chosen(names):
            joint.plugged = False
            joint.to_device.cut()
            joint.to_host.cut()
            self._due[joint.first] = self._due[joint.first + 1] = NEVER
            joint.device.disconnected(self.now)
            self.host.disconnected(joint.name, self.now)
            self._look_at_device(joint, self.now)
        self._look_at_host(self.now)

    def restart_host(self, host: HostSide) -> None:
        """The host's process died and comes up as `host`: what was on its way to it is lost."""
        self.host = host
        self._due[_STORE] = NEVER
        for joint in self._joints:
            joint.to_host.cut()
            self._due[joint.first + 1] = NEVER
            joint.device.disconnected(self.now)
        self.plug()

    def touched(self) -> None:
        """Call after the world, a device or the host was acted upon from outside."""
        self._due[_WORLD] = self.world.deadline()
        for joint in self._joints:
            self._look_at_device(joint, self.now)
        self._look_at_host(self.now)

    # Time.

    def run(self, until_s: float, done: Callable[[], bool] | None = None) -> None:
        """Let time go on to `until_s`, or until `done` says so after some step.

        Raises Livelock when more than `STEPS_PER_SECOND_MAX` steps a second are taken.
        """
        due, handlers = self._due, self._handlers
        steps_max = self.steps + STEPS_SPARE + int((until_s - self.now) * STEPS_PER_SECOND_MAX)
        while True:
            at = min(due)
            if at > until_s:
                self.now = until_s
                return
            if at > self.now:
                self.now = at
            self.steps += 1
            if self.steps > steps_max:
                raise Livelock(f"{self.steps} steps by {self.now:.3f} s: {self.host!r}")
            handlers[due.index(at)](self.now)
            if done is not None and done():
                return

    def timeline_sha256(self) -> str:
        """The hash of every delivery so far: time in microseconds, port, direction, bytes."""
        self._hash.update(b"".join(self._chunks))
        self._chunks.clear()
        return self._hash.hexdigest()

    # Inside.

    def _wire_up(self) -> Sequence[Callable[[float], None]]:
        handlers: list[Callable[[float], None]] = [self._tick_host, self._store, self._tick_world]
        for joint in self._joints:
            handlers += [
                partial(self._reach_device, joint),
                partial(self._reach_host, joint),
                partial(self._tick_device, joint),
            ]
        return handlers

    def _tick_host(self, now: float) -> None:
        self.host.tick(now)
        self._look_at_host(now)

    def _store(self, now: float) -> None:
        self._due[_STORE] = NEVER
        self.host.carry_out(now)
        self._look_at_host(now)

    def _tick_world(self, now: float) -> None:
        self.world.tick(now)
        self._due[_WORLD] = self.world.deadline()
        for joint in self._joints:
            self._due[joint.first + 2] = joint.device.deadline()

    def _reach_device(self, joint: _Joint, now: float) -> None:
        data = joint.to_device.take()
        self._due[joint.first] = joint.to_device.due()
        self._log(joint.tag, b">", data, now)
        joint.device.receive(data, now)
        self._look_at_device(joint, now)

    def _reach_host(self, joint: _Joint, now: float) -> None:
        data = joint.to_host.take()
        self._due[joint.first + 1] = joint.to_host.due()
        self._log(joint.tag, b"<", data, now)
        self.host.receive(joint.name, data, now)
        self._look_at_host(now)

    def _tick_device(self, joint: _Joint, now: float) -> None:
        joint.device.tick(now)
        self._look_at_device(joint, now)

    def _look_at_device(self, joint: _Joint, now: float) -> None:
        device = joint.device
        data = device.bytes_to_send()
        if data and joint.plugged:
            line = self.host.line(joint.name)
            joint.to_host.put(data, now, device.line, line, self._piece)
            self._due[joint.first + 1] = joint.to_host.due()
        self._due[joint.first + 2] = device.deadline()
        if self._after_device is not None:
            self._after_device(now)
        self._due[_WORLD] = self.world.deadline()

    def _look_at_host(self, now: float) -> None:
        host = self.host
        for joint in self._joints:
            data = host.bytes_to_send(joint.name)
            if data and joint.plugged:
                device = joint.device
                joint.to_device.put(data, now, host.line(joint.name), device.line, self._piece)
                self._due[joint.first] = joint.to_device.due()
        if self._due[_STORE] == NEVER and host.store_due():
            self._due[_STORE] = now + self._commit_s
        self._due[_HOST] = host.deadline()

    def _log(self, tag: bytes, way: bytes, data: bytes, now: float) -> None:
        self._chunks.append(b"%d%b%b%b\n" % (round(now * 1_000_000), tag, way, data))
        if len(self._chunks) >= FLUSH_CHUNKS:
            self.timeline_sha256()

    def _chosen(self, names: tuple[str, ...]) -> list[_Joint]:
        return [self._by_name[name] for name in names] if names else self._joints
