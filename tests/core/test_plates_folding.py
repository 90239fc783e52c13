"""One plate has one spelling, and no text of any kind brings the folding down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.plates.folding import RAW_CHARS_MAX, normalise
from kiosk_hw.ports.plate import PLATE_CHARS_MAX, PlateText


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("te57ab", "TE57AB"),
        (" TE 57-ab ", "TE57AB"),
        ("TE.57·AB", "TE57AB"),
        ("沪A·12345", "沪A12345"),
        ("沪Ａ•１２３４５", "沪A12345"),
        ("滬A12345", "沪A12345"),
        ("粵z1234港", "粤Z1234港"),
        ("沪A‑12345", "沪A12345"),
        ("ΑΒ-1234", "AB1234"),
        ("АВ1234СЕ", "AB1234CE"),
        ("ве1234", "BE1234"),
        ("mü-ab 123", "MÜAB123"),
        ("MU\u0308AB123", "MÜAB123"),
        ("ŠI 123-ČĐ", "SI123CD"),
        ("*A12345", "?A12345"),
        ("□A12345", "?A12345"),
        ("\ufeffTE57AB\u200b", "TE57AB"),
        ("_无_", "无"),
        ("", ""),
        ("   ", ""),
        ("A" * PLATE_CHARS_MAX, "A" * PLATE_CHARS_MAX),
        ("A" * (PLATE_CHARS_MAX + 1), ""),
        ("A" + "-" * (RAW_CHARS_MAX - 2) + "1", "A1"),
        ("A" + "-" * (RAW_CHARS_MAX - 1) + "1", ""),
    ],
)
def test_every_way_to_write_a_plate_folds_to_one(text: str, folded: str) -> None:
    assert normalise(text) == folded


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once_and_bounded(text: str) -> None:
    once = normalise(text)
    assert len(once) <= PLATE_CHARS_MAX
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("沪A12345", "沪A·**34*"),
        ("沪AD12345", "沪A·***34*"),
        ("TE57AB", "T***AB"),
        ("B1234567", "B*****67"),
        ("AB123", "A****"),
        ("AB12", "A***"),
        ("AB1", "***"),
        ("", ""),
    ],
)
def test_a_plate_is_masked_wherever_it_could_be_seen(text: str, masked: str) -> None:
    plate = PlateText(text)
    assert plate.masked() == str(plate) == f"{plate}" == masked
    assert repr(plate) == f"PlateText({masked!r})"


@given(st.text("ABC0123沪", min_size=4, max_size=PLATE_CHARS_MAX))
def test_a_mask_never_shows_more_than_four_characters(text: str) -> None:
    shown = PlateText(text).masked().replace("·", "")
    assert len(shown) == len(text)
    assert sum(char != "*" for char in shown) <= 4
