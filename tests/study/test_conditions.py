"""Conditions on rows, as a person writes them."""

import numpy as np
import pytest

from adcurate.errors import StatisticsError, TableError
from adcurate.model.cases import CaseTable
from adcurate.study.conditions import Condition, parse_conditions, select


@pytest.fixture
def cases():
    n = 5
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(2, 2 + n)),
        subject=tuple("ABCDE"),
        lesion=("",) * n,
        reader=("",) * n,
        session=("",) * n,
        grade=("G1", "G1", "G2", "G3", None),
        positive=(False, False, False, True, None),
        markers={"adc": np.array([1.2, 1.0, 0.9, 0.7, np.nan])},
        directions={"adc": "low"},
        columns={
            "vendor": ("SIEMENS", "siemens", "GE", None, "Philips"),
            "days": (10.0, 90.0, None, "91", 0.0),
            "note": ("x", "y", "z", "u", "v"),
        },
    )


@pytest.mark.parametrize(
    ("text", "chosen", "n_unknown"),
    [
        ("vendor = Siemens", [0, 1], 1),
        ("vendor != Siemens", [2, 4], 1),
        ("days <= 90", [0, 1, 4], 1),
        ("days ≤ 90", [0, 1, 4], 1),
        ("days > 90", [3], 1),
        ("days = 90.0", [1], 1),
        ("days < 90 and vendor = SIEMENS", [0], 2),
        ("adc >= 0.9", [0, 1, 2], 1),
        ("adc = 0.9", [2], 1),
        ("grade = g1", [0, 1], 1),
        ("vendor = 'GE'", [2], 1),
        ("vendor = Toshiba", [], 1),
    ],
)
def test_rows_that_meet_a_condition_are_chosen_and_blank_cells_counted(cases, text, chosen, n_unknown):
    found = select(cases, parse_conditions(text))
    assert np.flatnonzero(found.chosen).tolist() == chosen
    assert found.n_unknown == n_unknown


def test_a_condition_and_its_opposite_share_all_known_rows(cases):
    for column, value in (("vendor", "GE"), ("days", "90"), ("grade", "G2")):
        is_so = select(cases, parse_conditions(f"{column} = {value}"))
        is_not = select(cases, parse_conditions(f"{column} != {value}"))
        assert is_so.n_unknown == is_not.n_unknown
        assert is_so.chosen.sum() + is_not.chosen.sum() + is_so.n_unknown == len(cases)


def test_no_condition_chooses_everyone(cases):
    assert select(cases, ()).chosen.all()


def test_a_column_name_may_hold_blanks():
    assert parse_conditions("field strength >= 3") == (Condition("field strength", ">=", "3"),)


@pytest.mark.parametrize("text", ["", "vendor", "vendor =", "= GE", "vendor GE", "vendor = GE and"])
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(StatisticsError) as refused:
        parse_conditions(text)
    assert refused.value.code == "statistics.option"


def test_an_order_needs_a_number_on_both_sides(cases):
    with pytest.raises(StatisticsError, match="'many' is no number"):
        select(cases, parse_conditions("days > many"))
    with pytest.raises(TableError, match="row 2") as refused:
        select(cases, parse_conditions("note > 3"))
    assert refused.value.code == "table.value"


def test_an_unknown_column_is_named_with_those_that_there_are(cases):
    with pytest.raises(TableError, match=r"'age'.*vendor") as refused:
        select(cases, parse_conditions("age > 3"))
    assert refused.value.code == "table.missing-column"
