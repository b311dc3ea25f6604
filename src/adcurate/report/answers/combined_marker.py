"""Several markers in one score, as text."""

from __future__ import annotations

from adcurate.model.answers.combined_marker import CombinedMarkerAnswer
from adcurate.report.answers.odds import formula, left_out, odds_table, units_of
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.direction import UNCORRECTED, Decided, is_shown
from adcurate.report.numbers import UNKNOWN, show_interval, show_number, show_p_equation
from adcurate.report.scale import MarkerScale


def view_combined_marker(
    answer: CombinedMarkerAnswer, scale: MarkerScale, decided: Decided = UNCORRECTED
) -> AnswerView:
    """Show the score's area before and after its flattery is taken off, beside the single markers."""
    names = " and ".join(predictor.name for predictor in answer.predictors)
    return AnswerView(
        title=f"Is one score of {names} better than the best of them?",
        sentences=tuple(_sentences(answer, names, decided)),
        tables=(
            _areas(answer),
            odds_table(
                f"Odds ratios of {answer.positive_label} in the score",
                answer.combined.fit.coefficients,
                answer.predictors,
                scale,
            ),
        ),
        notes=tuple(_notes(answer, scale)),
    )


def _sentences(answer: CombinedMarkerAnswer, names: str, decided: Decided) -> list[str]:
    one = answer.combined
    level = show_number(one.corrected_interval.level * 100, 0)
    drawn = one.n_resamples - one.n_dropped
    crossed = (
        f"; {one.folds}-fold cross-validation, repeated {one.repeats} times, gave "
        f"{show_number(one.cross_validated_auc, 3)}"
        if one.folds
        else ""
    )
    gain = one.corrected_auc - one.best_single_auc
    best = next(
        single
        for predictor, single in zip(answer.predictors, one.singles, strict=True)
        if predictor.name == one.best_single
    )
    added = is_shown(decided.get(one.nested.name, one.nested.p_value), one.corrected_interval.level)
    add = "add" if added else "were not shown to add"
    return [
        f"A score of {names} (logistic regression with Firth's penalty; {one.n} lesions, {one.n_positive} "
        f"{answer.positive_label}) had an apparent AUC of {show_number(one.apparent.value, 3)}. Corrected "
        f"for the optimism of {show_number(one.optimism, 3)} with the fit repeated in {drawn} bootstrap "
        "samples it was "
        f"{show_number(one.corrected_auc, 3)} ({level} % CI {show_interval(one.corrected_interval, 3)}, "
        f"bootstrap percentiles moved by the optimism){crossed}."
        + left_out(answer.n_unknown, answer.n_missing, "a predictor"),
        f"The best marker alone was {one.best_single} with an AUC of {show_number(best.value, 3)} "
        f"({level} % CI {show_interval(best.interval, 3)}, DeLong), {show_number(abs(gain), 3)} "
        f"{'below' if gain > 0 else 'above'} the corrected score. The other predictors "
        f"{add} to it (penalised "
        f"likelihood-ratio test χ² = {show_number(one.nested.chi_squared, 2)}, df = {one.nested.df}, "
        f"{show_p_equation(one.nested.p_value)}).",
    ]


def _areas(answer: CombinedMarkerAnswer) -> TableView:
    one = answer.combined
    rows = [
        ("Score, apparent", show_number(one.apparent.value, 3), show_interval(one.apparent.interval, 3)),
        (
            "Score, corrected for optimism",
            show_number(one.corrected_auc, 3),
            show_interval(one.corrected_interval, 3),
        ),
        ("Score, cross-validated", show_number(one.cross_validated_auc, 3), UNKNOWN),
    ]
    rows += [
        (f"{predictor.name} alone ({single.direction} is positive)", show_number(single.value, 3),
         show_interval(single.interval, 3))
        for predictor, single in zip(answer.predictors, one.singles, strict=True)
    ]  # fmt: skip
    level = show_number(one.corrected_interval.level * 100, 0)
    return TableView(
        "Areas under the ROC curve",
        ("Marker", "AUC", f"{level} % CI"),
        tuple(rows),
        f"Single markers and the apparent score: DeLong. Choosing {one.best_single} as the best of "
        f"{len(one.singles)} flatters it by {show_number(one.best_single_optimism, 3)} (same bootstrap).",
    )


def _notes(answer: CombinedMarkerAnswer, scale: MarkerScale) -> list[str]:
    fit = answer.combined.fit
    return [
        f"Score = {formula(fit.flic_intercept, fit.coefficients, answer.predictors, scale)}"
        f"{units_of(answer.predictors, scale)}; higher is more suspicious. 1 / (1 + exp(−score)) is "
        f"the probability of {answer.positive_label} at this table's share of {fit.n_positive} in {fit.n} "
        "(intercept corrected as in FLIC).",
        "DeLong's test of the score against a marker it contains is not valid and is not given.",
    ]
