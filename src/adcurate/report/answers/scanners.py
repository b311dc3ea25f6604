"""Scanner mix, as text: the paragraph that answers whether scanners make the number, and its tables."""

from __future__ import annotations

import math

from adcurate.model.answers.scanners import MarkerScanners, ScannersAnswer
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.direction import is_shown
from adcurate.report.numbers import (
    UNKNOWN,
    show_interval,
    show_number,
    show_p,
    show_p_equation,
    show_percent,
)
from adcurate.report.scale import MarkerScale
from adcurate.statistics.proportion import Proportion
from adcurate.statistics.scanners import LeftOut, NestedTest, StratumSummary

_WORDS = {"vendor": "vendor", "field_strength_t": "field strength", "b_values": "b-values"}


def view_scanners(answer: ScannersAnswer, scale: MarkerScale) -> AnswerView:
    """Show one paragraph a marker, then each stratum, each column and each scanner left out."""
    tables = []
    for entry in answer.markers.values():
        tables += [_strata_table(entry, answer, scale.of(entry.marker)), _effect_table(entry, answer)]
        if entry.leave_one_out is not None:
            tables.append(_leave_out_table(entry, answer, scale.of(entry.marker)))
    return AnswerView(
        title="Does the scanner, rather than the tumour, make the number?",
        sentences=tuple(
            " ".join(part for part in paragraph if part)
            for entry in answer.markers.values()
            for paragraph in _paragraphs(entry, answer, scale.of(entry.marker))
            if any(paragraph)
        ),
        tables=tuple(tables),
        notes=tuple(finding.sentence for finding in answer.findings),
    )


def columns_in_words(by: tuple[str, ...]) -> str:
    """``vendor, field strength and b-values``."""
    words = [_WORDS.get(column, column) for column in by]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def why_no_estimate(row: StratumSummary, answer: ScannersAnswer) -> str:
    """Why a stratum has no estimate: ``no high-grade case``; "" where it has one."""
    missing = {"no-positive": answer.positive_label, "no-negative": answer.negative_label}
    return f"no {missing[row.gap]} case" if row.gap else ""


def _paragraphs(entry: MarkerScanners, answer: ScannersAnswer, scale: MarkerScale) -> list[list[str]]:
    """The answer, then what was asked for beyond it."""
    percent = show_number(answer.level * 100, 0)
    first = [
        _who(entry, answer),
        _variance(entry, answer),
        _differences(entry, answer, scale, percent),
        _areas(entry, percent),
        _left_out(entry, answer),
        _confounding(entry, answer),
        _nothing_said(entry, answer),
    ]
    return [first, [_random(entry, scale, percent), _harmonized(entry, scale)]]


def _who(entry: MarkerScanners, answer: ScannersAnswer) -> str:
    n, n_positive = entry.effect.n, entry.effect.n_positive
    left = f"; {entry.n_missing} more lacked a value and are left out" if entry.n_missing else ""
    return (
        f"{entry.marker} of {n} cases ({n_positive} {answer.positive_label}) came from {len(entry.strata)} "
        f"scanner setting{'' if len(entry.strata) == 1 else 's'} (combinations of "
        f"{columns_in_words(answer.by)}){left}."
    )


def _variance(entry: MarkerScanners, answer: ScannersAnswer) -> str:
    test = entry.effect.combined.test
    if test is None:
        return "With a single setting there is no difference between scanners to look for."
    parts = [
        f"{_WORDS.get(factor.name, factor.name)} {show_p_equation(factor.test.p_value)}"
        for factor in entry.effect.factors
        if factor.test is not None and len(answer.by) > 1
    ]
    alone = f" (alone: {', '.join(parts)})" if parts else ""
    return (
        f"Beside the class, scanner settings explained {show_percent(test.explained)} % of the variance "
        "that was left "
        f"({_f(test)}); as many settings of pure chance explain {show_percent(test.expected_by_chance)} % on "
        f"average{alone}."
    )


def _differences(entry: MarkerScanners, answer: ScannersAnswer, scale: MarkerScale, percent: str) -> str:
    pooled, adjusted = entry.effect.unadjusted, entry.effect.adjusted
    start = (
        f"The mean difference, {answer.positive_label} minus {answer.negative_label}, was "
        f"{scale.show(pooled.value)}{scale.suffix} ({percent} % CI {scale.interval(pooled.interval)}) over "
        "all cases"
    )
    if adjusted is None:
        return f"{start}; none can be estimated within scanners, because no setting holds both classes."
    end = (
        f"{start} and {scale.show(adjusted.value)} ({scale.interval(adjusted.interval)}; "
        f"{show_p_equation(adjusted.p_value)}) within scanner settings (linear model, setting as fixed "
        "effect)."
    )
    interaction = entry.effect.combined.interaction
    if interaction is None:
        return end
    return f"{end} Test of a difference that differs between settings: {_f(interaction)}."


