"""Scanner mix: the strata of the table, and everything `adcurate.statistics.scanners` says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.answers.scanners import (
    Harmonized,
    MarkerScanners,
    ScannersAnswer,
    ScannersQuestion,
)
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.models.mixed import MixedFit, fit_mixed
from adcurate.statistics.scanners import (
    AreaInterval,
    CombatFit,
    LeaveOneOut,
    StratumSummary,
    compare_classes_over_strata,
    estimate_scanner_effect,
    estimate_within_auc,
    harmonize_combat,
    leave_one_stratum_out,
    summarize_strata,
)
from adcurate.statistics.scanners.least_squares import adjusted_difference
from adcurate.statistics.scanners.strata import estimate_area
from adcurate.study.streams import Streams

_FEWEST_RANDOM = 5
JOINT = " · "


@dataclass(frozen=True, slots=True, eq=False)
class _Cases:
    """The rows of one marker that hold everything, in the order of their names."""

    table: CaseTable
    values: Floats
    positive: Bools
    factors: dict[str, tuple[str, ...]]
    stratum: tuple[str, ...]
    n_missing: int


def answer_scanners(
    question: ScannersQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> ScannersAnswer:
    """Answer for each marker.

    Raises
    ------
    TableError
        ``table.missing-column`` if a column of `by` or a marker is not in the table.
    StatisticsError
        ``statistics.option`` for impossible keys; ``statistics.one-class``, ``statistics.too-few``,
        ``statistics.constant``
    """
    if not question.by or len(set(question.by)) != len(question.by) or question.minimum_stratum < 1:
        raise StatisticsError(
            "statistics.option",
            "A scanner question names one or more different columns, and a smallest stratum of at least one "
            "case.",
            remedy='Such as by = ["vendor", "field_strength_t"].',
        )
    names = question.markers or tuple(cases.markers)
    markers = {name: _answer_marker(question, cases, methods, streams, name, names) for name in names}
    return ScannersAnswer(
        markers=markers,
        by=question.by,
        minimum_stratum=question.minimum_stratum,
        grades=cases.grades,
        positive_label=cases.positive_label,
        negative_label=cases.negative_label,
        level=methods.confidence_level,
        findings=tuple(
            {
                (finding.code, finding.sentence): finding
                for entry in markers.values()
                for finding in entry.findings
            }.values()
        ),
    )


def _answer_marker(
    question: ScannersQuestion,
    cases: CaseTable,
    methods: Analysis,
    streams: Streams,
    name: str,
    names: tuple[str, ...],
) -> MarkerScanners:
    own = _complete(cases, name, question.by)
    direction, level = cases.directions[name], methods.confidence_level
    interval: AreaInterval = "exact-binomial" if methods.auc_interval == "exact-binomial" else "delong"
    effect = estimate_scanner_effect(own.values, own.positive, own.factors, level=level)
    auc = estimate_area(own.values, own.positive, direction, interval, level)
    strata = summarize_strata(
        own.values,
        own.positive,
        own.stratum,
        direction=direction,
        minimum=question.minimum_stratum,
        interval=interval,
        level=level,
    )
    findings = [*effect.findings, *_gaps(strata)]
    why_not_within = why_not_leave_out = why_not_harmonized = ""
    within = left_out = harmonized = None
    try:
        within = estimate_within_auc(own.values, own.positive, own.stratum, direction=direction, level=level)
        findings += within.findings
    except StatisticsError as trouble:
        why_not_within = _expected(trouble, "statistics.collinear")
    try:
        left_out = _leave_out(own, own.stratum, name, cases, methods, interval)
    except StatisticsError as trouble:
        why_not_leave_out = _expected(trouble, "statistics.too-few")
    by_level = {
        column: _leave_out(own, levels, name, cases, methods, interval)
        for column, levels in own.factors.items()
        if len(set(levels)) > 1
    }
    if question.combat:
        try:
            harmonized = _harmonize(own, cases, name, names, question.by, interval, level)
            findings += harmonized.blind.findings
            findings.append(_CIRCULAR)
        except StatisticsError as trouble:
            why_not_harmonized = f"{trouble.sentence} {trouble.remedy}"
            findings.append(Finding("combat.refused", why_not_harmonized, "warning"))
    fitted = None
    if question.random:
        fitted, more = _random(own, level)
        findings += more
    return MarkerScanners(
        marker=name,
        direction=direction,
        values=own.values,
        positive=tuple(bool(flag) for flag in own.positive),
        grade=tuple(grade or "" for grade in own.table.grade),
        stratum=own.stratum,
        strata=strata,
        effect=effect,
        auc=auc,
        within=within,
        why_not_within=why_not_within,
        leave_one_out=left_out,
        why_not_leave_out=why_not_leave_out,
        by_level=by_level,
        confounding=compare_classes_over_strata(
            own.positive, own.stratum, rng=streams.rng("scanners", name, "tables")
        ),
        harmonized=harmonized,
        why_not_harmonized=why_not_harmonized,
        random=fitted,
        n_missing=own.n_missing,
        findings=tuple(findings),
    )


def _complete(cases: CaseTable, marker: str, by: tuple[str, ...]) -> _Cases:
    values = cases.marker(marker)
    columns = {column: cases.text(column) for column in by}
    order = sorted(range(len(cases)), key=lambda i: cases.rows[i])
    kept = [
        i
        for i in order
        if np.isfinite(values[i])
        and cases.positive[i] is not None
        and all(column[i] is not None for column in columns.values())
    ]
    if not kept:
        raise StatisticsError(
            "statistics.too-few",
            f"No case holds {marker}, its class and all of {', '.join(by)}.",
            remedy="Check these columns, or name fewer of them.",
            n=0,
        )
    factors = {
        column: tuple(_level(column, entries[i] or "") for i in kept) for column, entries in columns.items()
    }
    return _Cases(
        table=cases.take(kept),
        values=values[kept],
        positive=np.array([bool(cases.positive[i]) for i in kept]),
        factors=factors,
        stratum=tuple(JOINT.join(entries) for entries in zip(*factors.values(), strict=True)),
        n_missing=len(cases) - len(kept),
    )


def _level(column: str, text: str) -> str:
    """A level as a stratum's name has it: 3 and 3.0 tesla are one, and say so."""
    if not column.endswith("_t"):
        return text
    try:
        return f"{float(text):g} T"
    except ValueError:
        return text


