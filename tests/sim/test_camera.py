"""The simulated camera: what it says about a car, and when, in golden bytes of several models."""

from random import Random

import pytest

from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.catalog import models, names
from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.camera import (
    CONFUSABLE,
    TELEGRAMS_MAX,
    Outcome,
    Sight,
    SimulatedCamera,
    misread,
)
from kiosk_sim.world.ledger import Share

PLATE = "46HVR9"
MODELS = {
    name: model for name, model in models("cameras").items() if isinstance(model, CameraModel)
}


class Bench:
    """A camera, a note of what it books, and everything that it says with its time."""

    def __init__(self, model: str = "nedap_raw", seed: int = 1, **sight: object) -> None:
        self.booked: list[tuple[Share, float, float, str]] = []
        self.camera = SimulatedCamera(
            MODELS[model],
            Random(seed),
            lambda *booking: self.booked.append(booking),
            Sight(**sight),  # type: ignore[arg-type]
        )

    def listen(self, until_s: float) -> list[tuple[float, bytes]]:
        heard = []
        while (due := self.camera.deadline()) <= until_s:
            self.camera.tick(due)
            if data := self.camera.bytes_to_send():
                heard.append((due, data))
            assert self.camera.deadline() > due, "a tick at the deadline must make it fall due"
        return heard


@pytest.mark.parametrize(
    ("model", "outcome", "telegram"),
    [
        ("nedap_raw", Outcome.READ, b"46HVR9-NLD\r\n"),
        ("nedap_raw", Outcome.NO_READ, b"NOREAD\r\n"),
        ("stx_etx", Outcome.NO_READ, b"\x02;;\x03"),
        ("lumo", Outcome.NO_READ, b"NOREAD\r\n"),
        (
            "nedap_protocolled",
            Outcome.READ,
            bytes.fromhex("EF CD AB 89 01 00 00 00 0A 00 00 00")
            + b"46HVR9-NLD"
            + bytes.fromhex("17 78 56 34 12"),
        ),
    ],
)
def test_a_car_in_view_becomes_the_models_own_telegram(
    model: str, outcome: Outcome, telegram: bytes
) -> None:
    bench = Bench(model, read_s=0.25, no_read_s=2.0, country="NLD")
    bench.camera.expect(outcome)
    bench.camera.car_in_view(PLATE, 10.0)
    at_s = 12.0 if outcome is Outcome.NO_READ else 10.25
    assert bench.listen(60.0) == [(at_s, telegram)]
    assert bench.booked == [(Share.DEVICES, 10.0, at_s, f"plate {outcome.value}")]


@pytest.mark.parametrize("name", names("cameras"))
def test_every_model_of_the_catalog_can_be_simulated(name: str) -> None:
    bench = Bench(name)
    bench.camera.car_in_view(PLATE, 0.0)
    assert PLATE.encode() in bench.listen(1.0)[0][1]
    assert bench.camera.line == MODELS[name].line


def test_an_unsure_read_says_so_where_the_model_can() -> None:
    bench = Bench("lumo", country="NLD")
    bench.camera.expect(Outcome.UNSURE)
    bench.camera.car_in_view(PLATE, 0.0)
    kind, plate, country, confidence = bench.listen(1.0)[0][1].decode().strip().split(";")
    assert (kind, plate, country) == ("LCR", PLATE, "NLD")
    assert 20 <= int(confidence) <= 45


def test_a_misread_flips_exactly_one_character_to_a_look_alike() -> None:
    rng = Random(3)
    for _ in range(200):
        read = misread("OB1SZGUME0", rng)
        changed = [(a, b) for a, b in zip("OB1SZGUME0", read, strict=True) if a != b]
        assert len(changed) == 1
        assert any(changed[0][0] in group and changed[0][1] in group for group in CONFUSABLE)
    assert misread("AH", rng) == "AH"


def test_the_shares_come_out_as_set_and_one_seed_says_the_same_twice() -> None:
    def run(seed: int) -> tuple[dict[Outcome, int], list[tuple[float, bytes]]]:
        bench = Bench(
            seed=seed, misread_share=0.1, unsure_share=0.1, no_read_share=0.2, silent_share=0.1
        )
        heard = []
        for number in range(1000):
            bench.camera.car_in_view(PLATE, number * 10.0)
            heard += bench.listen(number * 10.0 + 9.0)
        return bench.camera.outcomes, heard

    outcomes, heard = run(5)
    assert run(5) == (outcomes, heard)
    assert run(6) != (outcomes, heard)
    for outcome, share in zip(Outcome, (0.5, 0.1, 0.1, 0.2, 0.1), strict=True):
        assert outcomes[outcome] == pytest.approx(1000 * share, abs=45)
    assert len(heard) == 1000 - outcomes[Outcome.SILENT]


def test_a_duplicate_follows_its_telegram() -> None:
    bench = Bench(duplicate_share=1.0)
    bench.camera.car_in_view(PLATE, 0.0)
    (first_s, first), (second_s, second) = bench.listen(5.0)
    assert first == second
    assert second_s - first_s == pytest.approx(0.2)


def test_a_free_running_camera_reads_again_until_the_car_is_gone() -> None:
    bench = Bench(again_s=1.0, read_s=0.25)
    bench.camera.car_in_view(PLATE, 0.0)
    assert [at_s for at_s, _ in bench.listen(2.5)] == [0.25, 1.25, 2.25]
    bench.camera.car_gone(PLATE, 2.6)
    assert bench.listen(10.0) == []
    assert bench.camera.deadline() == NEVER
    assert len(bench.booked) == 1, "only the first look keeps anybody waiting"


def test_a_dead_camera_and_a_full_spool_drop_and_count() -> None:
    bench = Bench()
    bench.camera.unplugged = True
    bench.camera.car_in_view(PLATE, 0.0)
    assert bench.listen(5.0) == []
    assert bench.camera.dropped == 1
    for _ in range(TELEGRAMS_MAX + 2):
        bench.camera.car_in_view(PLATE, 6.0)
    assert bench.camera.dropped == 3


def test_what_is_said_to_a_camera_means_nothing_and_its_repr_shows_no_plate() -> None:
    bench = Bench()
    bench.camera.receive(b"anything", 0.0)
    bench.camera.car_in_view(PLATE, 0.0)
    assert PLATE not in repr(bench.camera)
    bench.camera.connected(0.1)
    bench.camera.tick(0.3)
    bench.camera.disconnected(0.3)
    assert bench.camera.bytes_to_send() == b""
    assert repr(bench.camera) == "<SimulatedCamera nedap_raw telegrams=1 dropped=0 {'read': 1}>"
