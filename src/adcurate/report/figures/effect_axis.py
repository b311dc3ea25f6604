"""On which axis effects of studies are drawn: back in the unit a reader knows, with ticks at round
numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from adcurate.model.answers.literature import EffectPool
from adcurate.report.numbers import show_number
from adcurate.report.scale import MarkerScale


@dataclass(frozen=True, slots=True)
class EffectAxis:
    """Brings an effect on its pooling scale to the number shown, and to its place on the axis.

    `null` is the place of "no difference", None where there is none. Logarithms are drawn as such, with ticks
    at the ratios themselves; correlations are drawn as correlations.
    """

    kind: str
    factor: float
    unit: str
    decimals: int
    label: str
    null: float | None

    def shown(self, effect: float) -> float:
        """The number a reader knows."""
        if self.kind == "log":
            return math.exp(min(effect, 700.0)) * self.factor
        if self.kind == "fisher-z":
            return math.tanh(effect)
        return effect * self.factor

    def place(self, effect: float) -> float:
        """Where it is drawn."""
        return effect if self.kind == "log" else self.shown(effect)

    def show(self, effect: float) -> str:
        """The number as text."""
        return show_number(self.shown(effect), self.decimals)

    def between(self, low: float, high: float) -> str:
        """An interval as text."""
        return f"{self.show(low)} to {self.show(high)}"

    def ticks(self, low: float, high: float) -> tuple[list[float], list[str]]:
        """Places and labels of round numbers between two places."""
        if self.kind != "log":
            chosen = [tick for tick in MaxNLocator(6).tick_values(low, high) if low <= tick <= high]
            return chosen, [_short(tick) for tick in chosen]
        ends = math.exp(low) * self.factor, math.exp(high) * self.factor
        if ends[1] < 3.0 * ends[0]:
            chosen = [tick for tick in MaxNLocator(6).tick_values(*ends) if ends[0] <= tick <= ends[1]]
        else:
            decades = range(math.floor(math.log10(ends[0])), math.ceil(math.log10(ends[1])) + 1)
            ratio = ends[1] / ends[0]
            steps: tuple[float, ...] = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0) if ratio < 12.0 else (1.0, 2.0, 5.0)
            steps = steps if ratio < 1e3 else (1.0,)
            chosen = [step * 10.0**decade for decade in decades for step in steps]
            chosen = [tick for tick in chosen if ends[0] <= tick <= ends[1]]
        return [math.log(tick / self.factor) for tick in chosen], [_short(tick) for tick in chosen]


def axis_of(pool: EffectPool, scale: MarkerScale) -> EffectAxis:
    """The axis of a pool; `scale` is how the marker itself is shown."""
    pair = len(pool.groups) == 2
    factor, unit = (scale.factor, scale.unit) if pool.unit else (1.0, "")
    if pool.scale == "fisher-z":
        return EffectAxis("fisher-z", 1.0, "", 2, f"Correlation, {pool.label}", 0.0)
    if pool.scale == "standardized":
        return EffectAxis("raw", 1.0, "", 2, f"Hedges' g, {pool.label}", 0.0)
    if pool.scale == "log":
        name = f"Ratio of means, {pool.label}" if pair else f"Mean, {pool.label}"
        decimals = scale.decimals if pool.unit else 2
        return EffectAxis("log", factor, unit, decimals, _with_unit(name, unit), 0.0 if pair else None)
    name = f"Mean difference, {pool.label}" if pair else f"Mean, {pool.label}"
    decimals = 2 if scale.unit else scale.decimals
    return EffectAxis("raw", factor, unit, decimals, _with_unit(name, unit), 0.0 if pair else None)


def name_of(study: str, year: int | None) -> str:
    """``Besa et al. 2016``."""
    return f"{study} {year}" if year is not None else study


def limits_of(places: Sequence[float], wide: Sequence[float]) -> tuple[float, float]:
    """Limits that show all `places` and, as far as a third more, the `wide` ones."""
    low, high = min(places), max(places)
    reach = (high - low) or abs(high) or 1.0
    low = max(min([low, *wide]), low - 0.35 * reach)
    high = min(max([high, *wide]), high + 0.35 * reach)
    return low - 0.03 * reach, high + 0.03 * reach


def _with_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _short(value: float) -> str:
    text = f"{value:.10g}"
    return text.replace("-", "−")
