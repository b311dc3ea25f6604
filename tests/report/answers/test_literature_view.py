"""What is printed of the literature questions."""

import pytest

from adcurate.model.answers.literature import (
    LiteratureAccuracyQuestion,
    LiteratureCorrelationQuestion,
    LiteratureMeansQuestion,
    StudyCorrelation,
    StudyMean,
)
from adcurate.model.protocol import Analysis
from adcurate.report.answers.literature import (
    view_literature_accuracy,
    view_literature_correlation,
    view_literature_means,
)
from adcurate.report.scale import ADC
from adcurate.study.literature import load_literature
from adcurate.study.questions.literature import (
    answer_literature_accuracy,
    answer_literature_correlation,
    answer_literature_means,
    parse_accuracy,
    parse_areas,
    parse_correlations,
    parse_means,
)

METHODS = Analysis()
OWN = tuple(
    StudyMean("This study", None, "avgADC", group, 20, "mean-sd", mean, 2e-4, unit="mm2/s")
    for group, mean in (("G1", 1.3e-3), ("G2", 1.1e-3), ("G3", 0.8e-3))
)


@pytest.mark.parametrize(
    "question",
    [
        LiteratureMeansQuestion(),
        LiteratureMeansQuestion(measure="hedges-g", convert="wan-2014", prediction="as-interval"),
        LiteratureMeansQuestion(measure="ratio-of-means", mean_scale="log", tau2="fixed", interval="normal"),
        LiteratureMeansQuestion(marker="minADC"),
    ],
)
def test_means_are_told_with_their_model_and_every_table_is_text(question):
    answer = answer_literature_means(question, parse_means(load_literature("means")), OWN, METHODS)
    view = view_literature_means(answer, ADC)
    assert view.title.endswith("?")
    assert len(view.sentences) == len(answer.means) + len(answer.differences)
    for table in view.tables:
        for row in table.rows:
            assert len(row) == len(table.columns)
            assert all(isinstance(cell, str) and "nan" not in cell.lower() for cell in row)


def test_the_sentence_names_studies_estimate_interval_model_and_place_of_this_study():
    answer = answer_literature_means(
        LiteratureMeansQuestion(), parse_means(load_literature("means")), OWN, METHODS
    )
    sentence = view_literature_means(answer, ADC).sentences[-1]
    assert sentence.startswith("Over 4 studies (")
    for part in ("10⁻³ mm²/s", "95 % CI", "REML", "Hartung-Knapp", "I² =", "p =", "prediction interval"):
        assert part in sentence


def test_the_ratio_is_shown_as_a_ratio():
    answer = answer_literature_means(
        LiteratureMeansQuestion(measure="ratio-of-means"), parse_means(load_literature("means")), (), METHODS
    )
    rows = view_literature_means(answer, ADC).tables[0].rows
    assert next(row for row in rows if row[:2] == ("G3 / G1", "Mebis et al. 2020"))[3] == "0.64"


def test_the_correlation_comes_back_from_fishers_z():
    studies = parse_correlations(load_literature("correlations"))
    own = StudyCorrelation("This study", None, "avgADC", "who-grade", "spearman", -0.5, 64)
    view = view_literature_correlation(
        answer_literature_correlation(LiteratureCorrelationQuestion(), studies, own, METHODS), ADC
    )
    assert view.tables[0].rows[0][3] == "−0.61"
    assert "1.06/(n − 3)" in view.sentences[0]


def test_accuracy_is_told_pooled_or_not():
    studies, areas = parse_accuracy(load_literature("accuracy")), parse_areas(load_literature("areas"))
    exact = answer_literature_accuracy(LiteratureAccuracyQuestion(), studies, None, METHODS, areas=areas)
    view = view_literature_accuracy(exact, ADC)
    assert "could not be pooled" in view.sentences[0]
    assert view.tables[0].rows[0][:3] == ("Mebis et al. 2020", "0.957", "9/9")
    approximate = answer_literature_accuracy(
        LiteratureAccuracyQuestion(model="approximate"), studies, None, METHODS
    )
    sentences = view_literature_accuracy(approximate, ADC).sentences
    assert "pooled apart" in sentences[0]
    assert "correlation" not in sentences[1]
