"""The parts of sentences in Chinese, English and German: prices, days, units, currencies."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "always": ("全天", "at all times", "zu jeder Zeit"),
    "other_days": ("其他日期", "on all other days", "an allen anderen Tagen"),
    "free": ("免费", "free", "kostenlos"),
    "flat": ("一律{price}", "{price} flat", "pauschal {price}"),
    "table": ("不超过{end}：{price}", "up to {end} {price}", "bis {end} {price}"),
    "table_end": ("超过{begin}：{price}", "longer {price}", "länger {price}"),
    "in_all": ("（合计）", " in all", " insgesamt"),
    "started": (
        "每{unit}{price}，不足{length}按{length}计",
        "{price} per {unit} or part of it",
        "{price} je angefangene {unit}",
    ),
    "completed": (
        "每满{unit}{price}，不满不计",
        "{price} for each completed {unit}",
        "{price} je volle {unit}",
    ),
    "exact": (
        "每{unit}{price}，按实际时间计",
        "{price} per {unit}, charged to the second",
        "{price} je {unit}, sekundengenau",
    ),
    "first": ("最初{end}内{price}", "up to {end} {price}", "bis {end} {price}"),
    "until": (
        "{begin}至{end}{price}",
        "from {begin} to {end} {price}",
        "{begin} bis {end} {price}",
    ),
    "after": ("超过{begin}后{price}", "after {begin} {price}", "ab {begin} {price}"),
    "band_cap": (
        "每个时段最高{amount}",
        "at most {amount} each time",
        "jeweils höchstens {amount}",
    ),
    "daily": ("每日零点重新计算", "counted anew from midnight", "ab Mitternacht neu gezählt"),
    "daily_at": (
        "每日{clock}重新计算",
        "counted anew each day from {clock}",
        "täglich ab {clock} Uhr neu gezählt",
    ),
    "calendar day": ("自然日", "calendar day", "Kalendertag"),
    "stay": ("次停车", "stay", "Parkdauer"),
    "time": ("时间", "time", "Zeit"),
    "percent": ("百分比", "percent", "Prozent"),
    "amount": ("金额", "amount", "Betrag"),
    "date": ("{year}年{month}月{day}日", "{day} {name} {year}", "{day}.{month}.{year}"),
    "dates": (
        "{first}至{last}之间共{count}天",
        "{count} days between {first} and {last}",
        "{count} Tage zwischen dem {first} und dem {last}",
    ),
    "hours": ("{begin}-{end}", "{begin}-{end}", "{begin}-{end}"),
    "night": ("{begin}-次日{end}", "{begin}-{end}", "{begin}-{end}"),
    "except": ("（{days}除外）", " except {days}", " (ohne {days})"),
    "down": ("舍去", "rounded down", "abgerundet"),
    "up": ("进一", "rounded up", "aufgerundet"),
    "half up": ("四舍五入", "rounded to the nearest", "kaufmännisch gerundet"),
    "and": ("、", " and ", " und "),
    "comma": ("、", ", ", ", "),
    "then": ("；", "; ", "; "),
    "mon": ("周一", "Monday", "Montag"),
    "tue": ("周二", "Tuesday", "Dienstag"),
    "wed": ("周三", "Wednesday", "Mittwoch"),
    "thu": ("周四", "Thursday", "Donnerstag"),
    "fri": ("周五", "Friday", "Freitag"),
    "sat": ("周六", "Saturday", "Samstag"),
    "sun": ("周日", "Sunday", "Sonntag"),
    "others": ("其他车辆", "all other vehicles", "alle anderen Fahrzeuge"),
}
"""Parts of sentences."""

NAMES: Final[dict[str, tuple[str, str, str]]] = {
    "holiday": ("节假日", "holidays", "Feiertage"),
    "event": ("活动日", "event days", "Veranstaltungstage"),
    "large": ("大型车", "large vehicles", "große Fahrzeuge"),
    "motorcycle": ("摩托车", "motorcycles", "Motorräder"),
}
"""Names that many tariff files use, for whatever they name."""

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""What English calls the months; the other languages count them."""

UNITS: Final[tuple[tuple[tuple[str, str], ...], ...]] = (
    (("天", "天"), ("小时", "小时"), ("分钟", "分钟"), ("秒", "秒")),
    ((" day", " days"), (" hour", " hours"), (" minute", " minutes"), (" second", " seconds")),
    (
        (" Tag", " Tage"),
        (" Stunde", " Stunden"),
        (" Minute", " Minuten"),
        (" Sekunde", " Sekunden"),
    ),
)
"""Day, hour, minute, second: one of them, and several."""

CURRENCIES: Final = {
    "CNY": "元",
    "EUR": "欧元",
    "SGD": "新加坡元",
    "USD": "美元",
    "GBP": "英镑",
    "CHF": "瑞士法郎",
    "JPY": "日元",
    "HKD": "港元",
}
"""What a Chinese sign calls a currency; others keep their code."""
