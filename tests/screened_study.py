"""Sixty who were screened, as a coordinator has them: a spreadsheet's rows, and exams from the PACS.

Thirteen are excluded. Nine of the others have two MRIs: of five the list names one's day, of four neither's.
One exam is of somebody who is not listed, and one carries a listed number with another date of birth, so that
a person has to say which of that number's two is meant.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import pydicom
from pydicom.uid import generate_uid
from tests.room_study import prescription

from adcurate.phantom import simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving.add import add_exams

FIRST_DAY = datetime.date(2020, 1, 6)
HEADERS = (
    "Patient number of ours",
    "Status",
    "Reason for exclusion",
    "Date of MRI",
    "Date of histology",
    "Lesion type",
    "Lesion site",
    "Lesion size (mm)",
    "Grade",
)
N_SCREENED, N_EXCLUDED, N_TWICE, N_OPEN, N_DOUBTED = 60, 13, 9, 4, 1
WRONG_PATIENT, FOREIGN = 30, "990000"


def number(at: int) -> str:
    """The hospital number of one who was screened."""
    return f"{100_400 + at}"


def listed_day(at: int) -> datetime.date:
    """The day of the MRI in the list."""
    return FIRST_DAY + datetime.timedelta(days=3 * at)


def pasted() -> str:
    """The rows as a spreadsheet hands them over, days as a Dutch or British one writes them."""
    lines = ["\t".join(HEADERS)]
    for at in range(N_SCREENED):
        if at >= N_SCREENED - N_EXCLUDED:
            cells = [number(at), "excluded", "no MRI", "", "", "", "", "", ""]
        else:
            day = listed_day(at)
            histology = day + datetime.timedelta(days=20)
            cells = [
                number(at),
                "included",
                "",
                day.strftime("%d/%m/%Y"),
                histology.strftime("%d/%m/%Y"),
                "primary",
                "liver",
                str(12 + at),
                ("G1", "G2", "G3")[at % 3],
            ]
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Arrival:
    """One exam to write: whose, of which day, and with which date of birth."""

    number: str
    day: datetime.date
    born: str = "19600101"


def arrivals() -> list[Arrival]:
    """Every exam that comes: of 45 of the 47 included, nine of them twice, a foreign and a wrong one."""
    came = []
    for at in range(N_SCREENED - N_EXCLUDED - 2):
        day = listed_day(at)
        if at < N_OPEN:  # neither is of the listed day; the later is nearer to the histology
            came += [
                Arrival(number(at), day - datetime.timedelta(days=40)),
                Arrival(number(at), day + datetime.timedelta(days=2)),
            ]
        elif at < N_TWICE:
            came += [Arrival(number(at), day), Arrival(number(at), day - datetime.timedelta(days=40))]
        else:
            came.append(Arrival(number(at), day))
    came.append(Arrival(FOREIGN, FIRST_DAY))
    came.append(
        Arrival(
            number(WRONG_PATIENT), listed_day(WRONG_PATIENT) + datetime.timedelta(days=1), born="19330303"
        )
    )
    return came


def write_arrivals(folder: Path) -> Path:
    """One small image of each exam: enough to be joined."""
    write_exam(simulate_exam(prescription("TEMPLATE", 1)), folder / "template")
    template = pydicom.dcmread(sorted(one for one in (folder / "template").rglob("*") if one.is_file())[0])
    (folder / "came").mkdir()
    for at, one in enumerate(arrivals()):
        template.PatientID, template.PatientBirthDate = one.number, one.born
        template.PatientName = f"SYNTHETIC^{one.number}"
        for name in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"):
            if name in template:
                setattr(template, name, one.day.strftime("%Y%m%d"))
        template.StudyInstanceUID, template.SeriesInstanceUID = generate_uid(), generate_uid()
        template.SOPInstanceUID = template.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        template.save_as(folder / "came" / f"{at}.dcm")
    return folder / "came"


def empty_study(folder: Path) -> StudyFolder:
    """A study without a subject."""
    return create_study(folder / "study", key_file=folder / "vault.key").folder


def let_exams_arrive(study: StudyFolder, folder: Path) -> None:
    """Receive every exam."""
    add_exams(study, [write_arrivals(folder)], workers=0)
