"""Network and clock: what this machine is connected with, and what time it thinks that it is."""

from kiosk.screens.technician.lines import BLANK, Line, title
from kiosk.screens.technician.panes.overview import device_line
from kiosk.screens.technician.panes.port import counter_lines
from kiosk.screens.technician.panes.store import facts
from kiosk.screens.technician.told import DeviceTold
from kiosk.screens.technician.view import View


def lines(view: View) -> list[Line]:
    """The devices of the health model, then the machine's own words."""
    words, made = view.words, list[Line]()
    for name in ("network", "gateway", "clock"):
        if name in view.told.devices or name == "clock":
            device = view.told.devices.get(name, DeviceTold(name))
            made += [device_line(device, None, words), *counter_lines(view, name)]
    made += [BLANK, title(words("network.clock")), *facts(view, "local", "utc", "synchronised")]
    made += [BLANK, title(words("network.links"))]
    made += facts(view, "host", "interfaces", "route", "names", "lane")
    return made
