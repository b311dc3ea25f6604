"""From a plain table to the table of cases."""

import math

import pytest

from adcurate.errors import TableError, UsageError
from adcurate.formats.table import read_table
from adcurate.model.protocol import Analysis
from adcurate.model.table_plan import TableColumns, TableMarker, TablePlan
from adcurate.study.tables.table_cases import CANNOT_ASSESS, cases_of_table

TEXT = """code,who,lesion,adc,size,grade
A,R1,1,0.7,12,G3
A,R2,1,cannot assess,12,G3
B,R1,1,,30,G1
B,R2,1,1.2,30,G1
C,R1,1,1.1,,
"""


def cases(tmp_path, text=TEXT, **changes):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    columns = {
        "outcome": "grade",
        "positive": ("G3",),
        "subject": "code",
        "reader": "who",
        "lesion": "lesion",
    }
    plan = TablePlan(
        title="t",
        columns=TableColumns(**{**columns, "grade": "grade", **changes}),
        markers=(TableMarker("adc", "low", name="avgADC"),),
        analysis=Analysis(),
    )
    return cases_of_table(read_table(tmp_path / "t.csv", decimal=plan.columns.decimal), plan)


def test_columns_become_what_the_plan_says(tmp_path):
    found = cases(tmp_path)
    assert found.rows == tuple(f"row {i}" for i in range(2, 7))
    assert found.subject == ("A", "A", "B", "B", "C") and found.reader == ("R1", "R2", "R1", "R2", "R1")
    assert found.grade == ("G3", "G3", "G1", "G1", None)
    assert found.positive == (True, True, False, False, None)
    assert found.grades == ("G1", "G3") and found.directions == {"avgADC": "low"}
    values = found.markers["avgADC"].tolist()
    assert values[0] == 0.7 and [math.isnan(value) for value in values] == [False, True, True, False, False]
    assert found.numbers("size").tolist()[:4] == [12, 12, 30, 30]
    assert "adc" not in found.columns


def test_a_lesion_that_could_not_be_assessed_is_told_from_one_that_was_not_measured(tmp_path):
    assert cases(tmp_path).columns[CANNOT_ASSESS] == (None, "yes", None, None, None)


def test_other_words_for_cannot_assess_are_numbers_to_nobody_else(tmp_path):
    with pytest.raises(TableError, match="D3") as refused:
        cases(tmp_path, cannot_assess=("no",))
    assert refused.value.code == "table.value"


def test_two_rows_of_one_reading_are_refused_by_row(tmp_path):
    with pytest.raises(TableError, match="Row 2 and row 3") as refused:
        cases(tmp_path, reader="")
    assert refused.value.code == "table.duplicate-row"


def test_a_row_without_its_subject_is_refused(tmp_path):
    with pytest.raises(TableError, match="1 rows, the first of them row 6"):
        cases(tmp_path, TEXT.replace("C,R1", ",R1"))


def test_a_positive_value_that_never_occurs_is_refused(tmp_path):
    with pytest.raises(UsageError, match="never says 'G4'"):
        cases(tmp_path, positive=("G4",))


def test_an_order_of_grades_that_leaves_one_out_is_refused(tmp_path):
    with pytest.raises(UsageError, match="leaves out"):
        cases(tmp_path, grade_order=("G1", "G2"))
    assert cases(tmp_path, grade_order=("G3", "G2", "G1")).grades == ("G3", "G1")


def test_a_decimal_comma_reaches_every_column(tmp_path):
    text = (
        TEXT.replace(",", ";")
        .replace("0.7", "0,7")
        .replace("1.2", "1,2")
        .replace("1.1", "1,1")
        .replace(";12;", ";12,5;")
    )
    found = cases(tmp_path, text, decimal=",")
    assert found.markers["avgADC"][0] == 0.7 and found.numbers("size")[0] == 12.5


def test_ranges_and_bounds_with_a_decimal_comma_are_read_and_text_is_left_alone(tmp_path):
    text = "code;adc;grade;ki67;note\nA;0,7;G3;1,5-2,5;a,b\nB;1,2;G1;<1,5;2,5 mm\n"
    found = cases(tmp_path, text, decimal=",", reader="", lesion="")
    assert found.columns["ki67"] == ("1.5-2.5", "<1.5")
    assert found.columns["note"] == ("a,b", "2,5 mm")


def test_one_value_in_two_spellings_is_refused(tmp_path):
    with pytest.raises(TableError, match="G3, g3") as refused:
        cases(tmp_path, TEXT.replace("A,R2,1,cannot assess,12,G3", "A,R2,1,cannot assess,12,g3"))
    assert refused.value.code == "table.value"


def test_without_a_subject_column_each_row_is_a_subject(tmp_path):
    found = cases(tmp_path, subject="", reader="", lesion="")
    assert found.subject == found.rows


def test_a_long_value_in_two_spellings_is_counted_and_not_quoted(tmp_path):
    person = "A name of a person, long as it is"
    text = TEXT.replace("A,R1,1,0.7,12,G3", f'A,R1,1,0.7,12,"{person}"')
    text = text.replace("A,R2,1,cannot assess,12,G3", f'A,R2,1,cannot assess,12,"{person.upper()}"')
    with pytest.raises(TableError, match="2 different ones") as refused:
        cases(tmp_path, text)
    assert "person" not in str(refused.value).casefold()
