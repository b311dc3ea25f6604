"""A file's cells mean the same on the page and to the command: what one refuses, the other refuses."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import Workbook
from tests.screened_study import empty_study

from adcurate.errors import WorksheetError
from adcurate.formats.worksheet import WorksheetOptions
from adcurate.study.folder import StudyFolder
from adcurate.study.screening.grid import ListChange, ScreenedList, change_list, screened_list
from adcurate.study.screening.table import TableChoices, propose_table, take_table
from adcurate.study.worksheet import import_worksheet


@dataclass(frozen=True)
class Carla:
    """The coordinator."""

    name: str = "carla"
    id: str = "id-carla"


CARLA = Carla()
HEADERS = (
    *("Subject", "Status", "Date of MRI", "Date of histology", "Lesion type", "Lesion site"),
    *("Lesion size (mm)", "Ki-67", "Grade"),
)
SOUND = (
    *("P1", "included", datetime.date(2020, 1, 5), datetime.date(2020, 1, 25), "primary", "liver", 20, "3"),
    "G1",
)
ODD = (
    ("Subject", 1234567890123, "General", "worksheet.id-scientific"),
    ("Subject", 4711.5, "General", "worksheet.id-scientific"),
    ("Subject", 4711, "00000000", "worksheet.number-format"),
    ("Subject", 4712, '"NL"0', "worksheet.number-format"),
    ("Subject", True, "General", "worksheet.id-characters"),
    ("Subject", "=1+1", "General", "worksheet.formula"),
    ("Lesion site", "=VLOOKUP(A2,X!A:B,2,0)", "General", "worksheet.formula"),
    ("Lesion site", datetime.date(2020, 3, 5), "yyyy-mm-dd", "worksheet.word"),
    ("Lesion size (mm)", 2, '0 "cm"', "worksheet.number-format"),
    ("Ki-67", 43892, "General", "worksheet.ki67-date"),
    ("Grade", "=G1", "General", "worksheet.formula"),
)


def odd_book() -> bytes:
    """One sound row and, below, one for each odd cell."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADERS)
    sheet.append(SOUND)
    for at, (header, value, number_format, _) in enumerate(ODD, 2):
        sheet.append([f"P{at}", *SOUND[1:]])
        cell = sheet.cell(sheet.max_row, HEADERS.index(header) + 1, value)
        cell.number_format = number_format
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def taken(study: StudyFolder, content: bytes, **choices: object) -> ScreenedList:
    columns = tuple(one.column for one in propose_table(study, content).columns)
    version = screened_list(study, CARLA).version
    take_table(study, CARLA, content, TableChoices(version, columns, **choices))  # type: ignore[arg-type]
    return screened_list(study, CARLA)


def test_the_page_refuses_the_cells_that_the_command_refuses(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    (tmp_path / "odd.xlsx").write_bytes(odd_book())
    told = import_worksheet(study, tmp_path / "odd.xlsx", WorksheetOptions())
    assert [one.code for one in told.faults] == [code for *_, code in ODD] and told.n_rows == 1
    (tmp_path / "other").mkdir()
    shown = taken(empty_study(tmp_path / "other"), odd_book())
    assert [(one.fault.column, one.fault.code) for one in shown.faults] == [
        (one.column, one.code) for one in told.faults
    ]


def test_what_a_person_types_over_a_refused_cell_is_text(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    shown = taken(study, odd_book())
    row = next(one.row for one in shown.faults if one.fault.code == "worksheet.id-scientific")
    change = ListChange(shown.version, {row: {"subject": "1234567890123"}})
    changed = change_list(study, CARLA, change)
    assert len(changed.faults) == len(shown.faults) - 1


def test_a_point_beside_a_decimal_comma_is_refused(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    table = b"Subject;Lesion size (mm)\nA1;1.500\nA2;12,5\n"
    shown = taken(study, table, decimal=",")
    refused = [one.row for one in shown.faults if one.fault.code == "worksheet.number"]
    assert refused == [shown.lines[0].id]
    assert shown.lines[1].texts["lesion_size_mm"] == "12.5"


@pytest.mark.parametrize("header", ["Lesion diameter in cm", "Size cm", "Lesion size (cm)"])
def test_centimetres_are_never_taken_as_millimetres(tmp_path: Path, header: str) -> None:
    study = empty_study(tmp_path)
    table = f"Subject,{header}\nA1,2.5\n".encode()
    proposed = propose_table(study, table).columns[1]
    assert (proposed.column, proposed.unit) == ("lesion_size_mm", "cm")
    assert taken(study, table).lines[0].texts["lesion_size_mm"] == "25"
    again = propose_table(study, table).columns[1]
    assert again.unit == "cm"


def test_a_remembered_header_of_centimetres_goes_on_being_converted(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    table = b"Subject,Grootste afmeting cm\nA1,2.5\n"
    choices = TableChoices(screened_list(study, CARLA).version, ("subject", "lesion_size_mm"))
    take_table(study, CARLA, table, choices)
    assert propose_table(study, table).columns[1].how == "remembered"
    assert [one.texts["lesion_size_mm"] for one in taken(study, table).lines] == ["25", "25"]


@pytest.mark.parametrize(
    ("header", "column"),
    [("Lesion size mm2", "lesion_size_mm"), ("Age in months", "age"), ("Mitoses per 50 HPF", "mitoses")],
)
def test_a_unit_that_is_not_converted_is_refused_by_name(tmp_path: Path, header: str, column: str) -> None:
    study = empty_study(tmp_path)
    table = f"Subject,{header}\nA1,25\n".encode()
    assert propose_table(study, table).columns[1].column == "ignore"
    with pytest.raises(WorksheetError, match="names a unit") as refused:
        take_table(
            study, CARLA, table, TableChoices(screened_list(study, CARLA).version, ("subject", column))
        )
    assert refused.value.code == "worksheet.header-unit"
    (tmp_path / "table.csv").write_bytes(table)
    with pytest.raises(WorksheetError, match="names a unit"):
        import_worksheet(study, tmp_path / "table.csv", WorksheetOptions(mapping={header: column}))
