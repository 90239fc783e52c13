"""Faults of camera and payment terminal in German: name, cause, consequence, cure. No logic."""

from typing import Final

_TYPED: Final = "Jeder Fahrer muss sein Kennzeichen eintippen."
_NO_CARD: Final = "Niemand kann mit Karte zahlen."

WORDS: Final = {
    "camera.silent": (
        "Die Kamera sagt nichts",
        "Autos kamen, und kein Byte traf ein: kein Strom, ein Drahtbruch, oder sie soll nicht"
        " senden.",
        _TYPED,
        "Lampe und Stecker der Kamera ansehen; A und B tauschen; ihre serielle Ausgabe prüfen.",
    ),
    "camera.garbled": (
        "Der Text der Kamera ist unlesbar",
        "Es kommen Bytes, aber kein Telegramm: ihre Geschwindigkeit oder Parität ist eine andere.",
        _TYPED,
        "Ihre Einstellung mit `baud` in [camera] vergleichen; keine Parität, 8 Datenbits.",
    ),
    "camera.echo": (
        "Die Kamera sagt alles zweimal",
        "Jedes Telegramm kommt sofort noch einmal: das Kabel verbindet beide Paare, sie hört und"
        " wiederholt sich.",
        "Lesungen sind doppelt; ein längerer Text stößt mit sich selbst zusammen.",
        "Nur ihr Sendepaar anschließen oder sie auf Halbduplex ohne Echo stellen.",
    ),
    "camera.wrong-template": (
        "Der Text der Kamera hat eine andere Form",
        "Lesbare Telegramme kommen, die nicht zum eingestellten Modell passen.",
        _TYPED,
        "Die Vorlage des Modells in die Kamera eintippen oder `model` in [camera] ändern.",
    ),
    "camera.reads-nothing": (
        "Die Kamera sieht Autos und liest kein Kennzeichen",
        "Ein Auto nach dem anderen meldet sie ohne Kennzeichen: Richtung, Schärfe, Licht, Schmutz.",
        _TYPED,
        "Scheibe putzen; ein Kennzeichen auf der Schleife muss mitten im Bild sein, auch nachts.",
    ),
    "camera.low-confidence": (
        "Die Kamera ist unsicher",
        "Auto um Auto ist ihre Sicherheit gering: steiler Winkel, Schmutz, Spiegelung, Land.",
        "Kennzeichen werden falsch gelesen, und Fahrer werden gefragt.",
        "Scheibe putzen, Winkel unter 30 Grad, Land der Kamera einstellen.",
    ),
    "terminal.silent": (
        "Das Bezahlterminal antwortet nicht",
        "Kein Strom, Kabelbruch, ein anderes Gerät: bei keiner Geschwindigkeit antwortet etwas.",
        _NO_CARD,
        "Anzeige ansehen; neu starten; Sende- und Empfangsdraht gegeneinander prüfen.",
    ),
    "terminal.wrong-baud": (
        "Das Bezahlterminal hat eine andere Geschwindigkeit",
        "Es antwortet, aber nur bei einer anderen Baudrate als der eingestellten.",
        _NO_CARD,
        "`baud` in [terminal] auf die gefundene Rate setzen oder das Terminal umstellen.",
    ),
    "terminal.refuses-frames": (
        "Das Bezahlterminal lehnt jeden Rahmen ab",
        "Auf alles antwortet es NAK, bei jeder Prüfsumme: Parität, Stoppbits oder die Leitung"
        " dorthin.",
        _NO_CARD,
        "Terminal auf 8 Datenbits, keine Parität, 2 Stoppbits stellen; Kabel tauschen.",
    ),
    "terminal.lrc": (
        "Das Bezahlterminal nutzt LRC statt CRC",
        "Es antwortet nur, wenn ein Rahmen mit einem Prüfbyte endet: das ist nicht der Link von"
        " ZVT.",
        _NO_CARD,
        "Den seriellen Link auf ZVT mit CRC stellen (PA00P016) oder den Hersteller fragen.",
    ),
    "terminal.other-crc": (
        "Das Bezahlterminal nutzt eine andere CRC",
        "Es antwortet nur auf die Prüfsumme XMODEM, nicht auf die von ZVT.",
        _NO_CARD,
        "Software des Terminals erneuern oder den Link auf ZVT stellen (PA00P016).",
    ),
    "terminal.tcp-framing": (
        "Das Bezahlterminal spricht wie über TCP",
        "Es antwortet mit nackten Nachrichten, ohne die Rahmen einer seriellen Leitung.",
        _NO_CARD,
        "Link auf seriell stellen, oder per Netz anschließen und model = zvt_tcp setzen.",
    ),
    "terminal.serial-framing": (
        "Das Bezahlterminal spricht wie auf einer seriellen Leitung",
        "Über das Netz antwortet es in seriellen Rahmen, mit ACK und NAK.",
        _NO_CARD,
        "Kassenlink auf TCP stellen, oder model = zvt_serial mit einem Port socket:// setzen.",
    ),
    "terminal.wrong-port": (
        "An der Adresse des Terminals antwortet etwas anderes",
        "Was von dort kommt, ist Text und kein ZVT: ein anderer Dienst oder ein anderes Gerät.",
        _NO_CARD,
        "Adresse und Port prüfen: in der Regel 20007, bei manchen Herstellern 22000.",
    ),
    "terminal.noise": (
        "Die Leitung des Bezahlterminals ist gestört",
        "Rahmen kommen beschädigt an und werden wiederholt: langes, loses, ungeschirmtes Kabel.",
        "Zahlungen dauern länger, und eine kann unklar bleiben.",
        "Kabel tauschen, unter 15 m, nicht neben dem Motorkabel.",
    ),
    "terminal.wrong-password": (
        "Das Bezahlterminal lehnt unsere Anmeldung ab",
        "Es sagt seinen Status und lehnt jede Form der Anmeldung ab: das Passwort ist ein anderes.",
        _NO_CARD,
        "Die 6 Ziffern in die password_file von [terminal] schreiben; der Betreiber kennt sie.",
    ),
    "terminal.wrong-currency": (
        "Das Bezahlterminal hat eine andere Währung",
        "Es lehnt die Währung des Tarifs ab.",
        _NO_CARD,
        "Den Netzbetreiber diese Währung einrichten lassen oder die von [tariff] ändern.",
    ),
    "terminal.initialisation": (
        "Das Bezahlterminal braucht eine Initialisierung",
        "Das sagt es, und die versuchte Initialisierung half nicht.",
        _NO_CARD,
        "Netz prüfen, im Menü initialisieren, dann den Netzbetreiber anrufen.",
    ),
    "terminal.diagnosis": (
        "Das Bezahlterminal braucht eine Diagnose",
        "Das sagt es, und die versuchte Diagnose half nicht.",
        _NO_CARD,
        "Netz prüfen, im Menü eine Diagnose machen, dann den Netzbetreiber anrufen.",
    ),
    "terminal.end-of-day": (
        "Das Bezahlterminal will seinen Kassenschnitt",
        "Das sagt es, und der versuchte Kassenschnitt half nicht.",
        "Niemand kann mit Karte zahlen, bis die Summen gesendet sind.",
        "Netz prüfen, den Kassenschnitt im Menü machen.",
    ),
    "terminal.clock-wrong": (
        "Die Uhr des Bezahlterminals geht falsch",
        "Das sagt es selbst, oder seine Belege tragen eine andere Zeit als diese geprüfte Uhr.",
        "Belege tragen die falsche Zeit; der Host kann Zahlungen ablehnen.",
        "Eine Diagnose bringt die Zeit des Hosts; auch die Zeitzone dieses Rechners prüfen.",
    ),
    "terminal.out-of-order": (
        "Das Bezahlterminal ist außer Betrieb",
        "Das sagt es selbst.",
        _NO_CARD,
        "Neu starten; bleibt es dabei, den Netzbetreiber anrufen.",
    ),
    "terminal.card-left": (
        "Eine Karte steckt im Bezahlterminal",
        "Sie wurde vergessen oder klemmt.",
        "Niemand sonst kann mit Karte zahlen.",
        "Die Karte herausnehmen und für ihren Besitzer aufheben.",
    ),
    "terminal.reader-faulty": (
        "Der Leser des Bezahlterminals ist gestört",
        "Leser oder Klappe melden einen Fehler.",
        _NO_CARD,
        "Leser reinigen, Klappe freimachen, Terminal neu starten.",
    ),
    "terminal.not-activated": (
        "Das Bezahlterminal ist nicht aktiviert",
        "Der Netzbetreiber hat es nicht aktiviert.",
        _NO_CARD,
        "Den Netzbetreiber mit der Nummer des Terminals anrufen.",
    ),
    "terminal.blocked": (
        "Das Bezahlterminal ist gesperrt",
        "Sein Status erlaubt keine Zahlung; der Code steht bei den Belegen.",
        _NO_CARD,
        "Den Code im Handbuch nachschlagen, das Terminal neu starten.",
    ),
    "terminal.host-unreachable": (
        "Das Bezahlterminal erreicht seinen Host nicht",
        "Zahlungen enden mit seinem eigenen Wort, dass es keine Verbindung gibt.",
        _NO_CARD,
        "Netzkabel oder SIM-Karte des Terminals und den Router prüfen.",
    ),
}
