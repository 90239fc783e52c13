"""Modbus RTU in bytes: golden frames typed from the manuals, lengths, rejects and silences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_hw.modbus.frames import (
    DecodeError,
    Reject,
    decode_request,
    decode_response,
    encode,
    request_length,
    response_length,
    response_span,
    t15_s,
    t35_s,
    with_crc,
)
from kiosk_hw.modbus.messages import (
    CoilsRead,
    CoilsWritten,
    ExceptionReply,
    InputsRead,
    ReadCoils,
    ReadInputs,
    ReadRegisters,
    RegistersRead,
    WriteCoil,
    WriteCoils,
    WriteRegister,
    answers,
    packed_bits,
    unpacked_bits,
)
from kiosk_hw.ports.party import LineSettings

MASK_05 = (True, False, True, False, False, False, False, False)

# As printed for Waveshare Modbus RTU Relay (D), CAME FA01323M4A and the no-name boards; the last is
# the example of "MODBUS Application Protocol V1.1b3", 6.6, for unit 0x11.
GOLDEN_REQUESTS = [
    ("relay 1 on", 1, WriteCoil(0, 0xFF00), "01 05 00 00 FF 00 8C 3A"),
    ("relay 1 off", 1, WriteCoil(0, 0x0000), "01 05 00 00 00 00 CD CA"),
    ("relay 1 toggle", 1, WriteCoil(0, 0x5500), "01 05 00 00 55 00 F2 9A"),
    ("all on", 1, WriteCoil(0xFF, 0xFF00), "01 05 00 FF FF 00 BC 0A"),
    ("all off", 1, WriteCoil(0xFF, 0x0000), "01 05 00 FF 00 00 FD FA"),
    ("flash-on 500 ms", 1, WriteCoil(0x0200, 5), "01 05 02 00 00 05 0C 71"),
    ("flash-on 700 ms", 1, WriteCoil(0x0200, 7), "01 05 02 00 00 07 8D B0"),
    ("flash-off 500 ms", 1, WriteCoil(0x0400, 5), "01 05 04 00 00 05 0C F9"),
    ("read relays", 1, ReadCoils(0, 8), "01 01 00 00 00 08 3D CC"),
    ("read inputs", 1, ReadInputs(0, 8), "01 02 00 00 00 08 79 CC"),
    ("write mask", 1, WriteCoils(0, MASK_05), "01 0F 00 00 00 08 01 05 3E 96"),
    ("read own address", 0, ReadRegisters(0x4000, 1), "00 03 40 00 00 01 90 1B"),
    ("read version", 1, ReadRegisters(0x8000, 1), "01 03 80 00 00 01 AD CA"),
    ("no-name relay 1 on", 1, WriteCoil(1, 0x0100), "01 05 00 01 01 00 9D 9A"),
    ("CAME gate status", 1, ReadRegisters(0x64, 3), "01 03 00 64 00 03 44 14"),
    ("CAME open", 1, WriteCoil(1, 0xFF00), "01 05 00 01 FF 00 DD FA"),
    ("write register", 0x11, WriteRegister(1, 3), "11 06 00 01 00 03 9A 9B"),
]

# The replies of the same boards, laid out by "MODBUS Application Protocol V1.1b3", 6 and 7.
GOLDEN_REPLIES = [
    ("relay 1 on", 1, WriteCoil(0, 0xFF00), "01 05 00 00 FF 00 8C 3A"),
    ("flash-on", 1, WriteCoil(0x0200, 5), "01 05 02 00 00 05 0C 71"),
    ("inputs 1 and 3", 1, InputsRead(b"\x05"), "01 02 01 05 61 8B"),
    ("relay 1", 1, CoilsRead(b"\x01"), "01 01 01 01 90 48"),
    ("all relays off", 1, CoilsRead(b"\x00"), "01 01 01 00 51 88"),
    ("registers", 1, RegistersRead((1, 2)), "01 03 04 00 01 00 02 2A 32"),
    ("mask written", 1, CoilsWritten(0, 8), "01 0F 00 00 00 08 54 0D"),
    ("illegal value", 1, ExceptionReply(5, 3), "01 85 03 02 91"),
    ("illegal address", 1, ExceptionReply(2, 2), "01 82 02 C1 61"),
]


def rows(table):
    return [pytest.param(*row[1:], id=row[0]) for row in table]


@pytest.mark.parametrize(("unit", "message", "golden"), rows(GOLDEN_REQUESTS))
def test_every_request_is_the_golden_frame_in_both_directions(unit, message, golden) -> None:
    assert encode(unit, message) == bytes.fromhex(golden)
    assert decode_request(bytes.fromhex(golden)) == (unit, message)


@pytest.mark.parametrize(("unit", "message", "golden"), rows(GOLDEN_REPLIES))
def test_every_reply_is_the_golden_frame_in_both_directions(unit, message, golden) -> None:
    assert encode(unit, message) == bytes.fromhex(golden)
    assert decode_response(bytes.fromhex(golden)) == (unit, message)


@pytest.mark.parametrize(("unit", "message", "golden"), rows(GOLDEN_REQUESTS))
def test_a_request_tells_its_own_length_byte_by_byte(unit, message, golden) -> None:
    frame = bytes.fromhex(golden)
    for known in range(len(frame)):
        needed = request_length(frame[:known])
        assert needed is not None
        assert known < needed <= len(frame)
    assert request_length(frame) == len(frame)
    assert request_length(frame + b"\xff\xff") == len(frame)


@pytest.mark.parametrize(("unit", "message", "golden"), rows(GOLDEN_REPLIES))
def test_a_reply_tells_its_own_length_from_three_bytes(unit, message, golden) -> None:
    frame = bytes.fromhex(golden)
    assert response_span(frame[:3]) == len(frame)
    assert response_span(frame) == len(frame)


@pytest.mark.parametrize(
    ("request_", "length"),
    [
        (ReadCoils(0, 1), 6),
        (ReadCoils(0, 8), 6),
        (ReadInputs(0, 9), 7),
        (ReadRegisters(0, 3), 11),
        (WriteCoil(0, 0xFF00), 8),
        (WriteRegister(0, 1), 8),
        (WriteCoils(0, MASK_05), 8),
    ],
)
def test_the_reply_is_as_long_as_its_request_foretells(request_, length) -> None:
    assert response_length(request_) == length


def test_an_unknown_function_has_no_length_and_is_rejected_as_such() -> None:
    frame = with_crc(bytes.fromhex("01 2B 0E 01 00"))
    assert request_length(frame) is None
    assert response_span(frame) is None
    for decode in (decode_request, decode_response):
        with pytest.raises(DecodeError) as caught:
            decode(frame)
        assert caught.value.reject is Reject.FUNCTION


@pytest.mark.parametrize(
    ("body", "reject"),
    [
        ("01 01 00 00 00 00", Reject.VALUE),
        ("01 02 00 00 07 D1", Reject.VALUE),
        ("01 03 00 00 00 7E", Reject.VALUE),
        ("01 0F 00 00 00 00 00", Reject.VALUE),
        ("01 0F 00 00 00 09 01 05", Reject.VALUE),
        ("01 05 00 00 FF", Reject.LENGTH),
        ("01 05 00 00 FF 00 00", Reject.LENGTH),
    ],
)
def test_a_request_out_of_bounds_is_rejected_with_its_reason(body, reject) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_request(with_crc(bytes.fromhex(body)))
    assert caught.value.reject is reject


def test_an_odd_count_of_register_bytes_is_rejected() -> None:
    with pytest.raises(DecodeError) as caught:
        decode_response(with_crc(bytes.fromhex("01 03 03 00 01 00")))
    assert caught.value.reject is Reject.VALUE


@given(
    which=st.sampled_from(GOLDEN_REQUESTS + GOLDEN_REPLIES),
    flips=st.sets(st.integers(0, 63), min_size=1, max_size=3),
)
def test_up_to_three_flipped_bits_are_never_taken_for_a_frame(which, flips) -> None:
    # The polynomial has a distance of four up to 32751 bits, so that three flips always show.
    frame = bytearray.fromhex(which[3])
    for flip in {each % (8 * len(frame)) for each in flips}:
        frame[flip // 8] ^= 1 << flip % 8
    decode = decode_request if which in GOLDEN_REQUESTS else decode_response
    with pytest.raises(DecodeError):
        decode(bytes(frame))


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_decode_error(data) -> None:
    for decode in (decode_request, decode_response):
        for frame in (data, with_crc(data)):
            try:
                unit, message = decode(frame)
            except DecodeError:
                continue
            assert encode(unit, message) == frame or isinstance(message, WriteCoils)


@given(st.lists(st.booleans(), min_size=1, max_size=40).map(tuple))
def test_packed_states_come_back_as_they_were(states) -> None:
    assert unpacked_bits(packed_bits(states), len(states)) == states


def test_the_first_state_is_the_lowest_bit_of_the_first_byte() -> None:
    assert packed_bits((True,) + (False,) * 7 + (True,)) == b"\x01\x01"


@pytest.mark.parametrize(
    ("request_", "reply", "expected"),
    [
        (ReadInputs(0, 8), InputsRead(b"\x05"), True),
        (ReadInputs(0, 8), InputsRead(b"\x05\x00"), False),
        (ReadInputs(0, 8), CoilsRead(b"\x05"), False),
        (ReadCoils(0, 8), CoilsRead(b"\x05"), True),
        (ReadRegisters(0, 2), RegistersRead((1,)), False),
        (ReadRegisters(0, 1), RegistersRead((1,)), True),
        (WriteCoil(0, 0xFF00), WriteCoil(0, 0xFF00), True),
        (WriteCoil(0x0200, 5), WriteCoil(0x0200, 0xFF00), False),
        (WriteCoil(0, 0xFF00), WriteRegister(0, 0xFF00), False),
        (WriteCoils(0, MASK_05), CoilsWritten(0, 8), True),
        (WriteCoils(0, MASK_05), CoilsWritten(1, 8), False),
        (WriteCoil(0, 0xFF00), ExceptionReply(5, 1), True),
        (WriteCoil(0, 0xFF00), ExceptionReply(2, 1), False),
    ],
)
def test_only_a_reply_that_the_request_can_get_answers_it(request_, reply, expected) -> None:
    assert answers(request_, reply) is expected


@pytest.mark.parametrize(
    ("line", "t15_ms", "t35_ms"),
    [
        (LineSettings(9600), 1.5625, 3.6458),
        (LineSettings(9600, parity="E"), 1.71875, 4.0104),
        (LineSettings(19200), 0.78125, 1.8229),
        (LineSettings(38400, parity="E"), 0.75, 1.75),
        (LineSettings(115200), 0.75, 1.75),
    ],
    ids=str,
)
def test_silences_are_characters_up_to_19200_and_fixed_above(line, t15_ms, t35_ms) -> None:
    assert t15_s(line) * 1000 == pytest.approx(t15_ms, abs=1e-3)
    assert t35_s(line) * 1000 == pytest.approx(t35_ms, abs=1e-3)
