"""The checksums against the check values that every catalogue of CRCs lists."""

import pytest

from kiosk_hw.crc import crc16_kermit, crc16_modbus

CHECK = b"123456789"


def test_modbus_gives_the_catalogued_check_value() -> None:
    assert crc16_modbus(CHECK) == 0x4B37


def test_kermit_gives_the_catalogued_check_value() -> None:
    assert crc16_kermit(CHECK) == 0x2189


@pytest.mark.parametrize(
    ("crc", "empty"), [(crc16_modbus, 0xFFFF), (crc16_kermit, 0x0000)], ids=["modbus", "kermit"]
)
def test_nothing_gives_the_start_value(crc, empty) -> None:
    assert crc(b"") == empty


@pytest.mark.parametrize("crc", [crc16_modbus, crc16_kermit])
def test_data_with_its_own_crc_low_byte_first_comes_to_zero(crc) -> None:
    assert crc(CHECK + crc(CHECK).to_bytes(2, "little")) == 0
