"""From readings in rows to the analysis of several readers and cases."""

import json
import math

import numpy as np
import pytest

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.readers_roc import ReadersRocQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.statistics.readers import compare_modalities, estimate_reader_areas
from adcurate.study.questions.readers_roc import answer_readers_roc
from adcurate.study.streams import Streams


def readings(n=24, readers=("R1", "R2", "R10"), lesions=1):
    generator = np.random.default_rng(4)
    positive = np.arange(n) % 3 == 0
    mean = 1.2 - 0.4 * positive + 0.2 * generator.normal(size=(len(readers), n))
    least = 0.8 - 0.2 * positive + 0.2 * generator.normal(size=(len(readers), n))
    rows = [(reader, case) for reader in readers for case in range(n)]
    pick = [readers.index(reader) for reader, _ in rows], [case for _, case in rows]
    return CaseTable(
        rows=tuple(f"row {i + 2}" for i in range(len(rows))),
        subject=tuple(f"S{case // lesions:02d}" for _, case in rows),
        lesion=tuple(str(case % lesions + 1) for _, case in rows),
        reader=tuple(reader for reader, _ in rows),
        session=("1",) * len(rows),
        grade=(None,) * len(rows),
        positive=tuple(bool(positive[case]) for _, case in rows),
        markers={"avgADC": np.round(mean[pick], 3), "minADC": np.round(least[pick], 3)},
        directions={"avgADC": "low", "minADC": "low"},
    )


def ask(cases, **keys):
    return answer_readers_roc(ReadersRocQuestion(**keys), cases, Analysis(), Streams(1))


def changed(cases, row, **cells):
    columns = {name: list(getattr(cases, name)) for name in cells}
    for name, value in cells.items():
        columns[name][row] = value
    return CaseTable(
        **{
            **{name: getattr(cases, name) for name in cases.__slots__},
            **{name: tuple(values) for name, values in columns.items()},
        }
    )


def test_rows_become_a_block_of_modalities_by_readers_by_cases():
    cases = readings()
    answer = ask(cases)
    block = np.stack([cases.markers[name].reshape(3, 24) for name in ("avgADC", "minADC")])
    areas = estimate_reader_areas(
        block,
        cases.positive[:24],
        modalities=("avgADC", "minADC"),
        readers=("R1", "R2", "R10"),
        directions=("low", "low"),
        covariance="delong",
    )
    assert answer.test == compare_modalities(areas)
    assert answer.readers == ("R1", "R2", "R10")
    assert (answer.n_cases, answer.n_incomplete, answer.n_unclassified) == (24, 0, 0)
    assert [one.value for one in answer.reader_areas] == areas.values.ravel().tolist()
    assert list(answer.p_values) == ["AUC, avgADC and minADC"]
    assert [(test.readers, test.cases) for test in answer.other_designs] == [
        ("fixed", "random"),
        ("random", "fixed"),
    ]


def test_the_order_of_rows_changes_nothing():
    cases = readings()
    there = ask(cases)
    back = ask(cases.take(np.random.default_rng(1).permutation(len(cases))))
    assert back.test == there.test
    json.dumps(as_jsonable(back))


def test_incomplete_cases_are_counted_and_left_out():
    cases = readings()
    cases.markers["minADC"][5] = np.nan
    without_a_row = cases.take([i for i in range(len(cases)) if i != 50])
    answer = ask(without_a_row)
    assert (answer.n_cases, answer.n_incomplete) == (22, 2)
    assert [finding.code for finding in answer.findings] == ["readers-roc.incomplete"]
    assert ask(without_a_row, markers=("avgADC",)).n_incomplete == 1


def test_cases_without_an_outcome_are_counted_apart():
    cases = readings()
    for row in (0, 24, 48):
        cases = changed(cases, row, positive=None)
    answer = ask(cases)
    assert (answer.n_cases, answer.n_incomplete, answer.n_unclassified) == (23, 0, 1)


def test_one_modality_is_estimated_and_nothing_tested():
    answer = ask(readings(), markers=("avgADC",))
    assert answer.p_values == {}
    assert math.isnan(answer.test.f)
    assert len(answer.test.areas) == 1


def test_several_lesions_of_a_subject_are_said_or_taken_as_clusters():
    cases = readings(lesions=2)
    alone, clustered = ask(cases), ask(cases, covariance="obuchowski")
    assert [finding.code for finding in alone.findings] == ["readers-roc.several-lesions"]
    assert clustered.findings == ()
    assert clustered.test.components.variance != alone.test.components.variance
    single = ask(readings(), covariance="obuchowski").test.components
    assert single.variance == pytest.approx(ask(readings()).test.components.variance, rel=1e-12)


def test_fixed_readers_may_be_one():
    answer = ask(readings(readers=("R1",)), readers="fixed")
    assert answer.other_designs == ()
    with pytest.raises(StatisticsError) as refused:
        ask(readings(readers=("R1",)))
    assert refused.value.code == "statistics.too-few"


def test_a_second_reading_needs_the_session_to_be_named():
    cases = readings()
    twice = cases.take([*range(len(cases)), 0])
    with pytest.raises(TableError) as refused:
        ask(twice)
    assert (refused.value.code, refused.value.facts["row"]) == ("table.value", "row 2")
    twice = changed(twice, len(cases), session="2")
    assert ask(twice, session="1").test == ask(cases).test
    with pytest.raises(StatisticsError) as refused:
        ask(cases, session="3")
    assert refused.value.code == "statistics.option"


@pytest.mark.parametrize("cells", [{"reader": ""}, {"positive": False}])
def test_a_row_that_cannot_be_placed_is_named(cells):
    row = 48 if "positive" in cells else 7
    with pytest.raises(TableError) as refused:
        ask(changed(readings(), row, **cells))
    assert refused.value.facts["row"] == f"row {row + 2}"


def test_readers_who_share_no_case_are_refused():
    cases = readings()
    apart = cases.take([i for i in range(len(cases)) if (i < 24) == (i % 24 < 12)])
    with pytest.raises(StatisticsError) as refused:
        ask(apart)
    assert refused.value.code == "statistics.too-few"


def test_an_unknown_marker_is_refused():
    with pytest.raises(TableError) as refused:
        ask(readings(), markers=("ADC",))
    assert refused.value.code == "table.missing-column"
