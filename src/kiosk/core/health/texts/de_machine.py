"""Faults of gateways, machine and ports in German: name, cause, consequence, cure. No logic."""

from typing import Final

_UNUSABLE: Final = "Sein Gerät ist nicht nutzbar."
_NO_MONEY: Final = "Keine Zahlung beginnt; Autos, die gefangen wären, dürfen kostenlos hinaus."

WORDS: Final = {
    "gateway.unreachable": (
        "Das Zahlungs-Gateway ist nicht erreichbar",
        "Es antwortet nicht: der Weg ins Internet ist unterbrochen, oder es ist ausgefallen.",
        "Niemand kann per Code zahlen; Karten und Vorauszahlung gehen weiter.",
        "Router und Netzkabel prüfen; die Adresse des Gateways von hier aus öffnen.",
    ),
    "gateway.clock-refused": (
        "Gateway und dieser Rechner haben verschiedene Zeit",
        "Seine Antworten tragen eine Zeit, die Minuten von unserer abweicht, oder es sagt das"
        " selbst.",
        "Niemand kann per Code zahlen.",
        "Die Uhr dieses Rechners nach einem Zeitserver stellen (timedatectl).",
    ),
    "gateway.signature-refused": (
        "Das Gateway lehnt unsere Unterschrift ab",
        "Schlüssel, Seriennummer oder Händlernummer passen nicht zusammen, oder unsere Uhr geht"
        " über fünf Minuten falsch: es sagt nicht, was davon.",
        "Niemand kann per Code zahlen.",
        "Zuerst die Uhr prüfen, dann Schlüsseldatei und Nummern in [codes].",
    ),
    "gateway.platform-key": (
        "Die Antworten des Gateways sind nicht prüfbar",
        "Ihr Schlüssel steht nicht in der Konfiguration, oder sie sind gar nicht unterschrieben.",
        "Niemand kann per Code zahlen: eine ungeprüfte Antwort gilt nichts.",
        "Den neuen öffentlichen Schlüssel der Plattform eintragen; kein Proxy darf etwas ändern.",
    ),
    "gateway.refuses": (
        "Das Gateway nimmt keinen Auftrag von uns",
        "Der Händler ist für diesen Weg nicht angemeldet oder gesperrt; der Code steht bei den"
        " Belegen.",
        "Niemand kann per Code zahlen.",
        "Den Code auf der Händlerplattform nachschlagen und anmelden, was fehlt.",
    ),
    "screen.not-connected": (
        "Kein Fahrerbildschirm ist verbunden",
        "Die Seite wird angeboten, und kein Browser zeigt sie: er oder der Bildschirm ist aus.",
        "Fahrer sehen keinen Preis und können kein Kennzeichen tippen.",
        "Bildschirm einschalten, Browser mit der Adresse von [screen] page starten.",
    ),
    "page.counter-failing": (
        "Die Datei des Schalters ist nicht beschreibbar",
        "Spur und Bezahlseite treffen sich in counter.db beim Speicher: Dieser Benutzer darf sie"
        " nicht schreiben, Datei oder Ordner fehlen oder sind beschädigt, oder sie hängt.",
        "Auf der Bezahlseite kann niemand bezahlen; Karten, Vorauszahlung und Codes auf dem"
        " Bildschirm gehen weiter.",
        "counter.db und ihren Ordner dem Benutzer geben, unter dem Spur und Seite laufen, oder"
        " counter.db löschen: Sie wird neu angelegt, und nichts darin fehlt.",
    ),
    "page.other-release": (
        "Spur und Bezahlseite sind verschiedene Ausgaben",
        "Jede hält die counter.db der anderen für fremd und beginnt sie neu, immer wieder.",
        "Auf der Bezahlseite kann niemand bezahlen; Karten, Vorauszahlung und Codes auf dem"
        " Bildschirm gehen weiter.",
        "Für `kiosk run` und `kiosk page` dieselbe Ausgabe installieren und beide neu starten.",
    ),
    "page.away": (
        "Die Bezahlseite läuft nicht",
        "`kiosk page` hat sich seit zehn Sekunden nicht gemeldet: Sie ist beendet, hängt, oder ihr"
        " [store] nennt einen anderen Ordner.",
        "Telefone, die den ausgehängten Code öffnen, finden keine Seite; Karten und Vorauszahlung"
        " gehen weiter.",
        "In ihr Protokoll sehen, sie neu starten und `folder` in [store] beider vergleichen.",
    ),
    "store.failing": (
        "Der Speicher kann nicht schreiben",
        "Schreiben misslingt, und die Platte ist weder voll noch schreibgeschützt: Datei oder Karte"
        " beschädigt.",
        _NO_MONEY,
        "Den Grund im Log lesen; den Ordner kopieren, die Karte tauschen.",
    ),
    "store.keys-missing": (
        "Die Datei der Tagesschlüssel ist nicht nutzbar",
        "Sie fehlt, oder dieses Programm darf sie nicht lesen.",
        "Kein Aufenthalt wird am Kennzeichen gefunden: jedem Fahrer muss geholfen werden.",
        "Die Platte von `keys_folder` einhängen; der Ordner muss dem Nutzer des Programms gehören.",
    ),
    "clock.wrong": (
        "Die Uhr geht falsch",
        "Ein Zeitserver, oder ohne ihn die Uhr des Terminals, sagt eine andere Zeit.",
        "Gebühren werden mit der falschen Zeit gerechnet.",
        "Zeitzone und Zeitserver des Netzes prüfen (timedatectl).",
    ),
    "clock.jumped": (
        "Die Uhr wurde gestellt",
        "Sie bewegte sich gegen die Uhr, die nur vorwärts geht.",
        "Aufenthalte über den Sprung hinweg sind um ihn zu lang oder zu kurz.",
        "Herausfinden, wer sie stellte; nur ein Zeitdienst darf die Uhr stellen.",
    ),
    "clock.unsynchronised": (
        "Die Uhr ist nicht geprüft",
        "Seit Langem hat kein Zeitserver sie bestätigt.",
        "Sie läuft um Sekunden am Tag weg, und eine Stunde fiele niemandem auf.",
        "Zeitserver des Netzes (timedatectl) und Batterie der Uhr prüfen.",
    ),
    "disk.full": (
        "Die Platte ist voll",
        "Für den Speicher ist kein Platz mehr.",
        _NO_MONEY,
        "Alte Aufzeichnungen und Logs löschen; `journalctl --vacuum-size=100M` hilft sofort.",
    ),
    "disk.nearly-full": (
        "Die Platte ist fast voll",
        "Es ist weniger Platz, als der Speicher in den nächsten Wochen braucht.",
        "Ist sie voll, wird nichts mehr kassiert.",
        "Alte Aufzeichnungen und Logs löschen.",
    ),
    "disk.read-only": (
        "Die Platte ist schreibgeschützt",
        "Der Kernel nahm sie vom Schreiben, meist nach Fehlern einer verschlissenen Karte.",
        _NO_MONEY,
        "Den Ordner jetzt kopieren, die Karte tauschen; `dmesg` nennt den Fehler.",
    ),
    "disk.slow": (
        "Die Platte ist langsam",
        "Die meisten Schreibvorgänge dauern viel länger als bei einer guten Karte.",
        "Jede Ausfahrt dauert länger.",
        "Nachsehen, wer noch schreibt (iotop); eine Industriekarte einsetzen.",
    ),
    "port.missing": (
        "Der Port ist nicht da",
        "Der Adapter ist abgezogen, defekt oder heißt anders.",
        _UNUSABLE,
        "Einstecken; /dev/serial/by-id zeigt, was da ist.",
    ),
    "port.in-use": (
        "Ein anderes Programm hat den Port",
        "Er ist anderswo offen: eine zweite Steuerung oder ein Terminalprogramm.",
        _UNUSABLE,
        "Dieses Programm beenden; `fuser -v` auf den Port nennt es.",
    ),
    "port.not-permitted": (
        "Der Port darf nicht geöffnet werden",
        "Der Nutzer dieses Programms hat kein Recht daran.",
        _UNUSABLE,
        "Den Nutzer in die Gruppe des Ports aufnehmen, meist `dialout`, und neu starten.",
    ),
    "port.no-port": (
        "Der Pfad ist kein serieller Port",
        "Unter dem eingestellten Pfad liegt etwas anderes.",
        _UNUSABLE,
        "`port` auf einen Pfad aus /dev/serial/by-id setzen.",
    ),
    "port.unreachable": (
        "Die Netzadresse antwortet nicht",
        "Server oder Gerät ist aus, hat eine andere Adresse, oder das Netz ist unterbrochen.",
        _UNUSABLE,
        "Strom, Kabel und Adresse prüfen; von hier aus `ping`.",
    ),
    "port.hung-up": (
        "Das andere Ende legt immer wieder auf",
        "Die Verbindung wird geöffnet und vom anderen Ende geschlossen.",
        _UNUSABLE,
        "Nachsehen, wer noch damit verbunden ist; es neu starten.",
    ),
    "port.unusable": (
        "Der Port ist nicht nutzbar",
        "Er lehnt seine Einstellungen ab; das Wort des Kernels steht bei den Belegen.",
        _UNUSABLE,
        "Port und Leitungseinstellungen in der Konfiguration prüfen.",
    ),
    "port.latency-timer": (
        "Der USB-Adapter hält Bytes zurück",
        "Sein Latency-Timer ist lang: so lange wartet jede Antwort darin.",
        "Jede Frage an das Gerät dauert um diese Zeit länger.",
        "latency_timer des Adapters per udev-Regel auf 1 setzen.",
    ),
}
