"""Published cut-offs applied to this cohort, as text."""

from __future__ import annotations

import math

from adcurate.model.answers.external_cutoffs import AppliedCutoff, ExternalCutoffsAnswer
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import UNKNOWN, show_p, show_p_equation, show_percent, show_percent_interval
from adcurate.report.scale import RULES, MarkerScale
from adcurate.statistics.validation import PrintedComparison


def view_external_cutoffs(answer: ExternalCutoffsAnswer, scale: MarkerScale) -> AnswerView:
    """Show what each published cut-off does here, beside what was printed."""
    return AnswerView(
        title="Do the cut-offs of other studies hold here?",
        sentences=tuple(_sentence(entry, answer, scale.of(entry.marker)) for entry in answer.entries),
        tables=(_table(answer, scale),),
        notes=(
            "Nothing was chosen on these cases, so these sensitivities and specificities are not "
            "optimistic; the printed ones usually are.",
            "A difference may come from scanner, b-values, region, spectrum of disease or chance; the "
            "comparison cannot tell which.",
            *dict.fromkeys(finding.sentence for finding in answer.findings),
        ),
    )


def _sentence(entry: AppliedCutoff, answer: ExternalCutoffsAnswer, scale: MarkerScale) -> str:
    result = entry.result
    level = show_percent(answer.level, 0)
    text = (
        f"The cut-off of {result.study}, {entry.marker} {RULES[result.rule]} {scale.rule(result.cutoff)}"
        f"{scale.suffix}, found {result.table.tp} of {result.table.n_positive} {answer.positive_label} "
        f"cases here (sensitivity {_share(result.sensitivity, level)}) and spared {result.table.tn} of "
        f"{result.table.n_negative} {answer.negative_label} cases (specificity "
        f"{_share(result.specificity, level)})."
    )
    for name, compared in (("sensitivity", result.sensitivity), ("specificity", result.specificity)):
        if math.isnan(compared.printed):
            continue
        where = "outside" if compared.is_outside else "within"
        text += f" The printed {name} of {show_percent(compared.printed)} % lies {where} this interval"
        if compared.p_value is not None:
            text += (
                f"; {compared.here.numerator} of {compared.here.denominator} against "
                f"{compared.printed_count} of {compared.printed_n}, Fisher's exact test, "
                f"{show_p_equation(compared.p_value)}"
            )
        text += "."
    if entry.n_missing:
        text += f" {entry.n_missing} without {entry.marker} or outcome left out."
    return text


def _share(compared: PrintedComparison, level: str) -> str:
    here = compared.here
    return f"{show_percent(here.value)} %, {level} % CI {show_percent_interval(here.interval)} %"


def _table(answer: ExternalCutoffsAnswer, scale: MarkerScale) -> TableView:
    rows = []
    for entry in answer.entries:
        result = entry.result
        for name, compared in (("sensitivity", result.sensitivity), ("specificity", result.specificity)):
            printed = math.isnan(compared.printed)
            rows.append(
                (
                    result.study,
                    f"{entry.marker} {RULES[result.rule]} {scale.of(entry.marker).rule(result.cutoff)}",
                    name,
                    UNKNOWN if printed else f"{show_percent(compared.printed)} %",
                    f"{show_percent(compared.here.value)} % "
                    f"({compared.here.numerator}/{compared.here.denominator})",
                    f"{show_percent_interval(compared.here.interval)} %",
                    UNKNOWN if printed else ("yes" if compared.is_outside else "no"),
                    UNKNOWN
                    if compared.difference_interval is None
                    else f"{show_percent_interval(compared.difference_interval)} points",
                    show_p(compared.p_value),
                )
            )
    methods = {entry.result.sensitivity.here.interval.method for entry in answer.entries}
    return TableView(
        title="Published cut-offs in this cohort",
        columns=(
            "Study",
            "Rule",
            "Quantity",
            "Printed",
            "Here",
            f"{show_percent(answer.level, 0)} % CI",
            "Printed value outside",
            "Difference",
            "p",
        ),
        rows=tuple(rows),
        note=f"Intervals: {', '.join(sorted(methods))}. Difference (here minus there, Newcombe) and "
        "Fisher's exact "
        "test only where the other study's number of cases is known.",
    )
