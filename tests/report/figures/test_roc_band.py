"""One curve with everything that is said of it."""

import numpy as np
import pytest
from tests.report.figures.drawn import width_mm, words
from tests.report.graded_table import METHODS, table

from adcurate.model.answers.roc_detail import RocDetailQuestion
from adcurate.report.figures.roc_band import (
    describe_roc_band,
    render_roc_band,
    tabulate_roc_band,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.scale import MarkerScale
from adcurate.study.questions.roc_detail import answer_roc_detail
from adcurate.study.streams import Streams


def ask(cases, **keys):
    return answer_roc_detail(RocDetailQuestion(**keys), cases, METHODS, Streams(3))


@pytest.mark.parametrize("n", [12, 600])
@pytest.mark.parametrize("keys", [{}, {"partial_focus": "sensitivity", "band": "kolmogorov-smirnov"}])
def test_curve_bands_points_and_cutoffs_are_drawn(n, keys):
    detail = ask(table(n), **keys).markers["mean"]
    figure = render_roc_band(detail, MarkerScale())
    assert width_mm(figure) == 84.0
    said = words(figure)
    assert "95 % band, whole curve" in said and "80 to 100 %" in said and "Youden index" in said
    drawn = [line.get_ydata().tolist() for line in figure.axes[0].lines]
    assert detail.curve.sensitivity.tolist() in drawn
    assert detail.simultaneous.low.tolist() in drawn


@pytest.mark.parametrize("focus", ["specificity", "sensitivity"])
def test_the_shaded_region_has_the_partial_area(focus):
    detail = ask(table(60), partial_focus=focus, partial_range=(0.55, 0.93)).markers["minimum"]
    axes = render_roc_band(detail, MarkerScale()).axes[0]
    (shaded,) = (patch for patch in axes.collections if patch.get_hatch())
    x, y = shaded.get_paths()[0].vertices.T
    area = abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2
    assert area == pytest.approx(detail.partial.value, abs=1e-9)


def test_every_mark_is_in_the_table_and_the_words():
    detail = ask(table(), cost_ratio=2.0, prevalence=0.3).markers["mean"]
    numbers = tabulate_roc_band(detail, MarkerScale())
    assert all(len(row) == len(numbers.columns) for row in numbers.rows)
    assert {row[0] for row in numbers.rows} >= {
        "curve",
        "pointwise band",
        "fixed specificity",
        "cut-off, youden",
    }
    assert "corrected partial area over specificity 80 to 100 %" in describe_roc_band(detail, MarkerScale())


def test_no_cutoff_rule_leaves_no_letter():
    detail = ask(table(), cutoff_rules=()).markers["mean"]
    assert "Youden" not in words(render_roc_band(detail, MarkerScale()))


def test_the_same_answer_gives_the_same_bytes():
    detail = ask(table()).markers["mean"]
    first, second = (encode_figure(render_roc_band(detail, MarkerScale()), ["svg"]) for _ in range(2))
    assert first == second
