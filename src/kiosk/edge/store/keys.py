"""The keys under which plates are fingerprinted, in a file of their own. No stay lives here.

Plates have few values: whoever holds a day's key can try them all. So the keys live apart from the
fingerprints, in their own folder that may be put on another disk, and destroying a key is what
makes the fingerprints of its day worthless. HMAC-SHA256 rather than keyed BLAKE2b: a keyed copy
costs 0.8 us against 0.5 us, which nobody feels, and it is what auditors and secure elements know.
"""

import hmac
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kiosk.edge.store.database import checkpoint, open_database, open_read_only
from kiosk.edge.store.schema import KEY_MIGRATIONS
from kiosk_hw.ports.plate import PlateText

KEY_BYTES: Final = 32
"""As long as the hash's output, as RFC 2104 section 3 advises."""

FINGERPRINT_BYTES: Final = 16
"""Half the hash's output, the least that RFC 2104 section 5 advises."""

SEASON: Final = "season"
"""The name of the key of all season passes; every other key is named by its entry day."""


class KeyRing:
    """One random key for each entry day, and one for the season passes.

    A key is durable before anything is fingerprinted under it.
    """

    def __init__(self, path: Path | None, *, durable: bool = True, read_only: bool = False) -> None:
        self._name = path.name if path else "memory"
        if path is not None and read_only:
            self._db = open_read_only(path)
        else:
            self._db = open_database(path, KEY_MIGRATIONS, durable=durable)
        self._keyed: dict[str, hmac.HMAC] = {}
        self._seen_version = -1
        self._read_again()

    def __repr__(self) -> str:
        return f"<KeyRing {self._name} days={len(self.days())}>"

    def refresh(self) -> None:
        """Read the keys again if another process wrote the file since."""
        if self._db.execute("PRAGMA data_version").fetchone()[0] != self._seen_version:
            self._read_again()

    def days(self) -> list[str]:
        """The entry days that have a key, in the order of their creation."""
        return [name for name in self._keyed if name != SEASON]

    def has(self, name: str) -> bool:
        """Whether there is a key of this name."""
        return name in self._keyed

    def fingerprint(self, name: str, plate: PlateText) -> bytes:
        """The plate's fingerprint under this key, which is created on first use."""
        if name not in self._keyed:
            # Two processes may come here at once: the key that was written first is everybody's.
            self._db.execute(
                "INSERT OR IGNORE INTO keys (name, key) VALUES (?, ?)",
                (name, secrets.token_bytes(KEY_BYTES)),
            )
            self._read_again()
        return _fingerprint(self._keyed[name], plate)

    def under_every_day(self, plates: Iterable[PlateText]) -> dict[bytes, PlateText]:
        """The fingerprints of these plates under every live day's key, and whose each one is."""
        keyed = [one for name, one in self._keyed.items() if name != SEASON]
        return {_fingerprint(one, plate): plate for plate in plates for one in keyed}

    def destroy(self, names: Iterable[str]) -> None:
        """Overwrite these keys in the file; `scrub` takes their last copies away."""
        self._db.executemany("DELETE FROM keys WHERE name = ?", [(name,) for name in names])
        self._read_again()

    def scrub(self) -> None:
        """Empty the write-ahead file, where a destroyed key may still stand."""
        checkpoint(self._db, self._name)

    def close(self) -> None:
        """Close the file and forget the keys."""
        self._keyed.clear()
        self._db.close()

    def _read_again(self) -> None:
        self._seen_version = self._db.execute("PRAGMA data_version").fetchone()[0]
        rows: list[tuple[str, bytes]]
        rows = self._db.execute("SELECT name, key FROM keys ORDER BY seq").fetchall()
        self._keyed = {name: hmac.new(key, digestmod="sha256") for name, key in rows}


def _fingerprint(keyed: hmac.HMAC, plate: PlateText) -> bytes:
    one = keyed.copy()
    # A camera's undecodable bytes may have become surrogates: they are fingerprinted, not refused.
    one.update(plate.text.encode("utf-8", "surrogatepass"))
    return one.digest()[:FINGERPRINT_BYTES]
