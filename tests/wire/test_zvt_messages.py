"""ZVT messages against bytes typed from PA00P015, both ways round, and what is never read."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_hw.zvt import bmp, codes, tlv
from kiosk_hw.zvt.apdu import DATA_BYTES_MAX, DecodeError, join, split
from kiosk_hw.zvt.bmp import UnknownBmp, read_bmps, write_bmp
from kiosk_hw.zvt.commands import (
    NO_RECEIPT,
    Abort,
    Authorisation,
    BaudChange,
    Diagnosis,
    EndOfDay,
    Initialisation,
    LogOff,
    Registration,
    RepeatReceipt,
    Reversal,
    StatusEnquiry,
)
from kiosk_hw.zvt.messages import Message, decode, encode
from kiosk_hw.zvt.reports import (
    Accepted,
    Completion,
    GoodsPartly,
    GoodsPending,
    IntermediateStatus,
    OtherMessage,
    PrintBlock,
    PrintLine,
    ProcessAborted,
    Refused,
    SetClock,
    StatusInformation,
    StatusReport,
)
from kiosk_hw.zvt.serial_framing import SerialDeframer
from kiosk_hw.zvt.tlv import read_tlv, write_tlv

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "zvt.json"

BOTH_WAYS: list[tuple[str, Message]] = [
    # Register to terminal.
    ("0600 06 123456 be 0978", Registration("123456", 0xBE, 978)),
    ("0600 04 123456 ba", Registration("123456", 0xBA)),
    ("0600 0a 000000 3e 0978 0301 0600", Registration("000000", 0x3E, 978, 1, tlv=True)),
    ("0601 07 04000000001000", Authorisation(1000)),
    ("0601 09 04000000003300 020a", Authorisation(3300, asks_max=10)),
    (
        "0601 10 04000000001250 490978 1940 011e 0214",
        Authorisation(1250, 978, 0x40, 30, 20),
    ),
    (
        "0601 11 04000000001250 490978 0605 1f1f020042",
        Authorisation(1250, 978, tlv=True, last_receipt=42),
    ),
    (
        "0601 0f 04000000001250 490978 0603 1f1f00",
        Authorisation(1250, 978, tlv=True, last_receipt=NO_RECEIPT),
    ),
    ("0602 00", LogOff()),
    ("0620 05 123456 0303", RepeatReceipt("123456", 3)),
    ("0620 03 123456", RepeatReceipt("123456")),
    ("0630 06 000000 870042", Reversal("000000", 42)),
    (
        "0630 10 000000 870042 04000000001250 490978",
        Reversal("000000", 42, 1250, 978),
    ),
    ("0650 03 123456", EndOfDay("123456")),
    ("0670 00", Diagnosis()),
    ("0670 05 0603 1b0102", Diagnosis(2)),
    ("0693 03 123456", Initialisation("123456")),
    ("06b0 00", Abort()),
    ("0501 00", StatusEnquiry()),
    ("0501 03 123456", StatusEnquiry("123456")),
    ("0501 05 123456 0304", StatusEnquiry("123456", 4)),
    ("0840 01 07", BaudChange(7)),
    # Terminal to register.
    ("040f 02 276c", StatusInformation(result=0x6C)),
    (
        "040f 18 2700 04000000001250 490978 0b000471 870042 2912345678",
        StatusInformation(0, 1250, 978, 471, 42, "12345678"),
    ),
    (
        "040f 0d 2700 0d0201 0c154858 37000606",
        StatusInformation(0, None, None, None, None, None, "0201", "154858", 606),
    ),
    ("04ff 01 0a", IntermediateStatus(0x0A)),
    ("04ff 02 0a 15", IntermediateStatus(0x0A, 15)),
    ("060f 00", Completion()),
    ("060f 0a 1900 2912345678 490978", Completion(0, "12345678", 978)),
    ("060f 02 27e0", Completion(result=0xE0)),
    ("060f 05 0603 1f7100", Completion(lists_last_receipt=True)),
    ("060f 05 0603 1f1f00", Completion(last_receipt=NO_RECEIPT)),
    ("060f 01 dc", StatusReport(0xDC)),
    ("060f 0b f0f0f7 322e31342e3135 00", StatusReport(0, "2.14.15")),
    ("060f 0a 00 0607 1f4404 52500245", StatusReport(0, None, "52500245")),
    ("061e 00", ProcessAborted()),
    ("061e 01 6c", ProcessAborted(0x6C)),
    ("061e 04 b8 870123", ProcessAborted(0xB8, 123)),
    ("06d1 04 40 202020", PrintLine(3, 0x40)),
    ("06d3 09 0607 2505 0703202020", PrintBlock((3,))),
    ("0401 08 aa261122 0c172500", SetClock("261122", "172500")),
    # Answers of either.
    ("8000 00", Accepted()),
    ("849c 00", GoodsPending()),
    ("849d 07 04000000002200", GoodsPartly(2200)),
    ("8466 00", Refused(0x66)),
    ("8483 00", Refused(0x83)),
    ("841e 01 6f", Refused(0x1E, 0x6F)),
]

ONE_WAY: list[tuple[str, Message]] = [
    ("8400 00", Accepted()),
    ("8000 08 0606 1f7303000001", Accepted()),
    ("04ff 09 17 0606 1f7303000002", IntermediateStatus(0x17)),
    ("04ff 0a 17 06 0606 1f7303000002", IntermediateStatus(0x17, 6)),
    ("04ff 02 17 06", IntermediateStatus(0x17, 6)),
    ("060f 03 06 0600", StatusReport(6)),
    ("060f 09 f0f0f3 626c61 06 0600", StatusReport(6, "bla")),
    ("040f 04 2700 7eff", StatusInformation(0)),
    ("040f 09 2700 04ee0000001250", StatusInformation(0)),
    ("040f 0d 2700 22f0f8 598883eeeeee8074", StatusInformation(0)),
    ("06d1 00", PrintLine(0)),
    ("0618 00", OtherMessage(0x0618, 0)),
    ("040e 02 0102", OtherMessage(0x040E, 2)),
]


def bytes_of(text: str) -> bytes:
    return bytes.fromhex(text.replace(" ", ""))


@pytest.mark.parametrize(("text", "message"), BOTH_WAYS, ids=[text for text, _ in BOTH_WAYS])
def test_a_message_has_its_golden_bytes_both_ways(text: str, message: Message) -> None:
    assert encode(message).hex() == bytes_of(text).hex()
    assert decode(bytes_of(text)) == message


@pytest.mark.parametrize(("text", "message"), ONE_WAY, ids=[text for text, _ in ONE_WAY])
def test_what_terminals_send_otherwise_is_understood(text: str, message: Message) -> None:
    assert decode(bytes_of(text)) == message


@pytest.mark.parametrize(
    "text",
    [
        "06",
        "0601",
        "060108 04000000001250",
        "060106 04000000001250",
        "040fff0001 6c",
        "040fffffff 6c",
        "0601 00",
        "0601 07 04ee0000001250",
        "0600 03 000000",
        "0600 04 ee0000 3e",
        "040f 02 0400",
        "040f 0e 04000000001250 04000000001251",
        "040f 03 22f0fa",
        "040f 02 0683",
        "040f 03 068200",
        "040f 04 0602 1fff",
        "040f 04 0602 0705",
        "04ff 00",
        "849d 00",
        "060f 04 f0f0f3 62",
    ],
)
def test_what_zvt_does_not_allow_is_a_decode_error(text: str) -> None:
    with pytest.raises(DecodeError):
        decode(bytes_of(text))


def test_an_unknown_bitmap_in_a_command_is_named_so_that_the_terminal_can_answer_84_83() -> None:
    with pytest.raises(UnknownBmp, match="7E"):
        decode(bytes_of("0601 09 04000000001250 7e00"))


@pytest.mark.parametrize("number", sorted(bmp.SIZES))
def test_every_bitmap_is_written_and_read_or_dropped(number: int) -> None:
    size = bmp.SIZES[number]
    value = b"\x01" * (size if size > 0 else 7)
    data = write_bmp(number, value) + b"\x27\x05"
    expected = [] if number in bmp.CARD_DATA else [(number, value)]
    assert list(read_bmps(data)) == [*expected, (0x27, b"\x05")]
    with pytest.raises(DecodeError):
        list(read_bmps(data[: len(data) - 3]))


SIZES_OF_THE_SPECIFICATION = (
    "01:1 02:1 03:1 04:6 05:1 0B:3 0C:3 0D:2 0E:2 17:2 19:1 27:1 29:4 2A:15 37:3 3A:2 3B:8 3D:3"
    " 49:2 70:4 71:4 72:1 73:1 74:1 75:1 87:2 88:3 8A:1 8C:1 A0:1 AA:3 BA:5 D0:1 D2:1 D3:1 E9:1"
    " EA:1 EB:8 F0:1 F9:1 FA:1 FB:1 FC:1 FD:1"
)


def test_the_bitmap_table_is_that_of_the_specification() -> None:
    fixed = {int(row[:2], 16): int(row[3:]) for row in SIZES_OF_THE_SPECIFICATION.split()}
    assert {number: size for number, size in bmp.SIZES.items() if size > 0} == fixed
    two = {number for number, size in bmp.SIZES.items() if size == bmp.LL}
    assert two == {0x22, 0x23, 0x2D, 0x4C, 0x8B, 0xA7, 0xD1, *range(0xE1, 0xE9), *range(0xF1, 0xF9)}
    three = {number for number, size in bmp.SIZES.items() if size == bmp.LLL}
    assert three == {0x24, 0x2E, 0x3C, 0x60, 0x9A, 0xAF}


@pytest.mark.parametrize("size", [0, 5, 0x7F, 0x80, 0xFF, 0x100, 0x1234])
def test_tlv_lengths_are_written_shortest_and_read_back(size: int) -> None:
    raw = write_tlv(0x07, b" " * size)
    head = {0: "0700", 5: "0705", 0x7F: "077f", 0x80: "078180", 0xFF: "0781ff"}
    head |= {0x100: "07820100", 0x1234: "07821234"}
    assert raw.hex().startswith(head[size])
    assert list(read_tlv(raw)) == [(0x07, b" " * size)]


def test_tags_of_one_to_three_bytes_and_nested_objects_are_read() -> None:
    raw = bytes_of("1f8000 01 aa 24 06 0701 41 0701 42 1f07 01 02")
    assert list(read_tlv(raw)) == [
        (0x1F8000, b"\xaa"),
        (0x24, bytes_of("070141070142")),
        (0x07, b"A"),
        (0x07, b"B"),
        (0x1F07, b"\x02"),
    ]


def test_containers_nested_too_deep_or_too_full_are_refused() -> None:
    raw = b""
    for _ in range(tlv.DEPTH_MAX + 2):
        raw = write_tlv(0x24, raw)
    with pytest.raises(DecodeError, match="within each other"):
        list(read_tlv(raw))
    with pytest.raises(DecodeError, match="objects"):
        list(read_tlv(b"\x07\x00" * (tlv.OBJECTS_MAX + 1)))
    with pytest.raises(DecodeError, match="bitmaps"):
        list(read_bmps(b"\x01\x01" * (bmp.BMPS_MAX + 1)))


def test_an_apdu_changes_to_the_long_length_at_ff() -> None:
    assert join(0x06D3, b" " * 0xFE)[2:3] == b"\xfe"
    assert join(0x06D3, b" " * 0xFF)[2:5] == b"\xff\xff\x00"
    assert join(0x06D3, b" " * 0x102)[2:5] == b"\xff\x02\x01"
    with pytest.raises(ValueError):
        join(0x06D3, b" " * (DATA_BYTES_MAX + 1))


CARD_DIGITS = ("5988", "598883", "8074", "4543", "471180")
CARRIERS = [
    "22f1f0 598883eeeeee8074 4543",
    "23f1f0 598883eeeeee8074 4543",
    "24f0f1f0 598883eeeeee8074 4543",
    "2df1f0 598883eeeeee8074 4543",
    "2ef0f1f0 598883eeeeee8074 4543",
    "4cf0f4 59888074",
    "0e 4543",
    "17 4543",
    "060a 4c08 598883eeeeee8074",
    "060b 1f0808 598883eeeeee8074",
    "060b 1f0908 598883eeeeee8074",
    "060b 1f0a08 598883eeeeee8074",
    "060b 1f1408 598883eeeeee8074",
    "060b 1f4508 598883eeeeee8074",
    "060c 2f0a 4c08 598883eeeeee8074",
    "3cf0f0f8 598883eeeeee8074",
]


@pytest.mark.parametrize("carrier", CARRIERS)
def test_card_data_never_get_out_of_the_decoder(carrier: str) -> None:
    data = bytes_of("2700" + carrier + "04000000001250")
    message = decode(join(0x040F, data))
    assert message == StatusInformation(0, 1250)
    assert not any(digits in repr(message) for digits in CARD_DIGITS)


@pytest.mark.parametrize("carrier", [one for one in CARRIERS if one[:2] not in ("06", "3c")])
def test_card_bitmaps_are_not_even_handed_to_the_reader_of_messages(carrier: str) -> None:
    assert list(read_bmps(bytes_of(carrier))) == []


@pytest.mark.parametrize("carrier", [one for one in CARRIERS if one.startswith("060")])
def test_card_objects_are_not_even_handed_to_the_reader_of_messages(carrier: str) -> None:
    assert [tag for tag, _ in read_tlv(bytes_of(carrier)[2:]) if tag != 0x2F] == []


def test_no_decode_error_shows_bytes_of_the_message() -> None:
    whole = bytes_of("2700 22f0f8 598883eeeeee8074")
    for size in range(3, len(whole)):
        with pytest.raises(DecodeError) as caught:
            decode(join(0x040F, whole[:size]))
        assert not any(pair in str(caught.value) for pair in ("59", "88", "80", "74"))


@given(st.binary(max_size=80))
def test_any_bytes_are_a_message_or_a_decode_error(data: bytes) -> None:
    for control in (0x040F, 0x04FF, 0x060F, 0x061E, 0x06D1, 0x06D3, 0x0600, 0x0601, 0x849D, 0x8400):
        try:
            decode(join(control, data))
        except DecodeError:
            pass


@given(
    st.builds(
        StatusInformation,
        result=st.none() | st.integers(0, 255),
        amount_minor=st.none() | st.integers(0, 10**12 - 1),
        currency=st.none() | st.integers(0, 9999),
        trace_no=st.none() | st.integers(0, 999_999),
        receipt_no=st.none() | st.integers(0, 9999),
        terminal_id=st.none() | st.from_regex(r"\A[0-9]{8}\Z"),
        date_mmdd=st.none() | st.from_regex(r"\A[0-9]{4}\Z"),
        time_hhmmss=st.none() | st.from_regex(r"\A[0-9]{6}\Z"),
        original_trace_no=st.none() | st.integers(0, 999_999),
    )
)
def test_every_status_information_survives_the_wire(message: StatusInformation) -> None:
    assert decode(encode(message)) == message


def test_passwords_stay_out_of_every_repr() -> None:
    for message in (
        Registration("918273", 0x3E),
        RepeatReceipt("918273"),
        Reversal("918273", 1),
        EndOfDay("918273"),
        Initialisation("918273"),
        StatusEnquiry("918273"),
    ):
        assert "918273" not in repr(message)


def test_what_is_not_known_cannot_be_sent() -> None:
    with pytest.raises(ValueError):
        encode(OtherMessage(0x0618, 0))
    with pytest.raises(ValueError):
        encode(Authorisation(10**12))


@pytest.mark.parametrize("code", range(256))
def test_every_code_has_words_for_a_technician(code: int) -> None:
    assert codes.result_meaning(code).says
    assert codes.status_meaning(code).says


@pytest.mark.skipif(not VECTORS.exists(), reason="no sample frames beside the repository")
def test_sample_frames_decode_and_show_nothing_of_a_card() -> None:
    good = 0
    for sample in json.loads(VECTORS.read_text()):
        raw = bytes.fromhex(sample["hex"])
        if sample["kind"] == "serial_frame":
            assert SerialDeframer().feed(raw) == [bytes.fromhex(sample["apdu_hex"])]
            raw = bytes.fromhex(sample["apdu_hex"])
        elif sample["kind"] != "apdu":
            continue
        if not sample["length_ok"]:
            with pytest.raises(DecodeError):
                decode(raw)
            continue
        control, data = split(raw)
        try:
            shown = repr(decode(raw))
        except DecodeError:
            assert control in (0x0601, 0x0602), sample["source"]
            continue
        good += 1
        for secret in _card_values(control, data):
            assert secret not in shown
    assert good > 150


def _card_values(control: int, data: bytes) -> list[str]:
    """Card numbers and tracks of a 04 0F, found by their bitmaps' bytes alone."""
    found = []
    for head in (b"\x22\xf0", b"\x22\xf1", b"\x23\xf1", b"\x23\xf2"):
        at = data.find(head) if control == 0x040F else -1
        if at >= 0:
            found.append(data[at + 3 : at + 7].hex())
    return found
