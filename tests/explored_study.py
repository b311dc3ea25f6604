"""A small study that two readers have read to its end, of two makers, with treated subjects and intervals."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.reading_room import Hand, place_all_pointers
from tests.room_study import make_study, prescription, row_of

from adcurate.formats.worksheet import WorksheetOptions
from adcurate.formats.worksheet_writing import write_worksheet
from adcurate.model.reading.design import ReadDesign
from adcurate.study.folder import StudyFolder
from adcurate.study.reading.design import start_reading
from adcurate.study.worksheet import import_worksheet

N_EXAMS = 10
TREATED, FAR = (1, 2), (9,)
# Graded G3 by the pathologist, though its Ki-67 makes it a G2: another edition moves it.
REGRADED = 5
_PLAN = """
[[plan.questions]]
kind = "agreement"
role = "confirmatory"

[[plan.questions]]
kind = "sensitivity"
rows = ["treatment_before_mri = no", "interval_days <= 30"]

[reading]
"""


def explored_study(folder: Path) -> StudyFolder:
    """Exams with a worksheet; the second half is of another maker. Nothing is read yet."""
    exams = [
        prescription(f"LOOK{at}", at, dialect="ge" if at > N_EXAMS // 2 else "siemens-classic")
        for at in range(1, N_EXAMS + 1)
    ]
    study, _ = make_study(folder, exams)
    text = study.protocol_file.read_text(encoding="utf-8")
    text = re.sub(r"\[\[plan\.questions\]\]\n(?:[^\[].*\n|\n)*", "", text)
    text = text.replace("resamples = 10000", "resamples = 200")
    study.protocol_file.write_text(text + _PLAN, encoding="utf-8")
    rows = []
    for at, exam in enumerate(exams, start=1):
        row = row_of(exam, exam.lesions[0])
        assert row.mri_date is not None
        days = 80 if at in FAR else 5
        rows.append(
            replace(
                row,
                grade="G3" if at % 2 else "G1",
                ki67="5" if at == REGRADED else "30" if at % 2 else "1",
                treatment_before_mri="yes" if at in TREATED else "no",
                histology_date=row.mri_date + datetime.timedelta(days=days),
            )
        )
    write_worksheet(folder / "rows.xlsx", rows)
    import_worksheet(study, folder / "rows.xlsx", WorksheetOptions())
    return study


def read_to_the_end(room: Any, readers: dict[str, Any]) -> None:
    """Both readers lock every case; `readers` are people by name."""
    place_all_pointers(room)
    start_reading(room, next(iter(readers.values())), ReadDesign(readers=tuple(readers)))
    for at, person in enumerate(readers.values()):
        Hand(room, person).read_all(half=3.6 + 0.6 * at)
