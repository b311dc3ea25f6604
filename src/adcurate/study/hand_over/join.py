"""``join``: a column of a returned file comes into the study by id, never by the order of rows.

First it shows what would change; nothing enters before a person says so and why.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adcurate.errors import StudyError
from adcurate.findings import Finding
from adcurate.formats.cells import Decimals
from adcurate.formats.delimited import Encoding
from adcurate.formats.spreadsheet_text import unguard_text
from adcurate.formats.table import Table, read_table
from adcurate.model import content_digest
from adcurate.model.data_table import variable_name
from adcurate.model.protocol import Protocol
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.cell_oddities import cell_oddities
from adcurate.study.hand_over.joined_columns import keep_joined_column, over_earlier, shown, shown_before
from adcurate.study.hand_over.record import marker_columns
from adcurate.study.hand_over.returned_values import is_of_worksheet, new_column, worksheet_cells
from adcurate.study.hand_over.screened_cases import screened_cases
from adcurate.study.hand_over.worksheet_correction import correct_worksheet
from adcurate.study.link import decisions, received_exams
from adcurate.study.linking import link_rows_to_exams
from adcurate.study.outcomes_seal import refuse_while_sealed
from adcurate.study.rows import current_rows

ID: Final = "case_id"
_MADE_HERE: Final = frozenset(
    {
        *(ID, "flow_stage", "left_out_because", "positive", "data_digest", "ki67_low", "ki67_high"),
        *("interval_days", "vendor", "model", "field_strength_t", "software", "b_values"),
    }
)


@dataclass(frozen=True, slots=True)
class JoinedCell:
    """One value that would change, or did."""

    case: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Joined:
    """What a column does to the study. `unmatched` are ids of the file that the study does not know.

    `withdrawn` are those of subjects who withdrew: of them nothing enters.
    `locked_version` is the lock whose data the file says it is of; 0 where it says none, or one not known.
    """

    column: str
    variable: str
    corrects_worksheet: bool
    n_rows: int
    n_blank: int
    changes: tuple[JoinedCell, ...]
    unmatched: tuple[str, ...]
    withdrawn: tuple[str, ...]
    not_in_file: tuple[str, ...]
    locked_version: int
    entered: bool
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study join --json``."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class ReturnedColumn:
    """The column asked for, and how its file is read. `name` is what it becomes ("": as in the file)."""

    column: str
    name: str = ""
    label: str = ""
    unit: str = ""
    decimal: Decimals = "."
    encoding: Encoding = "utf-8"
    sheet: str | None = None


def join_column(
    study: StudyFolder,
    file: Path,
    asked: ReturnedColumn,
    *,
    enter: bool = False,
    why: str = "",
    person: str = "",
) -> Joined:
    """Match a column by ``case_id`` and show, or with `enter` make, the changes.

    A blank cell, or a code of the codebook for a missing value, changes nothing. The name of a
    worksheet's column corrects the worksheet; any other becomes a new variable of the cases, numbers or a few
    words; `Joined.findings` say what is odd in how they are written.

    Raises
    ------
    StudyError
        ``study.not-joined``: no id, an id twice, a number made by the study, cells that are not understood;
        with `enter`, an id that is not of the study, or no reason.
    ReadError
        ``read.sealed``
    TableError, WorksheetError, InputError
        As `read_table`.
    """
    table = read_table(file, decimal=asked.decimal, encoding=asked.encoding, sheet_name=asked.sheet)
    protocol = study.protocol()
    cells = _cells_by_id(table, asked.column)
    name = _variable(asked, protocol)
    with study.open_store("write" if enter else "read") as store:
        refuse_while_sealed(store, "A returned column may bring outcomes in")
        rows = current_rows(store)
        links = link_rows_to_exams(rows, received_exams(store), decisions(store))
        row_of = {one.name: one.row for one in screened_cases(rows, links, protocol, {})}
        unmatched = tuple(case for case in cells if case not in row_of)
        if enter:
            _refuse_entering(unmatched, why)
        gone = store.withdrawals.all()
        withdrawn = tuple(case for case in cells if case in row_of and row_of[case].subject in gone)
        own = {case: text for case, text in cells.items() if case in row_of and case not in withdrawn}
        findings: tuple[Finding, ...] = ()
        values: Mapping[str, Any]
        if is_of_worksheet(name):
            variable = None
            values = worksheet_cells(name, own, protocol, asked.decimal)
            before = {case: getattr(row_of[case], name) for case in values}
            now = dict(values)
        else:
            variable, values = new_column(name, asked.label, asked.unit, own, asked.decimal)
            findings = cell_oddities(name, own, variable.kind, asked.decimal)
            keys = {case: (row_of[case].subject, row_of[case].lesion) for case in values}
            column = over_earlier(store, variable, {keys[case]: value for case, value in values.items()})
            before = shown_before(store, name, row_of)
            now = {case: shown(variable, value) for case, value in values.items()}
        changes = tuple(
            JoinedCell(case, _said(before.get(case)), _said(value))
            for case, value in sorted(now.items())
            if before.get(case) != value
        )
        if enter and changes:
            note = f"join {name}"
            with store.runs.record("worksheet", note):
                if variable is None:
                    correct_worksheet(store, row_of, name, values, _digest(file), why, person)
                else:
                    keep_joined_column(store, *column, reason=why.strip(), person=person)
        return Joined(
            column=asked.column,
            variable=name,
            corrects_worksheet=variable is None,
            n_rows=len(cells),
            n_blank=len(own) - len(values),
            changes=changes,
            unmatched=unmatched,
            withdrawn=withdrawn,
            not_in_file=tuple(case for case in row_of if case not in cells),
            locked_version=_lock_of(store, table),
            entered=enter,
            findings=findings,
        )


def _cells_by_id(table: Table, column: str) -> dict[str, str]:
    if ID not in table.columns:
        raise StudyError(
            "study.not-joined",
            f"The file has no column {ID!r}, and rows are never matched by their order.",
            remedy=f"Keep {ID} of cases.csv beside the new column.",
        )
    ids = table.text(ID)
    twice = sorted(name for name, n in Counter(ids).items() if n > 1 and name)
    if twice or "" in ids:
        shown_ids = ", ".join(twice[:10]) or "a blank"
        raise StudyError(
            "study.not-joined",
            f"Ids must stand once each in the file; there are: {shown_ids}.",
            remedy="Take out the rows that are there twice, or without an id.",
            n_ids=len(twice),
        )
    is_csv = table.delimiter is not None
    texts = (unguard_text(text) if is_csv else text for text in table.text(column))
    return dict(zip(ids, texts, strict=True))


def _variable(asked: ReturnedColumn, protocol: Protocol) -> str:
    wanted = asked.name or asked.column
    if is_of_worksheet(wanted):
        return wanted
    name = variable_name(wanted)
    measured = [one for names in marker_columns(protocol) for one in (names.of_record, names.beside)]
    if name in _MADE_HERE or any(name == one or name.startswith(f"{one}_") for one in measured):
        raise StudyError(
            "study.not-joined",
            f"The column {name!r} is made by the study: measured and computed numbers come from no file.",
            remedy="Name another column, or give it another name: --as NAME.",
        )
    return name


def _refuse_entering(unmatched: Sequence[str], why: str) -> None:
    if unmatched:
        listed = ", ".join(unmatched[:10]) + (" and more" if len(unmatched) > 10 else "")
        raise StudyError(
            "study.not-joined",
            f"{len(unmatched)} ids of the file are not of this study: {listed}.",
            remedy="Correct or take out these rows; nothing entered.",
            n_ids=len(unmatched),
        )
    if not why.strip():
        raise StudyError(
            "study.not-joined",
            "A change of the data needs a reason.",
            remedy="Say it: --why TEXT.",
        )


def _lock_of(store: StudyStore, table: Table) -> int:
    if "data_digest" not in table.columns:
        return 0
    said = set(table.text("data_digest"))
    return next((one.version for one in store.data_locks.all() if said == {one.digest[:12]}), 0)


def _digest(file: Path) -> str:
    return content_digest(file.read_bytes())[:12]


def _said(value: object) -> str:
    return "" if value is None else str(value)
