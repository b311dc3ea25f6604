"""A marker against the order of the grades, as text."""

from __future__ import annotations

from adcurate.model.answers.trend import MarkerTrend, TrendAnswer
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.direction import UNCORRECTED, Decided, is_shown, show_both_p
from adcurate.report.numbers import show_interval, show_number, show_p, show_p_equation, show_percent
from adcurate.report.scale import MarkerScale

_TAU_INTERVALS = {
    "delta": "delta method",
    "fieller": "Fieller",
    "fisher-z": "Fisher z",
    "percentile-bootstrap": "percentile bootstrap",
    "bca-bootstrap": "BCa bootstrap",
}
_SIDES = {
    "two-sided": "two-sided",
    "increasing": "one-sided for a rise with grade",
    "decreasing": "one-sided for a fall with grade",
}


def view_trend(answer: TrendAnswer, scale: MarkerScale, decided: Decided = UNCORRECTED) -> AnswerView:
    """Show the trend test, tau-b and the partial rho of each marker; `scale` is not needed by ranks.

    `decided` are corrected p-values by the names of `TrendAnswer.p_values`: they decide what is stated.
    """
    return AnswerView(
        title="Does the marker change from grade to grade, in their order?",
        sentences=tuple(_sentence(one, answer, decided) for one in answer.markers),
        tables=(_tests(answer), _coefficients(answer)),
        notes=(
            "The test of Kendall's tau against the grade is the Jonckheere-Terpstra test; it is "
            "counted once.",
        ),
    )


def _sentence(one: MarkerTrend, answer: TrendAnswer, decided: Decided) -> str:
    test, kendall = one.test, one.kendall
    sizes = ", ".join(f"{grade}: {n}" for grade, n in zip(test.groups, test.sizes, strict=True))
    p_value = decided.get(f"{one.marker}: trend over grades", test.p_value)
    change = (
        f"{one.marker} {'rose' if test.share > 0.5 else 'fell'} with grade"
        if is_shown(p_value, answer.level)
        else f"no change of {one.marker} with grade was shown"
    )
    text = (
        f"Over {test.n} lesions ({sizes}), {change} "
        f"(Jonckheere-Terpstra, {test.method}, {_SIDES[test.alternative]}: "
        f"z = {show_number(test.z, 2)}, {show_both_p(test.p_value, p_value, answer.level)}). "
        f"In {show_percent(test.share)} % of the pairs of lesions of different grade, ties as halves, "
        f"the lesion "
        f"of the higher grade had the higher {one.marker}. Kendall's tau-b was "
        f"{show_number(kendall.tau_b.value, 3)}"
    )
    if kendall.interval is not None:
        text += (
            f" ({show_number(kendall.interval.level * 100, 0)} % CI {show_interval(kendall.interval, 3)}, "
            f"{_TAU_INTERVALS[kendall.interval.method]})"
        )
    text += "."
    left_out = tuple(grade for grade in answer.grades if grade not in test.groups)
    if left_out:
        text += f" No lesion was {' or '.join(left_out)}."
    if one.n_missing:
        text += f" {_lesions(one.n_missing)} without {one.marker} or grade {_was(one.n_missing)} left out."
    if one.partial is not None:
        partial = one.partial
        text += (
            f" Given {_listed(partial.covariates)}, Spearman's rho of {one.marker} and grade was "
            f"{show_number(partial.rho, 3)}"
        )
        if partial.interval is not None:
            text += (
                f" ({show_number(partial.interval.level * 100, 0)} % CI "
                f"{show_interval(partial.interval, 3)}, "
                f"{_TAU_INTERVALS[partial.interval.method]})"
            )
        text += (
            f", t = {show_number(partial.t, 2)} on {partial.df} degrees of freedom, "
            f"{show_p_equation(partial.p_value)}; without them it was "
            f"{show_number(partial.rho_unadjusted, 3)} "
            f"on the same {partial.n} lesions."
        )
        if one.n_without_covariates:
            text += (
                f" {_lesions(one.n_without_covariates)} without a covariate "
                f"{_was(one.n_without_covariates)} left out of this."
            )
    return text


def _tests(answer: TrendAnswer) -> TableView:
    return TableView(
        "Trend over the grades",
        ("marker", "n", "pairs", "in order, %", "z", "p", "method"),
        tuple(
            (
                one.marker,
                str(one.test.n),
                str(one.test.n_pairs),
                show_percent(one.test.share),
                show_number(one.test.z, 2),
                show_p(one.test.p_value),
                f"{one.test.method}, {one.test.alternative}",
            )
            for one in answer.markers
        ),
        note=(
            "In order: pairs of different grade in which the higher grade has the higher value, ties as "
            "halves."
        ),
    )


def _coefficients(answer: TrendAnswer) -> TableView:
    rows = []
    for one in answer.markers:
        kendall = one.kendall
        for name, coefficient in (
            ("Kendall's tau-b", kendall.tau_b),
            ("Stuart's tau-c", kendall.tau_c),
            ("Goodman and Kruskal's gamma", kendall.gamma),
            ("Somers' d, marker given grade", kendall.somers_d),
        ):
            rows.append(
                (
                    one.marker,
                    name,
                    show_number(coefficient.value, 3),
                    show_number(coefficient.standard_error, 3),
                )
            )
        if one.partial is not None:
            given = f"Spearman's rho given {_listed(one.partial.covariates)}"
            rows.append((one.marker, given, show_number(one.partial.rho, 3), ""))
    return TableView(
        "Size of the relation", ("marker", "coefficient", "value", "standard error"), tuple(rows)
    )


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _lesions(n: int) -> str:
    return f"{n} lesion" if n == 1 else f"{n} lesions"


def _was(n: int) -> str:
    return "was" if n == 1 else "were"
