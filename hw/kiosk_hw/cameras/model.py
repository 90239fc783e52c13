"""What one camera model's file declares. No model's own facts and no dialogue live here."""

from dataclasses import dataclass
from enum import Enum

from kiosk_hw.lines.nedap_packet import NedapPacketSplitter, encode_packet
from kiosk_hw.lines.reading import render_not_read, render_read
from kiosk_hw.lines.telegram import TelegramProfile, TelegramSplitter
from kiosk_hw.ports.party import LineSettings
from kiosk_hw.ports.plate import PlateText


class Framing(Enum):
    """What stands around a telegram's text."""

    MARKS = "marks"
    """The profile's start and end marks, or an idle line."""
    NEDAP_PACKET = "nedap-packet"
    """A numbered packet with a check byte; the profile's marks are then not used."""


@dataclass(frozen=True, slots=True)
class CameraModel:
    """One camera model on a line that only it speaks on: unasked telegrams, no commands."""

    name: str
    line: LineSettings
    """The maker's default, or what the model's file tells the integrator to set."""
    profile: TelegramProfile
    template: str
    """What the integrator types into the camera for a read."""
    template_not_read: str = ""
    """What the integrator types in for a vehicle without a read; empty: no such event."""
    framing: Framing = Framing.MARKS

    def splitter(self) -> TelegramSplitter | NedapPacketSplitter:
        """A splitter for one line with this camera."""
        if self.framing is Framing.NEDAP_PACKET:
            return NedapPacketSplitter()
        return TelegramSplitter(self.profile)

    def encode_read(
        self,
        plate: PlateText,
        country: str | None = None,
        confidence: float | None = None,
        *,
        uncertain: bool = False,
        number: int = 1,
    ) -> bytes:
        """What the camera sends for a read, its `number`-th message since it started."""
        text = render_read(self.profile, plate, country, confidence, uncertain=uncertain)
        return self._packed(text, number)

    def encode_not_read(self, number: int = 1) -> bytes:
        """What the camera sends for a vehicle that it could not read; empty if it sends nothing."""
        return self._packed(render_not_read(self.profile), number)

    def _packed(self, text: bytes, number: int) -> bytes:
        if text and self.framing is Framing.NEDAP_PACKET:
            return encode_packet(number, text)
        return text
