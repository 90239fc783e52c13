"""Faults of barrier, loops and their board in German: name, cause, consequence, cure. No logic."""

from typing import Final

_SILENT: Final = "Von hier lässt sich der Baum nicht öffnen; die Spur ist außer Betrieb."

WORDS: Final = {
    "barrier.silent": (
        "Die Platine der Schranke antwortet nicht",
        "Sie hat keinen Strom, ihre Leitung ist unterbrochen, oder A und B sind vertauscht: bei"
        " keiner Geschwindigkeit, Parität oder Adresse antwortet etwas.",
        _SILENT,
        "Betriebslampe der Platine ansehen, dann A und B: sitzen beide fest, vertauschen.",
    ),
    "barrier.wrong-baud": (
        "Die Platine der Schranke hat eine andere Geschwindigkeit",
        "Sie antwortet, aber nur bei einer anderen Baudrate als der eingestellten.",
        _SILENT,
        "`baud` in [barrier] auf die gefundene Rate setzen oder die Platine umstellen.",
    ),
    "barrier.wrong-parity": (
        "Die Platine der Schranke hat eine andere Parität",
        "Sie antwortet, aber nur mit einer anderen Parität als der eingestellten.",
        _SILENT,
        "Die Platine auf die Parität ihres Modells stellen, in der Regel keine.",
    ),
    "barrier.wrong-unit": (
        "Die Platine der Schranke hat eine andere Adresse",
        "Auf dieser Leitung antwortet eine Platine, aber unter einer anderen Modbus-Adresse.",
        _SILENT,
        "`unit` in [barrier] auf die gefundene Adresse setzen oder die Platine umstellen.",
    ),
    "barrier.refuses": (
        "Die Platine der Schranke lehnt ab, was sie gefragt wird",
        "Sie antwortet mit Fehlermeldungen: es ist ein anderes Modell als das eingestellte.",
        _SILENT,
        "Das Typenschild der Platine mit `model` in [barrier] vergleichen.",
    ),
    "barrier.noise": (
        "Die Leitung der Schranke ist gestört",
        "Antworten kommen beschädigt an: loser Draht, kein Schirm, kein Abschluss, Motorkabel"
        " daneben.",
        "Autos werden spät erkannt; die Platine kann jederzeit ausfallen.",
        "A und B festziehen, Schirm einseitig erden, 120 Ohm an beide Enden der Leitung.",
    ),
    "barrier.limits-swapped": (
        "Die Endschalter sind vertauscht",
        "Bei AUF verlässt der Baum den oberen Endschalter und erreicht den unteren: die Drähte sind"
        " verwechselt.",
        "Ein offener Baum gilt als geschlossen: keine Ausfahrt endet, keine Karte wird belastet.",
        "Die Drähte von open_limit und closed_limit tauschen oder ihre Schlüssel in"
        " [barrier.wiring].",
    ),
    "barrier.limits-both": (
        "Beide Endschalter melden zugleich",
        "Ihre Drähte berühren sich, oder ihre gemeinsame Versorgung ist gestört.",
        "Wo der Baum steht, ist nicht bekannt; zu jedem Auto wird jemand gerufen.",
        "Die Drähte an den Eingängen trennen und jede Eingangslampe ansehen.",
    ),
    "barrier.open-limit-dead": (
        "Der obere Endschalter meldet nie",
        "Autos fahren unter dem gehobenen Baum durch, und er bleibt aus: Schalter, Nocken, Draht.",
        "Trotz offenem Baum wird nichts abgebucht; zu jedem Auto wird jemand gerufen.",
        "Den Baum mit dem Schlüssel heben, den Schalter von Hand drücken, den Eingang ansehen.",
    ),
    "barrier.open-limit-stuck": (
        "Der obere Endschalter hängt",
        "Er meldet auch bei gesenktem Baum: verklemmt, oder ein Draht an Plus.",
        "Die Spur weiß nicht, ob der Baum offen ist, und ruft jemanden.",
        "Den Schalter lösen oder seinen Draht abnehmen: der Eingang muss ausgehen.",
    ),
    "barrier.closed-limit-dead": (
        "Der untere Endschalter meldet nie",
        "Der Baum braucht den ganzen Weg nach oben, hatte aber nie gemeldet, dass er unten ist.",
        "Der Baum gilt als offen oder verklemmt; unnötige Impulse werden gegeben.",
        "Den Baum senken, den Schalter von Hand drücken, den Eingang ansehen.",
    ),
    "barrier.closed-limit-stuck": (
        "Der untere Endschalter hängt",
        "Er meldet auch bei gehobenem Baum: verklemmt, oder ein Draht an Plus.",
        "Jede Öffnung endet als Verdrahtungsfehler, und jemand wird gerufen.",
        "Den Schalter lösen oder seinen Draht abnehmen: der Eingang muss ausgehen.",
    ),
    "barrier.arm-slow": (
        "Der Baum ist langsamer als sonst",
        "Beide Wege dauern länger als bei diesem Baum üblich: Federn, Motor, kaltes Fett, Wind.",
        "Jede Ausfahrt dauert länger; Geld kann freigegeben werden, bevor der Baum oben ist.",
        "Federn ausgleichen, Lager fetten, Spannung und Kondensator des Motors messen.",
    ),
    "barrier.arm-jammed": (
        "Der Baum bleibt auf halbem Weg stehen",
        "Etwas ist im Weg, oder der Motor gibt auf: kein Endschalter meldet.",
        "Autos kommen nicht hinaus, oder die Spur steht offen.",
        "Den Baum freimachen, einmal ganz durchkurbeln, dann mit dem Schlüssel öffnen.",
    ),
    "barrier.no-movement": (
        "Der Baum bewegt sich nicht, wenn er soll",
        "Die Platine hat den Impuls bestätigt, der Baum blieb unten: Relais, Draht an AUF, oder der"
        " Motor ist aus.",
        "Autos kommen nicht hinaus; gehaltenes Geld wird freigegeben.",
        "Auf das Relais hören; AUF an der Schranke brücken: bewegt sie sich, Relais tauschen.",
    ),
    "barrier.stays-open": (
        "Der Baum senkt sich nicht hinter dem Auto",
        "Der Kontakt AUF bleibt geschlossen (verschweißtes Relais, Schalter), oder die Schranke"
        " schließt nicht selbst.",
        "Wer als Nächstes kommt, fährt ohne zu zahlen.",
        "Draht von AUF nehmen: senkt sich der Baum, Relais tauschen, sonst Schranke einstellen.",
    ),
    "barrier.arm-forced": (
        "Der Baum wurde von Hand gehoben",
        "Er verließ seinen unteren Endschalter ohne Impuls, Schlüssel oder Feuer.",
        "Ein Auto kann ohne zu zahlen hinausgefahren sein.",
        "Journal und Baum ansehen; die Verriegelung einschalten, falls es eine gibt.",
    ),
    "barrier.arm-swung-off": (
        "Der Baum ist aus seiner Halterung",
        "Sein Kontakt meldet, dass er frei hängt, wie nach einem Anprall.",
        "Die Spur hält niemanden auf.",
        "Den Baum einsetzen und den Scherstift erneuern.",
    ),
    "barrier.loop-chatter": (
        "Eine Schleife kommt und geht ohne Auto",
        "Eine Schleife meldet öfter, als Autos können: loser Draht, Riss in der Fahrbahn, zwei"
        " Detektoren auf einer Frequenz.",
        "Der Bildschirm flackert, Autos werden gemeldet, die es nicht gibt.",
        "Drähte festziehen, Zuleitung verdrillen, andere Frequenz, weniger Empfindlichkeit.",
    ),
    "barrier.arming-loop-stuck": (
        "Die Schleife vor dem Baum bleibt belegt",
        "Autos fahren durch, und sie wird nie frei: der Detektor hängt.",
        "Das nächste Auto wird nicht gemeldet; nur eine Lesung seines Kennzeichens hilft ihm.",
        "Den Detektor bei leerer Spur zurücksetzen; kommt es wieder, tauschen.",
    ),
    "barrier.arming-loop-dead": (
        "Die Schleife vor dem Baum sieht keine Autos",
        "Ein Auto wurde gelesen oder fuhr durch, und sie blieb frei: weggeregelt, unterbrochen oder"
        " zu unempfindlich.",
        "Autos stehen an der Schranke, und nichts geschieht.",
        "Schleife messen (unter 5 Ohm), Detektor zurücksetzen, Haltezeit auf unbegrenzt.",
    ),
    "barrier.safety-loop-stuck": (
        "Die Schleife unter dem Baum bleibt belegt",
        "Dort kann niemand stehen: der Baum ist unten, oder Autos fahren darüber; der Detektor"
        " hängt.",
        "Die Schranke schließt nicht selbst, oder die Spur wartet auf ein Auto, das es nicht gibt.",
        "Den Detektor bei leerer Spur zurücksetzen; kommt es wieder, tauschen.",
    ),
    "barrier.safety-loop-dead": (
        "Die Schleife unter dem Baum sieht keine Autos",
        "Autos fahren unter dem offenen Baum durch, und sie bleibt frei: unterbrochen oder zu"
        " unempfindlich.",
        "Der Baum kann auf ein Auto fallen; Aufenthalte werden nicht beendet.",
        "Die Spur sperren, Schleife messen (unter 5 Ohm), Detektor zurücksetzen.",
    ),
    "barrier.fire-input": (
        "Der Feuerkontakt verlangt eine offene Spur",
        "Die Brandmeldezentrale ruft, oder ihr Draht ist unterbrochen: in Ruhe ist er geschlossen.",
        "Der Baum wird offen gehalten, und niemand zahlt.",
        "Die Zentrale fragen; ist sie ruhig, den Draht flicken, dann die Spur freigeben.",
    ),
}
