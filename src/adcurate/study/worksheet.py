"""``worksheet``: the clinical worksheet comes in; people become codes, days are shifted, intervals stay.

Free text may name a person, so none of it leaves the vault: comments are left out, a reason for exclusion
enters as one of the known reasons or as `UNTOLD_REASON`. The kept worksheet in the vault has the words.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from adcurate.errors import StudyError
from adcurate.findings import Finding
from adcurate.formats.columns import match_word
from adcurate.formats.vocabulary import PLACES, Words
from adcurate.formats.worksheet import Worksheet, WorksheetOptions, read_worksheet
from adcurate.formats.worksheet_forms import worksheet_form
from adcurate.model import Pseudonyms
from adcurate.model.jsonable import as_jsonable
from adcurate.model.worksheet import CellFault, WorksheetRow
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.link import refresh_links
from adcurate.study.linking import Link
from adcurate.study.outcomes_seal import refuse_while_sealed
from adcurate.study.rows import current_rows, stored_row

UNTOLD_REASON: Final = "other (text in the vault)"


@dataclass(frozen=True, slots=True)
class ImportedWorksheet:
    """What the worksheet gave: complete rows entered, faulty ones listed cell by cell, links proposed."""

    n_rows: int
    n_subjects: int
    n_draft_rows: int
    faults: tuple[CellFault, ...]
    columns: Mapping[str, str]
    links: tuple[Link, ...]
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study worksheet --json``."""
        return {
            "rows": self.n_rows,
            "subjects": self.n_subjects,
            "draft_rows": self.n_draft_rows,
            "faults": as_jsonable(self.faults),
            "columns": dict(self.columns),
            "links": as_jsonable(self.links),
            "findings": [finding.as_json() for finding in self.findings],
        }


def import_worksheet(study: StudyFolder, file: Path, options: WorksheetOptions) -> ImportedWorksheet:
    """Read a worksheet, keep it in the vault, and enter its complete rows under study codes.

    A worksheet without one complete row changes nothing.

    Raises
    ------
    WorksheetError, TableError, InputError
        As `read_worksheet`.
    ProtocolError
        A faulty ``study.toml``.
    StoreError, VaultError
        ``store.locked``, ``vault.key-missing``.
    ReadError
        ``read.sealed``: outcomes are sealed.
    StudyError
        ``study.withdrawn``: a row of a subject whose data were erased.
    """
    protocol = study.protocol()
    form = worksheet_form(protocol.grading.scale, protocol.grades)
    sheet = read_worksheet(file, options, form)
    if not sheet.rows:
        # Nothing of it can enter, so the worksheet in use stays the one in use.
        return ImportedWorksheet(
            0, 0, len(sheet.draft_rows), sheet.faults, sheet.columns_mapping, (), sheet.findings
        )
    return enter_worksheet(study, sheet, file.read_bytes(), form.reasons)


def enter_worksheet(
    study: StudyFolder, sheet: Worksheet, content: bytes, reasons: Words
) -> ImportedWorksheet:
    """Keep `content` in the vault, and enter the complete rows (there are some) that were read from it.

    Raises
    ------
    StoreError, VaultError, ReadError, StudyError
        As `import_worksheet`.
    """
    with study.open_store() as store, store.runs.record("worksheet"):
        refuse_while_sealed(store, "A worksheet would bring outcomes in")
        vault = study.open_vault(store)
        codes = _Codes(store, vault.pseudonyms, reasons)
        rows = tuple(codes.row(row) for row in sheet.rows)
        refuse_erased(store, rows)
        vault.put_bytes(f"worksheet/{sheet.digest_sha256}", content, "received worksheet")
        store.worksheets.add(
            [stored_row(row) for row in rows],
            dict(sheet.columns_mapping),
            vault.pseudonyms.received_digest(sheet.digest_sha256.encode()),
        )
        findings = [*sheet.findings, *_unknown_words(sheet.rows, reasons)]
        if sheet.draft_rows:
            sentence = f"{len(sheet.draft_rows)} rows of the worksheet have faulty cells and did not enter."
            findings.append(Finding("worksheet.draft-rows", sentence, "warning"))
        store.findings.replace("worksheet", findings)
        links = refresh_links(store)
    return ImportedWorksheet(
        n_rows=len(rows),
        n_subjects=len({row.subject for row in rows}),
        n_draft_rows=len(sheet.draft_rows),
        faults=sheet.faults,
        columns=sheet.columns_mapping,
        links=links,
        findings=tuple(findings),
    )


