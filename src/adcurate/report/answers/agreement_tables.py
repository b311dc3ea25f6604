"""The tables of reader agreement: every form of the coefficient, every pair, precision, components."""

from __future__ import annotations

import math
from collections.abc import Sequence

from adcurate.model.answers.agreement import AgreementAnswer, MarkerAgreement, ReadingTable
from adcurate.report.answers.differences import DifferenceScale
from adcurate.report.answers.view import TableView
from adcurate.report.numbers import (
    UNKNOWN,
    show_interval,
    show_number,
    show_p,
    show_percent,
)
from adcurate.report.scale import MarkerScale
from adcurate.statistics.agreement import ICC_FORMS, Estimate, Trend


def agreement_tables(answer: AgreementAnswer, scale: MarkerScale) -> tuple[TableView, ...]:
    """All tables of an answer, marker by marker."""
    tables: list[TableView] = []
    for entry in answer.markers.values():
        for sets in ([entry.between] if entry.between else [], list(entry.within.values())):
            known = [table for table in sets if table.icc is not None]
            tables += [_icc_table(entry.marker, known, answer)] if known else []
            tables += [_pair_table(entry.marker, sets, scale.of(entry.marker))] if sets else []
        repeated = _repeated_table(entry, scale.of(entry.marker))
        tables += [repeated] if repeated else []
        if entry.within:
            tables.append(_precision_table(entry, scale.of(entry.marker)))
        if entry.reproducibility is not None:
            tables.append(_component_table(entry, scale.of(entry.marker)))
    return tuple(tables)


def _of(sets: Sequence[ReadingTable]) -> str:
    return "between readers" if sets[0].what == "reader" else "each reader between sessions"


def _who(table: ReadingTable) -> str:
    return f"{table.reader}: " if table.reader else ""


def _icc_table(marker: str, sets: Sequence[ReadingTable], answer: AgreementAnswer) -> TableView:
    rows = []
    for table in sets:
        assert table.icc is not None
        for form in ICC_FORMS:
            icc = table.icc[form]
            rows.append(
                (
                    f"{_who(table)}ICC({form})" + (" *" if form == answer.icc else ""),
                    icc.mcgraw_wong,
                    icc.model,
                    f"{icc.n_lesions}, {icc.n_readers}",
                    show_number(icc.value, 3),
                    show_interval(icc.interval, 3),
                    f"{show_number(icc.f_statistic, 2)} ({icc.df1}, {icc.df2})",
                    show_p(icc.p_value),
                )
            )
    return TableView(
        title=f"{marker}, {_of(sets)}: intraclass correlation in all forms",
        columns=("form", "McGraw and Wong", "model", "n, k", "value", "CI", "F (df)", "p (zero)"),
        rows=tuple(rows),
        note="* of record. n lesions, each read k times. Intervals by F; of forms 2 with Satterthwaite's "
        "degrees "
        "of freedom.",
    )


def _pair_table(marker: str, sets: Sequence[ReadingTable], scale: MarkerScale) -> TableView:
    rows = []
    variant = sets[0].pairs[0].limits.variant
    shown = DifferenceScale.of(variant, scale)
    for table in sets:
        for pair in table.pairs:
            found = pair.limits
            rows.append(
                (
                    f"{_who(table)}{pair.first} and {pair.second}",
                    str(found.n),
                    shown.show(found.bias),
                    shown.interval(found.bias_interval),
                    show_p(found.p_value),
                    shown.show(found.sd),
                    shown.show(found.lower_limit),
                    shown.interval(found.lower_interval),
                    shown.show(found.upper_limit),
                    shown.interval(found.upper_interval),
                    _slope(found.proportional),
                )
            )
    unit = {"difference": scale.unit, "percent": "% of the mean", "log": "ratio"}[variant]
    ratio = variant == "log"
    return TableView(
        title=f"{marker}, {_of(sets)}: Bland-Altman" + (f", {unit}" if unit else ""),
        columns=(
            "pair",
            "n",
            "mean ratio" if ratio else "bias",
            "CI",
            "p",
            "SD of log ratio" if ratio else "SD",
            "lower limit",
            "CI",
            "upper limit",
            "CI",
            "slope on mean (p)",
        ),
        rows=tuple(rows),
        note="First over second; slope on logs." if ratio else "First minus second.",
    )


