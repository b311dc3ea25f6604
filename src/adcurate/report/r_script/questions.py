"""The parts of the script that repeat the answers to a plan's questions, by kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from adcurate.report.r_script.kinds.agreement import write_agreement
from adcurate.report.r_script.kinds.areas import write_grades, write_roc_comparison
from adcurate.report.r_script.kinds.calibration import write_calibration
from adcurate.report.r_script.kinds.clusters import write_clusters
from adcurate.report.r_script.kinds.combined_marker import write_combined_marker
from adcurate.report.r_script.kinds.kappa import write_kappa
from adcurate.report.r_script.kinds.ki67 import write_ki67
from adcurate.report.r_script.kinds.literature import (
    write_literature_correlation,
    write_literature_means,
)
from adcurate.report.r_script.kinds.missing import write_missing
from adcurate.report.r_script.kinds.mixed import write_mixed
from adcurate.report.r_script.kinds.models import write_logistic, write_ordinal
from adcurate.report.r_script.kinds.readers_roc import write_readers_roc
from adcurate.report.r_script.kinds.roc_detail import write_roc_detail
from adcurate.report.r_script.kinds.rules import write_external_cutoffs, write_prevalence
from adcurate.report.r_script.kinds.scanners import write_scanners
from adcurate.report.r_script.kinds.subsets import write_assessability, write_sensitivity
from adcurate.report.r_script.kinds.trend import write_trend
from adcurate.report.r_script.kinds.validation import write_decision_curve, write_validation
from adcurate.report.r_script.quote import pointer, r_comment, r_heading
from adcurate.report.r_script.request import Block, ScriptRequest
from adcurate.report.r_script.tables import ColumnNames


@dataclass(frozen=True, slots=True)
class KindWriter:
    """How a kind is written in R (from the question, its answer and a `Block`), and the methods it needs."""

    write: Callable[[Any, Any, Block], str]
    libraries: tuple[str, ...] = ()


WRITERS: Final[dict[str, KindWriter]] = {
    "sensitivity": KindWriter(write_sensitivity, ("subsets",)),
    "assessability": KindWriter(write_assessability, ("assessability",)),
    "agreement": KindWriter(write_agreement, ("agreement",)),
    "roc-comparison": KindWriter(write_roc_comparison, ("areas",)),
    "grades": KindWriter(write_grades, ("areas", "grades")),
    "trend": KindWriter(write_trend, ("trend",)),
    "prevalence": KindWriter(write_prevalence, ("rules",)),
    "external-cutoffs": KindWriter(write_external_cutoffs, ("rules",)),
    "roc-detail": KindWriter(write_roc_detail, ("areas", "roc_detail")),
    "validation": KindWriter(write_validation, ("areas", "rules", "validation")),
    "calibration": KindWriter(
        write_calibration, ("areas", "validation", "design", "logistic", "calibration")
    ),
    "decision-curve": KindWriter(
        write_decision_curve, ("areas", "rules", "validation", "design", "logistic", "decision")
    ),
    "kappa": KindWriter(write_kappa, ("kappa",)),
    "clusters": KindWriter(write_clusters, ("areas", "clusters")),
    "ki67": KindWriter(write_ki67, ("ki67",)),
    "combined-marker": KindWriter(
        write_combined_marker, ("areas", "design", "logistic", "validation", "combined")
    ),
    "readers-roc": KindWriter(write_readers_roc, ("areas", "clusters", "readers")),
    "logistic": KindWriter(write_logistic, ("design", "logistic")),
    "ordinal": KindWriter(write_ordinal, ("design", "logistic", "ordinal")),
    "literature-means": KindWriter(write_literature_means, ("literature",)),
    "literature-correlation": KindWriter(write_literature_correlation, ("trend", "literature")),
    "missing": KindWriter(write_missing, ("areas", "missing")),
    "mixed": KindWriter(write_mixed, ("mixed",)),
    "scanners": KindWriter(write_scanners, ("areas", "scanners", "combat", "mixed")),
}


@dataclass(frozen=True, slots=True)
class QuestionParts:
    """A part for each question, and the methods they need."""

    parts: tuple[str, ...]
    libraries: frozenset[str]


def question_parts(request: ScriptRequest, names: ColumnNames) -> QuestionParts:
    """Write every question of the plan; one whose kind R does not repeat says so."""
    parts: list[str] = []
    libraries: set[str] = set()
    for position, planned in enumerate(request.answers):
        kind = planned.question.kind
        heading = r_heading(f"Question {position + 1} of the plan: {planned.question.title or kind}"[:100])
        key = pointer("answers", position, "answer")
        writer = WRITERS.get(kind)
        if planned.refusal is not None:
            text = r_comment(f"No answer was given: {planned.refusal.sentence}")
        elif writer is None:
            text = f"# NOT REPEATED: {key}\n" + r_comment(
                f"The kind {kind!r} is not repeated in this script; its method is described in "
                f"docs/methods/{kind}.md of Adcurate's documentation."
            )
        else:
            block = Block(key, request, names)
            text = "set.seed(seed)\n" + writer.write(planned.question.ask, planned.answer, block)
            libraries |= set(writer.libraries)
        parts.append(f"{heading}\n{text}")
    return QuestionParts(tuple(parts), frozenset(libraries))
