"""Which reading of a lesion counts, and whether a subject counts once."""

from dataclasses import replace

import numpy as np
import pytest

from adcurate.errors import StatisticsError, TableError
from adcurate.model.cases import CaseTable
from adcurate.model.plan import Plan
from adcurate.study.units import OF_RECORD, level_cases


def table(rows, **columns):
    """Rows of (subject, lesion, reader, session, grade, adc)."""
    subject, lesion, reader, session, grade, adc = (list(column) for column in zip(*rows, strict=True))
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(2, 2 + len(rows))),
        subject=tuple(subject),
        lesion=tuple(lesion),
        reader=tuple(reader),
        session=tuple(session),
        grade=tuple(grade),
        positive=tuple(one == "G3" for one in grade),
        markers={"adc": np.array(adc, dtype=float)},
        directions={"adc": "low"},
        columns=columns,
    )


READ_TWICE = table(
    [
        ("B", "1", "R2", "", "G3", 0.8),
        ("B", "1", "R1", "", "G3", 0.6),
        ("A", "1", "R1", "", "G1", 1.0),
        ("A", "1", "R2", "", "G1", 1.4),
        ("A", "2", "R2", "", "G1", 2.0),
    ]
)


def values(cases):
    return dict(
        zip(zip(cases.subject, cases.lesion, strict=True), cases.markers["adc"].tolist(), strict=True)
    )


def test_the_first_reader_is_the_same_person_for_every_lesion():
    levels = level_cases(READ_TWICE, Plan())
    found = values(levels.lesions)
    assert found[("A", "1")] == 1.0 and found[("B", "1")] == 0.6
    assert np.isnan(found[("A", "2")])
    assert [finding.code for finding in levels.findings] == [
        "plan.reading-missing",
        "plan.one-lesion-a-subject",
    ]


def test_the_mean_is_over_the_readers_who_read():
    found = values(level_cases(READ_TWICE, Plan(value="mean")).lesions)
    assert found == {("A", "1"): 1.2, ("A", "2"): 2.0, ("B", "1"): pytest.approx(0.7)}


def test_a_named_reader_counts_alone():
    found = values(level_cases(READ_TWICE, Plan(value="R2")).lesions)
    assert found == {("A", "1"): 1.4, ("A", "2"): 2.0, ("B", "1"): 0.8}


def test_a_reader_nobody_knows_is_refused():
    with pytest.raises(StatisticsError, match="'R3'") as refused:
        level_cases(READ_TWICE, Plan(value="R3"))
    assert "R1, R2" in refused.value.remedy


def test_the_first_session_of_a_reader_counts():
    twice = table(
        [("A", "1", "R1", "2", "G1", 9.0), ("A", "1", "R1", "1", "G1", 1.0), ("B", "1", "R1", "1", "G3", 0.5)]
    )
    assert values(level_cases(twice, Plan()).units) == {("A", "1"): 1.0, ("B", "1"): 0.5}


def test_the_order_of_the_rows_does_not_matter():
    for plan in (Plan(), Plan(value="mean"), Plan(unit="lesion")):
        straight, turned = (
            level_cases(READ_TWICE.take(order), plan).units for order in (range(5), range(4, -1, -1))
        )
        assert straight.subject == turned.subject and straight.lesion == turned.lesion
        np.testing.assert_array_equal(straight.markers["adc"], turned.markers["adc"])


def test_every_lesion_as_a_case_is_said_to_be_too_sure():
    levels = level_cases(READ_TWICE, Plan(unit="lesion"))
    assert len(levels.units) == 3
    assert "plan.lesions-not-independent" in {finding.code for finding in levels.findings}


def test_the_lesion_of_record_stands_for_its_subject_where_it_is_known():
    known = replace(READ_TWICE, columns={OF_RECORD: ("yes", "yes", None, None, "yes")})
    units = level_cases(known, Plan(value="mean")).units
    assert list(zip(units.subject, units.lesion, strict=True)) == [("A", "2"), ("B", "1")]


def test_readings_that_disagree_about_the_grade_are_refused_by_row():
    other = table([("A", "1", "R1", "", "G1", 1.0), ("A", "1", "R2", "", "G3", 1.1)])
    with pytest.raises(TableError, match="Row 2 and row 3") as refused:
        level_cases(other, Plan())
    assert refused.value.code == "table.value"


def test_means_that_tie_in_decimals_tie():
    rows = [("A", "1", "R1", "", "G1", 1.082), ("A", "1", "R2", "", "G1", 1.084)]
    rows += [("B", "1", "R1", "", "G3", 1.083), ("B", "1", "R2", "", "G3", 1.083)]
    found = values(level_cases(table(rows), Plan(value="mean")).units)
    assert found[("A", "1")] == found[("B", "1")] == 1.083


def test_further_sessions_and_means_over_fewer_readers_are_counted():
    rows = [
        ("A", "1", "R1", "1", "G1", 1.0),
        ("A", "1", "R1", "2", "G1", 9.0),
        ("A", "1", "R2", "1", "G1", np.nan),
    ]
    rows += [("B", "1", "R1", "1", "G3", 0.5), ("B", "1", "R2", "1", "G3", 0.7)]
    found = {
        finding.code: finding.sentence for finding in level_cases(table(rows), Plan(value="mean")).findings
    }
    assert found["plan.first-session"].startswith("1 of 5 readings")
    assert "in 1 of 2 lesions" in found["plan.partial-mean"]