def _slope(trend: Trend | None) -> str:
    return UNKNOWN if trend is None else f"{show_number(trend.slope, 3)} ({show_p(trend.p_value)})"


def _repeated_table(entry: MarkerAgreement, scale: MarkerScale) -> TableView | None:
    pairs = (
        [] if entry.between is None else [pair for pair in entry.between.pairs if pair.repeated is not None]
    )
    rows = []
    for pair in pairs:
        found = pair.repeated
        assert found is not None
        rows.append(
            (
                f"{pair.first} and {pair.second}",
                f"{found.n_lesions} ({found.n_first}, {found.n_second})",
                scale.show(found.bias),
                scale.interval(found.bias_interval),
                scale.show(found.sd),
                scale.show(found.lower_limit),
                scale.interval(found.lower_interval),
                scale.show(found.upper_limit),
                scale.interval(found.upper_interval),
                f"{scale.show(found.within_first)}, {scale.show(found.within_second)}",
            )
        )
    if not rows:
        return None
    return TableView(
        title=f"{entry.marker}: Bland-Altman from all sessions of both readers",
        columns=(
            "pair",
            "lesions (readings)",
            "bias",
            "CI",
            "SD",
            "lower limit",
            "CI",
            "upper limit",
            "CI",
            "SD within each",
        ),
        rows=tuple(rows),
        note="Limits of single readings; the lesion is taken to have stood still between sessions (Bland "
        "and Altman "
        "1999, 2007). Intervals approximate (Zou 2013).",
    )


def _precision_table(entry: MarkerAgreement, scale: MarkerScale) -> TableView:
    rows = []
    for reader, table in entry.within.items():
        found = table.precision
        if found is None:
            continue
        rows.append(
            (
                reader or UNKNOWN,
                f"{found.n_lesions} ({found.n_readings})",
                f"{scale.show(found.wsd.value)} ({scale.interval(found.wsd.interval)})",
                f"{scale.show(found.rc.value)} ({scale.interval(found.rc.interval)})",
                _percent(found.wcv_rms),
                _percent(found.wcv_log),
                _percent(found.percent_rc),
                f"{_percent(found.fall)} / {_percent(found.rise)}",
            )
        )
    unit = f", {scale.unit}" if scale.unit else ""
    return TableView(
        title=f"{entry.marker}: repeatability of each reader",
        columns=(
            "reader",
            "lesions (readings)",
            f"wSD{unit}",
            f"RC{unit}",
            "wCV, root mean square, %",
            "wCV, from logs, %",
            "RC, %",
            "real fall / rise, %",
        ),
        rows=tuple(rows),
        note="Intervals by chi-square. RC = 1.96 √2 wSD. A lesion read once only is left out.",
    )


def _percent(estimate: Estimate) -> str:
    if math.isnan(estimate.value):
        return UNKNOWN
    return f"{show_percent(estimate.value)} ({show_interval(estimate.interval, 1, 100.0)})"


def _component_table(entry: MarkerAgreement, scale: MarkerScale) -> TableView:
    found = entry.reproducibility
    assert found is not None
    parts = found.components
    named = (
        ("lesion", parts.lesion),
        ("reader", parts.reader),
        ("lesion by reader", parts.lesion_by_reader),
        ("residual" if found.n_repeats > 1 else "residual, with lesion by reader", parts.residual),
    )
    return TableView(
        title=f"{entry.marker}: where readings vary",
        columns=("source", "SD" + (f", {scale.unit}" if scale.unit else "")),
        rows=tuple(
            (name, scale.show(math.sqrt(variance)) if variance >= 0.0 else "variance below 0")
            for name, variance in named
            if not math.isnan(variance)
        ),
        note=f"{found.n_lesions} lesions, {found.n_readers} readers, {found.n_repeats} reading(s) each; "
        "crossed "
        "analysis of variance, all random.",
    )
