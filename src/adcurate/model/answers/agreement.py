"""Reader agreement: do readers, and repeated readings of one reader, give the same number?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.arrays import Floats
from adcurate.findings import Finding
from adcurate.statistics.agreement import (
    BlandAltman,
    IccForm,
    IccForms,
    LimitsInterval,
    Precision,
    RepeatabilityClaim,
    RepeatedLimits,
    Reproducibility,
    Variant,
)

Between = Literal["auto", "reader", "session", "reader-and-session"]


@dataclass(frozen=True, slots=True)
class AgreementQuestion:
    """Ask how well readings of the same lesion agree.

    The table is long: a row for each reading. `markers`: all when empty. `between`: ``reader`` compares
    readers on each one's first session; ``session`` compares the sessions of each reader;
    ``reader-and-session`` does both, and gives the reproducibility over both; ``auto`` takes what the table
    holds. `icc`: the form of record, single reading of two-way random readers with absolute agreement.
    `bland_altman`: what a difference is. `limits_interval`: how the limits' intervals are made. `organ`: the
    organ whose published repeatability claim is to be shown beside; "" for none.
    """

    kind: ClassVar[str] = "agreement"
    markers: tuple[str, ...] = ()
    between: Between = "auto"
    icc: IccForm = "2,1"
    bland_altman: Variant = "difference"
    limits_interval: LimitsInterval = "exact"
    organ: str = ""


@dataclass(frozen=True, slots=True)
class PairComparison:
    """Two readers, or two sessions: `first` - `second` over the lesions that both hold.

    `repeated` gives limits from every session of both readers where they repeated; None otherwise.
    """

    first: str
    second: str
    limits: BlandAltman
    repeated: RepeatedLimits | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ReadingTable:
    """Readings side by side: a row for each lesion, a column for each reader or session.

    `what` is "reader" or "session" and `reader` whose sessions they are ("" for readers). `values`
    (n_lesions, n_columns) are the lesions read in every column, as measured; `n_incomplete` lesions are not.
    `icc` is None where `why_no_icc` says so. `precision` treats columns as repeats and is None for readers.
    """

    what: Literal["reader", "session"]
    reader: str
    columns: tuple[str, ...]
    lesions: tuple[str, ...]
    values: Floats
    n_subjects: int
    n_incomplete: int
    icc: IccForms | None
    why_no_icc: str
    pairs: tuple[PairComparison, ...]
    precision: Precision | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MarkerAgreement:
    """One marker. `between` readers is None where they were not compared; `within` has an entry a reader.

    `reproducibility` is over readers (and sessions, where both were compared), from the lesions that hold
    every reading. `n_missing` rows lack the marker.
    """

    marker: str
    between: ReadingTable | None
    within: Mapping[str, ReadingTable]
    reproducibility: Reproducibility | None
    why_no_reproducibility: str
    n_missing: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AgreementAnswer:
    """One entry a marker, in the order asked.

    `compared` is what ``auto`` became; `claim` is None where none exists for `organ`.
    """

    markers: Mapping[str, MarkerAgreement]
    compared: Between
    readers: tuple[str, ...]
    sessions: tuple[str, ...]
    icc: IccForm
    organ: str
    claim: RepeatabilityClaim | None
    level: float
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """The test of no bias of each pair; a pair without any spread has none."""
        found = {}
        for name, entry in self.markers.items():
            tables = [*([entry.between] if entry.between else []), *entry.within.values()]
            for table in tables:
                who = f"{table.reader}, " if table.reader else ""
                for pair in table.pairs:
                    found[f"{name}: {who}{pair.first} and {pair.second}, bias"] = pair.limits.p_value
        return {label: p for label, p in found.items() if not math.isnan(p)}
