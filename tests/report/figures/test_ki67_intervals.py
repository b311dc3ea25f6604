"""The figure of Ki-67 as intervals: what is drawn, and that every number of it stands beside it."""

from dataclasses import replace

import numpy as np
import pytest
from tests.study.cohort_cases import cohort

from adcurate.model.answers.ki67 import Ki67Question
from adcurate.model.protocol import Analysis
from adcurate.report.figures.ki67_intervals import (
    describe_ki67_intervals,
    render_ki67_intervals,
    tabulate_ki67_intervals,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.figures.style import MM_PER_INCH
from adcurate.report.scale import ADC
from adcurate.study.questions.ki67 import answer_ki67
from adcurate.study.streams import Streams


def ask(cases):
    return answer_ki67(Ki67Question(test="asymptotic"), cases, Analysis(), Streams(3))


@pytest.fixture(scope="module")
def answer():
    return ask(cohort())


def test_one_marker_is_one_column_and_two_are_two(answer):
    single = render_ki67_intervals(answer, ADC)
    double = render_ki67_intervals(replace(answer, markers=answer.markers * 2), ADC)
    assert single.get_size_inches()[0] * MM_PER_INCH == pytest.approx(84)
    assert double.get_size_inches()[0] * MM_PER_INCH == pytest.approx(174)
    assert len(double.axes) == 2


def test_every_range_is_a_bar_over_the_whole_of_it(answer):
    (axes,) = render_ki67_intervals(answer, ADC).axes
    spans = {(v.low, v.high) for v in answer.markers[0].values if v.low != v.high}
    drawn = {
        tuple(np.round(np.expm1(line.get_xdata()), 6)) for line in axes.lines if len(line.get_xdata()) == 2
    }
    assert drawn == spans


def test_the_numbers_behind_it_hold_every_mark(answer):
    table = tabulate_ki67_intervals(answer, ADC)
    kinds = [row[1] for row in table.rows]
    assert (kinds.count("exact"), kinds.count("interval"), kinds.count("line")) == (29, 18, 60)
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert table.rows[0][2] == pytest.approx(answer.markers[0].values[0].marker * 1000)


def test_the_words_hold_the_numbers(answer):
    words = describe_ki67_intervals(answer, ADC)
    assert "47 lesions, 18 of them with a range or a bound" in words
    assert "168 pairs undecided" in words


def test_twelve_lesions_and_no_line_are_drawn_the_same_each_time(answer):
    small = ask(cohort().take(list(range(12))))
    bare = replace(small, markers=(replace(small.markers[0], line=(), regression=None, n_missing=2),))
    first, second = (encode_figure(render_ki67_intervals(bare, ADC), ("svg",))["svg"] for _ in range(2))
    assert first == second
