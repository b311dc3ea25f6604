"""The matrix of missing values."""

import numpy as np
import pytest

from adcurate.report.figures.missing_pattern import (
    describe_missing_pattern,
    render_missing_pattern,
    tabulate_missing_pattern,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.figures.style import MM_PER_INCH
from adcurate.report.scale import ADC
from adcurate.statistics.models.missing import describe_missing


def holes(n, n_columns, share, seed=1):
    rng = np.random.default_rng(seed)
    return describe_missing({f"column {i}": rng.random(n) < share for i in range(n_columns)})


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_few_columns_fit_one_column_of_a_page_and_many_take_two():
    for n_columns, width in ((4, 84), (14, 174)):
        figure = render_missing_pattern(holes(60, n_columns, 0.1), ADC)
        assert figure.get_size_inches()[0] * MM_PER_INCH == pytest.approx(width)


def test_each_pattern_has_its_count_and_each_column_its_name():
    pattern = holes(60, 4, 0.1)
    shown = texts(render_missing_pattern(pattern, ADC))
    assert all(name in shown for name in pattern.columns)
    for one in pattern.patterns:
        assert any(text.startswith(f"{one.n} (") for text in shown)


def test_rare_patterns_are_joined():
    pattern = holes(400, 12, 0.15)
    shown = texts(render_missing_pattern(pattern, ADC))
    assert f"{len(pattern.patterns) - 19} rarer patterns" in shown


def test_the_numbers_behind_it_hold_every_pattern():
    pattern = holes(60, 4, 0.1)
    table = tabulate_missing_pattern(pattern, ADC)
    assert table.columns == ("rows", *pattern.columns)
    assert sum(row[0] for row in table.rows) == 60
    assert len(table.rows) == len(pattern.patterns)


def test_the_words_hold_the_numbers():
    words = describe_missing_pattern(describe_missing({"a": [True, False], "b": [False, False]}), ADC)
    assert words == (
        "Matrix of missing values: 1 of 2 rows lack nothing; 2 patterns in all. Missing most often is a, "
        "in 1 row."
    )
    assert "most often" not in describe_missing_pattern(describe_missing({"a": [False]}), ADC)


def test_it_is_drawn_the_same_each_time():
    pattern = holes(12, 3, 0.2)
    first, second = (encode_figure(render_missing_pattern(pattern, ADC), ("svg",))["svg"] for _ in range(2))
    assert first == second
