"""Agreement in categories: do readers call the same grade, or the same side of a cut-off?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.agreement import FleissKappa, KappaEstimate, KappaWeights
from adcurate.statistics.marker import Rule


@dataclass(frozen=True, slots=True)
class KappaQuestion:
    """Ask how well categorical readings of the same lesion agree, beyond chance.

    The table is long: a row for each reading. `column`: what was called, "grade" or any other column. With
    `cutoff` (in the unit of the table) it is a marker, and the readings are the two sides of it. `order`: the
    categories, lowest first; the table's grades for "grade". `weights`: credit for a near miss; they need an
    order. `between`: ``reader`` on each one's first session, ``session`` of each reader; ``auto`` compares
    readers where there are several.
    """

    kind: ClassVar[str] = "kappa"
    column: str = "grade"
    cutoff: float | None = None
    weights: KappaWeights = "none"
    order: tuple[str, ...] = ()
    between: Literal["auto", "reader", "session"] = "auto"


@dataclass(frozen=True, slots=True)
class KappaPair:
    """Two readers, or two sessions of `reader`, over the lesions that both called."""

    reader: str
    first: str
    second: str
    kappa: KappaEstimate


@dataclass(frozen=True, slots=True)
class KappaAnswer:
    """Calls compared. `rule` and `cutoff` are of a marker; "" and None for a column.

    `pairs` in the order of names. `mean_of_pairs` is the mean of their kappas (Light's), and `several`
    Fleiss' kappa over the lesions that all called; both None with two readers, or sessions. `n_lesions` were
    called by all, `n_incomplete` by some; `n_missing` rows hold no call. `refused` names pairs for which
    kappa does not exist, with the reason.
    """

    column: str
    rule: Rule | Literal[""]
    cutoff: float | None
    categories: tuple[str, ...]
    weights: KappaWeights
    compared: Literal["reader", "session"]
    pairs: tuple[KappaPair, ...]
    refused: tuple[tuple[str, str], ...]
    mean_of_pairs: float | None
    several: FleissKappa | None
    why_not_several: str
    n_lesions: int
    n_incomplete: int
    n_missing: int
    level: float
    findings: tuple[Finding, ...]

    @property
    def p_values(self) -> dict[str, float]:
        """The test of each kappa against zero; there is none where a reader called but one category."""
        found = {}
        for pair in self.pairs:
            who = f"{pair.reader}, " if pair.reader else ""
            found[f"{self.column}: {who}{pair.first} and {pair.second}, kappa"] = pair.kappa.p_value
        if self.several is not None:
            found[f"{self.column}: Fleiss' kappa"] = self.several.p_value
        return {label: p for label, p in found.items() if not math.isnan(p)}
