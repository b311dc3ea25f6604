"""Several readers and cases, as sentences and tables."""

import numpy as np
import pytest

from adcurate.model.answers.readers_roc import ReadersRocQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.report.answers.readers_roc import view_readers_roc
from adcurate.report.scale import ADC
from adcurate.study.questions.readers_roc import answer_readers_roc
from adcurate.study.streams import Streams


def ask(n_modalities=2, n_readers=3, n=24, **keys):
    generator = np.random.default_rng(4)
    positive = np.arange(n) % 3 == 0
    names = ("avgADC", "minADC", "p10ADC")[:n_modalities]
    rows = n_readers * n
    cases = CaseTable(
        rows=tuple(f"row {i}" for i in range(rows)),
        subject=tuple(f"S{i % n}" for i in range(rows)),
        lesion=("1",) * rows,
        reader=tuple(f"R{i // n + 1}" for i in range(rows)),
        session=("",) * rows,
        grade=(None,) * rows,
        positive=tuple(bool(positive[i % n]) for i in range(rows)),
        markers={
            name: np.tile(1.2 - 0.3 * positive, n_readers) + 0.2 * generator.normal(size=rows)
            for name in names
        },
        directions=dict.fromkeys(names, "low"),
    )
    cases.markers["avgADC"][0] = np.nan
    return answer_readers_roc(ReadersRocQuestion(**keys), cases, Analysis(), Streams(1))


def test_sentences_say_areas_intervals_the_test_and_what_it_speaks_of():
    answer = ask()
    view = view_readers_roc(answer, ADC)
    first = answer.test.areas[0]
    assert view.title == "Which separates better in the hands of readers?"
    assert view.sentences[0].startswith(
        "avgADC: the area under the ROC curve averaged over 3 readers and 23 cases (7 positive) was "
        f"{first.value:.3f} (95 % CI {first.interval.low:.3f} to {first.interval.high:.3f}); single readers"
    )
    assert view.sentences[2].startswith("avgADC less minADC: difference of the areas ")
    assert view.sentences[-1] == (
        "Analysis of Obuchowski and Rockette with DeLong's covariances and the degrees of freedom of Hillis; "
        "readers and cases random: the result speaks of other readers and other cases."
    )
    assert view.notes[0] == "Left out: 1 not read by every reader with every modality."


def test_tables_have_a_row_for_each_area_reader_and_design():
    view = view_readers_roc(ask(), ADC)
    assert [table.title for table in view.tables] == [
        "Area under the ROC curve, averaged over readers",
        "Differences",
        "Each reader",
        "The same difference, had readers or cases been taken otherwise",
    ]
    assert [len(table.rows) for table in view.tables] == [2, 1, 3, 3]
    for table in view.tables:
        assert {len(row) for row in table.rows} == {len(table.columns)}
    assert view.tables[3].rows[0][0] == "random readers, random cases ★"


@pytest.mark.parametrize(("n_modalities", "n_sentences"), [(1, 2), (2, 4), (3, 8)])
def test_one_and_three_modalities_read_well(n_modalities, n_sentences):
    view = view_readers_roc(ask(n_modalities), ADC)
    assert len(view.sentences) == n_sentences
    if n_modalities == 1:
        assert view.title == "How well does it separate in the hands of readers?"
    if n_modalities == 3:
        assert "averaged areas of 3 modalities" in view.sentences[3]


def test_fixed_readers_are_said():
    view = view_readers_roc(ask(readers="fixed", covariance="jackknife"), ADC)
    assert view.sentences[-1] == (
        "Analysis of Obuchowski and Rockette with jackknife covariances; readers fixed, cases random: the "
        "result speaks of these readers and other cases."
    )
    assert view.tables[1].rows[0][4] == "∞"
