"""The study's steps as people see them in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from adcurate.cli.console import console, show_findings, show_lines, show_next, show_table
from adcurate.cli.options import one_of
from adcurate.errors import UsageError
from adcurate.formats.worksheet import WorksheetOptions
from adcurate.report.numbers import show_adc, show_interval, show_number, show_p
from adcurate.report.scale import scale_of
from adcurate.study.analysis_json import marker_json
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping.made_backups import DONE, MadeBackup
from adcurate.study.linking import Link
from adcurate.study.pull.unfinished import UNFINISHED
from adcurate.study.receiving.add import AddedExams
from adcurate.study.regions.contours import ImportedContours
from adcurate.study.run import RunOutcome
from adcurate.study.show import TracedMeasurement, TracedRatio
from adcurate.study.status import StudyStatus, study_status
from adcurate.study.worksheet import ImportedWorksheet

_MOST_PLACES = 20
_DELIMITERS = {",": ",", ";": ";", "tab": "\t"}


def worksheet_options(
    delimiter: str | None, decimal: str | None, dates: str | None, encoding: str, mapping: Sequence[str]
) -> WorksheetOptions:
    """What a person confirmed on the command line.

    Raises
    ------
    UsageError
        ``usage.option``.
    """
    if delimiter is not None:
        delimiter = _DELIMITERS[one_of("--delimiter", delimiter, (",", ";", "tab"))]
    if decimal is not None:
        one_of("--decimal", decimal, (".", ","))
    if dates is not None:
        one_of("--dates", dates, ("iso", "dmy", "mdy"))
    one_of("--encoding", encoding, ("utf-8", "utf-16", "cp1252"))
    pairs = {}
    for item in mapping:
        header, equals, column = item.rpartition("=")
        if not equals or not header or not column:
            raise UsageError(
                "usage.option",
                "--map takes HEADER=COLUMN.",
                remedy='For example: --map "Tumour size=lesion_size_mm"',
            )
        pairs[header] = column
    return WorksheetOptions(
        delimiter=delimiter,  # type: ignore[arg-type]
        decimal=decimal,  # type: ignore[arg-type]
        date_order=dates,  # type: ignore[arg-type]
        mapping=pairs,
        encoding=encoding,  # type: ignore[arg-type]
    )


def show_added(study: StudyFolder, added: AddedExams) -> None:
    """What became of the files."""
    show_lines(
        [
            f"{added.received} objects received = {added.stored} stored + {added.duplicate} known already"
            f" + {added.quarantined} quarantined",
            f"The study now holds {added.n_exams} exams of {added.n_subjects} subjects.",
        ]
    )
    if added.skipped:
        shown = ", ".join(f"{count} {reason}" for reason, count in added.skipped.items())
        show_lines([f"Left alone: {shown}"])
    if added.refused:
        reasons = Counter((one.code, one.sentence) for one in added.refused)
        first = {(one.code, one.sentence): one.source_name for one in reversed(added.refused)}
        rows = [[str(count), reason[0], reason[1], first[reason]] for reason, count in reasons.most_common()]
        show_table("Quarantined (bytes kept in the vault)", ["n", "code", "reason", "the first"], rows)
        _show_places(added)
    _next(study)


def _show_places(added: AddedExams) -> None:
    """Which files were refused: only to a person at a terminal, since a path may hold a patient's name."""
    placed = [one for one in added.refused if one.source_name in added.places]
    if not placed:
        return
    if not console().is_terminal:
        show_lines(
            ["Run in a terminal, the same command says where these files lie (a path may hold a name)."]
        )
        return
    rows = [[one.source_name, one.code, added.places[one.source_name]] for one in placed[:_MOST_PLACES]]
    note = f"and {len(placed) - _MOST_PLACES} more" if len(placed) > _MOST_PLACES else ""
    title = "Where the refused files lie (shown here only: a path may hold a name)"
    show_table(title, ["file", "code", "below the given folder"], rows, note)