def refuse_erased(store: StudyStore, rows: Sequence[WorksheetRow]) -> None:
    """Stop where rows would bring a subject back whose data were erased.

    Raises
    ------
    StudyError
        ``study.withdrawn``
    """
    erased = {code for code, one in store.withdrawals.all().items() if one.extent == "erased"}
    back = sorted({row.row_number for row in rows if row.subject in erased})
    if back:
        raise StudyError(
            "study.withdrawn",
            "The worksheet has rows of a subject whose data were erased: rows "
            f"{', '.join(str(number) for number in back)}.",
            remedy="Take these rows out of the file, and import it again.",
            n_rows=len(back),
        )


def known_codes(store: StudyStore) -> frozenset[str]:
    """The study's codes so far: a worksheet that names one of them means that subject."""
    return frozenset(store.instances.subjects()) | {row.subject for row in current_rows(store)}


def _unknown_words(rows: Sequence[WorksheetRow], reasons: Words) -> list[Finding]:
    """What was typed and is not known: sites are shown as typed, for a person to look at; reasons are not."""
    found = []
    for column in ("primary_site", "lesion_site", "specimen_origin"):
        typed = [row.row_number for row in rows if (getattr(row, column) or "pancreas") not in PLACES]
        if typed:
            shown = ", ".join(str(number) for number in typed[:10])
            sentence = (
                f"{len(typed)} cells of {column.replace('_', ' ')} hold words that are no known site; the "
                "report shows them as typed. Check that none names a person."
            )
            found.append(Finding("worksheet.free-text", sentence, "warning", {"rows": shown}))
    untold = [row.row_number for row in rows if known_reason(row.exclusion_reason, reasons) == UNTOLD_REASON]
    if untold:
        shown = ", ".join(str(number) for number in untold[:10])
        sentence = (
            f"Reasons for exclusion that are none of the known ones: {len(untold)} (rows {shown}). Their "
            "text may name a person and stays in the vault; the study counts them as "
            f'"{UNTOLD_REASON}". Use a known reason to have it in the report.'
        )
        found.append(Finding("worksheet.reason-untold", sentence, "note", {"rows": shown}))
    return found


def known_reason(written: str | None, reasons: Words) -> str | None:
    """The known reason that the words say in any language; words that say none stay in the vault."""
    return None if written is None else match_word(written, reasons) or UNTOLD_REASON


class _Codes:
    """Turns what the worksheet calls a subject into the study's code."""

    def __init__(self, store: StudyStore, pseudonyms: Pseudonyms, reasons: Words) -> None:
        self._reasons = reasons
        self._known = known_codes(store)
        self._pseudonyms = pseudonyms

    def row(self, row: WorksheetRow) -> WorksheetRow:
        """The row under the subject's code, with its days shifted."""
        written = row.subject.strip()
        code = written if written in self._known else self._pseudonyms.subject_code(written)
        return dataclasses.replace(
            row,
            subject=code,
            comments=None,
            exclusion_reason=known_reason(row.exclusion_reason, self._reasons),
            mri_date=self._shifted(row.mri_date, code),
            histology_date=self._shifted(row.histology_date, code),
        )

    def _shifted(self, day: date | None, code: str) -> date | None:
        return None if day is None else self._pseudonyms.shift_date(day, code)
