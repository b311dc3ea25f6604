"""Several lesions in a subject, as sentences and tables."""

from dataclasses import replace

import numpy as np
import pytest

from adcurate.model.answers.clusters import ClustersQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.report.answers.clusters import view_clusters
from adcurate.report.scale import ADC
from adcurate.study.questions.clusters import answer_clusters
from adcurate.study.streams import Streams


def lesions(per_subject):
    owner = np.repeat(np.arange(per_subject.size), per_subject)
    generator = np.random.default_rng(6)
    positive = generator.random(owner.size) < 0.4
    values = 1e-3 * (1.2 - 0.3 * positive + 0.2 * generator.normal(size=owner.size))
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(owner.size)),
        subject=tuple(f"S{one}" for one in owner),
        lesion=tuple(str(i) for i in range(owner.size)),
        reader=("",) * owner.size,
        session=("",) * owner.size,
        grade=tuple("G3" if flag else "G1" for flag in positive),
        positive=tuple(bool(flag) for flag in positive),
        markers={"avgADC": values, "minADC": values - 3e-4 + 1e-4 * generator.normal(size=owner.size)},
        directions={"avgADC": "low", "minADC": "low"},
        grades=("G1", "G3"),
        positive_label="high grade",
        negative_label="low grade",
        resolution=1e-6,
    )


@pytest.fixture(scope="module")
def answer():
    cases = lesions(np.array([1, 2, 3] * 9))
    cases.markers["avgADC"][0] = np.nan
    return answer_clusters(ClustersQuestion(), cases, Analysis(bootstrap_resamples=100), Streams(1))


def test_sentences_say_who_the_area_its_interval_and_what_clustering_did(answer):
    view = view_clusters(answer, ADC)
    one = answer.markers[0].estimate("auc", "clustered")
    assert view.title == "What changes when subjects with several lesions count as subjects?"
    assert view.sentences[0] == (
        "54 lesions of 27 subjects were listed; 18 subjects had more than one, at most 3."
    )
    assert view.sentences[1].startswith(
        f"avgADC: over 53 lesions of 26 subjects the area under the ROC curve was {one.value:.3f} (95 % CI "
        f"{one.interval.low:.3f} to {one.interval.high:.3f}, Obuchowski, logit, clustered by subject; p "
    )
    assert "With one lesion a subject (26 lesions)" in view.sentences[1]
    assert view.sentences[3].startswith(
        "avgADC less minADC, over the 53 lesions of 26 subjects that have both"
    )


def test_tables_hold_each_quantity_three_times(answer):
    view = view_clusters(answer, ADC)
    first, _, pairs = view.tables
    assert [row[:2] for row in first.rows][:3] == [
        ("AUC", "lesions as if independent"),
        ("AUC", "lesions within subjects"),
        ("AUC", "one lesion a subject"),
    ]
    assert len(first.rows) == 18
    assert {len(row) for row in first.rows} == {len(first.columns)}
    methods = {row[4] for row in first.rows}
    assert methods == {
        "DeLong, logit",
        "Obuchowski, logit",
        "Wilson",
        "Wilson, effective n",
        "bootstrap of lesions",
        "bootstrap of subjects",
    }
    cutoff = next(row for row in first.rows if row[0] == "Youden cut-off")
    assert 0.5 < float(cutoff[2]) < 1.5
    assert "10⁻³ mm²/s" in first.note and "(ICC)" in first.note
    assert len(pairs.rows) == 3
    assert view.notes[0] == "avgADC, lesions left out: 1 without a number."


def test_subjects_of_one_lesion_are_said_so():
    cases = lesions(np.ones(40, dtype=int))
    answer = answer_clusters(ClustersQuestion(), cases, Analysis(bootstrap_resamples=50), Streams(1))
    assert view_clusters(answer, ADC).sentences[0] == (
        "40 lesions of as many subjects were listed; no subject had more than one."
    )


def test_what_cannot_be_estimated_is_a_dash_with_a_reason():
    cases = lesions(np.array([1, 2, 3] * 3))
    flags = [i == 3 for i in range(len(cases))]
    answer = answer_clusters(
        ClustersQuestion(markers=("avgADC",)),
        replace(cases, positive=tuple(flags)),
        Analysis(bootstrap_resamples=100),
        Streams(1),
    )
    (table,) = view_clusters(answer, ADC).tables
    row = next(row for row in table.rows if row[:2] == ("AUC", "lesions within subjects"))
    assert row[3] == "–"
    assert view_clusters(answer, ADC).sentences[1]
