"""What a cut-off would do in new patients, as text."""

from __future__ import annotations

from typing import Final

from adcurate.model.answers.validation import MarkerValidation, ValidationAnswer
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import show_number, show_percent
from adcurate.report.scale import RULES, MarkerScale
from adcurate.statistics.validation import Corrected

METHOD_WORDS: Final = {
    "optimism-bootstrap": "optimism bootstrap",
    ".632": ".632 bootstrap",
    ".632+": ".632+ bootstrap",
    "leave-one-out": "leave-one-out",
    "leave-pair-out": "leave-pair-out",
    "cross-validation": "cross-validation",
    "nothing-fitted": "nothing fitted",
}
QUANTITY_WORDS: Final = {"auc": "AUC", "sensitivity": "Sensitivity", "specificity": "Specificity", "j": "J"}


def view_validation(answer: ValidationAnswer, scale: MarkerScale) -> AnswerView:
    """Show apparent and corrected accuracy of each cut-off, and how the choice moves."""
    found = tuple(answer.markers.values())
    return AnswerView(
        title="How would the cut-off do in new patients?",
        sentences=tuple(
            text
            for one in found
            for text in (
                _accuracy(one, answer, scale.of(one.marker)),
                _choice(one, scale.of(one.marker)),
                _area(one),
            )
        ),
        tables=(_corrections(found), *(_cutoffs(one, scale.of(one.marker)) for one in found)),
        notes=(
            "A correction removes the optimism of choosing and judging a cut-off on the same cases, on "
            "average. In simulated studies of 9 positive and 38 negative cases the apparent J was 0.15 "
            "to 0.20 too high; a third of that was left by the optimism bootstrap, a tenth to a quarter "
            "by .632+, and next to nothing by cross-validation and leave-one-out, which vary more.",
            "No correction has a confidence interval here: the simple one held 73 to 85 % instead of 95 % in "
            "those simulations. Only new patients can replace it.",
            "Sensitivity, specificity and J are each corrected by themselves; by .632+, J need not "
            "be their sum.",
        ),
    )


def _accuracy(one: MarkerValidation, answer: ValidationAnswer, scale: MarkerScale) -> str:
    made = one.bootstrap
    sensitivity, specificity, j = (made.of(name) for name in ("sensitivity", "specificity", "j"))
    plus = made.of("j", ".632+")
    text = (
        f"In {one.n} cases ({made.n_positive} {answer.positive_label}, {made.n_negative} "
        f"{answer.negative_label}) the Youden cut-off of {one.marker} was {RULES[made.rule]} "
        f"{scale.rule(made.cutoff)}{scale.suffix}, with an apparent sensitivity of "
        f"{show_percent(sensitivity.apparent)} %, specificity of {show_percent(specificity.apparent)} % "
        f"and J of {show_number(j.apparent, 3)}. With the whole choice repeated in "
        f"{made.n_resamples - made.n_undefined:,} bootstrap resamples, these were "
        f"{show_percent(sensitivity.corrected)} %, {show_percent(specificity.corrected)} % and "
        f"{show_number(j.corrected, 3)} after correction for optimism; J by .632+ was "
        f"{show_number(plus.corrected, 3)}."
    )
    if one.leave_one_out is not None:
        left = one.leave_one_out
        text += (
            f" Called by cut-offs that the other cases chose (leave-one-out), {left.true_positives} of "
            f"{left.n_positive} {answer.positive_label} and {left.true_negatives} of {left.n_negative} "
            f"{answer.negative_label} cases were called rightly."
        )
    if one.cross_validation is not None:
        divided = one.cross_validation
        j = divided.of("j")
        text += (
            f" In {divided.n_repeats} repeats of stratified {divided.n_folds}-fold cross-validation, J was "
            f"{show_number(j.corrected, 3)} on average ({show_number(j.least, 3)} to "
            f"{show_number(j.greatest, 3)} over the repeats)."
        )
    if one.n_missing:
        text += f" {_cases(one.n_missing)} without {one.marker} or outcome {_was(one.n_missing)} left out."
    return text


