"""What a plot on a page is made of: an axis with round ticks, dots that speak, boxes and lines."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from adcurate.report.numbers import show_number

_TICKS: Final = 6
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and what stands there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`; `groups` name the places 0, 1, 2 … where it holds groups and not numbers."""

    label: str
    low: float
    high: float
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A case, or a cut-off of a curve (`case` is ""); `says` is told when somebody points at it."""

    x: float
    y: float
    says: str
    case: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """Median, quartiles and range of a group at `x`."""

    x: float
    low: float
    q1: float
    median: float
    q3: float
    high: float


@dataclass(frozen=True, slots=True)
class Line:
    """A level or a curve; a `band` is an area between two curves, out and back."""

    kind: str
    points: tuple[tuple[float, float], ...]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot. `kind`: ``groups``, ``roc``, ``maps`` or ``readers``; `marker` is what it is of."""

    kind: str
    marker: str
    title: str
    caption: str
    x: Axis
    y: Axis
    dots: tuple[Dot, ...]
    boxes: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()


def axis_of(label: str, values: Iterable[float]) -> Axis:
    """An axis that holds the values, with about six ticks at round numbers."""
    known = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    low, high = low - room, high + room
    rough = (high - low) / _TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * one for one in _STEPS if size * one >= rough * (1 - 1e-9))
    decimals = max(0, -math.floor(math.log10(step)) + (step / size == 2.5))
    first = math.ceil(low / step)
    ticks = [first * step + i * step for i in range(2 * _TICKS) if first * step + i * step <= high]
    return Axis(label, low, high, tuple(Tick(at, show_number(at, decimals)) for at in ticks))
