"""Several lesions in a subject, as text."""

from __future__ import annotations

import math
from typing import Final

from adcurate.model.answers.clusters import (
    ANALYSES,
    ClusterEstimate,
    ClusterQuantity,
    ClustersAnswer,
    MarkerClusters,
    MarkerPairClusters,
)
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import show_interval, show_number, show_p, show_p_equation
from adcurate.report.scale import RULES, MarkerScale
from adcurate.statistics.interval import Interval

ANALYSIS_NAMES: Final = {
    "independent": "lesions as if independent",
    "clustered": "lesions within subjects",
    "one-lesion": "one lesion a subject",
}
_METHODS: Final = {
    "obuchowski": "Obuchowski",
    "obuchowski-logit": "Obuchowski, logit",
    "delong": "DeLong",
    "delong-logit": "DeLong, logit",
    "wilson-effective": "Wilson, effective n",
    "wilson": "Wilson",
    "percentile-bootstrap": "bootstrap of lesions",
    "cluster-percentile-bootstrap": "bootstrap of subjects",
}


def view_clusters(answer: ClustersAnswer, scale: MarkerScale) -> AnswerView:
    """Show each quantity under the three analyses, and what clustering did to its interval."""
    tables = [_table(one, answer, scale.of(one.marker)) for one in answer.markers]
    if answer.pairs:
        tables.append(_pairs(answer))
    return AnswerView(
        title="What changes when subjects with several lesions count as subjects?",
        sentences=(
            _who(answer),
            *(_sentence(one, answer) for one in answer.markers),
            *(_pair_sentence(pair, answer) for pair in answer.pairs if pair.tests["clustered"] is not None),
        ),
        tables=tuple(tables),
        notes=_notes(answer),
    )


def quantity_name(quantity: ClusterQuantity, answer: ClustersAnswer) -> str:
    """What a quantity is called in tables and figures."""
    return {
        "auc": "AUC",
        "sensitivity": "Sensitivity",
        "specificity": "Specificity",
        "cutoff": "Youden cut-off",
        "rho": "Spearman's rho with grade",
        "difference": f"{answer.difference.capitalize()}, {answer.positive_label} − {answer.negative_label}",
    }[quantity]


def _who(answer: ClustersAnswer) -> str:
    per_subject = answer.lesions_per_subject
    n_subjects = sum(per_subject.values())
    n_lesions = sum(size * n for size, n in per_subject.items())
    several = n_subjects - per_subject.get(1, 0)
    if not several:
        return f"{n_lesions} lesions of as many subjects were listed; no subject had more than one."
    return (
        f"{n_lesions} lesions of {n_subjects} subjects were listed; {several} subjects had more than one, at "
        f"most {max(per_subject)}."
    )


def _sentence(one: MarkerClusters, answer: ClustersAnswer) -> str:
    clustered, alone = one.estimate("auc", "clustered"), one.estimate("auc", "independent")
    stand_in = one.estimate("auc", "one-lesion")
    if clustered is None or alone is None or stand_in is None:
        return ""
    percent = _percent(answer.level)
    text = (
        f"{one.marker}: over {one.n_lesions} lesions of {one.n_subjects} subjects the area under the ROC "
        f"curve was {show_number(clustered.value, 3)} ({percent} % CI "
        f"{show_interval(clustered.interval, 3)}, {_method(clustered.interval)}, clustered by subject; "
        f"{show_p_equation(one.p_value)} against 0.5)"
    )
    if not math.isnan(clustered.design_effect):
        text += (
            f"; its variance was {show_number(clustered.design_effect, 2)} times that of independent lesions "
            f"(CI {show_interval(alone.interval, 3)})"
        )
    text += ". "
    if math.isnan(stand_in.value):
        return f"{text}One lesion a subject ({stand_in.n_subjects} lesions) gives no area."
    return (
        f"{text}With one lesion a subject ({stand_in.n_lesions} lesions) it was "
        f"{show_number(stand_in.value, 3)} ({show_interval(stand_in.interval, 3)})."
    )


def _pair_sentence(pair: MarkerPairClusters, answer: ClustersAnswer) -> str:
    test = pair.tests["clustered"]
    if test is None:
        return ""
    return (
        f"{pair.first} less {pair.second}, over the {test.n_positive + test.n_negative} lesions of "
        f"{test.n_subjects} subjects that have both: difference of the areas "
        f"{show_number(test.difference, 3)} ({_percent(answer.level)} % CI "
        f"{show_interval(test.interval, 3)}, "
        f"Obuchowski, clustered by subject; {show_p_equation(test.p_value)})."
    )


