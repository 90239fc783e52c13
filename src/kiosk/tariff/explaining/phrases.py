"""The sentences of a sign in three languages; a test holds every file and language to them."""

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str, str]]] = {
    "since": ("自{date}起：", "From {date}:", "Ab {date}:"),
    "cheapest": (
        "符合条件的收费方式中，按最便宜的一种收费。",
        "Where several of these ways to pay fit a stay, the cheapest is charged.",
        "Passen mehrere dieser Tarife, gilt der günstigste.",
    ),
    "for_classes": ("适用于{classes}：", "For {classes}:", "Für {classes}:"),
    "plan": ("{name}：", "{name}:", "{name}:"),
    "alone": (
        "符合以上条件的，一律按此方式收费，即使其他方式更便宜。",
        "Whoever this fits pays it, even where another way would be cheaper.",
        "Wer hierunter fällt, zahlt diesen Tarif, auch wenn ein anderer günstiger wäre.",
    ),
    "once": (
        "同一车辆每{period}限一次。",
        "For a vehicle once per {period}.",
        "Gilt für jedes Fahrzeug einmal je {period}.",
    ),
    "calendar": ("{name}：{dates}。", "{name}: {dates}.", "{name}: {dates}."),
    "enter": ("限{when}入场。", "For entries {when}.", "Gilt für Einfahrten {when}."),
    "leave": ("限{when}出场。", "For exits {when}.", "Gilt für Ausfahrten {when}."),
    "longest": (
        "限停车不超过{time}。",
        "For stays of at most {time}.",
        "Gilt für eine Parkdauer bis {time}.",
    ),
    "rate": ("{when}：{prices}。", "{when}: {prices}.", "{when}: {prices}."),
    "opening": (
        "入场后最初{time}，不分时段：{prices}。",
        "At first, for {time}, at whatever hour: {prices}.",
        "Nach der Einfahrt zunächst {time} lang, zu jeder Uhrzeit: {prices}.",
    ),
    "free": (
        "停车不超过{time}免费；超过的，从入场时起计费。",
        "Free if you leave within {time}; whoever stays longer pays for the whole stay.",
        "Bis {time} kostenlos; wer länger bleibt, zahlt ab der Einfahrt.",
    ),
    "deduct": (
        "最初{time}不计费，之后开始计费。",
        "Free at first: {time}; charging begins after it.",
        "Zunächst {time} lang kostenlos; erst danach wird gezählt.",
    ),
    "free_once": (
        "同一车辆每{period}只享受一次免费时间。",
        "Free time is given to a vehicle once per {period}.",
        "Die freie Zeit gilt für jedes Fahrzeug einmal je {period}.",
    ),
    "minimum": (
        "需要付费时，最低收费{amount}。",
        "If anything is due, the least is {amount}.",
        "Wer zahlen muss, zahlt mindestens {amount}.",
    ),
    "cap": (
        "每{period}最高{amount}。",
        "At most {amount} per {period}.",
        "Höchstens {amount} je {period}.",
    ),
    "cap_days": (
        "以上封顶适用于{days}起算的时段。",
        "This maximum is for those that begin on {days}.",
        "Dieser Höchstbetrag gilt, wenn der Beginn auf diese Tage fällt: {days}.",
    ),
    "cap_stay": (
        "每次停车最高{amount}。",
        "At most {amount} for the whole stay.",
        "Höchstens {amount} für die ganze Parkdauer.",
    ),
    "cap_row": (
        "第一个{period}最高{first}，其后依次为{more}，再往后同最后一档。",
        "At most {first} for the first {period}, then {more}, and so on with the last.",
        "Je {period} höchstens: zuerst {first}, dann {more}; der letzte Wert gilt weiter.",
    ),
    "time_cap": (
        "每{period}最多按{amount}计费。",
        "At most {amount} are charged per {period}.",
        "Berechnet werden höchstens {amount} je {period}.",
    ),
    "time_cap_row": (
        "第一个{period}最多按{first}计费，其后依次按{more}，再往后同最后一档。",
        "At most {first} are charged of the first {period}, then {more}, and so on with the last.",
        "Je {period} werden höchstens berechnet: zuerst {first}, dann {more};"
        " der letzte Wert gilt weiter.",
    ),
    "restart": (
        "期满后重新开始计费。",
        "Then charging begins anew, as for a car that has just come in.",
        "Danach wird neu gerechnet wie ab einer neuen Einfahrt.",
    ),
    "no_restart": (
        "期满后继续计费，不重新开始。",
        "Then charging goes on, it does not begin anew.",
        "Danach wird weitergezählt, nicht neu begonnen.",
    ),
    "periods": (
        "封顶仅限入场后最初{count}次，之后不封顶。",
        "The maximum holds {count} times from the entry on, later there is none.",
        "Der Höchstbetrag gilt ab der Einfahrt {count}-mal, danach gibt es keinen.",
    ),
    "periods_once": (
        "封顶仅限入场后第一次，之后不封顶。",
        "The maximum holds once from the entry on, later there is none.",
        "Der Höchstbetrag gilt ab der Einfahrt einmal, danach gibt es keinen.",
    ),
    "start_decides": (
        "跨时段的计费单位按其开始时的价格收取。",
        "A unit that runs into other hours costs what it cost when it began.",
        "Eine Einheit, die in andere Zeiten reicht, kostet den Preis ihres Beginns.",
    ),
    "split": (
        "进入另一时段时，按新时段重新计算。",
        "Where other hours begin, counting begins anew at their price.",
        "Mit jedem Zeitabschnitt beginnt die Zählung neu zu dessen Preis.",
    ),
    "day_begins": (
        "每日自{clock}起算。",
        "A day begins at {clock}.",
        "Ein Tag beginnt um {clock} Uhr.",
    ),
    "due_at_start": (
        "每个计费单位一开始即计费。",
        "A unit is due the moment it begins.",
        "Eine Einheit ist fällig, sobald sie beginnt.",
    ),
    "times": (
        "{name}按{factor}倍收费。",
        "{name}: every price {factor} times.",
        "{name}: alle Preise {factor}-fach.",
    ),
    "times_free": ("{name}免费。", "{name}: free.", "{name}: kostenlos."),
    "grace": (
        "付款后请在{time}内离场。",
        "After paying you have {time} to leave.",
        "Zeit zur Ausfahrt nach dem Bezahlen: {time}.",
    ),
    "lost_flat": (
        "入场时间不明时，收费{amount}。",
        "Without a known entry: {amount}.",
        "Ohne bekannte Einfahrt: {amount}.",
    ),
    "lost_charge": (
        "入场时间不明时，按停车{time}收费。",
        "Without a known entry a stay of {time} is charged.",
        "Ohne bekannte Einfahrt wird diese Parkdauer berechnet: {time}.",
    ),
    "lost_since": (
        "入场时间不明时，从{clock}起计费。",
        "Without a known entry the stay is charged since {clock}.",
        "Ohne bekannte Einfahrt wird seit {clock} Uhr berechnet.",
    ),
    "max_stay": ("最长停车{time}。", "Longest stay: {time}.", "Höchstparkdauer: {time}."),
    "max_stay_fee": (
        "超过最长停车时间的，另收{amount}。",
        "Whoever stays longer than allowed pays {amount} more.",
        "Wer länger bleibt als erlaubt, zahlt zusätzlich {amount}.",
    ),
    "surcharge": (
        "{name}：另收{amount}。",
        "{name}: {amount} more.",
        "{name}: zusätzlich {amount}.",
    ),
    "surcharge_leave": (
        "{name}（{when}出场）：另收{amount}。",
        "{name} (exits {when}): {amount} more.",
        "{name} (Ausfahrten {when}): zusätzlich {amount}.",
    ),
    "take_time": (
        "{name}：减免{value}。",
        "{name}: {value} are not charged.",
        "{name}: {value} werden nicht berechnet.",
    ),
    "take_percent": (
        "{name}：减免{value}%。",
        "{name}: {value} % off.",
        "{name}: {value} % weniger.",
    ),
    "take_amount": ("{name}：减免{value}。", "{name}: {value} off.", "{name}: {value} weniger."),
    "take_plan": (
        "{name}：按以下方式收费。",
        "{name}: charged as follows.",
        "{name}: berechnet wie folgt.",
    ),
    "most": ("最多使用{count}次。", "Up to {count} count.", "Es zählen bis zu {count}."),
    "order": (
        "减免顺序：{order}。",
        "Reductions are taken off in this order: {order}.",
        "Ermäßigungen gelten in dieser Reihenfolge: {order}.",
    ),
    "season": ("{name}：不另收费。", "{name}: nothing to pay.", "{name}: nichts zu zahlen."),
    "season_covers": (
        "{name}：{when}不另收费。",
        "{name}: nothing to pay {when}.",
        "{name}: {when} nichts zu zahlen.",
    ),
    "pass_back": (
        "同一凭证可同时用于多辆车。",
        "The pass counts although it is already inside with another car.",
        "Die Karte gilt auch, wenn sie schon mit einem anderen Wagen im Haus ist.",
    ),
    "fractions": (
        "不足最小货币单位的部分{how}。",
        "Parts of the smallest coin are {how}.",
        "Bruchteile der kleinsten Münze werden {how}.",
    ),
    "round_to": (
        "应付金额取{amount}的整数倍，零头{how}。",
        "What is due is {how} to a multiple of {amount}.",
        "Der Betrag wird auf Vielfache von {amount} {how}.",
    ),
    "vat": (
        "价格含{percent}%增值税（税额零头{how}）。",
        "Prices include {percent} % tax (parts of a coin of it are {how}).",
        "Preise enthalten {percent} % Mehrwertsteuer (deren Bruchteile werden {how}).",
    ),
    "across_entry": (
        "价格变更时，以入场时的价格为准。",
        "When prices change during a stay, those of the entry hold.",
        "Ändern sich die Preise während des Parkens, gelten die der Einfahrt.",
    ),
    "across_parts": (
        "价格变更时，变更前后分别计费。",
        "When prices change during a stay, each part is charged by its own.",
        "Ändern sich die Preise während des Parkens, wird jeder Teil nach seinem Tarif berechnet.",
    ),
    "zone": (
        "时间以{zone}当地时间为准，金额单位为{currency}。",
        "Times are those of the clock in {zone}; amounts are in {currency}.",
        "Es gilt die Uhr in {zone}; Beträge in {currency}.",
    ),
}
"""Each sentence in Chinese, English and German."""
