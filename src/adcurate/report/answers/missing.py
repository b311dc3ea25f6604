"""What is missing, and the answers with and without imputed values, as text."""

from __future__ import annotations

from adcurate.model.answers.missing import ImputationRecord, MarkerMissing, MissingAnswer
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import (
    UNKNOWN,
    show_count,
    show_interval,
    show_number,
    show_percent,
)
from adcurate.report.scale import MarkerScale
from adcurate.statistics.interval import Interval
from adcurate.statistics.models.missing import MissingPattern

_NOT_IMPUTED = (
    "A missing reference standard was not imputed: an outcome made up from the marker would agree with it."
)
_AT_RANDOM = (
    "Imputation rests on the assumption that what is missing depends only on what was seen; it cannot repair "
    "values that are missing because of what they are, such as lesions too small to measure."
)
_SCALES = (
    "The pooled interval of an AUC is made on the logit scale and DeLong's is not, so that their "
    "widths differ "
    "for that reason as well."
)


def view_missing(answer: MissingAnswer, scale: MarkerScale) -> AnswerView:
    """Show what is missing and, if tables were imputed, pooled answers beside complete cases."""
    tables = [_columns(answer.pattern), _patterns(answer.pattern)]
    sentences = [_pattern_sentence(answer.pattern)]
    notes: tuple[str, ...] = ()
    if answer.imputation is not None:
        sentences.append(_imputation_sentence(answer.imputation))
        sentences += [
            _pooled_sentence(one)
            for one in answer.markers
            if one.pooled_auc is not None and one.auc is not None
        ]
        notes = (_NOT_IMPUTED, _AT_RANDOM, _SCALES)
    tables.append(_answers(answer))
    return AnswerView(
        title="What is missing, and would the answers change if it were not?",
        sentences=tuple(sentences),
        tables=tuple(tables),
        notes=notes,
    )


def _pattern_sentence(pattern: MissingPattern) -> str:
    if pattern.n_complete == pattern.n:
        return f"Nothing was missing in {pattern.n} rows of {len(pattern.columns)} columns."
    lacking = ", ".join(
        f"{column} in {n}" for column, n in zip(pattern.columns, pattern.n_missing, strict=True) if n
    )
    return (
        f"Of {pattern.n} rows {show_count(pattern.n_complete, pattern.n)} were complete; missing were "
        f"{lacking}."
    )


def _imputation_sentence(record: ImputationRecord) -> str:
    filled = ", ".join(f"{column} in {n}" for column, n in record.n_imputed.items()) or "nothing"
    text = (
        f"Missing values were imputed {record.n_imputations} times ({record.method}; "
        f"{record.iterations} rounds; "
        f"from {', '.join(record.columns)}) in {record.n_rows} rows with a reference standard: {filled}. "
        "Estimates were pooled by Rubin's rules, the AUC as its logit and Spearman's rho as Fisher's z, with "
        "Barnard and Rubin's degrees of freedom."
    )
    if record.n_without_reference:
        were = "row was" if record.n_without_reference == 1 else "rows were"
        text += f" {record.n_without_reference} {were} left out without a reference standard."
    return text


def _pooled_sentence(one: MarkerMissing) -> str:
    if one.pooled_auc is None or one.auc is None:
        return ""
    complete, pooled = one.auc, one.pooled_auc
    return (
        f"The AUC of {one.marker} was {_with(pooled.value, pooled.interval)} over imputed tables "
        f"({one.n_imputed} of {one.n_pooled} values imputed, "
        f"{show_percent(pooled.fraction_missing)} % of the information missing) and "
        f"{_with(complete.value, complete.interval)} in the "
        f"{complete.n_positive + complete.n_negative} complete "
        "cases."
    )


def _columns(pattern: MissingPattern) -> TableView:
    return TableView(
        "Missing values by column",
        ("column", "missing", "known"),
        tuple(
            (column, show_count(n, pattern.n), str(pattern.n - n))
            for column, n in zip(pattern.columns, pattern.n_missing, strict=True)
        ),
        note=f"Of {pattern.n} rows.",
    )


def _patterns(pattern: MissingPattern) -> TableView:
    return TableView(
        "Patterns of missing values",
        ("rows", "missing"),
        tuple(
            (
                str(one.n),
                ", ".join(
                    column for column, gone in zip(pattern.columns, one.is_missing, strict=True) if gone
                )
                or "nothing",
            )
            for one in pattern.patterns
        ),
    )


def _answers(answer: MissingAnswer) -> TableView:
    rows = []
    for one in answer.markers:
        if one.auc is not None:
            n = str(one.auc.n_positive + one.auc.n_negative)
            rows.append(
                (one.marker, "AUC", "complete cases", n, *_cells(one.auc.value, one.auc.interval), UNKNOWN)
            )
        if one.pooled_auc is not None:
            rows.append(
                (
                    one.marker,
                    "AUC",
                    "imputed",
                    str(one.n_pooled),
                    *_cells(one.pooled_auc.value, one.pooled_auc.interval),
                    show_percent(one.pooled_auc.fraction_missing),
                )
            )
        if one.rho is not None:
            rows.append(
                (
                    one.marker,
                    "Spearman's rho",
                    "complete cases",
                    str(one.rho.n),
                    *_cells(one.rho.rho, one.rho.interval),
                    UNKNOWN,
                )
            )
        if one.pooled_rho is not None:
            rows.append(
                (
                    one.marker,
                    "Spearman's rho",
                    "imputed",
                    str(one.n_pooled),
                    *_cells(one.pooled_rho.value, one.pooled_rho.interval),
                    show_percent(one.pooled_rho.fraction_missing),
                )
            )
    percent = show_number(answer.level * 100, 0)
    return TableView(
        "The main numbers of each marker",
        ("marker", "number", "rows", "n", "value", f"{percent} % CI", "information missing, %"),
        tuple(rows),
        note="Complete cases: AUC by DeLong, Spearman's rho against the grade by Bonett and Wright.",
    )


def _cells(value: float, interval: Interval | None) -> tuple[str, str]:
    return show_number(value, 3), show_interval(interval, 3)


def _with(value: float, interval: Interval | None) -> str:
    if interval is None:
        return show_number(value, 3)
    return (
        f"{show_number(value, 3)} ({show_number(interval.level * 100, 0)} % CI {show_interval(interval, 3)})"
    )
