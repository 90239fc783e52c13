"""Faults of camera and payment terminal in English: name, cause, consequence, cure. No logic."""

from typing import Final

WORDS: Final = {
    "camera.silent": (
        "The camera says nothing",
        "Cars came, and not one byte arrived: no power, a cut wire, or a camera that is not told to"
        " send.",
        "Every driver must type the plate.",
        "Look at the camera's lamp and its plug; swap A and B; look at its serial output's switch.",
    ),
    "camera.garbled": (
        "The camera's text is unreadable",
        "Bytes arrive, but no telegram: the camera's speed or parity is another one than ours.",
        "Every driver must type the plate.",
        "Compare the camera's serial settings with `baud` in [camera]; parity none, 8 data bits.",
    ),
    "camera.echo": (
        "The camera's words come twice",
        "Every telegram comes again at once: the cable joins both pairs, so that the camera hears"
        " itself and answers with the same.",
        "Reads are doubled; a longer text will collide with itself and be lost.",
        "Connect the camera's sending pair alone, or set its line to half duplex without echo.",
    ),
    "camera.wrong-template": (
        "The camera's text has another form",
        "Readable telegrams arrive that do not fit the configured model.",
        "Every driver must type the plate.",
        "Type the template of its model's page into the camera, or set `model` in [camera].",
    ),
    "camera.reads-nothing": (
        "The camera sees cars and reads no plate",
        "It reports cars without a plate, one after the other: aim, focus, light or dirt.",
        "Every driver must type the plate.",
        "Clean the glass; aim so that a plate on the loop is in the middle; look at it by night.",
    ),
    "camera.low-confidence": (
        "The camera is unsure of what it reads",
        "Its confidence is low, car after car: a steep angle, dirt, reflections, a wrong country.",
        "Plates are misread, and drivers are asked.",
        "Clean the glass, bring the angle below 30 degrees, set the camera's country.",
    ),
    "terminal.silent": (
        "The payment terminal does not answer",
        "No power, a cut cable, or another device on this line: nothing answers at any speed.",
        "Nobody can pay by card.",
        "Look at its display; restart it; check sending and receiving wires against each other.",
    ),
    "terminal.wrong-baud": (
        "The payment terminal is set to another speed",
        "The terminal answers, but only at another line speed than the configured one.",
        "Nobody can pay by card.",
        "Set `baud` in [terminal] to the speed that was found, or set the terminal.",
    ),
    "terminal.refuses-frames": (
        "The payment terminal refuses every frame",
        "It answers NAK to all that is sent, whatever the check sum: its parity or stop bits are"
        " others, or the wire to it is disturbed.",
        "Nobody can pay by card.",
        "Set the terminal to 8 data bits, no parity, 2 stop bits; replace the cable.",
    ),
    "terminal.lrc": (
        "The payment terminal uses LRC instead of CRC",
        "It answers only when a frame ends with one check byte: its link is not that of ZVT.",
        "Nobody can pay by card.",
        "Set the terminal's serial link to ZVT with CRC (PA00P016), or ask its maker.",
    ),
    "terminal.other-crc": (
        "The payment terminal uses another CRC",
        "It answers only to the XMODEM check sum, not to that of ZVT.",
        "Nobody can pay by card.",
        "Update the terminal's software, or set its link to ZVT (PA00P016).",
    ),
    "terminal.tcp-framing": (
        "The payment terminal speaks as on TCP",
        "It answers bare messages, without the frames of a serial line.",
        "Nobody can pay by card.",
        "Set the terminal's link to serial, or connect it by network and set model = zvt_tcp.",
    ),
    "terminal.serial-framing": (
        "The payment terminal speaks as on a serial line",
        "Over the network it answers in serial frames, with ACK and NAK.",
        "Nobody can pay by card.",
        "Set the terminal's ECR link to TCP, or set model = zvt_serial with a socket:// port.",
    ),
    "terminal.wrong-port": (
        "Something else answers at the terminal's address",
        "What comes from there is text and no ZVT: another service, or another device.",
        "Nobody can pay by card.",
        "Check address and port: 20007 as a rule, 22000 with some makers.",
    ),
    "terminal.noise": (
        "The payment terminal's line is noisy",
        "Frames arrive damaged and are repeated: a long, loose or unshielded cable.",
        "Payments take longer, and one may stay unclear.",
        "Replace the cable, keep it below 15 m, and away from the motor's.",
    ),
    "terminal.wrong-password": (
        "The payment terminal refuses our registration",
        "It answers its status, and refuses every form of registration: the password is another.",
        "Nobody can pay by card.",
        "Put the terminal's 6 digits into password_file of [terminal]; the acquirer knows them.",
    ),
    "terminal.wrong-currency": (
        "The payment terminal has another currency",
        "It refuses the currency of the tariff.",
        "Nobody can pay by card.",
        "Let the acquirer book this currency, or set that of [tariff].",
    ),
    "terminal.initialisation": (
        "The payment terminal needs an initialisation",
        "It says so, and the initialisation that was tried did not help.",
        "Nobody can pay by card.",
        "Check its network, initialise it by its menu, then call the acquirer.",
    ),
    "terminal.diagnosis": (
        "The payment terminal needs a diagnosis",
        "It says so, and the diagnosis that was tried did not help.",
        "Nobody can pay by card.",
        "Check its network, make a diagnosis by its menu, then call the acquirer.",
    ),
    "terminal.end-of-day": (
        "The payment terminal wants its end of day",
        "It says so, and the end of day that was tried did not help.",
        "Nobody can pay by card until the totals are sent.",
        "Check its network, make the end of day by its menu.",
    ),
    "terminal.clock-wrong": (
        "The payment terminal's clock is wrong",
        "It says so itself, or its receipts bear another time than this machine's checked clock.",
        "Receipts bear the wrong time; the host may refuse payments.",
        "Make a diagnosis: it brings the host's time; check this machine's time zone too.",
    ),
    "terminal.out-of-order": (
        "The payment terminal is out of order",
        "It says so itself.",
        "Nobody can pay by card.",
        "Restart it; if it stays, call the acquirer.",
    ),
    "terminal.card-left": (
        "A card is in the payment terminal",
        "A card was left in the slot, or sticks in it.",
        "Nobody else can pay by card.",
        "Take the card out, keep it for its owner.",
    ),
    "terminal.reader-faulty": (
        "The payment terminal's reader is faulty",
        "Its reader or shutter reports an error.",
        "Nobody can pay by card.",
        "Clean the reader, free the shutter, restart the terminal.",
    ),
    "terminal.not-activated": (
        "The payment terminal is not activated",
        "The acquirer has not activated it.",
        "Nobody can pay by card.",
        "Call the acquirer with the terminal's number.",
    ),
    "terminal.blocked": (
        "The payment terminal is locked",
        "It answers with a status that keeps it from payments; the code is in the evidence.",
        "Nobody can pay by card.",
        "Look the code up in the terminal's manual, restart it.",
    ),
    "terminal.host-unreachable": (
        "The payment terminal does not reach its host",
        "Payments end with its own word that there is no connection.",
        "Nobody can pay by card.",
        "Check the terminal's network cable or SIM card, and the router.",
    ),
}
