"""The clinical worksheet, read from CSV or XLSX: every complete row, and every fault with its address.

Headers may be in English, Dutch, French or German or mapped once. What could be read in two ways (delimiter,
decimal comma, order of day and month) is read only when `WorksheetOptions` confirms it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from adcurate.errors import WorksheetError
from adcurate.findings import Finding
from adcurate.formats.cells import CellReading, DateOrder, Decimals
from adcurate.formats.columns import HeaderMatch, match_header, named_unit, nearest_header, plain
from adcurate.formats.confirm import check_confirmed
from adcurate.formats.delimited import Delimiter, Encoding
from adcurate.formats.sheet import Cell, Sheet, read_sheet
from adcurate.formats.spreadsheet_text import unguard_text
from adcurate.formats.vocabulary import COLUMN_BY_NAME, LANGUAGES, Column, Language
from adcurate.formats.worksheet_forms import NEUROENDOCRINE, WorksheetForm
from adcurate.formats.worksheet_rows import (
    REQUIRED_ALWAYS,
    CandidateRow,
    check_against_each_other,
    complete_row,
    read_row,
)
from adcurate.model.worksheet import CellFault, DraftRow, WorksheetRow

IGNORED: Final = "ignore"


@dataclass(frozen=True, slots=True)
class WorksheetOptions:
    """What a person confirmed about a worksheet; None is not confirmed.

    `mapping` names the column of a header that is not known (or ``ignore`` for one to leave out). `encoding`
    and `delimiter` are for CSV, `sheet_name` for XLSX (the first sheet when None). Unconfirmed, a CSV is
    comma-separated UTF-8 with decimal points and ISO dates, and anything else is asked about.
    """

    delimiter: Delimiter | None = None
    decimal: Decimals | None = None
    date_order: DateOrder | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: Encoding = "utf-8"
    sheet_name: str | None = None


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A worksheet as read.

    `rows` are complete; `draft_rows` keep the faulty ones; `faults` are theirs, in the order of the file.
    `columns_mapping` says what each header was taken for; `findings` what was converted or looks odd.
    `digest_sha256` is of the file's bytes.
    """

    rows: tuple[WorksheetRow, ...]
    draft_rows: tuple[DraftRow, ...]
    faults: tuple[CellFault, ...]
    columns_mapping: Mapping[str, str]
    language: Language
    digest_sha256: str
    findings: tuple[Finding, ...]


def read_worksheet(
    path: Path, options: WorksheetOptions | None = None, form: WorksheetForm = NEUROENDOCRINE
) -> Worksheet:
    """Read a clinical worksheet.

    Parameters
    ----------
    path
        A CSV or XLSX file; its first row holds the headers.
    options
        What a person confirmed.
    form
        The study's: how grades are called, and what a row needs.

    Returns
    -------
    Worksheet
        Complete rows, drafts and the list of all faults.

    Raises
    ------
    InputError, TableError
        The file, or its layout as a table.
    WorksheetError
        ``worksheet.type``, ``.macro``, ``.encrypted``, ``.external-link``, ``.bomb``, ``.too-big``,
        ``.layout``; ``worksheet.columns``: headers unknown, twice or missing; ``worksheet.header-unit``: a
        mapped header names another unit; ``worksheet.confirm``.
    """
    options = options or WorksheetOptions()
    sheet, content = read_sheet(
        path, delimiter=options.delimiter or "auto", encoding=options.encoding, sheet_name=options.sheet_name
    )
    return understand_sheet(sheet, hashlib.sha256(content).hexdigest(), options, form)


def understand_sheet(
    sheet: Sheet, digest_sha256: str, options: WorksheetOptions, form: WorksheetForm
) -> Worksheet:
    """A worksheet from its cells, wherever they lay; `digest_sha256` is of the bytes that hold them.

    Raises
    ------
    WorksheetError
        ``worksheet.columns``, ``worksheet.header-unit``, ``worksheet.confirm``, ``worksheet.layout`` for a
        sheet without a row.
    """
    matches = _match_headers(sheet, options.mapping, form)
    columns = [form.column(match.column) if match.column != IGNORED else None for match in matches]
    check_confirmed(
        sheet, columns, delimiter=options.delimiter, decimal=options.decimal, date_order=options.date_order
    )
    readings = {
        match.column: CellReading(options.decimal or ".", options.date_order or "iso", match.unit)
        for match in matches
    }
    candidates = [
        row
        for number, cells in zip(sheet.row_numbers, sheet.rows, strict=True)
        if (row := read_row(number, _cells_by_column(columns, cells, sheet), readings, form)) is not None
    ]
    if not candidates:
        raise WorksheetError(
            "worksheet.layout",
            "The worksheet has headers and no rows.",
            remedy="Fill in a row for each lesion.",
        )
    check_against_each_other(candidates)
    drafts = tuple(_draft(row) for row in candidates if row.faults)
    return Worksheet(
        rows=tuple(complete_row(row) for row in candidates if not row.faults),
        draft_rows=drafts,
        faults=tuple(fault for draft in drafts for fault in draft.faults),
        columns_mapping={
            header.strip(): match.column for header, match in zip(sheet.header, matches, strict=True)
        },
        language=_language(matches),
        digest_sha256=digest_sha256,
        findings=(*_unit_findings(matches), *_fraction_findings(candidates)),
    )


