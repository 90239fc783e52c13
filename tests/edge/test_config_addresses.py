"""Two that listen at one address, two lanes of one name or port: each is a line with its cure."""

from pathlib import Path

import pytest

from edge.config_samples import ENTRY, EXIT, faults
from kiosk.config import parse
from kiosk.config.addresses import LISTENING, clash, is_local
from kiosk.edge.lanes_beside import shared

PAGE = """
[page]
listen = "{}"
site = "site-1"
operator = "Example Parking Ltd, 1 Example Road, Exampletown"
"""
SCREEN = '[screen]\npage = "{}"\nlisten = "{}"\n'
DIAG = '[diag]\nlisten = "{}"\n'
MONITOR = '[monitor]\nmetrics = "{}"\ncollectors = ["192.0.2.0/24"]\n'


def served(page="127.0.0.1:1", screen="127.0.0.1:2", staff="127.0.0.1:3", diag="127.0.0.1:4",
           metrics="127.0.0.1:5"):  # fmt: skip
    tables = (PAGE.format(page), SCREEN.format(screen, staff), DIAG.format(diag))
    return "\n".join([EXIT, *tables, MONITOR.format(metrics)])


CURE = "; give one of them another port or path"

CASES = [
    ({"page": "127.0.0.1:2"}, ("page.listen", "127.0.0.1:2", "screen.page")),
    ({"page": "0.0.0.0:2"}, ("page.listen", "0.0.0.0:2", "screen.page")),
    ({"page": "[::]:2", "screen": "[::1]:2"}, ("page.listen", "[::]:2", "screen.page")),
    ({"staff": "127.0.0.1:2"}, ("screen.listen", "127.0.0.1:2", "screen.page")),
    ({"diag": "127.0.0.1:3"}, ("diag.listen", "127.0.0.1:3", "screen.listen")),
    ({"diag": "unix:/a", "staff": "unix:/a"}, ("diag.listen", "unix:/a", "screen.listen")),
    ({"metrics": "0.0.0.0:1"}, ("monitor.metrics", "0.0.0.0:1", "page.listen")),
    ({"metrics": "127.0.0.1:00004"}, ("monitor.metrics", "127.0.0.1:00004", "diag.listen")),
]  # fmt: skip


@pytest.mark.parametrize(("told", "fault"), CASES, ids=[str(told) for told, _ in CASES])
def test_an_address_that_is_given_twice_is_a_fault_of_the_second_key(told, fault):
    key, address, other = fault
    line = f"{key}: expected an address of its own, got {address}, which {other} has{CURE}"
    assert faults(served(**told)) == [line]


def test_addresses_of_their_own_are_none():
    parse(served())
    parse(served(page="127.0.0.1:0", screen="127.0.0.1:0", metrics="127.0.0.1:0"))
    parse(served(page="[::]:2"))  # IPv6 is served by itself.
    parse(served(diag="unix:/run/a", staff="unix:/run/b"))


def test_shared_addresses_are_named_beside_all_other_faults_at_once():
    text = served(page="127.0.0.1:2", diag="127.0.0.1:3").replace('name = "exit-1"', "name = 7")
    told = faults(text)
    assert [line.partition(":")[0] for line in told] == ["lane.name", "page.listen", "diag.listen"]


def test_every_key_that_listens_is_looked_at():
    text = served(*["127.0.0.1:7"] * 5)
    assert [line.partition(":")[0] for line in faults(text)] == [
        f"{table}.{key}" for table, key in LISTENING[1:]
    ]


@pytest.mark.parametrize("other", ["", "x", "127.0.0.1", "127.0.0.1:x", "unix:/a", "127.0.0.1:²"])
def test_what_is_no_address_clashes_with_none(other):
    assert not clash("127.0.0.1:1", other)
    assert not clash(other, "127.0.0.1:1")


@pytest.mark.parametrize(
    ("address", "local"),
    [("127.0.0.1:1", True), ("[::1]:1", True), ("127.9.9.9:1", True), ("unix:/run/a", True),
     ("0.0.0.0:1", False), ("[::]:1", False), ("192.0.2.1:1", False), ("here:1", False)],
)  # fmt: skip
def test_an_address_of_this_machine_alone_is_known(address, local):
    assert is_local(address) is local


# Lanes of one machine.


def beside(one, other, folder=Path("/srv")):
    return list(shared({"a.toml": parse(one, folder), "b.toml": parse(other, folder)}))


def elsewhere(text, name="lane-2"):
    """The same lane with a name and ports of its own."""
    for what in ("barrier", "camera", "terminal"):
        text = text.replace(f'"/dev/{what}"', f'"/dev/{what}2"')
    return text.replace('name = "exit-1"', f'name = "{name}"').replace("entry-1", name)


def test_lanes_with_everything_of_their_own_are_none():
    assert beside(EXIT, elsewhere(EXIT)) == []
    assert beside(EXIT, elsewhere(ENTRY)) == []


def test_two_exits_of_one_name_are_a_fault_whatever_their_stores():
    other = elsewhere(EXIT, "exit-1").replace('folder = "state"', 'folder = "state2"')
    assert beside(EXIT, other) == [
        "b.toml: lane.name: expected a name of its own, got 'exit-1',"
        " which lane.name of a.toml has; give one of them another"
    ]


def test_an_entry_called_as_its_exit_must_be_reached_elsewhere():
    (line,) = beside(EXIT, elsewhere(ENTRY, "exit-1"))
    assert line.startswith(
        "b.toml: diag.listen: expected an address of its own, got unix:/srv/state/"
    )
    reached = elsewhere(ENTRY, "exit-1") + DIAG.format("unix:/run/entry.sock")
    assert beside(EXIT, reached) == []


def test_a_port_that_two_lanes_claim_is_found_under_another_name(tmp_path):
    (tmp_path / "usb0").symlink_to("/dev/null")
    other = elsewhere(EXIT).replace("/dev/camera2", str(tmp_path / "usb0"))
    one = EXIT.replace("/dev/barrier", "/dev/null")
    assert beside(one, other) == [
        f"b.toml: camera.port: expected a port of its own, got {tmp_path / 'usb0'},"
        " which barrier.port of a.toml has; give one of them another"
    ]


def test_the_pay_page_of_a_site_may_stand_in_the_files_of_all_its_lanes():
    page = PAGE.format("127.0.0.1:8081")
    assert beside(EXIT + page, elsewhere(EXIT) + page) == []
    (line,) = beside(EXIT + page, elsewhere(EXIT) + '[screen]\npage = "127.0.0.1:8081"\n')
    assert line.startswith("b.toml: screen.page: expected an address of its own")
    assert "which page.listen of a.toml has" in line
