"""The analysis plan: what is asked, which answers confirm and which explore, written before the reading.

Each entry of ``[[plan.questions]]`` has a kind; its other keys are the fields of that kind's ``...Question``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from adcurate.findings import Finding
from adcurate.model.answers.agreement import AgreementQuestion
from adcurate.model.answers.assessability import AssessabilityQuestion
from adcurate.model.answers.calibration import CalibrationQuestion
from adcurate.model.answers.clusters import ClustersQuestion
from adcurate.model.answers.combined_marker import CombinedMarkerQuestion
from adcurate.model.answers.decision_curve import DecisionCurveQuestion
from adcurate.model.answers.external_cutoffs import ExternalCutoffsQuestion
from adcurate.model.answers.grades import GradesQuestion
from adcurate.model.answers.kappa import KappaQuestion
from adcurate.model.answers.ki67 import Ki67Question
from adcurate.model.answers.literature import (
    LiteratureAccuracyQuestion,
    LiteratureCorrelationQuestion,
    LiteratureMeansQuestion,
)
from adcurate.model.answers.logistic import LogisticQuestion
from adcurate.model.answers.missing import MissingQuestion
from adcurate.model.answers.mixed import MixedQuestion
from adcurate.model.answers.ordinal import OrdinalQuestion
from adcurate.model.answers.overlap import OverlapQuestion
from adcurate.model.answers.prevalence import PrevalenceQuestion
from adcurate.model.answers.readers_roc import ReadersRocQuestion
from adcurate.model.answers.roc_comparison import RocComparisonQuestion
from adcurate.model.answers.roc_detail import RocDetailQuestion
from adcurate.model.answers.sample_size import SampleSizeQuestion
from adcurate.model.answers.scanners import ScannersQuestion
from adcurate.model.answers.sensitivity import SensitivityQuestion
from adcurate.model.answers.trend import TrendQuestion
from adcurate.model.answers.validation import ValidationQuestion

Role = Literal["confirmatory", "exploratory", "post-hoc"]
Unit = Literal["subject", "lesion"]
CannotAssess = Literal["leave-out", "test-negative", "test-positive", "worst-case"]
Multiplicity = Literal["none", "bonferroni", "holm", "benjamini-hochberg"]

_ASKED: Final = (
    SensitivityQuestion,
    AssessabilityQuestion,
    AgreementQuestion,
    KappaQuestion,
    OverlapQuestion,
    ReadersRocQuestion,
    RocComparisonQuestion,
    RocDetailQuestion,
    GradesQuestion,
    TrendQuestion,
    Ki67Question,
    LogisticQuestion,
    OrdinalQuestion,
    CombinedMarkerQuestion,
    MissingQuestion,
    ValidationQuestion,
    PrevalenceQuestion,
    DecisionCurveQuestion,
    CalibrationQuestion,
    ExternalCutoffsQuestion,
    ClustersQuestion,
    MixedQuestion,
    ScannersQuestion,
    LiteratureMeansQuestion,
    LiteratureCorrelationQuestion,
    LiteratureAccuracyQuestion,
    SampleSizeQuestion,
)
QUESTION_KINDS: Final[dict[str, Any]] = {asked.kind: asked for asked in _ASKED}


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """One question of the plan. `role` says what its answer may be used for; `title` heads it where given.

    ``confirmatory``: decided beforehand, counted in the correction for several tests. ``exploratory``:
    decided beforehand, for what it suggests. ``post-hoc``: asked by someone who has seen results.
    """

    kind: str
    ask: Any
    role: Role = "exploratory"
    title: str = ""

    def as_json(self) -> dict[str, object]:
        """The entry as the plan's file has it."""
        return {"kind": self.kind, "role": self.role, "title": self.title, **asdict(self.ask)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is analysed and asked.

    `date` (ISO) is the day the plan was settled. `value`: which reading of a lesion is analysed,
    ``first-reader`` (who drew first in a study, the first by name in a table), ``mean`` of all readers, or
    the name of a reader, such as ``consensus``.
    `unit`: one lesion a subject, or every lesion. `cannot_assess`: what a lesion that could not be assessed
    counts as in sensitivity and specificity. `multiplicity` corrects the p-values of confirmatory questions.
    """

    date: str = ""
    value: str = "first-reader"
    unit: Unit = "subject"
    cannot_assess: CannotAssess = "leave-out"
    multiplicity: Multiplicity = "holm"
    questions: tuple[PlannedQuestion, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The plan as its file has it."""
        names = ("date", "value", "unit", "cannot_assess", "multiplicity")
        own = {name: getattr(self, name) for name in names}
        return {**own, "questions": [question.as_json() for question in self.questions]}


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """A question with its answer, or with why there is none.

    `stamp` says when it was asked: ``planned`` (before the first reading), ``post hoc``, or ``as dated by the
    plan`` where no history can prove it. `adjusted` are the corrected p-values of a confirmatory question.
    """

    question: PlannedQuestion
    answer: Any | None
    refusal: Finding | None
    stamp: str
    adjusted: tuple[tuple[str, float], ...] = ()
