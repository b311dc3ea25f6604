"""``compare-pacs``: values typed from a PACS beside ours for the same regions, each difference explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from adcurate.errors import AdcurateError, PacsTableError
from adcurate.findings import Finding
from adcurate.formats.pacs_table import PacsTable, PacsTableRow, read_pacs_table
from adcurate.model.answers.agreement import PairComparison
from adcurate.model.cohort import Measurement
from adcurate.model.pacs_comparison import LeftOut, PacsComparison, PacsRow, Quantity
from adcurate.model.progress import Progress, no_progress
from adcurate.region import Convention
from adcurate.region.conventions import ConventionName
from adcurate.statistics.agreement import estimate_bland_altman
from adcurate.study.exam_task import ExamTask
from adcurate.study.folder import StudyFolder
from adcurate.study.pacs.explanation import Difference, explain_each
from adcurate.study.pacs.predictions import ExamPredictions, of_measurement
from adcurate.study.results import measurement
from adcurate.study.run import load_exam, plan

THEIRS, OURS = "PACS", "Adcurate"
_FEWEST = 3
MAP_HABITS: Final[dict[str, ConventionName]] = {
    "scanner": "scanner-map",
    "refit": "refit-map",
    "refit-registered": "refit-registered-map",
}


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    row: PacsTableRow
    subject: str
    measured: Measurement
    difference: Difference


def compare_with_pacs(
    study: StudyFolder,
    table: Path,
    *,
    source: str = "",
    unit: str = "",
    area_unit: str = "",
    decimal: Literal[".", ","] = ".",
    progress: Progress = no_progress,
) -> PacsComparison:
    """Compare a table of typed values with the study's measurements of the same regions.

    Parameters
    ----------
    source
        ``scanner`` or ``refit``; the protocol's map of record when empty.
    unit, area_unit
        Of the typed numbers, where the header does not say.

    Raises
    ------
    PacsTableError
        The codes of `read_pacs_table`; ``pacs.nothing-to-compare`` when no row meets a measurement.
    StudyError
        As `plan`.
    """
    typed = read_pacs_table(table, unit=unit, area_unit=area_unit, decimal=decimal)
    protocol = study.protocol()
    source = source or protocol.adc.map_of_record
    with study.open_store("read") as store:
        tasks = plan(store, protocol)
        exams = {
            task.study_instance_uid: (task, load_exam(store, task.derivation))
            for task in tasks
            if store.derived.has(task.derivation.derived_id)
        }
        subjects = {task.subject for task, _ in exams.values()}
        pseudonyms = study.open_vault(store).pseudonyms

        def code(subject: str) -> str:
            return subject if subject in subjects else pseudonyms.subject_code(subject)

        pairs, left_out = _pairs(typed, exams, source, code, progress)
    if not pairs:
        raise PacsTableError(
            "pacs.nothing-to-compare",
            f"None of the table's {len(typed.rows)} rows meets a measured region; the first: "
            f"{left_out[0].reason if left_out else 'the table is empty'}.",
            remedy="Run the study first (adcurate study run), and check subject, lesion and reader.",
            n_rows=len(typed.rows),
        )
    differences = [pair.difference for pair in pairs]
    adc = explain_each(differences, ("mean", "minimum"))
    area = explain_each(differences, ("area",))
    rows = tuple(
        PacsRow(
            row_number=pair.row.row_number,
            subject=pair.subject,
            lesion=pair.measured.lesion,
            reader=pair.measured.reader,
            measurement_id=pair.measured.measurement_id,
            theirs=pair.row.values,
            ours=_ours(pair.measured),
            explanations={**one, **other},
        )
        for pair, one, other in zip(pairs, adc, area, strict=True)
    )
    agreement, findings = _agreement(rows)
    findings = (*_of_other_map(rows, source), *findings)
    return PacsComparison(source, rows, left_out, agreement, findings, typed.unit_mm2_per_s, typed.unit_mm2)


def _pairs(
    typed: PacsTable,
    exams: Mapping[str, tuple[ExamTask, Mapping[str, Any]]],
    source: str,
    code: Any,
    progress: Progress,
) -> tuple[list[_Pair], tuple[LeftOut, ...]]:
    pairs: list[_Pair] = []
    left_out: list[LeftOut] = []
    read: dict[str, ExamPredictions] = {}
    for count, row in enumerate(typed.rows):
        progress("Comparing regions", count, len(typed.rows))
        subject = code(row.subject)
        own = [
            (uid, one)
            for uid, (task, exam) in exams.items()
            if task.subject == subject
            for one in map(measurement, exam["measurements"])
            if one.map_source == source and one.lesion == row.lesion and row.reader in ("", one.reader)
        ]
        if len(own) != 1:
            left_out.append(LeftOut(row.row_number, _why(own, subject, exams, row, source)))
            continue
        if not row.values:
            left_out.append(LeftOut(row.row_number, "no value was typed"))
            continue
        uid, one = own[0]
        try:
            if uid not in read:
                task, exam = exams[uid]
                read[uid] = ExamPredictions(task, exam["facts"], source, typed.unit_mm2_per_s)
            predicted = _with_other_maps(read[uid].of_region(one), one, exams[uid][1]["measurements"])
        except AdcurateError as error:
            left_out.append(LeftOut(row.row_number, error.sentence))
            continue
        pairs.append(_Pair(row, subject, one, Difference(row.values, predicted)))
    progress("Comparing regions", len(typed.rows), len(typed.rows))
    return pairs, tuple(left_out)


def _with_other_maps(
    habits: Sequence[Convention], one: Measurement, records: Sequence[Mapping[str, Any]]
) -> tuple[Convention, ...]:
    """The habits, with first among them what the same region measures on each other map."""
    others = [
        other
        for other in map(measurement, records)
        if (other.lesion, other.reader) == (one.lesion, one.reader)
        and other.map_source != one.map_source
        and other.map_source in MAP_HABITS
    ]
    return (
        habits[0],
        *(of_measurement(MAP_HABITS[other.map_source], other) for other in others),
        *habits[1:],
    )


def _of_other_map(rows: Sequence[PacsRow], source: str) -> tuple[Finding, ...]:
    """Values of another map than was compared with: the same again with that one tells the rest."""
    found = []
    for other, habit in MAP_HABITS.items():
        n = sum(
            any(one.verdict == "explained" and one.names == (habit,) for one in row.explanations.values())
            for row in rows
        )
        if n and other != source:
            sentence = (
                f"{n} of {len(rows)} rows hold values of the {other} map; compared was the {source} map."
            )
            if other != "refit-registered":
                sentence += f" Compare again with --source {other}: what then differs has other reasons."
            found.append(Finding("pacs.other-map", sentence, "warning"))
    return tuple(found)


def _why(
    own: Sequence[Any],
    subject: str,
    exams: Mapping[str, tuple[ExamTask, Mapping[str, Any]]],
    row: PacsTableRow,
    source: str,
) -> str:
    if own:
        return "the lesion was drawn by several readers: add a column reader"
    if not any(task.subject == subject for task, _ in exams.values()):
        return "the subject has no measured exam in the study"
    who = f" by reader {row.reader}" if row.reader else ""
    return f"lesion {row.lesion} was not measured on the {source} map{who}"


def _ours(measured: Measurement) -> dict[Quantity, float]:
    named: tuple[tuple[Quantity, str], ...] = (("mean", "mean"), ("minimum", "minimum"), ("area", "area_mm2"))
    values = {quantity: measured.values.get(name) for quantity, name in named}
    return {quantity: value for quantity, value in values.items() if value is not None}


def _agreement(rows: Sequence[PacsRow]) -> tuple[dict[Quantity, PairComparison], tuple[Finding, ...]]:
    """Theirs and ours over the set; a slip of unit would hide everything else, so it is taken out."""
    found: dict[Quantity, PairComparison] = {}
    findings: list[Finding] = []
    names: tuple[Quantity, ...] = ("mean", "minimum", "area")
    for name in names:
        both = [
            (row.theirs[name].value / row.explanations[name].factor, row.ours[name])
            for row in rows
            if name in row.theirs and name in row.ours
        ]
        if len(both) >= _FEWEST:
            limits = estimate_bland_altman([a for a, _ in both], [b for _, b in both])
            found[name] = PairComparison(THEIRS, OURS, limits)
            findings += [one for one in limits.findings if one not in findings]
    slips = sum(any(one.factor != 1 for one in row.explanations.values()) for row in rows)
    if slips:
        findings.insert(
            0,
            Finding(
                "pacs.unit-slip",
                f"{slips} of {len(rows)} rows are in another unit than was stated; in the plots the stated "
                "unit is put right.",
                "serious",
            ),
        )
    return found, tuple(findings)
