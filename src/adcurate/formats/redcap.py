"""A table as a REDCap project: the data dictionary to upload, and the records to import after it.

Field names, choices and validation follow the 18 columns of REDCap's data dictionary. No field is flagged as
an identifier, because none is one: subjects are the study's codes.
"""

from __future__ import annotations

from typing import Final

from adcurate.formats.data_files import plain_csv
from adcurate.model.data_table import Absent, DataTable, Value, Variable

DICTIONARY_HEADER: Final = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
# More choices than this are a list to open, not buttons.
_MOST_BUTTONS: Final = 6


def redcap_dictionary(table: DataTable) -> bytes:
    """The data dictionary of one form; the row's id comes first, as REDCap wants it."""
    rows = [_field(table.variables[at], table.name) for at in _order(table)]
    return plain_csv(DICTIONARY_HEADER, rows)


def redcap_records(table: DataTable) -> bytes:
    """The records in the dictionary's order: codes for coded fields, blank where there is no value."""
    order = _order(table)
    header = [table.variables[at].name for at in order]
    return plain_csv(header, [[_value(row[at]) for at in order] for row in table.rows])


def _order(table: DataTable) -> list[int]:
    names = [variable.name for variable in table.variables]
    first = names.index(table.id_name)
    return [first, *(at for at in range(len(names)) if at != first)]


def _field(variable: Variable, form: str) -> list[str]:
    kind, choices, validation = "text", "", ""
    if variable.kind == "coded":
        kind = "radio" if len(variable.codes) <= _MOST_BUTTONS else "dropdown"
        choices = " | ".join(f"{code}, {_choice(text)}" for code, text in variable.codes.items())
    elif variable.kind == "number":
        validation = "number"
    note = "; ".join(part for part in (variable.unit, variable.source) if part)
    cells = [variable.name, form, "", kind, variable.label, choices, note, validation]
    return cells + [""] * (len(DICTIONARY_HEADER) - len(cells))


def _choice(text: str) -> str:
    """A choice's label without the sign that divides choices."""
    return " ".join(text.replace("|", "/").split())


def _value(value: Value) -> str | float | int:
    """Numbers stay numbers: a sign in front of a text would be guarded against spreadsheets."""
    return "" if isinstance(value, Absent) else value