def _areas(entry: MarkerScanners, percent: str) -> str:
    everyone = f"{show_number(entry.auc.value, 3)} ({show_interval(entry.auc.interval, 3)}) over all pairs"
    within = entry.within
    if within is None:
        return f"The AUC was {everyone}; {_lower(entry.why_not_within)}"
    return (
        f"Comparing only cases of the same setting ({within.n_pairs} of {within.n_all_pairs} pairs, "
        f"{within.n_strata_used} of {within.n_strata} settings), the AUC was {show_number(within.value, 3)} "
        f"({percent} % CI {show_interval(within.interval, 3)}; rank test, {within.p_method}, "
        f"{show_p_equation(within.p_value)}; van Elteren {show_p_equation(within.van_elteren_p)}), "
        f"against {everyone}."
    )


def _left_out(entry: MarkerScanners, answer: ScannersAnswer) -> str:
    found = entry.leave_one_out
    if found is None:
        return entry.why_not_leave_out
    known = [row for row in found.strata if row.auc is not None]
    if not known:
        return "Leaving out a setting leaves one class only, so the AUC without it cannot be estimated."
    spans = [
        f"{_WORDS.get(column, column)}: {_span(rows.lowest, rows.highest)}"
        for column, rows in entry.by_level.items()
        if len(answer.by) > 1 and not math.isnan(rows.lowest)
    ]
    whole = f" (leaving out a whole level of {'; of '.join(spans)})" if spans else ""
    lacking = len(found.strata) - len(known)
    some = f"; without {lacking} of them one class is missing" if lacking else ""
    return (
        f"Leaving any one setting out, the AUC was {_span(found.lowest, found.highest)}{some}{whole}. "
        "Cut-offs chosen "
        f"on the other settings were right in {_share(found.sensitivity)} {answer.positive_label} and "
        f"{_share(found.specificity)} {answer.negative_label} cases of the setting left out."
    )


def _confounding(entry: MarkerScanners, answer: ScannersAnswer) -> str:
    if len(entry.strata) < 2:
        return ""
    caution = (
        "only the numbers from within settings are free of that"
        if is_shown(entry.confounding.p_value, answer.level)
        else "a large p-value does not show that the shares are equal"
    )
    return (
        f"Shares of {answer.positive_label} cases by setting: Cramér's V = "
        f"{show_number(entry.confounding.cramers_v, 2)}, Fisher's "
        f"{show_p_equation(entry.confounding.p_value)}; {caution}."
    )


def _nothing_said(entry: MarkerScanners, answer: ScannersAnswer) -> str:
    lone = [row for row in entry.strata if row.gap]
    if not lone:
        return ""
    named = "; ".join(f"{row.name} (n = {row.n}, {why_no_estimate(row, answer)})" for row in lone)
    return f"Nothing can be said of the difference on {named}."


def _random(entry: MarkerScanners, scale: MarkerScale, percent: str) -> str:
    fit = entry.random
    if fit is None:
        return ""
    effect = fit.effect("positive")
    return (
        "With settings as a random intercept (REML, Satterthwaite), the difference was "
        f"{scale.show(effect.value)} "
        f"({percent} % CI {scale.interval(effect.interval)}; {show_p_equation(effect.p_value)}), and "
        "settings made up "
        f"{show_percent(fit.icc)} % of the variance within classes "
        f"({show_interval(fit.icc_interval, 1, 100.0)}; profile likelihood)."
    )


def _harmonized(entry: MarkerScanners, scale: MarkerScale) -> str:
    found = entry.harmonized
    if found is None:
        return f"ComBat was not made: {entry.why_not_harmonized}" if entry.why_not_harmonized else ""
    informed = (
        ""
        if found.informed_difference is None
        else f"; with the class preserved it was {scale.show(found.informed_difference)}, which is circular "
        "and no test"
    )
    return (
        f"After ComBat of {entry.marker} ({found.blind.adjusts}, {found.blind.method}) without knowledge of "
        "the class, the "
        "difference was "
        f"{scale.show(found.blind_difference.value)}{scale.suffix} and the AUC "
        f"{show_number(found.blind_auc.value, 3)}"
        f"{informed}."
    )


