"""Health in Prometheus's text format: gauges and counters by device and code. No plate is here."""

from collections.abc import Iterator
from typing import Final

from kiosk.core.health.catalogue import CATALOGUE
from kiosk.core.health.model import Health

_HEADS: Final = {
    "kiosk_fault": ("gauge", "Whether this fault is found now; its code is in docs/faults.md."),
    "kiosk_faults": ("gauge", "How many faults are found now."),
    "kiosk_faults_suspected": ("gauge", "How many more one car spoke for; the next ones tell."),
    "kiosk_device_last_seen_seconds": ("gauge", "The age of a device's last sign of life."),
    "kiosk_device_events_total": ("counter", "What happened on a device's line since the start."),
}


def exposition(health: Health, lane: str) -> str:
    """The whole page, as text format 0.0.4; each fault has a line, found or not."""
    lines: list[str] = []
    for name, samples in (
        ("kiosk_faults", [_sample("kiosk_faults", len(health.faults), lane=lane)]),
        ("kiosk_faults_suspected", [_suspected(health, lane)]),
        ("kiosk_fault", list(_faults(health, lane))),
        ("kiosk_device_last_seen_seconds", list(_ages(health, lane))),
        ("kiosk_device_events_total", list(_events(health, lane))),
    ):
        kind, help_text = _HEADS[name]
        lines += [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}", *samples]
    return "\n".join(lines) + "\n"


def status_line(health: Health) -> str:
    """One line for the service manager: all is well, or the codes that are found."""
    codes = [found.code for found in health.faults]
    found = f"{len(codes)} found: {', '.join(codes)}" if codes else "no fault found"
    doubts = ", ".join(suspicion.code for suspicion in health.suspected)
    return found + (f"; suspected: {doubts}" if doubts else "")


def _faults(health: Health, lane: str) -> Iterator[str]:
    found = {(each.code, each.device.value) for each in health.faults}
    for code, fault in CATALOGUE.items():
        severity = fault.severity.value
        owners = [fault.device.value] if fault.device else []
        owners = owners or sorted(device for each, device in found if each == code)
        for device in owners:
            labels = {"lane": lane, "device": device, "code": code, "severity": severity}
            yield _sample("kiosk_fault", int((code, device) in found), **labels)


def _suspected(health: Health, lane: str) -> str:
    return _sample("kiosk_faults_suspected", len(health.suspected), lane=lane)


def _ages(health: Health, lane: str) -> Iterator[str]:
    for each in health.devices:
        if each.last_seen_s is not None:
            age_s = round(each.last_seen_s, 3)
            labels = {"lane": lane, "device": each.device.value}
            yield _sample("kiosk_device_last_seen_seconds", age_s, **labels)


def _events(health: Health, lane: str) -> Iterator[str]:
    for each in health.devices:
        for rate in each.rates:
            labels = {"lane": lane, "device": each.device.value, "event": rate.name}
            yield _sample("kiosk_device_events_total", rate.total, **labels)


def _sample(name: str, value: float, **labels: str) -> str:
    told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{told}}} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
