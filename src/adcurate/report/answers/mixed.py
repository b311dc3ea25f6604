"""Several values of a subject, as text."""

from __future__ import annotations

import math

from adcurate.model.answers.mixed import MarkerMixed, MixedAnswer
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.direction import UNCORRECTED, Decided, is_shown
from adcurate.report.numbers import (
    UNKNOWN,
    show_interval,
    show_number,
    show_p,
    show_p_equation,
    show_percent,
)
from adcurate.report.scale import MarkerScale


def view_mixed(answer: MixedAnswer, scale: MarkerScale, decided: Decided = UNCORRECTED) -> AnswerView:
    """Show one paragraph a marker, with its coefficients and its variance components."""
    tables = []
    for entry in answer.markers.values():
        tables += [
            _coefficients(entry, answer, scale.of(entry.marker)),
            _components(entry, answer, scale.of(entry.marker)),
        ]
    return AnswerView(
        title="Do the classes differ, if values of one subject are counted as related?",
        sentences=tuple(
            " ".join(part for part in _paragraph(entry, answer, scale.of(entry.marker), decided) if part)
            for entry in answer.markers.values()
        ),
        tables=tuple(tables),
        notes=tuple(finding.sentence for finding in answer.findings),
    )


def _paragraph(entry: MarkerMixed, answer: MixedAnswer, scale: MarkerScale, decided: Decided) -> list[str]:
    compared = _compared(entry, answer, scale, decided)
    return [_who(entry, answer), compared, _test(entry), _alike(entry, answer)]


def _who(entry: MarkerMixed, answer: MixedAnswer) -> str:
    fit = entry.fit
    adjusted = f", adjusted for {', '.join(answer.adjusted_for)}" if answer.adjusted_for else ""
    left = f" {entry.n_missing} rows lacked a value and are left out." if entry.n_missing else ""
    return (
        f"{entry.marker}: {fit.n} values of {entry.n_groups} {_plural(answer.groups[0])} (at most "
        f"{entry.largest_group} of one) were put into a linear mixed model with a random intercept for "
        f"{' and '.join(answer.groups)} ({fit.estimation.upper()}){adjusted}.{left}"
    )


def _compared(entry: MarkerMixed, answer: MixedAnswer, scale: MarkerScale, decided: Decided) -> str:
    if entry.test is None:
        return ""
    percent = show_number(answer.level * 100, 0)
    reference = next(iter(entry.means))
    parts = []
    p_together = decided.get(f"{entry.marker} by {answer.compare}, mixed model", entry.test.p_value)
    for name in entry.test.columns:
        effect = entry.fit.effect(name)
        shown = is_shown(effect.p_value, answer.level) and is_shown(p_together, answer.level)
        found = (
            f"{name} differed from {reference} by"
            if shown
            else (f"no difference of {name} from {reference} was shown:")
        )
        parts.append(
            f"{found} {scale.show(effect.value)}{scale.suffix} ({percent} % CI "
            f"{scale.interval(effect.interval)}; t = {show_number(effect.t, 2)}, "
            f"{show_number(effect.df, 1)} df, {show_p_equation(effect.p_value)})"
        )
    return f"In this model, {'; '.join(parts)} (Satterthwaite degrees of freedom)."


def _test(entry: MarkerMixed) -> str:
    test = entry.test
    if test is None:
        return ""
    together = (
        f"All together: F({test.df}, {show_number(test.df_denominator, 1)}) = {show_number(test.f, 2)}, "
        f"{show_p_equation(test.p_value)}. "
        if test.df > 1
        else ""
    )
    return (
        f"{together}The likelihood-ratio test (ML) gave chi-squared({test.df}) = "
        f"{show_number(test.likelihood_ratio, 2)}, {show_p_equation(test.likelihood_ratio_p)}; it is too "
        "sure "
        "of itself with few groups."
    )


def _alike(entry: MarkerMixed, answer: MixedAnswer) -> str:
    fit = entry.fit
    first = fit.components[0]
    interval = (
        ""
        if fit.icc_interval is None
        else f" ({show_number(answer.level * 100, 0)} % CI {show_interval(fit.icc_interval, 2)}, profile "
        "likelihood)"
    )
    zero = "; the variance between groups is estimated as zero" if first.is_zero else ""
    p_value = (
        "" if math.isnan(fit.variance_p) else f"; variance against zero {show_p_equation(fit.variance_p)}"
    )
    return (
        f"Values of one {first.name} had an intraclass correlation of {show_number(fit.icc, 2)}{interval}"
        f"{p_value}{zero}."
    )


def _coefficients(entry: MarkerMixed, answer: MixedAnswer, scale: MarkerScale) -> TableView:
    return TableView(
        title=f"{entry.marker}: fixed effects",
        columns=("term", "estimate", "SE", f"{show_number(answer.level * 100, 0)} % CI", "df", "t", "p"),
        rows=tuple(
            (
                effect.name,
                scale.show(effect.value),
                scale.show(effect.standard_error),
                scale.interval(effect.interval),
                show_number(effect.df, 1),
                show_number(effect.t, 2),
                show_p(effect.p_value),
            )
            for effect in entry.fit.fixed
        ),
        note=f"In {scale.unit or 'the unit of the marker'}, for each unit of the term.",
    )


def _components(entry: MarkerMixed, answer: MixedAnswer, scale: MarkerScale) -> TableView:
    total = sum(part.variance for part in entry.fit.components)
    return TableView(
        title=f"{entry.marker}: where the variance lies",
        columns=("between", "groups", "SD", "CI", "share of variance, %"),
        rows=tuple(
            (
                part.name,
                str(part.n_groups) if part.n_groups else UNKNOWN,
                scale.show(part.sd),
                scale.interval(part.interval),
                show_percent(part.variance / total),
            )
            for part in entry.fit.components
        ),
        note="Intervals by profile likelihood; with two groupings none is given.",
    )


def _plural(word: str) -> str:
    return word if word.endswith("s") else f"{word}s"