def _match_headers(sheet: Sheet, mapping: Mapping[str, str], form: WorksheetForm) -> list[HeaderMatch]:
    mapped = {plain(header): column for header, column in mapping.items()}
    strange = [column for column in mapped.values() if column not in COLUMN_BY_NAME and column != IGNORED]
    absent = [header for header in mapping if plain(header) not in {plain(name) for name in sheet.header}]
    if strange or absent:
        what = "column" if strange else "header of the file"
        raise _columns_error(
            f"The mapping names no {what}: {_listed(strange or absent)}.",
            f"Map a header of the worksheet to one of: {', '.join(COLUMN_BY_NAME)}, {IGNORED}.",
        )
    matches: list[HeaderMatch] = []
    unknown: list[str] = []
    for header in sheet.header:
        known = match_header(header, form.readable)
        if plain(header) in mapped:
            column = mapped[plain(header)]
            matches.append(HeaderMatch(column, frozenset(), named_unit(header, column)))
        elif known is not None:
            matches.append(known)
        else:
            nearest = nearest_header(header, form.columns)
            unknown.append(f'"{header.strip()[:40]}"' + (f' (like "{nearest}"?)' if nearest else ""))
    if unknown:
        raise _columns_error(
            f"The worksheet has headers that are not known: {', '.join(unknown)}.",
            f'Rename them, or map each: --map "HEADER=column", or "HEADER={IGNORED}" to leave it out.',
        )
    names = [match.column for match in matches if match.column != IGNORED]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _columns_error(
            f"Two headers mean the same column: {_listed(twice)}.", f'Remove one, or map it to "{IGNORED}".'
        )
    missing = [name for name in (*REQUIRED_ALWAYS, *form.required) if name not in names]
    if not set(form.said_by) & set(names):
        missing.append(" or ".join(form.said_by))
    if missing:
        raise _columns_error(
            f"The worksheet lacks the columns: {_listed(missing)}.",
            "Add them, start from the template, or map the headers that hold them.",
        )
    return matches


def _cells_by_column(columns: list[Column | None], cells: tuple[Cell, ...], sheet: Sheet) -> dict[str, Cell]:
    taken: dict[str, Cell] = {}
    for column, cell in zip(columns, cells, strict=True):
        if column is None:
            continue
        guarded = column.kind in ("text", "place") and sheet.delimiter is not None
        taken[column.name] = replace(cell, text=unguard_text(cell.text)) if guarded else cell
    return taken


def _draft(row: CandidateRow) -> DraftRow:
    return DraftRow(row.row_number, {name: cell.text for name, cell in row.cells.items()}, tuple(row.faults))


def _language(matches: list[HeaderMatch]) -> Language:
    return max(LANGUAGES, key=lambda language: sum(language in match.languages for match in matches))


def _unit_findings(matches: list[HeaderMatch]) -> tuple[Finding, ...]:
    if not any(match.column == "lesion_size_mm" and match.unit == "cm" for match in matches):
        return ()
    sentence = "The header gives lesion sizes in cm; they were multiplied by 10 to mm."
    return (Finding("worksheet.unit", sentence, "note", {"column": "lesion_size_mm"}),)


def _fraction_findings(rows: list[CandidateRow]) -> tuple[Finding, ...]:
    low = [row.cells["ki67"].address for row in rows if _is_fraction(row.values.get("ki67"))]
    if not low:
        return ()
    sentence = (
        f"{len(low)} Ki-67 cells are above 0 and below 1 %; a fraction may have been typed for a percentage."
    )
    return (Finding("worksheet.ki67-fraction", sentence, "warning", {"cells": ", ".join(low[:10])}),)


def _is_fraction(ki67: str | None) -> bool:
    return ki67 is not None and ki67.startswith("0.") and ki67[2:].isdigit() and ki67.strip("0.") != ""


def _columns_error(sentence: str, remedy: str) -> WorksheetError:
    return WorksheetError("worksheet.columns", sentence, remedy=remedy)


def _listed(names: list[str]) -> str:
    return ", ".join(name[:40] for name in names)
