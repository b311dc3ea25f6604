"""Earlier studies together with this one, as text: sentences for a paper's Results, and their tables."""

from __future__ import annotations

import math
from collections.abc import Callable

from adcurate.model.answers.literature import (
    EffectPool,
    LeftOut,
    LiteratureAccuracyAnswer,
    LiteratureCorrelationAnswer,
    LiteratureMeansAnswer,
)
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import (
    UNKNOWN,
    show_interval,
    show_number,
    show_p,
    show_p_equation,
    show_percent,
    show_percent_interval,
)
from adcurate.report.scale import MarkerScale
from adcurate.statistics.meta import PooledEffect

_TAU2 = {
    "fixed": "fixed-effect model",
    "dersimonian-laird": "random effects, DerSimonian and Laird",
    "reml": "random effects, REML",
    "paule-mandel": "random effects, Paule and Mandel",
}
_INTERVALS = {
    "normal": "normal interval",
    "knapp-hartung": "Hartung-Knapp interval",
    "knapp-hartung-at-least-one": "Hartung-Knapp interval, scale at least 1",
}
_PREDICTIONS = {"higgins-2009": "t on k − 2 df", "as-interval": "the interval's own distribution"}
_VARIANCES = {
    "pearson": "variance 1/(n − 3)",
    "spearman-1.06": "variance 1.06/(n − 3)",
    "spearman-bonett-wright": "variance (1 + r²/2)/(n − 3)",
}
_Back = Callable[[float], str]


def view_literature_means(answer: LiteratureMeansAnswer, scale: MarkerScale) -> AnswerView:
    """Show pooled means and differences of the groups, and every study that was left out."""
    question = answer.question
    how = _how(question.tau2, question.interval)
    sentences = []
    for pool in answer.means:
        name = f"the mean {question.marker} of {pool.groups[0]}"
        sentences.append(
            _sentence(pool, name, _back(pool, scale), _unit(pool, scale), how, question.prediction)
        )
    for pool in answer.differences:
        word = {"raw": "mean difference", "standardized": "Hedges' g", "log": "ratio of means"}[pool.scale]
        name = f"the {word} of {question.marker}, {pool.label},"
        sentences.append(
            _sentence(
                pool, name, _back(pool, scale), _unit(pool, scale), how, question.prediction, tested=True
            )
        )
    pools = (*answer.means, *answer.differences)
    tables = [_pools_table(pools, scale)]
    tables += [_without_table(pool, scale) for pool in pools if len(pool.without) > 2]
    if any(pool.egger for pool in pools):
        tables.append(_funnel_table(pools))
    if answer.left_out:
        tables.append(_left_out_table(answer.left_out))
    return AnswerView(
        title="Does this study agree with what has been published?",
        sentences=tuple(sentences),
        tables=tuple(tables),
        notes=_notes(answer.converted),
    )


def view_literature_correlation(answer: LiteratureCorrelationAnswer, scale: MarkerScale) -> AnswerView:
    """Show the pooled correlation, back from Fisher's z."""
    question, pool = answer.question, answer.pool
    how = f"{_how(question.tau2, question.interval)}, Fisher's z, {_VARIANCES[question.variance]}"
    name = f"the correlation of {pool.label}"
    tables = [_pools_table((pool,), scale)]
    if len(pool.without) > 2:
        tables.append(_without_table(pool, scale))
    if pool.egger is not None:
        tables.append(_funnel_table((pool,)))
    if answer.left_out:
        tables.append(_left_out_table(answer.left_out))
    return AnswerView(
        title="How strong is the correlation, all studies together?",
        sentences=(_sentence(pool, name, _back(pool, scale), "", how, question.prediction, tested=True),),
        tables=tuple(tables),
    )


def view_literature_accuracy(answer: LiteratureAccuracyAnswer, scale: MarkerScale) -> AnswerView:
    """Show every study's accuracy at its own cut-off, and the summary point."""
    tables = [_accuracy_table(answer, scale)]
    if answer.areas:
        tables.append(_areas_table(answer))
    if answer.left_out:
        tables.append(_left_out_table(answer.left_out))
    return AnswerView(
        title="How accurate are cut-offs, all studies together?",
        sentences=_accuracy_sentences(answer),
        tables=tuple(tables),
        notes=(
            "Every study chose its cut-off on its own cases: the pooled values are optimistic and belong to "
            "no single cut-off.",
        ),
    )


def _how(tau2: str, interval: str) -> str:
    return f"{_TAU2[tau2]}, {_INTERVALS[interval]}"