def _leave_out(
    own: _Cases,
    levels: Sequence[str],
    name: str,
    cases: CaseTable,
    methods: Analysis,
    interval: AreaInterval,
) -> LeaveOneOut:
    return leave_one_stratum_out(
        own.values,
        own.positive,
        levels,
        direction=cases.directions[name],
        interval=interval,
        proportion_interval=methods.proportion_interval,
        level=methods.confidence_level,
    )


def _harmonize(
    own: _Cases,
    cases: CaseTable,
    name: str,
    names: tuple[str, ...],
    by: tuple[str, ...],
    interval: AreaInterval,
    level: float,
) -> Harmonized:
    """All markers that the same cases hold are harmonized together: ComBat may borrow between them."""
    held = [marker for marker in names if np.isfinite(own.table.markers[marker]).all()]
    features = np.stack([own.table.marker(marker) for marker in held], axis=1)
    at = held.index(name)
    blind = harmonize_combat(features, own.stratum)
    values = blind.values[:, at]
    informed: CombatFit | None
    try:
        informed = harmonize_combat(features, own.stratum, preserve=own.positive[:, None].astype(np.float64))
    except StatisticsError as trouble:
        if trouble.code != "statistics.collinear":
            raise
        informed = None
    return Harmonized(
        blind=blind,
        blind_values=values,
        blind_auc=estimate_area(values, own.positive, cases.directions[name], interval, level),
        blind_difference=adjusted_difference(values, own.positive, np.ones((values.size, 1)), level),
        informed=informed,
        informed_values=None if informed is None else informed.values[:, at],
        informed_difference=None
        if informed is None
        else float(informed.values[own.positive, at].mean() - informed.values[~own.positive, at].mean()),
    )


def _random(own: _Cases, level: float) -> tuple[MixedFit | None, list[Finding]]:
    n_strata = len(set(own.stratum))
    if n_strata < _FEWEST_RANDOM:
        return None, [
            Finding(
                "scanners.fixed",
                f"{n_strata} scanners are too few to know a variance between scanners; they are taken as "
                "fixed.",
            )
        ]
    try:
        fit = fit_mixed(
            own.values, {"scanner": own.stratum}, {"positive": own.positive.astype(np.float64)}, level=level
        )
    except StatisticsError as trouble:
        return None, [Finding("scanners.fixed", f"{trouble.sentence} Scanners are taken as fixed.")]
    return fit, list(fit.findings)


def _gaps(strata: tuple[StratumSummary, ...]) -> list[Finding]:
    lone = [row for row in strata if row.gap]
    small = [row for row in strata if row.is_small]
    findings = []
    if lone:
        findings.append(
            Finding(
                "scanners.one-class",
                f"{len(lone)} of {len(strata)} scanners hold one class only ({sum(row.n for row in lone)} "
                "cases): of "
                "them nothing can be said.",
                "note",
            )
        )
    if small:
        findings.append(
            Finding(
                "scanners.small",
                f"{len(small)} of {len(strata)} scanners hold fewer cases than asked for "
                f"({sum(row.n for row in small)} cases): what is shown of each is hardly an estimate.",
                "note",
            )
        )
    return findings


def _expected(trouble: StatisticsError, code: str) -> str:
    if trouble.code != code:
        raise trouble
    return trouble.sentence


_CIRCULAR = Finding(
    "combat.circular",
    "Harmonized values are not data: scanner means were estimated from these cases. Preserving the class "
    "before "
    "testing it makes small p-values out of nothing (Nygaard 2016), so no test is made of such values.",
)
