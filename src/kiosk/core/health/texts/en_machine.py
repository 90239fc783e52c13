"""Faults of gateways, machine and ports in English: name, cause, consequence, cure. No logic."""

from typing import Final

WORDS: Final = {
    "gateway.unreachable": (
        "The payment gateway cannot be reached",
        "It does not answer: this machine's way to the internet is cut, or the gateway is down.",
        "Nobody can pay by code; cards and prepayment still work.",
        "Check the router and the network cable; open the gateway's address from here.",
    ),
    "gateway.clock-refused": (
        "The gateway and this machine differ in time",
        "Its answers bear a time that is more than minutes from ours, or it says so itself.",
        "Nobody can pay by code.",
        "Set this machine's clock by a time server (timedatectl).",
    ),
    "gateway.signature-refused": (
        "The gateway refuses our signature",
        "Our key, its serial number or our merchant's number do not fit each other, or this"
        " machine's clock is more than five minutes off: it does not say which.",
        "Nobody can pay by code.",
        "Check the clock first, then the key file and the numbers in [codes].",
    ),
    "gateway.platform-key": (
        "The gateway's answers cannot be verified",
        "They are signed with a key that is not in the configuration, or not signed at all.",
        "Nobody can pay by code: an answer that is not verified counts for nothing.",
        "Add the platform's new public key; let no proxy change what passes.",
    ),
    "gateway.refuses": (
        "The gateway takes no order of ours",
        "The merchant is not signed up for this way of paying, or is locked; its code is in the"
        " evidence.",
        "Nobody can pay by code.",
        "Look the code up on the merchant platform, and sign up for what is missing.",
    ),
    "screen.not-connected": (
        "No driver's screen is connected",
        "The page is served, and no browser shows it: the screen is off, or its browser ended.",
        "Drivers see no price and cannot type a plate.",
        "Switch the screen on, start its browser with the address of [screen] page.",
    ),
    "page.counter-failing": (
        "The counter's file cannot be written",
        "Lane and pay page meet in counter.db beside the store: this user may not write it, its"
        " file or folder is gone or broken, or it hangs.",
        "Nobody can pay on the pay page; cards, prepayment and codes on the screen still work.",
        "Give counter.db and its folder to the user that lane and page run as, or delete"
        " counter.db: it is made anew, and nothing in it is missed.",
    ),
    "page.other-release": (
        "Lane and pay page are of different releases",
        "Each finds the other's counter.db to be none of its own, and begins it anew, again and"
        " again.",
        "Nobody can pay on the pay page; cards, prepayment and codes on the screen still work.",
        "Install one release for `kiosk run` and `kiosk page`, and restart both.",
    ),
    "page.away": (
        "The pay page does not run",
        "`kiosk page` has not said for ten seconds that it is there: it ended, it hangs, or its"
        " [store] names another folder.",
        "Phones that open the posted code find no page; cards and prepayment still work.",
        "Look into its log, start it again, and compare `folder` in [store] of both.",
    ),
    "store.failing": (
        "The store cannot write",
        "Batches fail, and the disk itself is neither full nor read-only: a damaged file or card.",
        "No payment is started; cars that would be trapped are let out free.",
        "Read the log's reason; copy the folder, replace the card.",
    ),
    "store.keys-missing": (
        "The file of the day keys cannot be used",
        "It is missing, or this program may not read it.",
        "No stay is found by its plate: every driver must be helped.",
        "Mount the disk of `keys_folder`; the folder must belong to this program's user.",
    ),
    "clock.wrong": (
        "The clock is wrong",
        "A time server, or the terminal's own clock while no server is reached, says another time.",
        "Fees are reckoned with the wrong time.",
        "Check the time zone and the network's time server (timedatectl).",
    ),
    "clock.jumped": (
        "The clock was set",
        "The wall clock moved against the clock that only goes forward.",
        "Stays across the jump are too long or too short by it.",
        "Find who set it; let one time service alone set the clock.",
    ),
    "clock.unsynchronised": (
        "The clock is not checked",
        "No time server has confirmed the clock for a long time.",
        "It drifts by seconds a day, and nobody would notice an hour.",
        "Check the network's time server (timedatectl), and the clock's battery.",
    ),
    "disk.full": (
        "The disk is full",
        "No room is left for the store.",
        "No payment is started; cars that would be trapped are let out free.",
        "Delete old recordings and logs; `journalctl --vacuum-size=100M` helps at once.",
    ),
    "disk.nearly-full": (
        "The disk is nearly full",
        "Less room is left than the store needs for its next weeks.",
        "It will stop taking payments when it is full.",
        "Delete old recordings and logs.",
    ),
    "disk.read-only": (
        "The disk is read-only",
        "The kernel took it out of use for writing, as a rule after errors of a worn card.",
        "No payment is started; cars that would be trapped are let out free.",
        "Copy the folder now, replace the card; `dmesg` names the error.",
    ),
    "disk.slow": (
        "The disk is slow",
        "Most writes take far longer than a good card does: worn out, or busy with something else.",
        "Every exit takes longer.",
        "See what else writes (iotop), replace the card by an industrial one.",
    ),
    "port.missing": (
        "The port is not there",
        "The adapter is unplugged, dead, or has another name.",
        "Its device cannot be used.",
        "Plug it in; /dev/serial/by-id lists what is there.",
    ),
    "port.in-use": (
        "Another program has the port",
        "The port is open elsewhere: a second controller, or a terminal program.",
        "Its device cannot be used.",
        "End that program; `fuser -v` on the port names it.",
    ),
    "port.not-permitted": (
        "The port may not be opened",
        "This program's user has no right to it.",
        "Its device cannot be used.",
        "Add the user to the group that owns the port, as a rule `dialout`, and restart.",
    ),
    "port.no-port": (
        "The path is no serial port",
        "Something else lies at the configured path.",
        "Its device cannot be used.",
        "Set `port` to a path out of /dev/serial/by-id.",
    ),
    "port.unreachable": (
        "The network address does not answer",
        "The serial server or device is off, has another address, or the network is cut.",
        "Its device cannot be used.",
        "Check its power, cable and address; `ping` it from here.",
    ),
    "port.hung-up": (
        "The other end hangs up again and again",
        "The connection opens and is closed by the other end.",
        "Its device cannot be used.",
        "See who else is connected to it; restart it.",
    ),
    "port.unusable": (
        "The port cannot be used",
        "It refuses its settings; the kernel's word is in the evidence.",
        "Its device cannot be used.",
        "Check the port and the line settings in the configuration.",
    ),
    "port.latency-timer": (
        "The USB adapter holds bytes back",
        "Its latency timer is long: each reply waits up to that time in the adapter.",
        "Every question to the device takes that much longer.",
        "Set the latency_timer of the adapter to 1 by a udev rule.",
    ),
}
