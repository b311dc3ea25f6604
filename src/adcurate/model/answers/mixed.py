"""Several lesions or readings of a subject: the marker by class with a random intercept for the subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.models.mixed import MixedFit, MixedTest


@dataclass(frozen=True, slots=True)
class MixedQuestion:
    """Ask how classes or grades differ where a subject gives several values, and how alike those are.

    `markers`: all when empty. `compare`: the outcome's two classes, the grades (against the lowest), or
    ``none`` for the variance alone. `group`: the column whose values share an intercept; `second_group`: a
    further one, crossed (``reader``) or nested (``lesion``, named within the subject). `covariates` are
    columns of numbers, `factors` columns of words; both are adjusted for. `estimation`: ``reml``, or ``ml``.
    """

    kind: ClassVar[str] = "mixed"
    markers: tuple[str, ...] = ()
    compare: Literal["outcome", "grade", "none"] = "outcome"
    group: str = "subject"
    second_group: str = ""
    covariates: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    estimation: Literal["reml", "ml"] = "reml"


@dataclass(frozen=True, slots=True, eq=False)
class MarkerMixed:
    """One marker. `test` is of all columns of what is compared, None for ``none``.

    `means` are the raw means of each class or grade, with how many values and groups hold it. `n_missing`
    rows lack the marker or a column of the model.
    """

    marker: str
    fit: MixedFit
    test: MixedTest | None
    means: Mapping[str, tuple[float, int, int]]
    n_groups: int
    largest_group: int
    n_missing: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MixedAnswer:
    """One entry a marker, in the order asked; `compared` are the class's levels, the reference first."""

    markers: Mapping[str, MarkerMixed]
    compare: Literal["outcome", "grade", "none"]
    compared: tuple[str, ...]
    groups: tuple[str, ...]
    adjusted_for: tuple[str, ...]
    level: float
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """The F test of what is compared, of each marker."""
        return {
            f"{name} by {self.compare}, mixed model": entry.test.p_value
            for name, entry in self.markers.items()
            if entry.test is not None
        }
