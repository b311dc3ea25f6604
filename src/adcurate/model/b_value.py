"""The b-value ledger: for each frame what was asked for, what was played out, and the tag that says so."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

TOLERANCE_S_PER_MM2 = 1.0
TOLERANCE_FRACTION = 0.01


@dataclass(frozen=True, slots=True)
class BValue:
    """One row of the ledger, in s/mm².

    `nominal` is what the operator chose, `actual` what the scanner says it played out (None where the
    vendor does not tell them apart), `bias_removed` the offset taken off (GE adds 1e9), `source` the tag
    or rule, `inferred` True where no tag said it (an absent tag read as b = 0), `rival` what another tag of
    the same image says, where the two disagree.
    """

    nominal: float
    source: str
    actual: float | None = None
    bias_removed: float = 0.0
    inferred: bool = False
    rival: float | None = None

    @property
    def value(self) -> float:
        """The b-value as a fit uses it: the actual one where it is known."""
        return self.nominal if self.actual is None else self.actual


@dataclass(frozen=True, slots=True)
class BValueChoice:
    """A person's word on the b-values of one series, which counts instead of what its headers say.

    ``nominal`` takes what the operator chose; ``in-order`` gives each slice's images the `values` in the
    order in which the scanner numbered them; ``pairs`` replaces one value as read (None: images without one)
    by another. s/mm² throughout; `reason` is the person's own words.
    """

    series_instance_uid: str
    rule: Literal["nominal", "in-order", "pairs"]
    values: tuple[float, ...] = ()
    pairs: tuple[tuple[float | None, float], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BValueGroup:
    """Frames that share one b-value within the tolerance; `members` are positions in the given sequence."""

    value: float
    members: tuple[int, ...]


def group_b_values(values: Sequence[float]) -> tuple[BValueGroup, ...]:
    """Group b-values (s/mm²) that lie within max(1 s/mm², 1 %) of the group's lowest.

    A group's value is the median of its members, so that repeats stored as 0, 0.001, 0.002 are one b = 0
    and 928.3–929.8 are one b near 929. Groups come back sorted by value.
    """
    order = sorted(range(len(values)), key=lambda position: values[position])
    groups: list[list[int]] = []
    for position in order:
        if groups:
            lowest = values[groups[-1][0]]
            if values[position] - lowest <= max(TOLERANCE_S_PER_MM2, TOLERANCE_FRACTION * lowest):
                groups[-1].append(position)
                continue
        groups.append([position])
    return tuple(
        BValueGroup(float(statistics.median(values[i] for i in members)), tuple(sorted(members)))
        for members in groups
    )
