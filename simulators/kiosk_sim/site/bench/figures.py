"""A measured figure: the median of its runs, their spread, and what it is held against."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `against` is a limit or a peer measured in the same run."""

    name: str
    unit: str
    median: float
    low: float
    high: float
    runs: int
    goal: str = ""
    against: str = ""
    against_value: float | None = None

    @property
    def ratio(self) -> float | None:
        """The median over what it is held against; None where there is nothing."""
        return self.median / self.against_value if self.against_value else None

    def as_record(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**asdict(self), "ratio": self.ratio}

    def as_line(self) -> str:
        """One line for people."""
        spread = f"{self.low:.4g} .. {self.high:.4g}"
        line = f"{self.name:<48}{self.median:>10.4g} {self.unit:<8}{spread:<22}{self.runs:>6}"
        if self.ratio is not None:
            line += f"  {self.ratio:.2f} x {self.against} ({self.against_value:.4g} {self.unit})"
        return f"{line}  goal {self.goal}" if self.goal else line


def figure(
    name: str,
    unit: str,
    values: Sequence[float],
    *,
    goal: str = "",
    against: tuple[str, float] | None = None,
) -> Figure:
    """The figure of these runs."""
    peer, peer_value = against or ("", None)
    middle = median(values)
    return Figure(name, unit, middle, min(values), max(values), len(values), goal, peer, peer_value)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
