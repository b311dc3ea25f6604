"""Columns that came back from elsewhere and belong to lesions: a second outcome, a laboratory value, a group.

They are kept beside the worksheet, version after version, and stand in the table of cases, so that a question
of the plan can name them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from adcurate.errors import StudyError
from adcurate.model.cases import Cell
from adcurate.model.data_table import Value, Variable
from adcurate.model.worksheet import WorksheetRow
from adcurate.store import StudyStore
from adcurate.study.hand_over.record import Column
from adcurate.study.hand_over.variables import numbered

_KINDS: Final = {"number": "numbers", "coded": "words", "text": "texts"}


def keep_joined_column(
    store: StudyStore,
    variable: Variable,
    values: Mapping[tuple[str, str], Value],
    *,
    reason: str,
    person: str = "",
) -> None:
    """Keep a column; one of the same name is replaced and stays on record."""
    payload = {
        "variable": {
            "label": variable.label,
            "kind": variable.kind,
            "measure": variable.measure,
            "source": variable.source,
            "unit": variable.unit,
            "codes": [[code, text] for code, text in variable.codes.items()],
        },
        "values": [[*key, value] for key, value in sorted(values.items())],
    }
    store.joined_columns.keep(variable.name, payload, reason=reason, person=person)


def joined_columns(store: StudyStore) -> tuple[Column, ...]:
    """Every column that was joined, by name."""
    found: list[Column] = []
    for name, payload in sorted(store.joined_columns.all().items()):
        said = dict(payload["variable"])
        codes = {int(code): str(text) for code, text in said.pop("codes")}
        variable = Variable(name, **said, codes=codes)
        found.append((variable, {(subject, lesion): value for subject, lesion, value in payload["values"]}))
    return tuple(found)


def over_earlier(store: StudyStore, variable: Variable, values: Mapping[tuple[str, str], Value]) -> Column:
    """A column with what it had where nothing comes: a blank cell, or a row that is not in the file.

    Raises
    ------
    StudyError
        ``study.not-joined``: numbers over words, or words over numbers, while some cells would stay.
    """
    earlier = next((one for one in joined_columns(store) if one[0].name == variable.name), None)
    stay = {} if earlier is None else {key: value for key, value in earlier[1].items() if key not in values}
    if earlier is None or not stay:
        return variable, values
    if earlier[0].kind != variable.kind:
        raise StudyError(
            "study.not-joined",
            f"{variable.name!r} holds {_KINDS[earlier[0].kind]} already, and {_KINDS[variable.kind]} come "
            f"for some of its cases only: {len(stay)} others would stay as they are.",
            remedy="Give all of its cases, or give the column another name: --as NAME.",
            n_cases=len(stay),
        )
    if variable.kind == "number":
        return variable, {**stay, **values}
    words = {key: str(shown(earlier[0], value)) for key, value in stay.items()}
    words |= {key: str(shown(variable, value)) for key, value in values.items()}
    codes = numbered(sorted(set(words.values())))
    code_of = {word: code for code, word in codes.items()}
    return replace(variable, codes=codes), {key: code_of[word] for key, word in words.items()}


def shown_before(store: StudyStore, name: str, row_of: Mapping[str, WorksheetRow]) -> dict[str, Cell]:
    """A column's cells as they stand, by case; none where nothing was joined under the name."""
    variable, cells = next((one for one in joined_columns(store) if one[0].name == name), (None, {}))
    return {
        case: shown(variable, cells[row.subject, row.lesion])
        for case, row in row_of.items()
        if variable is not None and (row.subject, row.lesion) in cells
    }


def joined_cells(store: StudyStore) -> dict[str, dict[tuple[str, str], Cell]]:
    """The same for the table of cases that questions are asked of: words for codes."""
    return {
        variable.name: {key: shown(variable, value) for key, value in cells.items()}
        for variable, cells in joined_columns(store)
    }


def shown(variable: Variable, value: Value) -> Cell:
    """A value as a cell: the word of a code, else the number."""
    if isinstance(value, int) and variable.codes:
        return variable.codes[value]
    return value if isinstance(value, str | float) else None