def _strata_table(entry: MarkerScanners, answer: ScannersAnswer, scale: MarkerScale) -> TableView:
    rows = [
        (
            row.name + (" *" if row.is_small else ""),
            str(row.n),
            str(row.n_positive),
            scale.show(row.mean_positive),
            scale.show(row.mean_negative),
            why_no_estimate(row, answer) if row.difference is None else scale.show(row.difference.value),
            UNKNOWN if row.difference is None else scale.interval(row.difference.interval),
            UNKNOWN if row.auc is None else show_number(row.auc.value, 3),
            UNKNOWN if row.auc is None else show_interval(row.auc.interval, 3),
        )
        for row in entry.strata
    ]
    small = (
        f"* fewer than {answer.minimum_stratum} cases. " if any(row.is_small for row in entry.strata) else ""
    )
    return TableView(
        title=f"{entry.marker}: each scanner setting by itself",
        columns=(
            "setting",
            "n",
            answer.positive_label,
            f"mean, {answer.positive_label}",
            f"mean, {answer.negative_label}",
            "difference",
            "CI (Welch)",
            "AUC",
            "CI",
        ),
        rows=tuple(rows),
        note=f"{small}An interval needs two cases of each class; that of the AUC is DeLong's, or the exact "
        "binomial "
        "one where DeLong's says nothing.",
    )


def _effect_table(entry: MarkerScanners, answer: ScannersAnswer) -> TableView:
    effects = [*entry.effect.factors, *([entry.effect.combined] if len(answer.by) > 1 else [])]
    rows = [
        (
            "all combined" if factor is entry.effect.combined and len(answer.by) > 1 else factor.name,
            str(len(factor.levels)),
            UNKNOWN if factor.test is None else f"{show_percent(factor.test.explained)} %",
            UNKNOWN if factor.test is None else _f(factor.test),
            UNKNOWN if factor.test is None else show_p(factor.test.likelihood_ratio_p),
            UNKNOWN if factor.beside_others is None else show_p(factor.beside_others.p_value),
            UNKNOWN if factor.interaction is None else show_p(factor.interaction.p_value),
        )
        for factor in effects
    ]
    return TableView(
        title=f"{entry.marker}: what the scanner explains beside the class",
        columns=(
            "column",
            "levels",
            "explained",
            "F test",
            "p (likelihood ratio)",
            "p beside the other columns",
            "p (class differs by level)",
        ),
        rows=tuple(rows),
        note="Linear models. Explained: share of the variance that the class leaves.",
    )


def _leave_out_table(entry: MarkerScanners, answer: ScannersAnswer, scale: MarkerScale) -> TableView:
    assert entry.leave_one_out is not None
    rows = [_leave_out_row(row.name, row, scale) for row in entry.leave_one_out.strata]
    for column, found in entry.by_level.items():
        if len(answer.by) > 1:
            rows += [
                _leave_out_row(f"{_WORDS.get(column, column)}: {row.name}", row, scale)
                for row in found.strata
            ]
    return TableView(
        title=f"{entry.marker}: one scanner left out",
        columns=(
            "left out",
            "n left",
            "AUC",
            "CI",
            "cut-off",
            "sensitivity, %",
            "specificity, %",
            f"right of {answer.positive_label} left out",
            f"right of {answer.negative_label} left out",
        ),
        rows=tuple(rows),
        note="Cut-off, sensitivity and specificity: of the cases that are left. The last two columns apply "
        "that "
        "cut-off to the cases left out.",
    )


def _leave_out_row(name: str, row: LeftOut, scale: MarkerScale) -> tuple[str, ...]:
    return (
        name,
        str(row.n_kept),
        UNKNOWN if row.auc is None else show_number(row.auc.value, 3),
        UNKNOWN if row.auc is None else show_interval(row.auc.interval, 3),
        UNKNOWN if row.youden is None else scale.rule(row.youden.cutoff),
        UNKNOWN if row.youden is None else show_percent(row.youden.sensitivity),
        UNKNOWN if row.youden is None else show_percent(row.youden.specificity),
        _share(row.sensitivity),
        _share(row.specificity),
    )


def _share(share: Proportion | None) -> str:
    if share is None or share.denominator == 0:
        return UNKNOWN
    return f"{share.numerator} of {share.denominator}"


def _f(test: NestedTest) -> str:
    return f"F({test.df}, {test.df_residual}) = {show_number(test.f, 2)}, {show_p_equation(test.p_value)}"


def _span(low: float, high: float) -> str:
    first, last = show_number(low, 3), show_number(high, 3)
    return first if first == last else f"{first} to {last}"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
