"""Readers' curves and areas: what is drawn for few and for many readers and modalities."""

import math

import matplotlib as mpl
import numpy as np
import pytest

from adcurate.model.answers.readers_roc import ReadersRocQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.report.figures.readers_roc import (
    describe_readers_roc,
    render_readers_roc,
    tabulate_readers_roc,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.figures.style import MM_PER_INCH
from adcurate.report.scale import ADC
from adcurate.study.questions.readers_roc import answer_readers_roc
from adcurate.study.streams import Streams


def ask(n_modalities=2, n_readers=3, n=24, noise=0.2):
    generator = np.random.default_rng(4)
    positive = np.arange(n) % 3 == 0
    names = ("avgADC", "minADC", "p10ADC", "p25ADC")[:n_modalities]
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
            name: np.tile(1.2 - 0.3 * positive, n_readers) + noise * generator.normal(size=rows)
            for name in names
        },
        directions=dict.fromkeys(names, "low"),
    )
    return answer_readers_roc(ReadersRocQuestion(), cases, Analysis(), Streams(1))


def words(figure):
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text))


@pytest.mark.parametrize(("n_modalities", "n_readers"), [(1, 2), (2, 4), (2, 14), (3, 3), (4, 2)])
def test_there_is_a_panel_a_modality_and_a_forest(n_modalities, n_readers):
    answer = ask(n_modalities, n_readers)
    figure = render_readers_roc(answer, ADC)
    width, height = (float(side) * MM_PER_INCH for side in figure.get_size_inches())
    assert round(width, 1) == 174.0
    assert len(figure.axes) == n_modalities + 1
    for axes in figure.axes:
        box = axes.get_position()
        assert box.x0 > 0 and box.x1 < 1 and box.y0 > 0 and box.y1 < 1
    for index, axes in enumerate(figure.axes[:-1]):
        lines = {line.get_label(): line for line in axes.lines}
        assert {f"R{i + 1}" for i in range(n_readers)} < set(lines)
        x, y = lines["average"].get_data()
        assert np.trapezoid(y, x) == pytest.approx(answer.test.areas[index].value, abs=1e-12)
    assert words(figure).count(f"{answer.test.areas[0].value:.3f}") >= 2
    assert height < 240
    assert encode_figure(figure, ("png",))["png"]


def test_long_names_are_shortened_and_the_test_is_said():
    answer = ask()
    figure = render_readers_roc(answer, ADC)
    assert "Areas; difference: p" in words(figure)


def test_perfect_readers_are_drawn_without_a_test():
    answer = ask(noise=0.001)
    assert math.isnan(answer.test.p_value)
    assert "p =" not in words(render_readers_roc(answer, ADC))
    assert describe_readers_roc(answer, ADC).endswith("minADC 1.000 (1.000 to 1.000).")


def test_the_table_behind_holds_curves_averages_and_areas():
    answer = ask()
    data = tabulate_readers_roc(answer, ADC)
    assert {len(row) for row in data.rows} == {len(data.columns)}
    kinds = [row[0] for row in data.rows]
    assert set(kinds) == {"curve", "average curve", "area", "average area"}
    assert (kinds.count("area"), kinds.count("average area")) == (6, 2)


def test_the_alternative_text_says_the_averaged_areas():
    answer = ask()
    text = describe_readers_roc(answer, ADC)
    assert f"avgADC {answer.test.areas[0].value:.3f}" in text
    assert text.startswith("ROC curves of 3 readers over 24 cases")
