"""ZVT's bare APDUs on TCP, in any fragments."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk_hw.zvt.apdu import DATA_BYTES_MAX
from kiosk_hw.zvt.tcp_framing import APDU_BYTES_MAX, TcpDeframer

SHORT = bytes.fromhex("04ff010a")
LONG = bytes.fromhex("06d3ffff00") + b"\x20" * 255


def test_a_long_length_is_low_byte_first() -> None:
    assert TcpDeframer().feed(LONG + SHORT) == [LONG, SHORT]
    assert TcpDeframer().feed(bytes.fromhex("06d3ff0001") + b"\x20" * 256)[0][4] == 1


@given(st.lists(st.sampled_from((SHORT, LONG, b"\x80\x00\x00")), max_size=4), st.data())
def test_apdus_survive_any_cut(apdus: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(apdus)
    deframer = TcpDeframer()
    found: list[bytes] = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += deframer.feed(stream[:size])
        stream = stream[size:]
    assert found == apdus


def test_byte_by_byte_is_enough() -> None:
    deframer = TcpDeframer()
    assert [apdu for byte in LONG for apdu in deframer.feed(bytes((byte,)))] == [LONG]


def test_an_impossible_length_swallows_the_stream_until_a_new_connection() -> None:
    deframer = TcpDeframer()
    over = DATA_BYTES_MAX + 1
    assert deframer.feed(b"\x06\xd3\xff" + over.to_bytes(2, "little") + SHORT) == []
    assert deframer.lost_step
    assert deframer.feed(SHORT) == []
    assert deframer.bytes_dropped == 13
    deframer.reset()
    assert deframer.feed(SHORT) == [SHORT]


def test_the_longest_apdu_passes() -> None:
    apdu = b"\x06\xd3\xff" + DATA_BYTES_MAX.to_bytes(2, "little") + b"\x20" * DATA_BYTES_MAX
    assert len(apdu) == APDU_BYTES_MAX
    assert TcpDeframer().feed(apdu) == [apdu]


def test_the_rest_of_an_old_connection_never_counts() -> None:
    deframer = TcpDeframer()
    deframer.feed(b"\x04\xff")
    deframer.reset()
    assert deframer.feed(SHORT) == [SHORT]
