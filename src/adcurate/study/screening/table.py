"""A table that was pasted or uploaded: what its columns are taken for, and its rows as rows of the list.

What a person said of a header is remembered in the vault, since a header may be a patient's number where a
table has none. Cells are told by their shape, never by what they say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from adcurate.errors import AdcurateError, WorksheetError
from adcurate.formats.columns import HeaderMatch, match_header, named_unit, nearest_header, plain
from adcurate.formats.confirm import ambiguous_cells, shape_of
from adcurate.formats.delimited import DELIMITERS
from adcurate.formats.sheet import Sheet, sheet_of
from adcurate.formats.vocabulary import COLUMN_BY_NAME
from adcurate.formats.worksheet import IGNORED
from adcurate.formats.worksheet_forms import WorksheetForm
from adcurate.model.reading.design import Someone
from adcurate.store import Vault
from adcurate.study.folder import StudyFolder
from adcurate.study.screening.draft import Line
from adcurate.study.screening.filling import fill_in
from adcurate.study.screening.grid import ChangedList, ListChange, change_list
from adcurate.study.screening.opened import OpenedList
from adcurate.study.screening.table_cells import TakenFor, row_of_cells

How = Literal["known", "remembered", "like", "unknown", "unit"]
What = Literal["add", "fill", "replace"]
_HEADERS: Final = "list-headers"


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """What one column of a table is taken for, and why; `column` is ``ignore`` where nothing is like it.

    `shapes` are those of its first cells: 9 for a digit, a for a letter. `unit` is one that the header names:
    cm is converted; a header that names a unit its column does not take is left out.
    """

    header: str
    column: str
    how: How
    shapes: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ProposedTable:
    """What a table holds before any of it is taken. The `asks` are shapes that can be read in two ways."""

    columns: tuple[ProposedColumn, ...]
    n_rows: int
    asks_decimal: str
    asks_dates: str


@dataclass(frozen=True, slots=True)
class TableChoices:
    """What a person said: a column for each header in order, and how numbers and days are written.

    `what`: the rows come after those that are there, fill the blanks of the same patients' rows (new ones
    come after), or take the place of all.
    """

    based_on: str
    columns: tuple[str, ...]
    decimal: Literal[".", ","] = "."
    date_order: Literal["iso", "dmy", "mdy"] = "iso"
    what: What = "add"


@dataclass(frozen=True, slots=True)
class TakenTable:
    """What came of a table: rows that are new, cells that were filled, and cells that say something else.

    A differing cell is named by its row and column, and stays as the list had it.
    """

    changed: ChangedList
    n_new: int
    n_filled: int
    differing: tuple[tuple[str, str], ...]


def propose_table(study: StudyFolder, content: bytes) -> ProposedTable:
    """Look at a table, keeping nothing.

    Raises
    ------
    TableError, WorksheetError
        A table that cannot be read.
    ReadError, VaultError
        As `screened_list`.
    """
    with study.open_store() as store:
        opened = OpenedList.of(study, store)
        sheet = _sheet(content)
        matches = _matches(sheet, opened.form, _remembered(opened.vault))
        columns = [opened.form.column(one[0].column) if one[0].column != IGNORED else None for one in matches]
        asks = ambiguous_cells(sheet, columns)
        return ProposedTable(
            tuple(
                ProposedColumn(header, match.column, how, _shapes(sheet, at), match.unit or "")
                for at, (header, (match, how)) in enumerate(zip(sheet.header, matches, strict=True))
            ),
            len(sheet.rows),
            asks["decimal"],
            asks["dates"],
        )


def take_table(study: StudyFolder, who: Someone, content: bytes, choices: TableChoices) -> TakenTable:
    """Take the table's rows into the list as `choices` say, and remember its headers.

    Raises
    ------
    WorksheetError
        ``worksheet.columns``: not one column for each header, or two headers for one column;
        ``worksheet.header-unit``: a header names a unit that its column does not take.
    TableError, StudyError, ReadError, VaultError
        As `propose_table` and `change_list`.
    """
    sheet = _sheet(content)
    named = [name for name in choices.columns if name != IGNORED]
    if len(choices.columns) != len(sheet.header) or len(set(named)) < len(named) or not named:
        raise WorksheetError(
            "worksheet.columns",
            "Each column of the list takes one header of the table, and at least one is taken.",
            remedy="Choose another column, or leave one out.",
        )
    with study.open_store() as store:
        opened = OpenedList.of(study, store)
        taken_for = TakenFor(
            tuple(opened.form.column(name) if name != IGNORED else None for name in choices.columns),
            tuple(
                named_unit(header, name) for header, name in zip(sheet.header, choices.columns, strict=True)
            ),
            choices.decimal,
            choices.date_order,
        )
        rows = [row_of_cells(sheet, cells, taken_for) for cells in sheet.rows]
        remembered = {
            **_remembered(opened.vault),
            **{plain(header): name for header, name in zip(sheet.header, choices.columns, strict=True)},
        }
        opened.vault.put_bytes(_HEADERS, json.dumps(remembered).encode(), "headers of tables")
        stays = () if choices.what == "replace" else tuple(line for line in opened.draft.lines if line.texts)
        taken = {line.id for line in (*opened.draft.lines, *opened.draft.gone)}
        rows = [row for row in rows if row.texts]
        filling = fill_in(stays if choices.what == "fill" else (), rows, opened.code)
    new = _lines(filling.new, taken)
    change = ListChange(
        choices.based_on,
        {**filling.texts, **{line.id: line.texts for line in new}},
        (*(line.id for line in stays), *(line.id for line in new)),
        {**filling.kinds, **{line.id: line.kinds for line in new if line.kinds}},
    )
    n_filled = sum(len(texts) for texts in filling.texts.values())
    return TakenTable(change_list(study, who, change), len(new), n_filled, filling.differing)


def _sheet(content: bytes) -> Sheet:
    """The table by whichever delimiter its header row shows; pasted cells are parted by tabs."""
    try:
        return sheet_of(content)
    except AdcurateError as trouble:
        if trouble.code != "table.delimiter":
            raise
        first = content.splitlines()[0].decode("utf-8", "replace") if content else ""
        likely = max(DELIMITERS, key=first.count)
        return sheet_of(content, delimiter=likely)


def _matches(
    sheet: Sheet, form: WorksheetForm, remembered: Mapping[str, str]
) -> list[tuple[HeaderMatch, How]]:
    taken: set[str] = set()
    found = []
    for header in sheet.header:
        match, how = _match(header, form, remembered)
        if match.column in taken:
            match, how = HeaderMatch(IGNORED, frozenset()), "unknown"
        if match.column != IGNORED:
            taken.add(match.column)
        found.append((match, how))
    return found


def _match(header: str, form: WorksheetForm, remembered: Mapping[str, str]) -> tuple[HeaderMatch, How]:
    known = match_header(header, form.readable)
    said = remembered.get(plain(header))
    if said is not None and (known is None or known.column != said):
        return _with_unit(header, said, "remembered")
    if known is not None:
        return known, "known"
    nearest = nearest_header(header, form.columns)
    like = match_header(nearest, form.readable) if nearest else None
    return _with_unit(header, like.column if like else IGNORED, "like" if like else "unknown")


def _with_unit(header: str, column: str, how: How) -> tuple[HeaderMatch, How]:
    try:
        return HeaderMatch(column, frozenset(), named_unit(header, column)), how
    except WorksheetError:
        return HeaderMatch(IGNORED, frozenset()), "unit"


def _shapes(sheet: Sheet, at: int) -> tuple[str, ...]:
    shapes = (shape_of(row[at].text)[:24] for row in sheet.rows if row[at].text.strip())
    return tuple(dict.fromkeys(shapes))[:3]


def _remembered(vault: Vault) -> dict[str, str]:
    said = json.loads(vault.get_bytes(_HEADERS)) if vault.has(_HEADERS) else {}
    return {header: name for header, name in said.items() if name in COLUMN_BY_NAME or name == IGNORED}


def _lines(rows: Sequence[Line], taken: set[str]) -> list[Line]:
    ids = (one for number in range(1, len(rows) + len(taken) + 1) if (one := f"i{number}") not in taken)
    return [replace(row, id=row_id) for row_id, row in zip(ids, rows, strict=False)]
