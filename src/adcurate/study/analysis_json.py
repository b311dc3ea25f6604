"""The JSON of an analysis, one shape for ``adcurate analyze`` and for a study: see docs/analysis.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adcurate.model.analysis import MarkerAnalysis
from adcurate.model.jsonable import as_jsonable
from adcurate.model.plan import PlannedAnswer
from adcurate.statistics.diagnostic import DiagnosticAccuracy
from adcurate.statistics.groups import GroupSummary

SCHEMA_VERSION = 2


def answer_json(answer: PlannedAnswer) -> dict[str, Any]:
    """One question of the plan with its answer, nothing rounded."""
    refusal = answer.refusal
    return {
        "question": as_jsonable(answer.question.as_json()),
        "stamp": answer.stamp,
        "answer": as_jsonable(answer.answer),
        "refusal": None if refusal is None else refusal.as_json(),
        "p_values": {} if answer.answer is None else as_jsonable(answer.answer.p_values),
        "adjusted_p_values": dict(answer.adjusted),
    }


def marker_json(analysis: MarkerAnalysis) -> dict[str, Any]:
    """One marker's analysis as JSON, nothing rounded."""
    record = analysis.mann_whitney[analysis.mann_whitney_of_record]
    content = {
        "direction": analysis.direction,
        "n": len(analysis.values),
        "n_missing": analysis.n_missing,
        "groups": {
            name: _group(group)
            for name, group in {**analysis.grade_groups, **analysis.outcome_groups}.items()
        },
        "mann_whitney": {**as_jsonable(record), "variants": as_jsonable(analysis.mann_whitney)},
        "kruskal_wallis": _kruskal_wallis(analysis),
        "spearman": _spearman(analysis),
        "roc": {
            "auc": analysis.auc.value,
            "standard_error": as_jsonable(analysis.auc.standard_error),
            "p_value": as_jsonable(analysis.auc.p_value),
            "concordant_pairs": analysis.auc.concordant_pairs,
            "tied_pairs": analysis.auc.tied_pairs,
            "n_positive": analysis.auc.n_positive,
            "n_negative": analysis.auc.n_negative,
            "interval_of_record": analysis.auc_of_record,
            "intervals": as_jsonable(analysis.auc_intervals),
            "points": [
                {"cutoff": as_jsonable(c), "sensitivity": float(se), "specificity": float(sp)}
                for c, se, sp in zip(
                    analysis.roc.cutoffs, analysis.roc.sensitivity, analysis.roc.specificity, strict=True
                )
            ],
        },
        "youden": {
            "cutoff": analysis.youden.cutoff,
            "rule": analysis.youden.rule,
            "j": analysis.youden.j,
            "interval": as_jsonable(analysis.cutoff_interval),
            "interval_of_record": analysis.cutoff_of_record,
            "intervals": as_jsonable(analysis.cutoff_intervals),
            "j_intervals": as_jsonable(analysis.j_intervals),
            "tied_cutoffs": as_jsonable(analysis.youden.tied_cutoffs),
            "ties": analysis.youden.ties,
            "n_resamples": analysis.youden.n_resamples,
            "n_dropped": analysis.youden.n_dropped,
        },
        "at_cutoff": {
            **_accuracy(analysis.at_cutoff),
            "at_stated_prevalence": None
            if analysis.at_stated_prevalence is None
            else _accuracy(analysis.at_stated_prevalence),
        },
        "seed": analysis.seed,
        "findings": [finding.as_json() for finding in analysis.findings],
    }
    if analysis.is_ratio:
        content["unit"] = "1"
    if analysis.analysis_id:
        content["analysis_id"] = analysis.analysis_id
    return content


def _group(group: GroupSummary) -> dict[str, Any]:
    content: dict[str, Any] = as_jsonable(group)
    content["iqr_type"] = content["percentile_type"]
    return content


def _kruskal_wallis(analysis: MarkerAnalysis) -> dict[str, Any] | None:
    if analysis.kruskal_wallis is None:
        return None
    pairs: Mapping[str, Any] = as_jsonable(analysis.pairwise)
    return {
        **as_jsonable(analysis.kruskal_wallis),
        "pairwise": pairs[analysis.pairwise_of_record],
        "pairwise_adjustment": analysis.pairwise_of_record,
        "pairwise_variants": pairs,
    }


def _spearman(analysis: MarkerAnalysis) -> dict[str, Any] | None:
    if analysis.spearman is None:
        return None
    return {
        **as_jsonable(analysis.spearman),
        "interval": as_jsonable(analysis.spearman_interval),
        "interval_of_record": analysis.spearman_of_record,
        "intervals": as_jsonable(analysis.spearman_intervals),
    }


def _accuracy(accuracy: DiagnosticAccuracy) -> dict[str, Any]:
    content: dict[str, Any] = as_jsonable(accuracy)
    content.pop("findings")
    return content
