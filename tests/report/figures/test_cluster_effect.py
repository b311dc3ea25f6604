"""The forest of three analyses: what is drawn, and that every number of it is written beside it."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest

from adcurate.model.answers.clusters import ClustersQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.report.figures.cluster_effect import (
    describe_cluster_effect,
    render_cluster_effect,
    tabulate_cluster_effect,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.figures.style import MM_PER_INCH
from adcurate.report.scale import ADC
from adcurate.study.questions.clusters import answer_clusters
from adcurate.study.streams import Streams


def ask(n_subjects=20, grades=("G1", "G3"), positive=None):
    owner = np.repeat(np.arange(n_subjects), np.arange(n_subjects) % 3 + 1)
    generator = np.random.default_rng(6)
    flags = generator.random(owner.size) < 0.4 if positive is None else positive(owner)
    cases = CaseTable(
        rows=tuple(f"row {i}" for i in range(owner.size)),
        subject=tuple(f"S{one}" for one in owner),
        lesion=tuple(str(i) for i in range(owner.size)),
        reader=("",) * owner.size,
        session=("",) * owner.size,
        grade=tuple("G3" if flag else "G1" for flag in flags),
        positive=tuple(bool(flag) for flag in flags),
        markers={"ADC": 1e-3 * (1.2 - 0.3 * flags + 0.2 * generator.normal(size=owner.size))},
        directions={"ADC": "low"},
        resolution=1e-6,
    )
    cases = replace(cases, grades=grades)
    return answer_clusters(ClustersQuestion(), cases, Analysis(bootstrap_resamples=60), Streams(1))


def words(figure):
    return [text.get_text() for text in figure.findobj(mpl.text.Text)]


def test_each_quantity_has_three_lines_and_units_do_not_mix():
    answer = ask()
    figure = render_cluster_effect(answer, "ADC", ADC)
    assert round(figure.get_size_inches()[0] * MM_PER_INCH, 1) == 174.0
    assert len(figure.axes) == 4
    said = words(figure)
    assert said.count("one lesion a subject") == 6
    assert "Cut-off (10⁻³ mm²/s)" in said
    clustered = answer.markers[0].estimate("auc", "clustered")
    assert f"{clustered.value:.3f}" in said
    assert f"{clustered.interval.low:.3f} to {clustered.interval.high:.3f}" in said
    assert (
        encode_figure(figure, ("png",))["png"]
        == encode_figure(render_cluster_effect(answer, "ADC", ADC), ("png",))["png"]
    )


def test_without_grades_there_is_one_panel_less():
    assert len(render_cluster_effect(ask(grades=()), "ADC", ADC).axes) == 3


def test_what_was_not_estimated_is_said():
    answer = ask(8, positive=lambda owner: np.arange(owner.size) == 2)
    figure = render_cluster_effect(answer, "ADC", ADC)
    assert "not estimated" in words(figure)
    encode_figure(figure, ("png",))


def test_the_table_behind_holds_every_estimate_in_the_unit_of_the_values():
    answer = ask()
    data = tabulate_cluster_effect(answer, "ADC", ADC)
    assert len(data.rows) == 18
    assert {len(row) for row in data.rows} == {len(data.columns)}
    cutoff = next(row for row in data.rows if row[0] == "cutoff")
    assert 5e-4 < cutoff[2] < 2e-3


def test_the_alternative_text_says_the_three_areas():
    text = describe_cluster_effect(ask(), "ADC", ADC)
    assert text.count(" to ") == 3
    assert "lesions within subjects" in text


def test_a_marker_that_was_not_asked_is_not_drawn():
    with pytest.raises(StopIteration):
        render_cluster_effect(ask(), "other", ADC)
