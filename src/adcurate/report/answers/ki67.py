"""A marker against Ki-67 as an interval, as text."""

from __future__ import annotations

import math

from adcurate.model.answers.ki67 import Ki67Answer, MarkerKi67
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.direction import UNCORRECTED, Decided, is_shown
from adcurate.report.numbers import UNKNOWN, show_number, show_p, show_p_equation, show_percent
from adcurate.report.scale import MarkerScale
from adcurate.statistics.correlation import CorrelationBounds

_TESTS = {
    "permutation": "permutation test",
    "asymptotic": "normal approximation with permutation variance",
}
_FORMS = {"log1p": "log(1 + Ki-67)", "log": "log(Ki-67)"}
_RATIO = {"log1p": "1 + Ki-67", "log": "Ki-67"}


def view_ki67(answer: Ki67Answer, scale: MarkerScale, decided: Decided = UNCORRECTED) -> AnswerView:
    """Show tau over decided pairs, how far the ranges leave it open, the regression, and midpoints beside."""
    return AnswerView(
        title="Does the marker go with Ki-67, taken as the number, range or bound that was reported?",
        sentences=tuple(_sentence(one, answer, scale.of(one.marker), decided) for one in answer.markers),
        tables=(
            _pairs(answer),
            _bounds(answer),
            _regressions(answer, scale),
            _midpoints(answer, scale),
        ),
        notes=(
            "No range was replaced by its middle. A pair of lesions is undecided when its ranges overlap; "
            "tau-b counts undecided pairs as ties.",
        ),
    )


def _sentence(one: MarkerKi67, answer: Ki67Answer, scale: MarkerScale, decided: Decided) -> str:
    kendall = one.kendall
    text = (
        f"Ki-67 was an exact number in {kendall.n_exact} of {kendall.n} lesions and a range or a bound in "
        f"{kendall.n - kendall.n_exact}. Kendall's tau-b of {one.marker} and Ki-67 was "
        f"{show_number(kendall.tau, 3)} ({_TESTS[kendall.method]}, two-sided, "
        f"{show_p_equation(kendall.p_value)}; {kendall.concordant} pairs in the same order, "
        f"{kendall.discordant} in opposite order, {kendall.undecided} undecided because ranges overlap, "
        f"{show_percent(kendall.undecided_share)} % of all)."
    )
    if one.tau_bounds is not None and one.rho_bounds is not None and kendall.n_exact < kendall.n:
        text += (
            f" Over the values that the ranges allow, tau-b reaches from "
            f"{show_number(one.tau_bounds.low, 3)} to "
            f"{show_number(one.tau_bounds.high, 3)} and Spearman's rho from "
            f"{show_number(one.rho_bounds.low, 3)} "
            f"to {show_number(one.rho_bounds.high, 3)}."
        )
    if one.regression is None:
        text += f" The interval-censored regression was not fitted. {one.regression_refused}"
    else:
        text += " " + _line(one, answer, scale, decided)
    if one.n_missing:
        were = "lesion was" if one.n_missing == 1 else "lesions were"
        text += f" {one.n_missing} {were} left out without {one.marker} or Ki-67."
    return text


def _line(one: MarkerKi67, answer: Ki67Answer, scale: MarkerScale, decided: Decided) -> str:
    fit = one.regression
    if fit is None:
        return ""
    slope = fit.terms[1]
    ratio, low, high = (
        math.exp(value * one.marker_spread)
        for value in (slope.estimate, slope.interval.low, slope.interval.high)
    )
    counted = decided.get(f"{one.marker}: Ki-67") if answer.counted == "regression" else None
    p_value = slope.likelihood_ratio_p if counted is None else counted
    shown = is_shown(p_value, slope.interval.level)
    unshown = "" if shown else "no relation was shown: "
    return (
        f"In interval-censored regression of {_FORMS[answer.transform]} (normal errors, maximum likelihood, "
        f"n = {fit.n}), {unshown}a {one.marker} higher by one standard deviation "
        f"({scale.show(one.marker_spread)}{scale.suffix}) went with {_RATIO[answer.transform]} "
        f"{show_number(ratio, 2)} times as high ({show_number(slope.interval.level * 100, 0)} % CI "
        f"{show_number(low, 2)} to {show_number(high, 2)}; likelihood ratio "
        f"{show_number(slope.likelihood_ratio, 2)} on 1 degree of freedom, "
        f"{show_p_equation(slope.likelihood_ratio_p)})."
    )


