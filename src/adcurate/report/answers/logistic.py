"""A logistic model, as text."""

from __future__ import annotations

from adcurate.model.answers.logistic import LogisticAnswer
from adcurate.report.answers.odds import (
    INTERVALS,
    TESTS,
    formula,
    left_out,
    odds_clause,
    odds_table,
    paired,
    show_coefficient,
    units_of,
)
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.direction import is_shown
from adcurate.report.numbers import show_number, show_p, show_p_equation
from adcurate.report.scale import MarkerScale


def view_logistic(answer: LogisticAnswer, scale: MarkerScale) -> AnswerView:
    """Show odds ratios, the model's tests, and the formula with its caution."""
    fit = answer.fit
    one = fit.coefficients[1]
    tables = [
        odds_table(
            f"Odds ratios of {answer.positive_label}",
            fit.coefficients,
            answer.predictors,
            scale,
            f"{_method(answer)}; interval: {INTERVALS[one.interval.method]}; p: {TESTS[one.test]}.",
        )
    ]
    if any(len(predictor.coefficients) > 1 for predictor in answer.predictors):
        tables.append(
            TableView(
                "Each predictor as a whole",
                ("Predictor", "χ²", "df", "p"),
                tuple(
                    (term.name, show_number(term.chi_squared, 2), str(term.df), show_p(term.p_value))
                    for term in answer.terms
                ),
                "Likelihood-ratio tests against the model without the predictor.",
            )
        )
    return AnswerView(
        title=f"How do the odds of {answer.positive_label} change with "
        f"{' and '.join(predictor.name for predictor in answer.predictors)}?",
        sentences=tuple(_sentences(answer, scale)),
        tables=tuple(tables),
        notes=tuple(_notes(answer, scale)),
    )


def _method(answer: LogisticAnswer) -> str:
    return "Firth's penalised likelihood" if answer.fit.penalty == "firth" else "maximum likelihood"


def _sentences(answer: LogisticAnswer, scale: MarkerScale) -> list[str]:
    fit = answer.fit
    together = " together" if len(answer.predictors) > 1 else ""
    first = fit.coefficients[1]
    text = (
        f"Logistic regression of {answer.positive_label} on "
        f"{' and '.join(predictor.name for predictor in answer.predictors)}{together} "
        f"({fit.n} lesions, {fit.n_positive} {answer.positive_label}; {_method(answer)}, "
        f"{answer.penalty_reason}) gave, "
        + "; ".join(
            odds_clause(predictor, one, scale)
            for predictor, one in paired(fit.coefficients, answer.predictors)
        )
        + f" (interval: {INTERVALS[first.interval.method]}; {TESTS[first.test]})."
        + left_out(answer.n_unknown, answer.n_missing, "a predictor")
    )
    model = (
        f"The model as a whole: {TESTS[fit.model_test.method]} "
        f"χ² = {show_number(fit.model_test.chi_squared, 2)}, df = {fit.model_test.df}, "
        f"{show_p_equation(fit.model_test.p_value)}; Tjur's R² = "
        f"{show_number(fit.tjur_r2, 3)}"
    )
    if fit.penalty == "none":
        model += f", Nagelkerke's R² = {show_number(fit.nagelkerke_r2, 3)}, AIC = {show_number(fit.aic, 1)}"
    sentences = [text, model + "."]
    if answer.added is not None:
        added = is_shown(answer.added.p_value, first.interval.level)
        add = "add" if added else "were not shown to add"
        sentences.append(
            f"The other predictors {add} to "
            f"{' and '.join(answer.beyond)} ({TESTS[answer.added.method]} χ² = "
            f"{show_number(answer.added.chi_squared, 2)}, df = {answer.added.df}, "
            f"{show_p_equation(answer.added.p_value)})."
        )
    return sentences


def _notes(answer: LogisticAnswer, scale: MarkerScale) -> list[str]:
    fit = answer.fit
    shift = fit.flic_intercept
    notes = [
        f"Log-odds of {answer.positive_label} = "
        f"{formula(shift, fit.coefficients, answer.predictors, scale)}{units_of(answer.predictors, scale)}; "
        "the probability is 1 / (1 + exp(−log-odds))."
    ]
    if fit.penalty == "firth":
        notes.append(
            "The penalty draws predicted probabilities toward one half. The intercept of this formula is "
            "corrected so that they average to the observed share (FLIC); the fit's own is "
            f"{show_coefficient(fit.coefficients[0].value)}. Odds ratios are the same."
        )
    notes.append(
        "The formula was judged on its own cases. Before it is applied to others it must be tried on them."
    )
    return notes
