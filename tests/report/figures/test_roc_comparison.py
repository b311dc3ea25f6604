"""Curves over each other."""

from dataclasses import replace

import pytest
from tests.report.figures.drawn import width_mm, words
from tests.report.graded_table import METHODS, table

from adcurate.model.answers.roc_comparison import RocComparisonQuestion
from adcurate.report.figures.roc_comparison import (
    describe_roc_comparison,
    render_roc_comparison,
    tabulate_roc_comparison,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.scale import ADC
from adcurate.study.questions.roc_comparison import answer_roc_comparison
from adcurate.study.streams import Streams


def ask(cases, **keys):
    return answer_roc_comparison(RocComparisonQuestion(**keys), cases, METHODS, Streams(3))


@pytest.mark.parametrize("n", [12, 600])
@pytest.mark.parametrize("keys", [{}, {"group": "scanner"}])
def test_every_curve_and_difference_is_drawn(n, keys):
    compared = ask(table(n), **keys).comparisons[0]
    figure = render_roc_comparison(compared, ADC)
    assert width_mm(figure) == 84.0
    pair = compared.comparison.pairs[0]
    said = words(figure)
    assert f"{pair.first} − {pair.second}" in said and "), p " in said and "AUC (95 % CI)" in said
    drawn = [line.get_ydata().tolist() for line in figure.axes[0].lines]
    assert all(curve.sensitivity.tolist() in drawn for curve in compared.curves.values())


def test_every_mark_is_in_the_table_and_the_words():
    compared = ask(table()).comparisons[0]
    numbers = tabulate_roc_comparison(compared, ADC)
    assert len(numbers.rows) == sum(c.cutoffs.size for c in compared.curves.values()) + 1
    assert all(len(row) == len(numbers.columns) for row in numbers.rows)
    assert numbers.rows[-1][6] == compared.comparison.pairs[0].difference
    assert "mean minus minimum" in describe_roc_comparison(compared, ADC)


def test_the_same_answer_gives_the_same_bytes():
    compared = ask(table()).comparisons[0]
    first, second = (encode_figure(render_roc_comparison(compared, ADC), ["svg"]) for _ in range(2))
    assert first == second


def test_long_names_are_cut_and_get_a_line_of_their_own():
    cases = table()
    names = {
        f"a very long name of a marker, number {i}": values for i, values in enumerate(cases.markers.values())
    }
    cases = replace(cases, markers=names, directions=dict.fromkeys(names, "low"))
    tall = render_roc_comparison(ask(cases).comparisons[0], ADC)
    short = render_roc_comparison(ask(table()).comparisons[0], ADC)
    assert tall.get_size_inches()[1] > short.get_size_inches()[1]
    assert "…" in words(tall)
