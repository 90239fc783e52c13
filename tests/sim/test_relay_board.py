"""The simulated relay board against golden bytes: strict to clients, true to its manual's times."""

from dataclasses import asdict

import pytest

from kiosk_hw.barriers.generic_modbus_relay import DEVICE as NO_NAME
from kiosk_hw.modbus.frames import FRAME_MAX
from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_sim.devices.relay_board import BOOT_S, RelayBoard

CHAR_S = 10 / 9600
T35_S = 3.5 * CHAR_S
POLL = bytes.fromhex("01 02 00 00 00 08 79 CC")
RELAYS = bytes.fromhex("01 01 00 00 00 08 3D CC")


class Bench:
    """A board, a mask at its inputs, and a note of every relay that switched."""

    def __init__(self, mask: int = 0x05, **options: object) -> None:
        self.mask = mask
        self.switched: list[tuple[int, bool, float]] = []
        self.board = RelayBoard(
            lambda: self.mask,
            lambda channel, on, now: self.switched.append((channel, on, now)),
            **options,  # type: ignore[arg-type]
        )
        self.now = 1.0

    def ask(self, request: bytes, piece: int = 0) -> bytes:
        """Send at the line's speed, keep the silence, and give back what came."""
        for start in range(0, len(request), piece or len(request)):
            part = request[start : start + (piece or len(request))]
            self.now += len(part) * CHAR_S
            self.board.receive(part, self.now)
        return self.listen()

    def listen(self, span_s: float = 0.05) -> bytes:
        """Let time go on from deadline to deadline and collect what the board sends."""
        until_s, heard = self.now + span_s, b""
        while self.board.deadline() <= until_s:
            due = self.board.deadline()
            self.board.tick(due)
            heard += self.board.bytes_to_send()
            assert self.board.deadline() > due, "a tick at the deadline must make it fall due"
        self.now = until_s
        return heard

    def faults(self) -> dict[str, int]:
        """The counters that are not zero, requests and replies left out."""
        counters = asdict(self.board.grades)
        del counters["requests"], counters["replies"]
        return {name: count for name, count in counters.items() if count}


# Bytes: (what, request, reply; empty is silence). Typed from the wiki's command table.
DIALOGUE = [
    ("relay 1 on", "01 05 00 00 FF 00 8C 3A", "01 05 00 00 FF 00 8C 3A"),
    ("relays?", "01 01 00 00 00 08 3D CC", "01 01 01 01 90 48"),
    ("relay 1 toggled", "01 05 00 00 55 00 F2 9A", "01 05 00 00 55 00 F2 9A"),
    ("relays?", "01 01 00 00 00 08 3D CC", "01 01 01 00 51 88"),
    ("all on", "01 05 00 FF FF 00 BC 0A", "01 05 00 FF FF 00 BC 0A"),
    ("relay 1 off", "01 05 00 00 00 00 CD CA", "01 05 00 00 00 00 CD CA"),
    ("relays?", "01 01 00 00 00 08 3D CC", "01 01 01 FE D0 08"),
    ("all toggled", "01 05 00 FF 55 00 C2 AA", "01 05 00 FF 55 00 C2 AA"),
    ("relays?", "01 01 00 00 00 08 3D CC", "01 01 01 01 90 48"),
    ("all off", "01 05 00 FF 00 00 FD FA", "01 05 00 FF 00 00 FD FA"),
    ("relays?", "01 01 00 00 00 08 3D CC", "01 01 01 00 51 88"),
    ("mask 05 written", "01 0F 00 00 00 08 01 05 3E 96", "01 0F 00 00 00 08 54 0D"),
    ("relays?", "01 01 00 00 00 08 3D CC", "01 01 01 05 91 8B"),
    ("inputs?", "01 02 00 00 00 08 79 CC", "01 02 01 05 61 8B"),
    ("inputs 5 to 8?", "01 02 00 04 00 04 38 08", "01 02 01 0A 21 8F"),
    ("own unit? (as a broadcast)", "00 03 40 00 00 01 90 1B", "01 03 02 00 01 79 84"),
    ("version?", "01 03 80 00 00 01 AD CA", "01 03 02 00 C8 B9 D2"),
    ("relay 1 on, to everybody", "00 05 00 00 FF 00 8D EB", ""),
    ("inputs?, to everybody", "00 02 00 00 00 08 78 1D", ""),
    ("inputs? of unit 2", "02 02 00 00 00 08 79 FF", ""),
    ("bad CRC", "01 02 00 00 00 08 79 CD", ""),
    ("an ON of other boards", "01 05 00 01 01 00 9D 9A", "01 85 03 02 91"),
    ("the same for relay 1", "01 05 00 00 01 00 CC 5A", "01 85 03 02 91"),
    ("relay 9", "01 05 00 08 FF 00 0D F8", "01 85 02 C3 51"),
    ("input registers?", "01 04 00 00 00 01 31 CA", "01 84 01 82 C0"),
    ("device identification?", "01 2B 0E 01 00 70 77", "01 AB 01 9E F0"),
    ("nine inputs?", "01 02 00 00 00 09 B8 0C", "01 82 02 C1 61"),
    ("no inputs?", "01 02 00 00 00 00 78 0A", "01 82 03 00 A1"),
    ("register 0?", "01 03 00 00 00 01 84 0A", "01 83 02 C0 F1"),
    ("register 1 written", "01 06 00 01 00 01 19 CA", "01 86 02 C3 A1"),
    ("a mask with a byte too much", "01 0F 00 00 00 08 02 05 00 E7 D0", "01 8F 03 04 31"),
    ("a flash of nothing", "01 05 02 00 00 00 CC 72", "01 85 03 02 91"),
    ("a flash beyond 0x7FFF", "01 05 02 00 80 00 AD B2", "01 85 03 02 91"),
]