def _table(one: MarkerClusters, answer: ClustersAnswer, scale: MarkerScale) -> TableView:
    chosen = "stated beforehand" if one.cutoff_stated else "the Youden cut-off of all lesions"
    return TableView(
        one.marker,
        (
            "quantity",
            "analysis",
            "estimate",
            f"{_percent(answer.level)} % CI",
            "method",
            "resampled",
            "design effect",
            "lesions",
            "subjects",
        ),
        tuple(_row(estimate, answer, scale) for estimate in _by_quantity(one)),
        note=f"Sensitivity and specificity at {RULES[one.rule]} {scale.rule(one.cutoff)}{scale.suffix}, "
        f"{chosen}. "
        f"Cut-off and difference{f' in {scale.unit}' if scale.unit else ' in the unit of the marker'}. "
        f"One lesion a subject: the {answer.one_lesion}. Correlation of values within subjects (ICC): "
        f"{show_number(one.icc.value, 2)}."
        + "".join(dict.fromkeys(f" Not estimated: {e.reason}" for e in one.estimates if e.reason)),
    )


def _by_quantity(one: MarkerClusters) -> list[ClusterEstimate]:
    order = list(dict.fromkeys(estimate.quantity for estimate in one.estimates))
    return sorted(
        one.estimates,
        key=lambda estimate: (order.index(estimate.quantity), ANALYSES.index(estimate.analysis)),
    )


def _row(one: ClusterEstimate, answer: ClustersAnswer, scale: MarkerScale) -> tuple[str, ...]:
    shown = one.shown_interval
    return (
        quantity_name(one.quantity, answer),
        ANALYSIS_NAMES[one.analysis],
        show_estimate(one, scale),
        show_limits(one, shown, scale),
        _method(shown),
        show_limits(one, one.bootstrap, scale) if one.interval is not None else "–",
        show_number(one.design_effect, 2) if one.analysis == "clustered" else "–",
        str(one.n_lesions),
        str(one.n_subjects),
    )


def show_estimate(one: ClusterEstimate, scale: MarkerScale) -> str:
    """An estimate in the unit and with the decimals of its quantity."""
    return (
        scale.rule(one.value)
        if one.quantity == "cutoff"
        else scale.show(one.value)
        if one.quantity == "difference"
        else show_number(one.value, 3)
    )


def show_limits(one: ClusterEstimate, interval: Interval | None, scale: MarkerScale) -> str:
    """An interval in the unit and with the decimals of its quantity."""
    if one.quantity in ("cutoff", "difference"):
        return scale.interval(interval)
    return show_interval(interval, 3)


def _pairs(answer: ClustersAnswer) -> TableView:
    rows = []
    for pair in answer.pairs:
        for analysis in ANALYSES:
            test = pair.tests[analysis]
            if test is None:
                continue
            rows.append(
                (
                    f"{pair.first} less {pair.second}",
                    ANALYSIS_NAMES[analysis],
                    show_number(test.difference, 3),
                    show_interval(test.interval, 3),
                    show_p(test.p_value),
                    str(test.n_positive + test.n_negative),
                )
            )
    return TableView(
        "Difference of areas",
        ("markers", "analysis", "difference", f"{_percent(answer.level)} % CI", "p", "lesions"),
        tuple(rows),
    )


def _notes(answer: ClustersAnswer) -> tuple[str, ...]:
    notes = []
    for one in answer.markers:
        left = [
            f"{n} {what}"
            for n, what in (
                (one.n_missing, "without a number"),
                (one.n_unclassified, "without an outcome"),
            )
            if n
        ]
        if left:
            notes.append(f"{one.marker}, lesions left out: {', '.join(left)}.")
    kept = (
        "keeping the numbers of subjects with positive lesions only, negative only, and both"
        if answer.stratified
        else "of all subjects together"
    )
    notes.append(
        f"Resampling: {answer.n_resamples} resamples {kept}; a drawn subject brings all its lesions."
    )
    return tuple(notes)


def _method(interval: Interval | None) -> str:
    return "–" if interval is None else _METHODS.get(interval.method, interval.method)


def _percent(level: float) -> str:
    return f"{level * 100:g}"