def _back(pool: EffectPool, scale: MarkerScale) -> _Back:
    """An effect as a reader knows it."""
    if pool.scale == "fisher-z":
        return lambda value: show_number(math.tanh(value), 2)
    if pool.scale == "standardized":
        return lambda value: show_number(value, 2)
    if pool.scale == "log" and not pool.unit:
        return lambda value: show_number(_exponential(value), 2)
    if pool.scale == "log":
        return lambda value: scale.show(_exponential(value))
    return scale.show


def _exponential(value: float) -> float:
    return math.exp(value) if value < 700.0 else math.inf


def _unit(pool: EffectPool, scale: MarkerScale) -> str:
    return scale.suffix if pool.unit else ""


def _sentence(
    pool: EffectPool, name: str, back: _Back, unit: str, how: str, prediction: str, *, tested: bool = False
) -> str:
    pooled = pool.pooled
    if pooled is None:
        return f"{name[0].upper()}{name[1:]} could not be pooled."
    percent = show_number(pooled.interval.level * 100, 0)
    cases = sum(study.n for study in pool.studies if study.weight is not None)
    limits = f"{back(pooled.interval.low)} to {back(pooled.interval.high)}"
    if pooled.k == 1:
        return (
            f"One study gives {name} as {back(pooled.estimate)}{unit} ({percent} % CI {limits}); n = {cases}."
        )
    text = (
        f"Over {pooled.k} studies ({cases} cases), {name} was {back(pooled.estimate)}{unit} "
        f"({percent} % CI {limits}; {how}"
    )
    text += f"; {show_p_equation(pooled.p_value)})." if tested else ")."
    text += (
        f" Heterogeneity: Q = {show_number(pooled.q, 2)} on {pooled.q_df} df, "
        f"{show_p_equation(pooled.q_p_value)}; I² = {show_percent(pooled.i2, 0)} %."
    )
    if pooled.prediction is not None:
        limits = f"{back(pooled.prediction.low)} to {back(pooled.prediction.high)}{unit}"
        rule = _PREDICTIONS[prediction]
        text += f" The true value of a further study would be expected from {limits} ({rule})."
    return text + _place_of_this_study(pool, back, unit)


def _place_of_this_study(pool: EffectPool, back: _Back, unit: str) -> str:
    own, others = pool.this_study, pool.others
    if own is None or others is None:
        return ""
    text = f" Without this study ({back(own.effect)}{unit}) the pooled value is {back(others.estimate)}{unit}"
    if others.prediction is None:
        return text + "."
    inside = others.prediction.low <= own.effect <= others.prediction.high
    where = "inside" if inside else "outside"
    limits = f"{back(others.prediction.low)} to {back(others.prediction.high)}"
    return f"{text}, and this study lies {where} the other studies' prediction interval ({limits})."


def _pools_table(pools: tuple[EffectPool, ...], scale: MarkerScale) -> TableView:
    rows = []
    for pool in pools:
        back = _back(pool, scale)
        for study in pool.studies:
            name = study.study if study.year is None else f"{study.study} {study.year}"
            limits = f"{back(study.interval.low)} to {back(study.interval.high)}"
            weight = "not pooled" if study.weight is None else f"{show_percent(study.weight)} %"
            rows.append((pool.label, name, str(study.n), back(study.effect), limits, weight))
        if pool.pooled is not None:
            rows.append((pool.label, *_pooled_cells(pool.pooled, back)))
    return TableView(
        "Studies and pooled values",
        ("Of", "Study", "n", "Estimate", "Interval", "Weight"),
        tuple(rows),
        note=_scales_note(pools, scale),
    )


def _pooled_cells(pooled: PooledEffect, back: _Back) -> tuple[str, str, str, str, str]:
    limits = f"{back(pooled.interval.low)} to {back(pooled.interval.high)}"
    name = "One study" if pooled.k == 1 else f"Pooled, {pooled.k} studies"
    return name, "", back(pooled.estimate), limits, "100 %"


def _scales_note(pools: tuple[EffectPool, ...], scale: MarkerScale) -> str:
    return f"Values in {scale.unit}." if scale.unit and any(pool.unit for pool in pools) else ""


def _without_table(pool: EffectPool, scale: MarkerScale) -> TableView:
    back = _back(pool, scale)
    pooled = [study for study in pool.studies if study.weight is not None]
    rows = tuple(
        (
            study.study if study.year is None else f"{study.study} {study.year}",
            back(rest.estimate),
            f"{back(rest.interval.low)} to {back(rest.interval.high)}",
            f"{show_percent(rest.i2, 0)} %" if not math.isnan(rest.i2) else UNKNOWN,
        )
        for study, rest in zip(pooled, pool.without, strict=True)
    )
    return TableView(f"Leave one out: {pool.label}", ("Without", "Pooled", "Interval", "I²"), rows)


