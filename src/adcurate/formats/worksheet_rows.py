"""Worksheet rows from cells: what each row must hold, and what its rows must agree on.

A row with any fault stays a draft. Of rows that contradict each other all become drafts, because nobody can
say which one is right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from adcurate.errors import GradingError
from adcurate.formats.cells import CellReading, Refused, is_blank, read_cell
from adcurate.formats.columns import plain
from adcurate.formats.sheet import Cell
from adcurate.formats.worksheet_forms import BENIGN_MALIGNANT, WorksheetForm, side_of
from adcurate.grading import isup_group, parse_gleason
from adcurate.model.worksheet import CellFault, WorksheetRow

REQUIRED_ALWAYS: Final = ("subject", "status")
REQUIRED_EXCLUDED: Final = ("exclusion_reason",)
SUBJECT_LEVEL: Final = ("site", "sex", "primary_site")
VISIT_LEVEL: Final = ("age", "metastatic_disease")

_DIFFERENTIATION_SAID: Final = {
    "net g3": "well",
    "nec": "poor",
    "carcinoma": "poor",
    "minen": "mixed",
    "manec": "mixed",
}


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A row while it is checked: its cells by column, the values understood so far, its faults."""

    row_number: int
    cells: Mapping[str, Cell]
    values: dict[str, Any]
    faults: list[CellFault]

    def add_fault(self, column: str, code: str, sentence: str, remedy: str) -> None:
        """Name a fault at the row's cell of `column`, or at the row where it has no such column."""
        cell = self.cells.get(column)
        address = cell.address if cell is not None else f"row {self.row_number}"
        self.faults.append(CellFault(address, column, code, sentence, remedy))


def read_row(
    row_number: int, cells: Mapping[str, Cell], readings: Mapping[str, CellReading], form: WorksheetForm
) -> CandidateRow | None:
    """Read every cell of one row and check what the row needs; None for a row without any value."""
    row = CandidateRow(row_number, cells, {}, [])
    for name, cell in cells.items():
        column = form.column(name)
        if is_blank(cell, column):
            continue
        value = read_cell(cell, column, readings[name])
        if isinstance(value, Refused):
            row.add_fault(name, value.code, value.sentence, value.remedy)
        else:
            row.values[name] = value
    if not row.values and not row.faults:
        return None
    _take_from_grade(row)
    _take_grade(row, form)
    _take_mitoses_unit(row, readings)
    _check_required(row, form)
    return row


def check_against_each_other(rows: Sequence[CandidateRow]) -> None:
    """Add the faults that only several rows together show: twins, contradictions, identifiers cut short."""
    _check_same(rows, SUBJECT_LEVEL, lambda row: row.values.get("subject"), "one subject")
    _check_same(rows, VISIT_LEVEL, lambda row: _visit_key(row), "one visit of a subject")
    by_lesion: dict[object, list[CandidateRow]] = defaultdict(list)
    by_spelling: dict[str, list[CandidateRow]] = defaultdict(list)
    for row in rows:
        subject = row.values.get("subject")
        if subject is not None:
            by_lesion[(*(_visit_key(row) or ()), row.values.get("lesion", "1"))].append(row)
            by_spelling[subject.casefold()].append(row)
    for twins in by_lesion.values():
        for row in twins if len(twins) > 1 else ():
            row.add_fault(
                "lesion" if "lesion" in row.cells else "subject",
                "worksheet.duplicate",
                f"The same lesion of the same visit stands in rows {_numbers(twins)}.",
                "Give each lesion its own label, or remove the row that is there twice.",
            )
    for spelled in by_spelling.values():
        if len({row.values["subject"] for row in spelled}) > 1:
            for row in spelled:
                row.add_fault(
                    "subject",
                    "worksheet.id-spelling",
                    f"The identifiers of rows {_numbers(spelled)} differ only in capitals.",
                    "Spell each subject in one way.",
                )
    _check_leading_zeros(rows)


def complete_row(row: CandidateRow) -> WorksheetRow:
    """The typed row of a candidate without faults."""
    return WorksheetRow(**row.values, row_number=row.row_number)


def _take_from_grade(row: CandidateRow) -> None:
    """A grade written as NET G3, NEC or MiNEN also says the differentiation."""
    if "grade" not in row.values:
        return
    written = plain(row.cells["grade"].text).removeprefix("who ")
    said = _DIFFERENTIATION_SAID.get(written)
    if said is None:
        return
    if row.values.setdefault("differentiation", said) != said:
        row.add_fault(
            "differentiation",
            "worksheet.contradiction",
            "The differentiation contradicts the name of the grade.",
            "Look both up in the pathology report.",
        )


