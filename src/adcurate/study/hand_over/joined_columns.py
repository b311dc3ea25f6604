"""Columns that came back from elsewhere and belong to lesions: a second outcome, a laboratory value, a group.

They are kept beside the worksheet, version after version, and stand in the table of cases, so that a question
of the plan can name them.
"""

from __future__ import annotations

from collections.abc import Mapping

from adcurate.model.cases import Cell
from adcurate.model.data_table import Value, Variable
from adcurate.store import StudyStore
from adcurate.study.hand_over.record import Column


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
