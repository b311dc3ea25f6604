"""``adcurate study images`` and ``series-kind``: what came, what is missing, and what each series shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json

if TYPE_CHECKING:
    from adcurate.study.images.look import Look
    from adcurate.study.images.overview import StudyImages

HERE = Path()
ExamArgument = Annotated[
    str, typer.Argument(help="A subject's code, or a part of an exam's UID.", show_default=False)
]


def images(exam: ExamArgument = "", study: StudyOption = HERE, json_file: JsonOption = None) -> None:
    """Show what came, what is missing against the worksheet, scanners, units; or one exam's series."""
    from adcurate.cli.console import progress_bar
    from adcurate.study.b_values import exam_named
    from adcurate.study.folder import find_study
    from adcurate.study.images.overview import study_images
    from adcurate.study.images.seen import look_at_exam, look_at_exams

    folder = find_study(study)
    if exam:
        with folder.open_store("read") as store:
            uid = exam_named(store, exam)
        seen = look_at_exam(folder, uid)
        if not wants_only_json(json_file):
            _show_exam(seen)
        write_json(json_file, seen)
        return
    with progress_bar() as progress:
        look_at_exams(folder, progress=progress)
    found = study_images(folder)
    if not wants_only_json(json_file):
        _show(found)
    write_json(json_file, found.overview.as_json())


def series_kind(
    exam: ExamArgument,
    series: Annotated[int, typer.Argument(help="The series' number.", show_default=False)],
    kind: Annotated[
        str, typer.Argument(help="t2, dwi, trace, adc, calculated_b, t1, t1_ce or other (not used).")
    ],
    why: Annotated[str, typer.Option("--why", help="The reason, for the record.", show_default=False)] = "",
    study: StudyOption = HERE,
) -> None:
    """Say what a series shows, where its headers tell it wrongly; what they tell takes the word back."""
    from adcurate.cli.console import show_next
    from adcurate.errors import StudyError
    from adcurate.study.b_values import exam_named
    from adcurate.study.folder import find_study
    from adcurate.study.images.seen import look_at_exam
    from adcurate.study.series_kinds import set_series_kind

    folder = find_study(study)
    with folder.open_store("read") as store:
        uid = exam_named(store, exam)
    meant = [one for one in look_at_exam(folder, uid)["series"] if one["number"] == series and one["told"]]
    if len(meant) != 1:
        raise StudyError(
            "study.unmatched",
            f"{len(meant)} series of the exam have that number.",
            remedy="adcurate study images EXAM lists the series of an exam.",
            n_series=len(meant),
        )
    set_series_kind(folder, uid, meant[0]["series_instance_uid"], meant[0]["told"], kind, why)
    _show_exam(look_at_exam(folder, uid))
    show_next("adcurate study run   (every number that rests on this series is made again)")


def _show(found: StudyImages) -> None:
    from adcurate.cli.console import show_lines, show_table
    from adcurate.report.numbers import show_b_values, show_number

    told = found.overview
    rows = [
        ["received", str(told.received)],
        ["stored", str(told.stored)],
        ["known already", str(told.duplicate)],
        ["refused", str(told.quarantined)],
        *([f"left alone: {code}", str(count)] for code, count in told.left_alone.items()),
        *([f"exams {status}", str(count)] for status, count in told.links.items() if told.n_rows),
        *([f"exams without {kind}", str(count)] for kind, count in told.missing.items()),
        *([f"unit of the ADC map by {evidence}", str(count)] for evidence, count in told.units.items()),
    ]
    show_table(f"{told.n_exams} exams of {told.n_subjects} subjects", ["what", "how many"], rows)
    scanners = [
        [
            f"{one.vendor} {one.model}".strip(),
            "" if one.field_strength_t is None else show_number(one.field_strength_t, 1),
            one.software,
            show_b_values(one.b_values),
            str(one.n_exams),
        ]
        for one in told.scanners
    ]
    if scanners:
        show_table("Scanners", ["scanner", "T", "software", "b-values", "exams"], scanners)
    for held in told.quarantine:
        show_lines([f"{len(held.objects)} refused ({held.code}): {held.sentence} {held.remedy}"])


def _show_exam(seen: Look) -> None:
    from adcurate.cli.console import show_table
    from adcurate.report.numbers import show_b_values

    rows = [
        [
            "" if one["number"] is None else str(one["number"]),
            one["kind"],
            f"set by a person: {one['reason']}" if one["reason"] else "; ".join(one["evidence"]),
            str(one["n_images"]),
            show_b_values(one["b_values"]),
            one["unit"]["evidence"] if one["unit"] else "",
        ]
        for one in seen["series"]
    ]
    show_table("Series", ["series", "kind", "because", "images", "b-values", "unit by"], rows)
