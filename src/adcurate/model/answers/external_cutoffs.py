"""Published cut-offs of other studies, applied to this cohort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.validation import ExternalCutoff


@dataclass(frozen=True, slots=True)
class ExternalCutoffsQuestion:
    """Do the cut-offs of other studies hold here?

    `studies` and `cutoffs` go entry by entry; a cut-off is in the marker's own unit (mm²/s for ADC).
    `sensitivities` and `specificities` are shares as printed there, `n_positive` and `n_negative` that
    study's numbers of cases; each is empty, or has one number an entry, where -1 means not printed.
    `markers`: one for all entries or one an entry; may be empty where the table has a single marker.
    `interval` of a proportion:
    ``clopper-pearson`` or ``wilson``.
    """

    kind: ClassVar[str] = "external-cutoffs"
    studies: tuple[str, ...]
    cutoffs: tuple[float, ...]
    sensitivities: tuple[float, ...] = ()
    specificities: tuple[float, ...] = ()
    n_positive: tuple[float, ...] = ()
    n_negative: tuple[float, ...] = ()
    markers: tuple[str, ...] = ()
    interval: Literal["clopper-pearson", "wilson"] = "clopper-pearson"


@dataclass(frozen=True, slots=True)
class AppliedCutoff:
    """One published cut-off and the marker it was applied to."""

    marker: str
    result: ExternalCutoff
    n: int
    n_missing: int


@dataclass(frozen=True, slots=True)
class ExternalCutoffsAnswer:
    """Entries in the order asked."""

    entries: tuple[AppliedCutoff, ...]
    positive_label: str
    negative_label: str
    level: float
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """The two-sample tests, where the other study's number of cases is known."""
        found = {}
        for i, entry in enumerate(self.entries):
            for name, compared in (
                ("sensitivity", entry.result.sensitivity),
                ("specificity", entry.result.specificity),
            ):
                if compared.p_value is not None:
                    label = f"{entry.result.study or i + 1}, {entry.marker}: {name}"
                    found[label if label not in found else f"{label} ({i + 1})"] = compared.p_value
        return found