@pytest.mark.parametrize("piece", [0, 1, 3], ids=["whole", "byte-by-byte", "by-threes"])
def test_the_board_answers_its_manuals_bytes(piece: int) -> None:
    bench = Bench()
    for what, request, reply in DIALOGUE:
        bench.mask = 0xA5 if what == "inputs 5 to 8?" else 0x05
        assert bench.ask(bytes.fromhex(request), piece).hex(" ").upper() == reply, what
    assert bench.faults() == {
        "bad_crcs": 1,
        "other_units": 1,
        "illegal_functions": 2,
        "illegal_addresses": 4,
        "illegal_values": 6,
    }


def test_a_broadcast_write_is_obeyed_though_not_answered() -> None:
    bench = Bench()
    assert bench.ask(bytes.fromhex("00 05 00 00 FF 00 8D EB")) == b""
    assert [(channel, on) for channel, on, _ in bench.switched] == [(1, True)]


@pytest.mark.parametrize("noise", ["00", "FF FF FF", "01 02 00", "01 05 00 00 FF", "55" * 40])
def test_noise_or_half_a_frame_costs_nothing_but_itself(noise: str) -> None:
    bench = Bench()
    assert bench.ask(bytes.fromhex(noise)) == b""
    assert bench.ask(POLL).hex(" ") == "01 02 01 05 61 8b"
    assert bench.board.grades.replies == 1


def test_noise_without_a_silence_behind_it_spoils_the_frame_and_a_repeat_is_answered() -> None:
    bench = Bench()
    assert bench.ask(b"\xff" + POLL) == b""
    assert bench.ask(POLL + b"\x00") == b""
    assert bench.ask(POLL) != b""


def test_a_silence_inside_a_frame_cuts_it_even_if_nobody_ticked() -> None:
    bench = Bench()
    bench.board.receive(POLL[:4], 1.0)
    bench.board.receive(POLL[4:], 1.0 + 4 * CHAR_S + T35_S)
    bench.now = 1.1
    assert bench.listen() == b""
    assert bench.faults() == {"fragments": 1, "bad_crcs": 1}


def test_a_frame_ends_after_exactly_t35_and_the_reply_leaves_after_the_turnaround() -> None:
    for turnaround_s in (0.0, 0.004):
        bench = Bench(turnaround_s=turnaround_s)
        bench.board.receive(POLL, 2.0)
        assert bench.board.deadline() == 2.0 + T35_S
        bench.board.tick(2.0 + T35_S)
        if turnaround_s:
            assert bench.board.bytes_to_send() == b""
            assert bench.board.deadline() == 2.0 + T35_S + turnaround_s
            bench.board.tick(2.0 + T35_S + turnaround_s)
        assert bench.board.bytes_to_send() == bytes.fromhex("01 02 01 05 61 8B")
        assert bench.board.deadline() == NEVER


def test_a_request_too_soon_after_the_reply_is_answered_but_noted() -> None:
    bench = Bench()
    reply_s = 6 * CHAR_S
    for number, gap_s in enumerate((T35_S, T35_S * 0.9, T35_S * 2, -CHAR_S)):
        bench.board.receive(POLL, 10.0 + number)
        sent_s = bench.board.deadline()
        bench.board.tick(sent_s)
        assert bench.board.bytes_to_send()
        bench.board.receive(POLL, sent_s + reply_s + gap_s + len(POLL) * CHAR_S)
        bench.now = sent_s + reply_s + gap_s + len(POLL) * CHAR_S
        assert bench.listen() != b""
    assert bench.faults() == {"gaps_too_short": 1, "collisions": 1}


def test_an_ungraded_line_notes_no_silences() -> None:
    bench = Bench(gaps_graded=False)
    for _ in range(3):
        bench.board.receive(POLL, 1.0)
        bench.board.tick(1.0 + T35_S)
    assert bench.faults() == {}


def test_more_bytes_than_a_frame_may_have_are_dropped_and_counted() -> None:
    bench = Bench()
    for _ in range(3):
        bench.board.receive(bytes(FRAME_MAX), 1.0)
    assert bench.board.grades.overruns == 2 * FRAME_MAX
    bench.now = 2.0
    assert bench.ask(POLL) != b""


# Times.