def show_worksheet(study: StudyFolder, imported: ImportedWorksheet) -> None:
    """Rows that entered, every faulty cell, and the links."""
    if imported.n_rows:
        show_lines([f"{imported.n_rows} rows of {imported.n_subjects} subjects entered."])
    else:
        show_lines(["No row is complete, so nothing entered; a worksheet imported before stays in use."])
    if imported.faults:
        show_table(
            f"{imported.n_draft_rows} rows did not enter; correct these cells and import again",
            ["cell", "column", "what is wrong", "what to do"],
            [[fault.address, fault.column, fault.sentence, fault.remedy] for fault in imported.faults],
        )
    show_findings(imported.findings)
    if imported.faults:
        show_next("correct these cells and import the worksheet again")
    if imported.n_rows:
        show_links(study, imported.links)


def show_links(study: StudyFolder, links: Sequence[Link]) -> None:
    """How many rows and exams found each other, and each that did not."""
    counts = Counter(link.status for link in links)
    show_lines([", ".join(f"{count} {status}" for status, count in sorted(counts.items()))])
    if counts["awaited"] and counts["unrequested"] and not counts["matched"]:
        show_lines(
            [
                "No row and no exam belong together. Check the hospital numbers: a spreadsheet drops leading "
                "zeros from numbers; format the column as text."
            ]
        )
    _show_open(links)
    _next(study)


def _show_open(links: Sequence[Link]) -> None:
    open_links = [link for link in links if link.status != "matched"]
    if open_links:
        show_table(
            "Not matched",
            ["subject", "visit", "status", "why", "exams"],
            [
                [link.subject, link.visit, link.status, link.reason, " ".join(link.study_instance_uids)]
                for link in open_links
            ],
        )


def show_contours(study: StudyFolder, imported: ImportedContours) -> None:
    """How much was drawn."""
    readers = f"{imported.n_readers} reader{'' if imported.n_readers == 1 else 's'}"
    drawn = f"{imported.n_contours} contours of {imported.n_lesions} lesions by {readers}"
    lines = [f"{drawn}; new or changed regions: {imported.n_changed}."]
    if imported.n_taken_out:
        lines.append(f"Regions taken out: {imported.n_taken_out}.")
    if imported.n_other:
        lines.append(f"Regions of earlier files that stay: {imported.n_other} (--replace takes them out).")
    show_lines(lines)
    if imported.without_row:
        show_table(
            "Not in the worksheet: measured, not analysed",
            ["subject", "lesion"],
            [list(pair) for pair in imported.without_row],
        )
    show_findings(imported.findings)
    _next(study)


def show_run(study: StudyFolder, outcome: RunOutcome) -> None:
    """The flow and the main numbers; the report has the rest."""
    results = outcome.results
    show_lines(
        [
            f"{outcome.n_exams} exams ({outcome.n_derived_now} derived now), "
            f"{outcome.n_measurements} measurements."
        ]
    )
    rows = []
    for stage in results.flow.stages:
        left = "; ".join(f"{n} {reason}" for reason, n in stage.left_out)
        rows.append([stage.label, str(stage.n), left])
    show_table("Participant flow", ["stage", "n", "left out after it"], rows)
    record = results.analyses[results.protocol.adc.map_of_record]
    with_rho = bool(results.protocol.ranked_grades)
    show_table(
        f"On the {results.protocol.adc.map_of_record} map, ADC in 10⁻³ mm²/s",
        [
            *("marker", "Mann-Whitney p", *(("rho", "interval") if with_rho else ())),
            *("AUC", "interval", "cut-off", "interval"),
        ],
        [
            [
                analysis.marker,
                show_p(analysis.mann_whitney[analysis.mann_whitney_of_record].p_value),
                *(
                    (
                        show_number(analysis.spearman.rho if analysis.spearman else None, 3),
                        show_interval(analysis.spearman_interval, 3),
                    )
                    if with_rho
                    else ()
                ),
                show_number(analysis.auc.value, 3),
                show_interval(analysis.auc_interval, 3),
                f"{analysis.youden.rule} {scale_of(analysis).show(analysis.youden.cutoff)}",
                scale_of(analysis).interval(analysis.cutoff_interval),
            ]
            for analysis in record
        ],
    )
    show_findings(results.findings)
    _next(study)


