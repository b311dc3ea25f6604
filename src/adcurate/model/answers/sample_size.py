"""How many subjects does the next study need, or what would the ones that can be had give?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.interval import Interval
from adcurate.statistics.planning import ModelSize, Recruitment, SampleSize, Simulation

PlannedDesign = Literal[
    "auc",
    "auc-difference",
    "sensitivity",
    "specificity",
    "correlation",
    "icc",
    "limits",
    "groups",
    "logistic",
]


@dataclass(frozen=True, slots=True)
class SampleSizeQuestion:
    """One design, what is expected, and what is wanted.

    `design`: ``auc``, ``auc-difference`` (two markers, same lesions), ``sensitivity``, ``specificity``,
    ``correlation``, ``icc``, ``limits`` (Bland-Altman), ``groups`` (Mann-Whitney) or ``logistic``.
    `goal`: ``precision`` (the interval is ± `half_width`), ``power`` (`expected` is told from `null` with
    probability `power` at `alpha`) or ``assurance`` (± `half_width` with probability `power`; proportions and
    limits). `expected`: the AUC, share, correlation or coefficient; the pilot's own where left out and the
    design can take it from there. `second` and `r_positive`, `r_negative`: the other marker's AUC and how the
    two correlate among positives and negatives. `method` names the formula (the design's default when
    empty). `one_sided`: as the design's default when left out (proportions and icc: true).

    `n`, or `n_positive` with `n_negative`: do not search, say what these numbers give.
    `ratio`: negatives for each positive; `prevalence`: share of positives among those who come, which also
    sets the ratio; `assurance`: probability of reaching the numbers (on average when left out);
    `not_assessable`: share lost; `lesions_per_subject`, `icc_within`: the design effect.
    `readers` (icc). `sd`, `bias`, `clinical_difference` in one unit (limits). `parameters`, `r_squared`
    (logistic).
    `markers`: the pilot's marker (two for a difference, or for a correlation unless `column` is given). The
    cases are looked at as a pilot when markers are named, when something is left open, or to simulate.
    `simulate`: also draw studies from the pilot, `simulations` of each size, by `drawing`. `alternatives`:
    other expected values to show the number for; the ends of the pilot's interval when left out.
    """

    kind: ClassVar[str] = "sample-size"
    design: PlannedDesign = "auc"
    goal: Literal["precision", "power", "assurance"] = "precision"
    expected: float | None = None
    second: float | None = None
    null: float | None = None
    half_width: float | None = None
    power: float = 0.8
    alpha: float = 0.05
    one_sided: bool | None = None
    method: str = ""
    n: int | None = None
    n_positive: int | None = None
    n_negative: int | None = None
    ratio: float | None = None
    prevalence: float | None = None
    assurance: float | None = None
    not_assessable: float = 0.0
    lesions_per_subject: float = 1.0
    icc_within: float = 0.0
    readers: int = 2
    r_positive: float | None = None
    r_negative: float | None = None
    sd: float | None = None
    bias: float = 0.0
    clinical_difference: float | None = None
    parameters: int | None = None
    r_squared: float | None = None
    markers: tuple[str, ...] = ()
    column: str = ""
    simulate: bool = False
    simulations: int = 2000
    drawing: Literal["resample", "smoothed", "binormal"] = "resample"
    alternatives: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Pilot:
    """What the pilot said of the quantity that is planned for.

    `second` and the correlations belong to a difference of areas. `n_missing` rows lacked a marker, the
    outcome or the column.
    """

    names: tuple[str, ...]
    value: float
    interval: Interval | None
    n: int
    n_positive: int | None
    n_negative: int | None
    n_missing: int
    second: float | None = None
    r_positive: float | None = None
    r_negative: float | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """The same question with another expected value; None where no number reaches what is asked."""

    expected: float
    size: SampleSize | None


@dataclass(frozen=True, slots=True, eq=False)
class SampleSizeAnswer:
    """The number, how it is reached, and what the pilot's own lesions say of it.

    `asked` is the question as it was answered: what it left open is filled in. `size` is None for a logistic
    model, which has `model` instead. `formula_in_world` is what the formula gives for each simulated size if
    the simulation's true value is expected (for a difference of areas: what was asked).
    """

    asked: SampleSizeQuestion
    level: float
    size: SampleSize | None
    model: ModelSize | None
    recruitment: Recruitment | None
    alternatives: tuple[Alternative, ...]
    pilot: Pilot | None
    simulation: Simulation | None
    formula_in_world: tuple[float, ...] = ()
    positive_label: str = "positive"
    negative_label: str = "negative"
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """No test is made."""
        return {}