def test_a_flash_ends_to_the_millisecond_whenever_it_is_ticked() -> None:
    bench = Bench()
    bench.ask(bytes.fromhex("01 05 02 00 00 05 0C 71"))
    ((_, _, began_s),) = bench.switched
    bench.listen(0.44)
    assert len(bench.switched) == 1
    bench.board.tick(99.0)
    assert bench.switched[1] == (1, False, pytest.approx(began_s + 0.5, abs=1e-9))


def test_a_flash_off_opens_and_closes_again() -> None:
    bench = Bench()
    bench.ask(bytes.fromhex("01 05 00 FF FF 00 BC 0A"))
    bench.switched.clear()
    bench.ask(bytes.fromhex("01 05 04 00 00 05 0C F9"))
    bench.listen(1.0)
    (_, _, began_s), _ = bench.switched
    assert bench.switched == [(1, False, began_s), (1, True, pytest.approx(began_s + 0.5))]


@pytest.mark.parametrize(
    ("then", "closed_after"),
    [("01 05 00 00 00 00 CD CA", False), ("01 05 00 00 FF 00 8C 3A", True)],
    ids=["off", "on"],
)
def test_a_plain_write_ends_a_flash_for_good(then: str, closed_after: bool) -> None:
    bench = Bench()
    bench.ask(bytes.fromhex("01 05 02 00 00 05 0C 71"))
    bench.ask(bytes.fromhex(then))
    bench.listen(2.0)
    assert bool(bench.board.map.relays) is closed_after
    assert len(bench.switched) == (1 if closed_after else 2)


def test_a_second_flash_starts_the_time_again() -> None:
    bench = Bench()
    bench.ask(bytes.fromhex("01 05 02 00 00 05 0C 71"))
    bench.listen(0.3)
    bench.ask(bytes.fromhex("01 05 02 00 00 05 0C 71"))
    bench.listen(0.3)
    assert bench.board.map.relays == 1
    bench.listen(0.5)
    assert [on for _, on, _ in bench.switched] == [True, False]


# Settings and supply.


def test_a_new_unit_is_obeyed_at_once_and_the_old_one_is_silent() -> None:
    bench = Bench()
    assert bench.ask(POLL) != b""
    confirmed = bench.ask(bytes.fromhex("01 06 40 00 00 07 DD C8"))
    assert confirmed == bytes.fromhex("01 06 40 00 00 07 DD C8")
    assert bench.ask(POLL) == b""
    new = bench.ask(bytes.fromhex("07 02 00 00 00 08 79 AA"))
    assert new == bytes.fromhex("07 02 01 05 61 03")


def test_a_new_speed_holds_after_the_confirmation_has_left() -> None:
    bench = Bench()
    request = bytes.fromhex("01 06 20 00 00 05 42 09")
    bench.board.receive(request, 5.0)
    bench.board.tick(5.0 + T35_S)
    assert bench.board.bytes_to_send() == request
    assert bench.board.line == LineSettings(9600)
    bench.board.tick(bench.board.deadline())
    assert bench.board.line == LineSettings(115200)
    assert bench.board.deadline() == NEVER
    assert Bench().ask(bytes.fromhex("01 06 20 00 00 09 42 0C")).hex(" ") == "01 86 03 02 61"


def test_a_power_cycle_drops_the_relays_and_is_silent_until_it_has_booted() -> None:
    bench = Bench()
    bench.ask(bytes.fromhex("01 05 00 00 FF 00 8C 3A"))
    bench.board.power_cycle(bench.now, off_s=0.5)
    assert [on for _, on, _ in bench.switched] == [True, False]
    assert bench.ask(POLL) == b""
    bench.now += 0.5 + BOOT_S
    assert bench.ask(RELAYS).hex(" ") == "01 01 01 00 51 88"


def test_a_pulled_plug_forgets_half_a_frame_but_holds_the_relays() -> None:
    bench = Bench()
    bench.ask(bytes.fromhex("01 05 00 00 FF 00 8C 3A"))
    bench.board.receive(POLL[:3], bench.now)
    bench.board.disconnected(bench.now)
    bench.board.connected(bench.now + 1.0)
    bench.now += 1.0
    assert bench.ask(POLL) != b""
    assert bench.board.map.relays == 1


def test_a_no_name_board_takes_its_own_on_and_counts_from_1() -> None:
    bench = Bench(model=NO_NAME)
    assert bench.ask(bytes.fromhex("01 05 00 01 01 00 9D 9A")) != b""
    assert bench.switched[0][:2] == (1, True)
    assert bench.ask(bytes.fromhex("01 02 00 01 00 08 28 0C")).hex(" ") == "01 02 01 05 61 8b"
    assert bench.ask(bytes.fromhex("01 05 02 00 00 05 0C 71")).hex(" ") == "01 85 02 c3 51"
    assert bench.ask(bytes.fromhex("01 05 00 00 FF 00 8C 3A")).hex(" ") == "01 85 02 c3 51"


def test_the_board_shows_its_state_on_sight() -> None:
    bench = Bench()
    bench.ask(bytes.fromhex("01 05 00 00 FF 00 8C 3A"))
    assert repr(bench.board).startswith(
        "<RelayBoard unit=1 relays=00000001 Grades(requests=1, replies=1, gaps_too_short=0"
    )
