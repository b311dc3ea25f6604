"""The list as a file to work on elsewhere: under study codes, faulty cells as they are.

It is the coordinator's own copy of what the coordinator typed, so days are the real ones and comments are in
it; its name says so, and the log says who took it. What leaves the study is the hand-over.
"""

from __future__ import annotations

from typing import Final, Literal

from adcurate.formats.data_files import plain_csv
from adcurate.formats.text_workbook import text_workbook
from adcurate.model.reading.design import Someone
from adcurate.study.folder import StudyFolder
from adcurate.study.screening.grid import screened_list

NAME: Final = "subjects-with-real-days"


def list_file(study: StudyFolder, who: Someone, kind: Literal["csv", "xlsx"]) -> bytes:
    """The list's columns and rows; read in again, its codes mean the same subjects.

    Raises
    ------
    ReadError, VaultError
        As `screened_list`.
    """
    shown = screened_list(study, who)
    with study.open_store() as store:
        said = {"rows": len(shown.lines), "kind": kind, "days": "real"}
        store.screening.note("list.take", "worksheet", said, who.id)
    header = [column.headers["en"][0] for column in shown.form.columns]
    rows = [[line.told.get(column.name, "") for column in shown.form.columns] for line in shown.lines]
    return plain_csv(header, rows) if kind == "csv" else text_workbook("Subjects", "Subjects", header, rows)
