"""Values typed from a PACS beside ours for the same regions, and what explains each difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from adcurate.findings import Finding
from adcurate.model.answers.agreement import PairComparison

Quantity = Literal["mean", "minimum", "area"]
Verdict = Literal["agrees", "explained", "possible", "not explained", "not given"]


@dataclass(frozen=True, slots=True)
class TypedValue:
    """A number as it was typed: in mm²/s or mm² by the unit stated, and half of its last digit."""

    value: float
    half_step: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was found for one quantity.

    `names` are conventions, most likely first: all that fit where it is only possible. `factor` is the slip
    of unit that was taken out first (1 where there is none).
    """

    verdict: Verdict
    names: tuple[str, ...] = ()
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class PacsRow:
    """One row of the table. `ours` holds mm²/s and mm²; differences are theirs - ours, unit slips left in.

    `explanations` has every quantity; one that was not typed is "not given".
    """

    row_number: int
    subject: str
    lesion: str
    reader: str
    measurement_id: str
    theirs: Mapping[Quantity, TypedValue]
    ours: Mapping[Quantity, float]
    explanations: Mapping[Quantity, Explanation]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was not compared, and why."""

    row_number: int
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class PacsComparison:
    """The whole table. `agreement`: theirs and ours by quantity, unit slips taken out, from three rows on."""

    map_source: str
    rows: tuple[PacsRow, ...]
    left_out: tuple[LeftOut, ...]
    agreement: Mapping[Quantity, PairComparison]
    findings: tuple[Finding, ...]
    unit_mm2_per_s: float
    unit_mm2: float