def run_json(outcome: RunOutcome) -> dict[str, Any]:
    """The shape printed by ``study run --json``."""
    results = outcome.results
    return {
        "exams": outcome.n_exams,
        "derived_now": outcome.n_derived_now,
        "measurements": outcome.n_measurements,
        "maps": {
            source: {analysis.marker: marker_json(analysis) for analysis in analyses}
            for source, analyses in results.analyses.items()
        },
        "findings": [finding.as_json() for finding in results.findings],
    }


def show_status(found: StudyStatus) -> None:
    """Where the study stands."""
    show_lines(
        [
            found.title,
            f"{found.n_exams} exams of {found.n_subjects} subjects ({found.n_objects} objects,"
            f" {found.n_quarantined} quarantined); {found.n_rows} worksheet rows; {found.n_regions} regions.",
            "Links: "
            + ", ".join(f"{count} {status}" for status, count in found.link_counts.items())
            + _partly(found),
            *_by_ruler(found),
            "Done: " + (", ".join(found.done) or "nothing yet"),
        ]
    )
    if found.last_backup is not None:
        show_lines([_backup_line(found.last_backup)])
    if found.unfinished:
        show_table(
            "Not whole: fetching was not finished, or is still going on",
            ["subject", "exam", "objects here", "goes on with"],
            [[one.subject, one.exam, str(one.n_objects), one.command] for one in found.unfinished],
        )
    if found.n_rows:
        _show_open(found.links)
    show_findings([one for one in found.findings if one.code != UNFINISHED])
    show_next(found.next_step)


def _by_ruler(found: StudyStatus) -> list[str]:
    """How many lesions have the size that decides, where the ruler does."""
    if found.ruler is None:
        return []
    one = found.ruler
    return [
        f"By the ruler: {one.n_measured} of {one.n_lesions} lesions have a long axis, {one.n_smaller} of "
        f"them under {one.least_mm:g} mm."
    ]


def _backup_line(last: MadeBackup) -> str:
    if last.outcome == DONE:
        return f"Last backup: {last.at}, {last.file}"
    return f"The last backup, of {last.at}, failed ({last.outcome}): {last.file}"


def _partly(found: StudyStatus) -> str:
    """How many of the matched exams are not whole."""
    begun = {one.exam for one in found.unfinished}
    partly = sum(link.status == "matched" and link.study_instance_uids[0] in begun for link in found.links)
    return f"; {partly} of the matched exams not whole" if partly else ""


def show_traced(traced: TracedMeasurement | TracedRatio) -> None:
    """One number and its way back; of a ratio, that of both of its regions."""
    if isinstance(traced, TracedRatio):
        _show_ratio(traced)
        return
    one = traced.measurement
    rows = [
        ["subject, lesion, reader", f"{one.subject}, {one.lesion}, {one.reader}"],
        ["map", f"{one.map_source} ({one.map_id[:12]})"],
        ["mean, minimum (10⁻³ mm²/s)", f"{show_adc(one.values['mean'])}, {show_adc(one.values['minimum'])}"],
        ["voxels, area (mm²)", f"{one.values['n_voxels']}, {show_number(one.values['area_mm2'], 1)}"],
        ["SOP Instance UID", one.sop_instance_uid],
        ["frame, slice (both from 1)", f"{one.frame_number}, {one.slice_index + 1}"],
        ["contour", one.contour_digest],
    ]
    show_table(f"Measurement {one.measurement_id[:12]}", ["what", "value"], rows)
    show_table(
        "Derived by",
        ["id", "kind", "method", "made from"],
        [
            [step.derived_id[:12], step.kind, step.method, f"{len(step.inputs)} inputs"]
            for step in traced.steps
        ],
    )


def _show_ratio(traced: TracedRatio) -> None:
    one = traced.normalized
    rows = [
        ["subject, lesion, reader", f"{one.subject}, {one.lesion}, {one.reader}"],
        ["map", one.map_source],
        *([name.replace("_", " "), show_number(value, 3)] for name, value in one.values.items()),
        ["reference mean (10⁻³ mm²/s)", show_adc(one.reference_mean_mm2_per_s)],
    ]
    show_table(f"Normalized measurement {one.measurement_id[:12]}", ["what", "value"], rows)
    show_lines(["The lesion:"])
    show_traced(traced.lesion)
    show_lines(["Its reference tissue:"])
    show_traced(traced.reference)


def _next(study: StudyFolder) -> None:
    show_next(study_status(study).next_step)
