"""A study of two readers, read and locked: one lesion not assessable, one subject excluded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.reading_room import ANNA, BEN, Hand, begin, opened_room
from tests.room_study import make_study, prescription, row_of

from adcurate.formats.worksheet import WorksheetOptions
from adcurate.formats.worksheet_writing import write_worksheet
from adcurate.model.reading.draft import CannotAssess, Draft
from adcurate.model.worksheet import WorksheetRow
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.hand_over import HandOver, hand_over_study
from adcurate.study.worksheet import import_worksheet

GRADES = ("G1", "G2", "G3", "G1", "G3", "G2")
PROTOCOL = """title = "Two readers; =1+1"
grades = ["G1", "G2", "G3"]
[eligibility]
minimum_lesion_size_mm = 10.0
[outcome]
positive = ["G3"]
negative = ["G1", "G2"]
positive_label = "high grade"
negative_label = "-low grade"
[[markers]]
name = "avgADC"
measure = "mean"
direction = "low"
[[markers]]
name = "minADC"
measure = "minimum"
direction = "low"
[analysis]
bootstrap_resamples = 100
[reading]
"""


def made(folder: Path) -> StudyFolder:
    """The study on disk, nothing drawn."""
    exams = [prescription(f"READ{number}", number) for number in range(1, len(GRADES) + 1)]
    study, _ = make_study(folder, exams, grades=GRADES)
    study.protocol_file.write_text(PROTOCOL, encoding="utf-8")
    rows = [
        replace(
            row_of(exam, lesion), grade=grade, primary_site="=cmd|' /C calc'!A0" if at == 0 else "pancreas"
        )
        for at, (exam, grade) in enumerate(zip(exams, GRADES, strict=True))
        for lesion in exam.lesions
    ]
    rows[5] = replace(rows[5], lesion_size_mm=5.0)
    rows.append(WorksheetRow("NOMRI1", "excluded", exclusion_reason="no DWI"))
    write_worksheet(folder / "second.xlsx", rows)
    assert import_worksheet(study, folder / "second.xlsx", WorksheetOptions()).faults == ()
    return study


def read(study: StudyFolder, *, leave_open: bool = False) -> None:
    """Anna draws every lesion; Ben could not assess his first, and may leave his last open."""
    with opened_room(study) as room:
        begin(room)
        Hand(room, ANNA).read_all()
        ben = Hand(room, BEN)
        items = [one.item for one in room.store.reading.designs.items("ben")]
        ben.save(items[0], Draft((), cannot_assess=CannotAssess("artefact")))
        ben.lock(items[0])
        for item in items[1 : len(items) - leave_open]:
            ben.draw(item, half=3.4)
            ben.lock(item)


def again(study: StudyFolder, name: str = "again", **options: object) -> HandOver:
    """Hand over once more."""
    return hand_over_study(study, study.path.parent / name, workers=0, **options)  # type: ignore[arg-type]
