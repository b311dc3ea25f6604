"""Columns that came back from elsewhere and belong to lesions: a second outcome, a laboratory value, a group.

They are kept beside the worksheet, version after version, and stand in the table of cases, so that a question
of the plan can name them.
"""

from __future__ import annotations

from adcurate.model.cases import Cell
from adcurate.model.data_table import Value, Variable
from adcurate.store import StudyStore
from adcurate.study.hand_over.record import Column

_KEY = "joined-column/"


def keep_joined_column(
    store: StudyStore, variable: Variable, values: dict[tuple[str, str], Value], reason: str
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
        "reason": reason,
    }
    store.choices.add(_KEY + variable.name, payload)


def joined_columns(store: StudyStore) -> tuple[Column, ...]:
    """Every column that was joined, by name."""
    found: list[Column] = []
    for kept in store.choices.all():
        if kept.key.startswith(_KEY):
            said = dict(kept.payload["variable"])
            codes = {int(code): str(text) for code, text in said.pop("codes")}
            variable = Variable(kept.key.removeprefix(_KEY), **said, codes=codes)
            found.append((variable, {(s, lesion): value for s, lesion, value in kept.payload["values"]}))
    return tuple(found)


def joined_cells(store: StudyStore) -> dict[str, dict[tuple[str, str], Cell]]:
    """The same for the table of cases that questions are asked of: words for codes."""
    return {
        variable.name: {
            key: variable.codes[value] if isinstance(value, int) and variable.codes else _cell(value)
            for key, value in cells.items()
        }
        for variable, cells in joined_columns(store)
    }


def _cell(value: Value) -> Cell:
    return value if isinstance(value, str | float) else None
