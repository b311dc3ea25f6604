"""Write worksheets and the empty template, as CSV or XLSX, so that they read back equal.

Text stays text: in CSV every cell is quoted and a text that looks like a formula gets an apostrophe, in XLSX
it is typed as text. The XLSX has drop-down lists, a frozen header, text columns for identifiers and counts,
and a second sheet that says how to fill it in.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from adcurate.errors import OutputError
from adcurate.formats.spreadsheet_text import check_writable, guard_text
from adcurate.formats.vocabulary import Column, Language
from adcurate.formats.worksheet_forms import NEUROENDOCRINE, WorksheetForm
from adcurate.formats.worksheet_guide import GUIDES, Guide
from adcurate.formats.worksheet_rows import REQUIRED_ALWAYS, REQUIRED_EXCLUDED
from adcurate.model.worksheet import WorksheetRow

LAST_LISTED_ROW: Final = 2_000
LONGEST_LIST: Final = 255  # characters of a drop-down list, by the spreadsheet's format

_TEXT_KINDS: Final = frozenset(
    {"identifier", "ki67", "mitoses", "gleason", "isup", "text", "place", "edition"}
)
_TEXT_FORMAT: Final = 49  # the built-in format "@"
_FIXED_MOMENT: Final = datetime(2020, 1, 1)  # the same rows give the same bytes


def write_worksheet_template(
    path: Path, language: Language = "en", form: WorksheetForm = NEUROENDOCRINE
) -> None:
    """Write the empty worksheet with headers, lists and instructions in `language`; CSV or XLSX by suffix.

    `form` is the study's: which columns it has, and how grades are called.

    Raises
    ------
    OutputError
        ``output.exists``, ``output.not-writable``
    """
    write_worksheet(path, (), language=language, form=form)


def write_worksheet(
    path: Path,
    rows: Sequence[WorksheetRow],
    *,
    language: Language = "en",
    form: WorksheetForm = NEUROENDOCRINE,
) -> None:
    """Write rows as CSV or, with the suffix ``.xlsx``, XLSX; `read_worksheet` gives equal rows back.

    Raises
    ------
    OutputError
        ``output.exists``, ``output.not-writable``
    WorksheetError
        ``worksheet.character``: a text holds a control character.
    """
    if path.exists():
        raise OutputError(
            "output.exists", "The file exists already.", remedy="Name another, or remove it first."
        )
    table = [[_written(column, row, language) for column in form.columns] for row in rows]
    try:
        if path.suffix.casefold() == ".xlsx":
            _write_xlsx(path, table, language, form)
        else:
            _write_csv(path, table, language, form)
    except OSError:
        raise OutputError(
            "output.not-writable",
            "The file cannot be written.",
            remedy="Check the folder and the rights on it.",
        ) from None


def row_texts(row: WorksheetRow, form: WorksheetForm, language: Language = "en") -> dict[str, str]:
    """The row's cells that are not blank, as text that reads back equal."""
    written = {column.name: _written(column, row, language) for column in form.readable}
    return {
        name: value if isinstance(value, str) else _csv_text(form.column(name), value)
        for name, value in written.items()
        if value is not None
    }


def _written(column: Column, row: WorksheetRow, language: Language) -> str | float | date | None:
    value: Any = getattr(row, column.name)
    if value is None or isinstance(value, date | float):
        return value
    if isinstance(value, int):
        return float(value)
    text = str(value)
    check_writable(text)
    return column.words[text][language][0] if text in column.words else text