def _pairs(answer: Ki67Answer) -> TableView:
    return TableView(
        "Pairs of lesions ordered by marker and Ki-67",
        ("marker", "n", "exact", "same order", "opposite", "tied", "undecided", "tau-b", "gamma", "z", "p"),
        tuple(
            (
                one.marker,
                str(one.kendall.n),
                str(one.kendall.n_exact),
                str(one.kendall.concordant),
                str(one.kendall.discordant),
                str(one.kendall.tied),
                str(one.kendall.undecided),
                show_number(one.kendall.tau, 3),
                show_number(one.kendall.gamma, 3),
                show_number(one.kendall.z, 2),
                show_p(one.kendall.p_value),
            )
            for one in answer.markers
        ),
        note="gamma leaves undecided pairs out, as if they would divide like the decided ones.",
    )


def _bounds(answer: Ki67Answer) -> TableView:
    rows = []
    for one in answer.markers:
        for name, bounds in (("Kendall's tau-b", one.tau_bounds), ("Spearman's rho", one.rho_bounds)):
            rows.append((one.marker, name, *_bound_cells(bounds)))
    return TableView(
        "What the ranges leave open",
        ("marker", "coefficient", "lowest found", "highest found", "cannot be below", "cannot be above"),
        tuple(rows),
        note="Not a confidence interval: this does not shrink with more lesions, only with narrower ranges.",
    )


def _bound_cells(bounds: CorrelationBounds | None) -> tuple[str, str, str, str]:
    if bounds is None:
        return (UNKNOWN,) * 4
    return (
        show_number(bounds.low, 3),
        show_number(bounds.high, 3),
        show_number(bounds.outer_low, 3),
        show_number(bounds.outer_high, 3),
    )


def _regressions(answer: Ki67Answer, scale: MarkerScale) -> TableView:
    rows = []
    for one in answer.markers:
        fit = one.regression
        if fit is None:
            rows.append((one.marker, *(UNKNOWN,) * 7))
            continue
        slope = fit.terms[1]
        rows.append(
            (
                one.marker if scale.of(one.marker) == scale else f"{one.marker} (ratio, per 1)",
                f"{fit.n_exact} / {fit.n_interval} / {fit.n_left} / {fit.n_right}",
                show_number(slope.estimate / scale.of(one.marker).factor, 3),
                show_number(slope.standard_error / scale.of(one.marker).factor, 3),
                f"{show_number(slope.interval.low / scale.of(one.marker).factor, 3)} to "
                f"{show_number(slope.interval.high / scale.of(one.marker).factor, 3)}",
                show_number(slope.likelihood_ratio, 2),
                show_p(slope.likelihood_ratio_p),
                show_number(fit.sigma, 3),
            )
        )
    per = f" per {scale.unit}" if scale.unit else ""
    return TableView(
        f"Interval-censored regression of {_FORMS[answer.transform]} on the marker",
        (
            "marker",
            "exact / range / below / above",
            f"slope{per}",
            "standard error",
            f"{show_number(answer.level * 100, 0)} % CI",
            "likelihood ratio",
            "p",
            "sigma",
        ),
        tuple(rows),
    )


def _midpoints(answer: Ki67Answer, scale: MarkerScale) -> TableView:
    return TableView(
        "What not to report: the same with each range replaced by its middle",
        ("marker", "ranges replaced", "Spearman's rho", "p", "least-squares slope", "slope above"),
        tuple(
            (
                one.marker,
                str(one.midpoint.n_replaced),
                show_number(one.midpoint.rho, 3),
                show_p(one.midpoint.p_value),
                show_number(one.midpoint.slope / scale.of(one.marker).factor, 3),
                UNKNOWN
                if one.regression is None
                else show_number(one.regression.terms[1].estimate / scale.of(one.marker).factor, 3),
            )
            for one in answer.markers
            if one.midpoint is not None
        ),
        note=(
            "A middle claims an exactness that nobody measured; it is shown so that the difference can "
            "be seen."
        ),
    )
