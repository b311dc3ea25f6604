"""Published cut-offs asked of a table."""

import json

import numpy as np
import pytest
from tests.cohort_tables import cohort, table_of

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.external_cutoffs import ExternalCutoffsQuestion
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.study.questions.external_cutoffs import answer_external_cutoffs
from adcurate.study.streams import Streams

ENTRY = {
    "studies": ("A 2016", "B 2017"),
    "cutoffs": (1.24e-3, 0.95e-3),
    "sensitivities": (1.0, 0.723),
    "specificities": (0.8421, -1.0),
    "n_positive": (4.0, -1.0),
    "markers": ("avgADC",),
}


def ask(cases, **keys):
    return answer_external_cutoffs(
        ExternalCutoffsQuestion(**{**ENTRY, **keys}), cases, Analysis(), Streams(7)
    )


def test_entries_go_side_by_side():
    answer = ask(cohort())
    first, second = (entry.result for entry in answer.entries)
    assert (first.table.tp, first.table.tn) == (9, 9)
    assert (second.table.tp, second.table.tn) == (7, 28)
    assert first.specificity.is_outside and first.sensitivity.printed_count == 4
    assert np.isnan(second.specificity.printed) and second.sensitivity.printed_n is None
    assert list(answer.p_values) == ["A 2016, avgADC: sensitivity"]
    assert json.dumps(as_jsonable(answer))


def test_each_entry_may_have_its_own_marker():
    answer = ask(cohort(), markers=("avgADC", "minADC"))
    assert [entry.marker for entry in answer.entries] == ["avgADC", "minADC"]


def test_a_table_of_one_marker_needs_none_named_and_blanks_are_counted():
    cases = table_of([0.6e-3, 0.9e-3, np.nan, 1.3e-3], [True, False, False, None])
    answer = ask(cases, markers=())
    assert {(entry.n, entry.n_missing) for entry in answer.entries} == {(2, 2)}


def test_equal_labels_keep_their_p_values():
    answer = ask(cohort(), studies=("A", "A"), n_positive=(4.0, 10.0), sensitivities=(1.0, 0.7))
    assert len(answer.p_values) == 2


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"studies": ("A",)}, "statistics.option"),
        ({"studies": (), "cutoffs": ()}, "statistics.option"),
        ({"sensitivities": (1.0,)}, "statistics.option"),
        ({"n_positive": (4.5, 3.0)}, "statistics.option"),
        ({"n_positive": (0.0, 3.0)}, "statistics.option"),
        ({"sensitivities": (72.3, 50.0)}, "statistics.option"),
        ({"markers": ()}, None),
        ({"markers": ("a", "b", "c")}, "statistics.option"),
        ({"markers": ("ADC",)}, "table.missing-column"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(keys, code):
    if code is None:  # two markers, two entries: side by side
        assert [entry.marker for entry in ask(cohort(), **keys).entries] == ["avgADC", "minADC"]
        return
    with pytest.raises((StatisticsError, TableError)) as refused:
        ask(cohort(), **keys)
    assert refused.value.code == code