def _write_csv(
    path: Path, table: list[list[str | float | date | None]], language: Language, form: WorksheetForm
) -> None:
    with path.open("x", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([column.headers[language][0] for column in form.columns])
        for row in table:
            writer.writerow(
                [_csv_text(column, value) for column, value in zip(form.columns, row, strict=True)]
            )


def _csv_text(column: Column, value: str | float | date | None) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return guard_text(value) if column.kind in ("text", "place") else value


def _write_xlsx(
    path: Path, table: list[list[str | float | date | None]], language: Language, form: WorksheetForm
) -> None:
    from xlsxwriter import Workbook  # heavy; only spreadsheets need it
    from xlsxwriter.exceptions import FileCreateError

    plain_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(str(path), plain_text)
    book.set_properties({"created": _FIXED_MOMENT, "title": "Clinical worksheet"})
    formats = {
        "header": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}),
        "text": book.add_format({"num_format": _TEXT_FORMAT}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    guide = GUIDES[language]
    sheet = book.add_worksheet(guide.worksheet_name)
    sheet.freeze_panes(1, 1)
    for index, column in enumerate(form.columns):
        cell_format = _column_format(column, formats)
        sheet.set_column(index, index, 16, cell_format)
        sheet.write_string(0, index, column.headers[language][0], formats["header"])
        if column.words and len(",".join(_listed_words(column, language))) <= LONGEST_LIST:
            words = _listed_words(column, language)
            sheet.data_validation(1, index, LAST_LISTED_ROW, index, {"validate": "list", "source": words})
        for number, row in enumerate(table, 1):
            _write_cell(sheet, number, index, row[index], cell_format)
    _write_guide(book.add_worksheet(guide.guide_name), guide, language, form, formats)
    try:
        book.close()
    except FileCreateError:
        raise OSError from None


def _column_format(column: Column, formats: dict[str, Any]) -> Any:
    if column.kind in _TEXT_KINDS:
        return formats["text"]
    return formats["date"] if column.kind == "date" else None


def _write_cell(sheet: Any, row: int, index: int, value: str | float | date | None, cell_format: Any) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(row, index, datetime(value.year, value.month, value.day), cell_format)
    elif isinstance(value, float):
        sheet.write_number(row, index, value, cell_format)
    else:
        sheet.write_string(row, index, value, cell_format)


def _listed_words(column: Column, language: Language) -> list[str]:
    return [by_language[language][0] for by_language in column.words.values()]


def _write_guide(
    sheet: Any, guide: Guide, language: Language, form: WorksheetForm, formats: dict[str, Any]
) -> None:
    sheet.set_column(0, 1, 28, formats["wrap"])
    sheet.set_column(2, 2, 90, formats["wrap"])
    rules = guide.rules_of(form.scale)
    for number, rule in enumerate(rules):
        sheet.write_string(number, 0, str(number + 1))
        sheet.write_string(number, 2, rule)
    top = len(rules) + 1
    for index, header in enumerate(guide.headers):
        sheet.write_string(top, index, header, formats["header"])
    for number, column in enumerate(form.columns, top + 1):
        sheet.write_string(number, 0, column.headers[language][0])
        sheet.write_string(number, 1, _needed_for(column, guide, form))
        sheet.write_string(number, 2, _what_to_write(column, guide, language, form))


def _needed_for(column: Column, guide: Guide, form: WorksheetForm) -> str:
    if column.name in REQUIRED_ALWAYS:
        return f"{guide.required}, {guide.required_excluded}"
    if column.name in form.said_by:
        return f"{guide.required} ({guide.one_of})" if len(form.said_by) > 1 else guide.required
    if column.name in form.required:
        return guide.required
    return guide.required_excluded if column.name in REQUIRED_EXCLUDED else ""


def _what_to_write(column: Column, guide: Guide, language: Language, form: WorksheetForm) -> str:
    if column.words:
        return " | ".join(_listed_words(column, language))
    if column.name == "exclusion_reason":
        return " | ".join(by_language[language][0] for by_language in form.reasons.values())
    if column.kind in ("ki67", "mitoses"):
        return "12 | <1 | <=2 | >20 | 3-5"
    if column.kind == "gleason":
        return "3+3 | 3+4 | 4+3 | 4+4=8 | 9"
    if column.kind == "edition":
        return "WHO 2010 | WHO 2017 | WHO 2019 | WHO 2022 | WHO 2021 (lung)"
    return guide.date_form if column.kind == "date" else ""
