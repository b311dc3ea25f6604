"""The sensitivity table as text."""

from __future__ import annotations

import math
from collections.abc import Sequence

from adcurate.model.answers.sensitivity import SensitivityAnswer, SensitivityRow
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import UNKNOWN, show_interval, show_number, show_span
from adcurate.report.scale import RULES, MarkerScale

_COLUMNS = ("lesions", "asked", "n (positive)", "AUC", "cut-off", "rho")


def view_sensitivity(answer: SensitivityAnswer, scale: MarkerScale) -> AnswerView:
    """Show a table for each marker, and in one sentence how far the area moved."""
    markers = list(dict.fromkeys(row.marker for row in answer.rows))
    return AnswerView(
        title="Does the result hold in other subsets and with other choices?",
        sentences=tuple(_sentence(marker, answer) for marker in markers),
        tables=tuple(
            TableView(
                f"Sensitivity table, {marker}",
                _COLUMNS if has_rho(answer.rows) else _COLUMNS[:-1],
                tuple(
                    _cells(row, scale.of(marker), has_rho(answer.rows))
                    for row in answer.rows
                    if row.marker == marker
                ),
                note=_note(marker, answer, scale.of(marker)),
            )
            for marker in markers
        ),
    )


def _sentence(marker: str, answer: SensitivityAnswer) -> str:
    own = [row for row in answer.rows if row.marker == marker]
    primary, others = own[0], own[1:]
    known = [row.auc for row in others if not math.isnan(row.auc)]
    text = (
        f"{marker}: the area was {show_number(primary.auc, 3)} in the primary analysis (n = {primary.n}, "
        f"{primary.n_positive} positive)"
    )
    if not known:
        return f"{text}; no other row of the table could be estimated."
    post_hoc = sum(row.stamp == "post hoc" for row in others)
    asked = f"{len(others)} other rows" + (f", {post_hoc} of them post hoc" if post_hoc else "")
    left = len(others) - len(known)
    return (
        f"{text} and {show_span(known, 3)} over {asked}"
        + (f"; {left} could not be estimated" if left else "")
        + ". Subsets overlap and are small: a row is a check on the primary result, not a result of its own."
    )


def has_rho(rows: Sequence[SensitivityRow]) -> bool:
    """Whether any row has a rank correlation: a study without an order of grades has none."""
    return any(not math.isnan(row.rho) for row in rows)


def _cells(row: SensitivityRow, scale: MarkerScale, with_rho: bool) -> tuple[str, ...]:
    rule = f"{RULES[row.rule]} {scale.rule(row.cutoff)}" if row.rule else UNKNOWN
    return (
        row.label,
        row.stamp,
        f"{row.n} ({row.n_positive})" + (f", {row.n_unknown} unknown" if row.n_unknown else ""),
        _with(show_number(row.auc, 3), show_interval(row.auc_interval, 3)),
        _with(rule, scale.interval(row.cutoff_interval)),
        *((_with(show_number(row.rho, 3), show_interval(row.rho_interval, 3)),) if with_rho else ()),
    )


def _with(value: str, interval: str) -> str:
    return value if interval == UNKNOWN else f"{value} ({interval})"


def _note(marker: str, answer: SensitivityAnswer, scale: MarkerScale) -> str:
    reasons = [f"{row.label}: {row.reason}" for row in answer.rows if row.marker == marker and row.reason]
    unit = f"Cut-off in {scale.unit}, chosen anew in each row. " if scale.unit else ""
    return unit + " ".join(reasons)