def _funnel_table(pools: tuple[EffectPool, ...]) -> TableView:
    rows = []
    for pool in pools:
        if pool.egger is None:
            continue
        test = pool.egger
        tail = "z" if test.df is None else f"t({test.df})"
        begg = (
            UNKNOWN if pool.begg is None else f"{show_number(pool.begg.tau, 2)} ({show_p(pool.begg.p_value)})"
        )
        egger = f"{tail} = {show_number(test.statistic, 2)} ({show_p(test.p_value)})"
        rows.append((pool.label, str(test.k), egger, begg))
    return TableView(
        "Do small studies find more?",
        ("Of", "Studies", "Egger (p)", "Begg's tau (p)"),
        tuple(rows),
        note="Below ten studies neither test has power: a large p does not say that nothing is missing.",
    )


def _left_out_table(left_out: tuple[LeftOut, ...]) -> TableView:
    return TableView(
        "Left out, and why",
        ("Study", "What", "Reason"),
        tuple((item.study, item.what, item.reason) for item in left_out),
    )


def _notes(converted: tuple[str, ...]) -> tuple[str, ...]:
    if not converted:
        return ()
    return ("Guessed from a range (Wan 2014): " + "; ".join(converted) + ".",)


def _accuracy_sentences(answer: LiteratureAccuracyAnswer) -> tuple[str, ...]:
    pooled = answer.pooled
    if pooled is None:
        return (
            f"The sensitivity and specificity of {len(answer.studies)} studies could not be pooled by the "
            f"{answer.question.model} model.",
        )
    percent = show_number(pooled.level * 100, 0)
    cases = sum(study.tp + study.fn + study.fp + study.tn for study in answer.studies if study.pooled)
    first = (
        f"Over {pooled.k} studies ({cases} cases), each at its own cut-off, pooled sensitivity was "
        f"{show_percent(pooled.sensitivity)} % ({percent} % CI "
        f"{show_percent_interval(pooled.sensitivity_interval)}) "
        f"and pooled specificity {show_percent(pooled.specificity)} % "
        f"({show_percent_interval(pooled.specificity_interval)}); {pooled.method}."
    )
    second = (
        f"The likelihood ratio of a positive result was {show_number(pooled.positive_likelihood_ratio, 2)} "
        f"({show_interval(pooled.positive_likelihood_ratio_interval, 2)}), of a negative result "
        f"{show_number(pooled.negative_likelihood_ratio, 3)} "
        f"({show_interval(pooled.negative_likelihood_ratio_interval, 3)}), the diagnostic odds ratio "
        f"{show_number(pooled.diagnostic_odds_ratio, 1)} "
        f"({show_interval(pooled.diagnostic_odds_ratio_interval, 1)}). Between studies the standard "
        f"deviation of logit sensitivity was {show_number(pooled.sd_sensitivity, 2)}, of logit specificity "
        f"{show_number(pooled.sd_specificity, 2)}"
    )
    second += f", their correlation {show_number(pooled.correlation, 2)}." if pooled.joint else "."
    return first, second


def _accuracy_table(answer: LiteratureAccuracyAnswer, scale: MarkerScale) -> TableView:
    rows = []
    for study in answer.studies:
        name = study.study if study.year is None else f"{study.study} {study.year}"
        counts = f"{study.tp}/{study.tp + study.fn}", f"{study.tn}/{study.tn + study.fp}"
        shares = [
            f"{show_percent(share.value)} % ({show_percent_interval(share.interval)})"
            for share in (study.sensitivity, study.specificity)
        ]
        name += "" if study.pooled else " (not pooled)"
        rows.append((name, scale.rule(study.cutoff), counts[0], shares[0], counts[1], shares[1]))
    return TableView(
        "Studies at their own cut-offs",
        (
            "Study",
            f"Cut-off{f' ({scale.unit})' if scale.unit else ''}",
            "TP",
            "Sensitivity",
            "TN",
            "Specificity",
        ),
        tuple(rows),
        note="Intervals of single studies: "
        + (answer.studies[0].sensitivity.interval.method if answer.studies else UNKNOWN)
        + ".",
    )


def _areas_table(answer: LiteratureAccuracyAnswer) -> TableView:
    rows = tuple(
        (
            area.study if area.year is None else f"{area.study} {area.year}",
            f"{area.n_positive} and {area.n_negative}",
            show_number(area.auc, 3),
            UNKNOWN if area.low is None else f"{show_number(area.low, 3)} to {show_number(area.high, 3)}",
        )
        for area in answer.areas
    )
    return TableView(
        "Areas under the ROC curve, as printed",
        ("Study", "Cases", "AUC", "Interval"),
        rows,
        note="Not pooled: most studies printed no standard error.",
    )
