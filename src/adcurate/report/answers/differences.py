"""How a difference between two readings is shown: in the marker's unit, in percent, or as a ratio."""

from __future__ import annotations

from dataclasses import dataclass

from adcurate.report.numbers import show_interval, show_number
from adcurate.report.scale import MarkerScale
from adcurate.statistics.agreement import Variant
from adcurate.statistics.interval import Interval


@dataclass(frozen=True, slots=True)
class DifferenceScale:
    """`factor` brings a difference to what is shown; `suffix` stands after a number, with its space."""

    variant: Variant
    factor: float
    decimals: int
    suffix: str

    @classmethod
    def of(cls, variant: Variant, scale: MarkerScale) -> DifferenceScale:
        """The scale of a variant, for a marker shown so."""
        if variant == "percent":
            return cls(variant, 100.0, 1, " %")
        if variant == "log":
            return cls(variant, 1.0, 3, "")
        return cls(variant, scale.factor, scale.decimals, scale.suffix)

    def show(self, value: float) -> str:
        """A difference without its unit."""
        return show_number(value * self.factor, self.decimals)

    def interval(self, interval: Interval) -> str:
        """``low to high`` without the unit."""
        return show_interval(interval, self.decimals, self.factor)

    def bias_name(self, first: str, second: str) -> str:
        """What the bias of this variant is, in a sentence."""
        if self.variant == "log":
            return f"mean ratio {first} / {second}"
        return f"bias ({first} − {second})"

    def axis(self, first: str, second: str) -> str:
        """An axis label."""
        if self.variant == "log":
            return f"{first} / {second}"
        unit = self.suffix.strip()
        what = f"{first} − {second}"
        return (
            f"{what} ({unit} of mean)" if self.variant == "percent" else f"{what} ({unit})" if unit else what
        )


def counted(n: int, noun: str) -> str:
    """``1 lesion``, ``12 lesions``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
