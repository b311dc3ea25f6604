"""An interval estimate that says how it was made.

An interval without its level and method cannot be compared with a published one, so the four travel
together. This module knows no method: those stand with the statistic they belong to.
"""

from __future__ import annotations

from dataclasses import dataclass

from adcurate.errors import StatisticsError


@dataclass(frozen=True, slots=True)
class Interval:
    """Two limits, the confidence level they were made for, and the method's name.

    `level` is a share (0.95, not 95). `method` is a stable name such as ``fisher-z``, ``delong``,
    ``clopper-pearson``, ``wilson``, ``exact-binomial``, ``percentile-bootstrap`` or ``bca-bootstrap``; it
    is the method that was used, which may differ from the one asked for. A limit that could not be
    estimated is NaN.
    """

    low: float
    high: float
    level: float
    method: str

    def as_json(self) -> dict[str, object]:
        """The shape in which an interval is printed and stored."""
        return {"low": self.low, "high": self.high, "level": self.level, "method": self.method}


def check_level(level: float) -> float:
    """Return `level` when it is a share strictly between 0 and 1.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    if not 0.0 < level < 1.0:
        raise StatisticsError(
            "statistics.option",
            "A confidence level must lie between 0 and 1.",
            remedy="Write 95 % as 0.95.",
            level=level,
        )
    return float(level)
