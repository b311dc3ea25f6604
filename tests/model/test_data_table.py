"""Names that every program takes, rows that are named once, and a digest that nothing slips by."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcurate.model.data_table import (
    LONGEST_NAME,
    NOT_READ,
    Absent,
    DataTable,
    Variable,
    data_digest,
    variable_name,
)

TABLE = DataTable(
    "cases",
    "Cases",
    "id",
    (
        Variable("id", "Id", "text", "nominal", "study"),
        Variable("adc", "ADC", "number", "scale", "measured", "mm2/s"),
        Variable("grade", "Grade", "coded", "ordinal", "worksheet", codes={1: "G1", 2: "G2"}),
    ),
    (("a", 0.001, 1), ("b", Absent(NOT_READ), 2)),
)


@given(st.text(max_size=60), st.lists(st.text(alphabet="abc_1", max_size=4), max_size=4))
def test_any_text_becomes_a_name_that_is_free(wanted: str, others: list[str]) -> None:
    taken = [variable_name(other) for other in others]
    name = variable_name(wanted, taken)
    assert re.fullmatch(r"[a-z](?:_?[a-z0-9])*", name)
    assert len(name) <= LONGEST_NAME
    assert name not in taken


@pytest.mark.parametrize("word", ["and", "BY", "To", "redcap_event_name"])
def test_words_of_other_programs_are_no_names(word: str) -> None:
    assert variable_name(word) == f"{word.lower()}_v"


@pytest.mark.parametrize(
    "rows",
    [
        (("a", 0.0010000000000000002, 1), ("b", Absent(NOT_READ), 2)),
        (("a", 0.001, 2), ("b", Absent(NOT_READ), 2)),
        (("a", 0.001, 1), ("b", Absent(NOT_READ - 1), 2)),
        (("b", Absent(NOT_READ), 2), ("a", 0.001, 1)),
        (("a", 0.001, 1),),
    ],
)
def test_the_digest_changes_with_any_value_reason_order_or_row(rows) -> None:
    assert data_digest([replace(TABLE, rows=rows)]) != data_digest([TABLE])


def test_a_label_does_not_change_the_digest_and_a_unit_does() -> None:
    first, second, third = TABLE.variables
    relabelled = replace(TABLE, variables=(first, replace(second, label="Other words"), third))
    assert data_digest([relabelled]) == data_digest([TABLE])
    in_other_unit = replace(TABLE, variables=(first, replace(second, unit="um2/ms"), third))
    assert data_digest([in_other_unit]) != data_digest([TABLE])


def test_one_id_cannot_name_two_rows() -> None:
    with pytest.raises(ValueError, match="one id"):
        replace(TABLE, rows=(TABLE.rows[0], TABLE.rows[0]))
