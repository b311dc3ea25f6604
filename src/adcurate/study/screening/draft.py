"""The list while it is filled in: rows of text as somebody typed them, encrypted in the vault.

It knows hospital numbers, and no page: what leaves it is turned into codes by `grid`. It lies beside the
worksheets that were received, so that sealing, asking for numbers and erasing treat it as one of them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from adcurate.formats.sheet import Cell, CellKind, Sheet
from adcurate.formats.spreadsheet_text import guard_text
from adcurate.formats.vocabulary import COLUMN_BY_NAME
from adcurate.formats.worksheet_forms import WorksheetForm
from adcurate.store import Vault

DRAFT: Final = "worksheet/draft"
_REASON: Final = "received worksheet"
_GONE: Final = "gone"
_KINDS: Final = "kinds"
_COLUMNS: Final = tuple(COLUMN_BY_NAME)


@dataclass(frozen=True, slots=True)
class Line:
    """One row by its id; `texts` are its cells that are not blank, by column.

    `kinds` are what a file held where that is why the cell is refused: a formula, a rounded number. A cell
    that a person types is text.
    """

    id: str
    texts: Mapping[str, str] = field(repr=False)
    kinds: Mapping[str, CellKind] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What was typed for the subject."""
        return self.texts.get("subject", "")

    @property
    def told(self) -> Mapping[str, str]:
        """Its cells, the status also where nobody wrote it: a row with a reason of exclusion is excluded."""
        if self.texts.get("status", "").strip() or not any(text.strip() for text in self.texts.values()):
            return self.texts
        return {**self.texts, "status": _inferred(self.texts)}

    def written(self, texts: Mapping[str, str], kinds: Mapping[str, CellKind] | None = None) -> Line:
        """The row with these cells written anew; "" empties one."""
        kept = {name: kind for name, kind in self.kinds.items() if name not in texts}
        said = {name: text for name, text in {**self.texts, **texts}.items() if text}
        return Line(self.id, said, {**kept, **(kinds or {})})


def _inferred(texts: Mapping[str, str]) -> str:
    return "excluded" if texts.get("exclusion_reason", "").strip() else "included"


@dataclass(frozen=True, slots=True)
class Draft:
    """Rows in their order; `gone` are those taken out since the last entry, for taking that back."""

    lines: tuple[Line, ...]
    gone: tuple[Line, ...] = ()


def load_draft(vault: Vault) -> tuple[Draft, bytes] | None:
    """The draft and its bytes, or None where nobody has changed the list since it was entered elsewhere."""
    if not vault.has(DRAFT):
        return None
    content = vault.get_bytes(DRAFT)
    table = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    header = next(table)[2:]
    lines: list[Line] = []
    gone: list[Line] = []
    for row_id, state, *cells in table:
        texts = {name: text for name, text in zip(header, cells, strict=True) if text}
        kinds = json.loads(texts.pop(_KINDS, "{}"))
        (gone if state == _GONE else lines).append(Line(row_id, texts, kinds))
    return Draft(tuple(lines), tuple(gone)), content


def save_draft(vault: Vault, draft: Draft) -> bytes:
    """Keep the draft durably; returns its bytes."""
    content = draft_bytes(draft)
    vault.put_bytes(DRAFT, content, _REASON)
    return content


def draft_bytes(draft: Draft) -> bytes:
    """The draft as it is kept."""
    states = [(line, "") for line in draft.lines] + [(line, _GONE) for line in draft.gone]
    return _csv(
        ("id", "state", *_COLUMNS, _KINDS),
        (
            (
                *(line.id, state),
                *(line.texts.get(name, "") for name in _COLUMNS),
                json.dumps(dict(line.kinds)) if line.kinds else "",
            )
            for line, state in states
        ),
    )


def version_of(vault: Vault, content: bytes) -> str:
    """A name for these bytes that tells nothing of them without the vault's key."""
    return vault.pseudonyms.received_digest(hashlib.sha256(content).hexdigest().encode())[:32]


def as_sheet(lines: Sequence[Line], form: WorksheetForm) -> Sheet:
    """The rows as a sheet to be understood; row 1 is the first of the list."""
    names = tuple(column.name for column in form.readable)
    rows = []
    for number, line in enumerate(lines, 1):
        address, texts = f"row {number}", line.told
        blank = Cell(address, "empty", "")
        rows.append(
            tuple(
                Cell(address, line.kinds.get(name, "text"), texts[name]) if name in texts else blank
                for name in names
            )
        )
    return Sheet(names, 0, tuple(rows), tuple(range(1, len(lines) + 1)), None, None)


def as_worksheet_file(lines: Sequence[Line]) -> bytes:
    """The rows as a worksheet that reads back equal: what the vault keeps of an entered list."""
    guarded = {name for name in _COLUMNS if COLUMN_BY_NAME[name].kind in ("text", "place")}
    return _csv(
        _COLUMNS,
        (
            tuple(
                guard_text(text) if name in guarded else text
                for name in _COLUMNS
                for text in (line.told.get(name, ""),)
            )
            for line in lines
        ),
    )


def _csv(header: Sequence[str], rows: object) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)  # type: ignore[arg-type]
    return text.getvalue().encode("utf-8")
