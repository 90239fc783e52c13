"""Which text is a plate, and of which class: by its form alone, never by its province."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.plates.grammar import CHINESE, CHINESE_PLAIN, PROVINCES, Colour
from kiosk.core.plates.reading import NO_PLATES, Plate, PlateRules, understand
from kiosk_hw.ports.plate import PlateText

CHINESE_PLATES = [
    ("沪A12345", "car"),
    ("京N8P8F8", "car"),
    ("琼BZZZZZ", "car"),
    ("沪AD12345", "new-energy"),
    ("沪AF12345", "new-energy"),
    ("沪AFA2345", "new-energy"),
    ("粤BA12345", "new-energy"),
    ("粤BG12345", "new-energy"),
    ("粤BKZ2345", "new-energy"),
    ("沪A12345D", "new-energy-large"),
    ("沪A12345F", "new-energy-large"),
    ("京A1234学", "learner"),
    ("冀C1A34挂", "trailer"),
    ("京A1234警", "police"),
    ("苏O1234警", "police"),
    ("粤Z1A34港", "cross-border"),
    ("粤Z1234澳", "cross-border"),
    ("沪A1234领", "consulate"),
    ("使014578", "embassy"),
    ("224578使", "embassy"),
    ("京X1234应急", "emergency"),
    ("川S12345应急", "emergency"),
    ("民航A1234", "civil-aviation"),
    ("WJ京1234J", "armed-police"),
    ("WJ警00081", "armed-police"),
]

MISREAD_PLATES = ["沪AO1234", "沪A1234I", "沪012345", "沪AD1234B", "沪AL12345", "沪A123456"]
"""A province in front and the right length, but no form fits: I, O, a letter where none can be."""

NO_PLATE_TEXTS = [
    *(
        "",
        "A",
        "沪",
        "?",
        "沪A1234",
        "沪A1234567",
        "X沪A12345",
        "沪A12?45",
        "沪A学2345",
        "火A12345",
    ),
    *("UNKNOWN", "no-read", "Not defined", "_无_", "--", "无牌车", "BADGE", "A1A1A1A1A1A"),
    *("<script>", "A=1", "1234\x00", "AB½12"),
]


def known(plate: Plate | None) -> tuple[str, str, bool]:
    assert plate is not None
    return plate.text.text, plate.vehicle_class, plate.sure


@pytest.mark.parametrize(("text", "vehicle_class"), CHINESE_PLATES)
@pytest.mark.parametrize("country", [None, "CHN", "DEU"])
def test_a_chinese_plate_has_the_class_of_its_form(
    text: str, vehicle_class: str, country: str | None
) -> None:
    assert known(understand(text, country=country)) == (text, vehicle_class, True)


def test_every_chinese_class_is_in_the_table_of_plates() -> None:
    shown = {vehicle_class for _, vehicle_class in CHINESE_PLATES} | {"military"}
    assert {name for name, _ in CHINESE + CHINESE_PLAIN} == shown


@pytest.mark.parametrize("text", MISREAD_PLATES)
def test_a_chinese_plate_that_no_form_fits_is_a_plate_but_not_sure(text: str) -> None:
    assert not known(understand(text))[2]


@pytest.mark.parametrize("text", NO_PLATE_TEXTS)
def test_what_is_no_plate_is_none(text: str) -> None:
    assert understand(text) is None


@pytest.mark.parametrize("text", sorted(NO_PLATES))
def test_what_makers_send_in_place_of_a_plate_is_none(text: str) -> None:
    assert understand(f" {text.lower()} ", country="CHN") is None


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("TE 57 ABC", "TE57ABC"),
        ("B-AB 1234E", "BAB1234E"),
        ("MÜ-X 1", "MÜX1"),
        ("ab-123-cd", "AB123CD"),
        ("1", None),
        ("12", "12"),
        ("WJ12345", "WJ12345"),
        ("KA12345", "KA12345"),
        ("A123456789", "A123456789"),
    ],
)
def test_a_plate_of_another_country_is_a_car(text: str, folded: str | None) -> None:
    plate = understand(text)
    assert (known(plate) if plate else None) == ((folded, "car", True) if folded else None)


@pytest.mark.parametrize(
    ("text", "vehicle_class"),
    [("KA12345", "military"), ("WJ12345", "armed-police"), ("WJ1234X", "armed-police")],
)
def test_a_plain_chinese_plate_needs_its_country_to_be_known(text: str, vehicle_class: str) -> None:
    assert known(understand(text, country="CHN"))[1] == vehicle_class
    assert known(understand(text, grammars=PlateRules(("cn",))))[1] == vehicle_class
    assert known(understand(text, country="NLD"))[1] == "car"


@pytest.mark.parametrize(
    ("text", "country", "folded"),
    [
        ("?A12345", None, "?A12345"),
        ("*AD12345", None, "?AD12345"),
        ("A12345", "CHN", "?A12345"),
        ("a1234D", "chn", "?A1234D"),
        ("A12345", None, "A12345"),
    ],
)
def test_a_lost_province_makes_a_plate_unsure(text: str, country: str | None, folded: str) -> None:
    assert known(understand(text, country=country)) == (
        folded,
        known(understand(folded))[1],
        (folded[0] != "?"),
    )


@pytest.mark.parametrize(("colour", "sure"), [(None, False), (Colour.WHITE, True)])
def test_a_military_plate_may_be_a_new_energy_plate_without_its_province(
    colour: Colour | None, sure: bool
) -> None:
    plate = understand("AD12345", country="CHN", colour=colour)
    assert known(plate) == ("AD12345", "military", sure)


@pytest.mark.parametrize(
    ("text", "colour", "vehicle_class", "sure"),
    [
        ("沪AD12345", Colour.GREEN, "new-energy", True),
        ("沪A12345D", Colour.YELLOW_GREEN, "new-energy-large", True),
        ("沪AD1234", Colour.GREEN, "car", False),
        ("沪A12345", Colour.BLUE, "car", True),
        ("沪AD12345", Colour.BLUE, "new-energy", False),
        ("沪A12345", Colour.YELLOW, "large", True),
        ("沪A1234学", Colour.YELLOW, "learner", True),
        ("沪AD12345", Colour.YELLOW, "new-energy", False),
        ("沪A1234警", Colour.WHITE, "police", True),
        ("沪A12345", Colour.BLACK, "car", True),
    ],
)
def test_colour_and_length_must_agree(
    text: str, colour: Colour, vehicle_class: str, sure: bool
) -> None:
    assert known(understand(text, colour=colour)) == (text, vehicle_class, sure)


def test_the_operator_s_own_patterns_come_first() -> None:
    rules = PlateRules((), ("TEMP[0-9]{4}", "[A-Z]{5}"))
    assert known(understand("temp-1234", grammars=rules)) == ("TEMP1234", "car", True)
    assert known(understand("hello", grammars=rules)) == ("HELLO", "car", True)
    assert understand("TEMP12345", grammars=rules) is None
    assert understand("沪A12345", grammars=rules) is None
    assert understand("TE57ABC89", grammars=PlateRules(("cn",))) is None


def test_a_grammar_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match=r"grammars: expected cn or eu, got \['mars'\]"):
        PlateRules(("cn", "mars"))


@given(
    st.sampled_from([text for text, _ in CHINESE_PLATES if text[0] in PROVINCES] + MISREAD_PLATES),
    st.sampled_from(PROVINCES),
    st.sampled_from([None, *Colour]),
)
def test_the_class_never_depends_on_the_province(
    text: str, province: str, colour: Colour | None
) -> None:
    here, elsewhere = (
        understand(text, colour=colour),
        understand(province + text[1:], colour=colour),
    )
    assert here is not None
    assert elsewhere is not None
    assert elsewhere.vehicle_class == here.vehicle_class
    assert elsewhere.sure == here.sure
    assert elsewhere.vehicle_class not in PROVINCES


@given(st.text(max_size=30), st.none() | st.text(max_size=5))
def test_no_text_brings_the_reading_down(text: str, country: str | None) -> None:
    plate = understand(text, country=country)
    assert plate is None or 2 <= len(plate.text.text) <= 16


def test_what_is_understood_shows_no_plate() -> None:
    assert repr(understand("沪A12345")) == (
        "Plate(text=PlateText('沪A·**34*'), vehicle_class='car', sure=True)"
    )
    assert understand("沪a 12345") == Plate(PlateText("沪A12345"), "car")