def _take_grade(row: CandidateRow, form: WorksheetForm) -> None:
    """What the Gleason score or the diagnosis says of a grade that is blank; or the other way."""
    values, faulty = row.values, {fault.column for fault in row.faults}
    if form.grade.kind == "isup":
        if "gleason" in values and not {"grade"} & (values.keys() | faulty):
            values["grade"] = isup_group(values["gleason"])
        elif "grade" in values and "gleason" not in values.keys() | faulty:
            with suppress(GradingError):  # a grade group, not a score
                values["gleason"] = parse_gleason(row.cells["grade"].text)
    if form.scale == BENIGN_MALIGNANT.scale and "diagnosis" in values and "grade" not in faulty:
        side = side_of(values["diagnosis"])
        if values.setdefault("grade", side) != side:
            row.add_fault(
                "grade",
                "worksheet.contradiction",
                f"The outcome contradicts the diagnosis, which is {side}.",
                "Look both up in the pathology report.",
            )


def _take_mitoses_unit(row: CandidateRow, readings: Mapping[str, CellReading]) -> None:
    """A unit in the header of the mitoses serves the rows that name none."""
    if "mitoses" not in row.values:
        return
    in_header = readings["mitoses"].unit
    if "mitoses_unit" not in row.values and in_header is not None:
        row.values["mitoses_unit"] = in_header
    if "mitoses_unit" not in row.values and not any(fault.column == "mitoses_unit" for fault in row.faults):
        row.add_fault(
            "mitoses_unit",
            "worksheet.missing",
            "Mitoses are given without their unit.",
            'Fill in "per 10 HPF" or "per 2 mm²", in the row or in the header of the mitoses.',
        )
    elif in_header is not None and row.values.get("mitoses_unit", in_header) != in_header:
        row.add_fault(
            "mitoses_unit",
            "worksheet.contradiction",
            "The unit of the mitoses contradicts the header of their column.",
            "Name one unit.",
        )


def _check_required(row: CandidateRow, form: WorksheetForm) -> None:
    status = row.values.get("status")
    required: tuple[str, ...] = REQUIRED_ALWAYS
    if status == "excluded":
        required += REQUIRED_EXCLUDED
    elif status == "included":
        required += form.required
    faulty = {fault.column for fault in row.faults}
    for name in required:
        if name not in row.values and name not in faulty:
            whose = f"an {status} lesion" if name not in REQUIRED_ALWAYS else "every row"
            row.add_fault(
                name, "worksheet.missing", f"The cell is blank and {whose} needs it.", "Fill it in."
            )
    if status == "included" and not set(form.said_by) & (row.values.keys() | faulty):
        needed = " or ".join(form.column(name).headers["en"][0] for name in form.said_by)
        row.add_fault(
            "grade",
            "worksheet.missing",
            f"An included lesion needs one of: {needed}.",
            "Fill in what the report says.",
        )
    if status == "included" and "exclusion_reason" in row.values:
        row.add_fault(
            "exclusion_reason",
            "worksheet.contradiction",
            "An included lesion has a reason for exclusion.",
            "Clear the reason, or set the status to excluded.",
        )


def _check_same(
    rows: Sequence[CandidateRow],
    names: tuple[str, ...],
    key: Callable[[CandidateRow], object],
    whose: str,
) -> None:
    for name in names:
        groups: dict[object, list[CandidateRow]] = defaultdict(list)
        for row in rows:
            if name in row.values and key(row) is not None:
                groups[key(row)].append(row)
        for group in groups.values():
            if len({row.values[name] for row in group}) > 1:
                for row in group:
                    row.add_fault(
                        name,
                        "worksheet.contradiction",
                        f"Rows {_numbers(group)} are of {whose} and differ in this column.",
                        "Correct the wrong one.",
                    )


def _check_leading_zeros(rows: Sequence[CandidateRow]) -> None:
    """A number cell among identifiers with leading zeros has likely lost its own."""
    digits = [row for row in rows if str(row.values.get("subject", "")).isdigit()]
    longest = max((len(row.values["subject"]) for row in digits), default=0)
    if not any(row.values["subject"].startswith("0") for row in digits):
        return
    for row in digits:
        if len(row.values["subject"]) < longest and not row.values["subject"].startswith("0"):
            row.add_fault(
                "subject",
                "worksheet.id-zeros",
                "The identifier seems to have lost leading zeros: others have them and are longer.",
                "Format the column as text, then type the identifier again.",
            )


def _visit_key(row: CandidateRow) -> tuple[str, str] | None:
    subject = row.values.get("subject")
    return None if subject is None else (subject, row.values.get("visit", "1"))


def _numbers(rows: Sequence[CandidateRow]) -> str:
    return ", ".join(str(row.row_number) for row in rows)