def _choice(one: MarkerValidation, scale: MarkerScale) -> str:
    found = one.stability
    values = found.covering_set
    named = (
        f"the values {', '.join(scale.show(value) for value in values)}"
        if len(values) <= 8
        else f"{len(values)} values from {scale.show(values[0])} to {scale.show(values[-1])}"
    )
    text = (
        f"Of the resamples, {show_percent(found.cutoff_share)} % chose the same cut-off of {one.marker}; "
        f"{found.n_distinct_chosen} different ones were chosen, and {named} together hold "
        f"{show_percent(found.covering_share)} % of the choices. A case's call differed from the reported "
        f"one in {show_percent(found.mean_instability)} % of the resamples on average, and in up to "
        f"{show_percent(float(found.instability.max()))} % for the least stable value."
    )
    if one.bootstrap.direction_chosen:
        text += f" The direction came out the other way in {show_percent(found.reversed_share)} %."
    return text


def _area(one: MarkerValidation) -> str:
    auc = one.bootstrap.of("auc")
    if auc.method == "nothing-fitted":
        return (
            f"The AUC of {one.marker} ({show_number(auc.apparent, 3)}) needs no correction: its direction "
            "was stated beforehand, so nothing was fitted to these cases."
        )
    return (
        f"The direction of {one.marker} was chosen on these cases; its AUC was "
        f"{show_number(auc.apparent, 3)}, and {show_number(auc.corrected, 3)} after correction (optimism "
        f"bootstrap)."
    )


def _corrections(found: tuple[MarkerValidation, ...]) -> TableView:
    rows = []
    for one in found:
        every = list(one.bootstrap.corrections)
        if one.leave_one_out is not None:
            every += one.leave_one_out.corrections
        if one.cross_validation is not None:
            every += one.cross_validation.corrections
        fixed = False
        for quantity in QUANTITY_WORDS:
            for item in every:
                if item.quantity != quantity or (item.method == "nothing-fitted" and fixed):
                    continue
                fixed = fixed or item.method == "nothing-fitted"
                rows.append((one.marker, *_row(item)))
            fixed = False
    return TableView(
        title="Apparent and corrected accuracy",
        columns=("Marker", "Quantity", "Method", "Apparent", "Corrected", "Optimism", "Spread", "Used"),
        rows=tuple(rows),
        note="Spread: SD over the repeats of the cross-validation, which is the luck of the division and no "
        "standard error. Used: resamples, cases, pairs or repeats; undefined ones (a class missing) "
        "in brackets.",
    )


def _row(item: Corrected) -> tuple[str, ...]:
    def show(value: float | None) -> str:
        if item.quantity in ("sensitivity", "specificity"):
            return show_percent(value) + (" %" if value is not None else "")
        return show_number(value, 3)

    used = f"{item.n_used:,}" + (f" ({item.n_undefined:,})" if item.n_undefined else "")
    return (
        QUANTITY_WORDS[item.quantity],
        METHOD_WORDS[item.method],
        show(item.apparent),
        show(item.corrected),
        show(item.optimism),
        show(item.sd),
        used,
    )


def _cutoffs(one: MarkerValidation, scale: MarkerScale) -> TableView:
    found = one.stability
    order = sorted(range(found.values.size), key=lambda i: (-found.share[i], found.values[i]))
    chosen = [i for i in order if found.share[i] > 0][:12]
    return TableView(
        title=f"Cut-offs of {one.marker} that the resamples chose",
        columns=("Cut-off", "Chosen", "Sensitivity here", "Specificity here", "In the covering set"),
        rows=tuple(
            (
                f"{RULES[found.rule]} {scale.show(float(found.values[i]))}"
                + (" (reported)" if found.values[i] == found.cutoff else ""),
                f"{show_percent(float(found.share[i]))} %",
                f"{show_percent(float(found.sensitivity[i]))} %",
                f"{show_percent(float(found.specificity[i]))} %",
                "yes" if found.in_covering_set[i] else "no",
            )
            for i in chosen
        ),
        note=""
        if len(chosen) == found.n_distinct_chosen
        else f"{found.n_distinct_chosen - len(chosen)} more, rarer.",
    )


def _cases(n: int) -> str:
    return f"{n} case" if n == 1 else f"{n} cases"


def _was(n: int) -> str:
    return "was" if n == 1 else "were"
