"""Numbers are held against each other by names that hold no number that was measured."""

from adcurate.model.cohort import StudyResults
from adcurate.report import moved
from adcurate.report.moved import count_in_words, moved_numbers, printed_cells
from adcurate.report.page import Section, Table, body_rows


def cells(monkeypatch, head, rows, results: StudyResults):
    table = Table("The cohort", head, body_rows(rows), "l" + "r" * (len(head) - 1), "table-cohort")
    monkeypatch.setattr(moved, "report_sections", lambda _: [Section("cohort", "Cohort", (table,))])
    return printed_cells(results)


def test_a_column_that_has_another_n_is_the_same_column_and_n_a_number(monkeypatch, results):
    before = cells(monkeypatch, ("", "G3 (n = 3)"), [("Age, mean ± SD", "73.3 ± 4.2")], results)
    after = cells(monkeypatch, ("", "G3 (n = 2)"), [("Age, mean ± SD", "75.0 ± 4.2")], results)
    found = {(one.row, one.column, one.before, one.after) for one in moved_numbers(before, after)}
    assert found == {
        ("", "G3", "n = 3", "n = 2"),
        ("Age, mean ± SD", "G3", "73.3 ± 4.2", "75.0 ± 4.2"),
    }


def test_what_is_gone_and_what_is_new_are_told_apart(monkeypatch, results):
    before = cells(monkeypatch, ("", "n"), [("GE", "4"), ("Philips", "2")], results)
    after = cells(monkeypatch, ("", "n"), [("GE", "3"), ("Siemens", "1")], results)
    found = moved_numbers(before, after)
    assert {one.row: one.change for one in found} == {"GE": "moved", "Philips": "gone", "Siemens": "new"}
    assert count_in_words(found) == "1 printed number moved, 1 is gone, 1 is new"


def test_nothing_moves_between_two_reports_of_the_same(results):
    assert moved_numbers(printed_cells(results), printed_cells(results)) == ()
