"""Several readers and cases: which modality separates better in the hands of readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.interval import Interval
from adcurate.statistics.readers import AverageCurve, ReadersTest
from adcurate.statistics.roc import RocCurve


@dataclass(frozen=True, slots=True)
class ReadersRocQuestion:
    """`markers` are the modalities that are compared, all when empty; one alone is estimated.

    `covariance` of the areas over cases: ``delong``, ``jackknife``, or ``obuchowski`` where subjects have
    several lesions. `readers` and `cases` are ``random`` when the result shall hold for others of their kind,
    ``fixed`` when it speaks of these. `session` names the readings to use where readers read more than once.
    """

    kind: ClassVar[str] = "readers-roc"
    markers: tuple[str, ...] = ()
    covariance: Literal["delong", "jackknife", "obuchowski"] = "delong"
    readers: Literal["random", "fixed"] = "random"
    cases: Literal["random", "fixed"] = "random"
    session: str = ""


@dataclass(frozen=True, slots=True)
class ReaderArea:
    """One reader's area with one modality; the interval is over cases."""

    modality: str
    reader: str
    value: float
    standard_error: float
    interval: Interval


@dataclass(frozen=True, slots=True, eq=False)
class ReadersRocAnswer:
    """`test` is the analysis asked for; `other_designs` take readers or cases as the others do.

    `curves` are by modality and reader, `average` by modality. `n_cases` were read by every reader with every
    modality; `n_incomplete` were not and are left out, `n_unclassified` have no outcome.
    """

    modalities: tuple[str, ...]
    readers: tuple[str, ...]
    reader_areas: tuple[ReaderArea, ...]
    test: ReadersTest
    other_designs: tuple[ReadersTest, ...]
    curves: Mapping[str, Mapping[str, RocCurve]]
    average: Mapping[str, AverageCurve]
    level: float
    n_cases: int
    n_subjects: int
    n_incomplete: int
    n_unclassified: int
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """The test of the modalities; with more than two, each pair as well."""
        pairs = {f"AUC, {one.first} and {one.second}": one.p_value for one in self.test.differences}
        if len(self.modalities) > 2:
            return {"AUC, all modalities": self.test.p_value, **pairs}
        return pairs
