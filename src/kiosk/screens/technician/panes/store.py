"""Store, keys and disk: what was written and how fast, what a person must settle, what is left."""

from kiosk.screens.technician.cells import pad
from kiosk.screens.technician.lines import BLANK, Line, line, title
from kiosk.screens.technician.panes.overview import device_line
from kiosk.screens.technician.panes.port import counter_lines
from kiosk.screens.technician.told import DeviceTold
from kiosk.screens.technician.view import View


def lines(view: View) -> list[Line]:
    """The devices, the lane's counters, and what this machine says itself."""
    words = view.words
    made: list[Line] = []
    for name in ("store", "disk"):
        device = view.told.devices.get(name, DeviceTold(name))
        made += [device_line(device, None, words), *counter_lines(view, name)]
    made += [BLANK, title(words("store.counters"))]
    for name, count in view.told.counters.items():
        made.append(line(f"  {pad(words.named('counter', name), 40)} {count:12.0f}"))
    made += [BLANK, title(words("store.machine"))]
    made += facts(view, "store", "journal", "unresolved", "keys", "disk")
    return made


def facts(view: View, *names: str) -> list[Line]:
    """What the machine of this screen says, under these names."""
    made = []
    for name in names:
        if name in view.session.surroundings:
            value = view.session.surroundings[name]
            value = view.words(value) if value in ("yes", "no", "none") else value
            made.append(line(f"  {pad(view.words('fact.' + name), 28)} {value}"))
    return made or [line(f"  {view.words('fact.none')}")]
