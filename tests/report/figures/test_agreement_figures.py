"""Bland-Altman panels and the plot of every reading."""

import matplotlib as mpl
import numpy as np
import pytest

from adcurate.model.answers.agreement import PairComparison, ReadingTable
from adcurate.report.figures.bland_altman import (
    describe_bland_altman,
    render_bland_altman,
    tabulate_bland_altman,
)
from adcurate.report.figures.reader_agreement import (
    describe_reader_agreement,
    render_reader_agreement,
    tabulate_reader_agreement,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.figures.style import MM_PER_INCH
from adcurate.report.scale import ADC
from adcurate.statistics.agreement import estimate_bland_altman, estimate_icc_forms, estimate_precision


def readings(n, k, seed=1):
    rng = np.random.default_rng(seed)
    return rng.lognormal(0, 0.3, (n, 1)) * np.exp(rng.normal(0, 0.06, (n, k))) * 1e-3


def table_of(values, variant="difference"):
    n, k = values.shape
    names = tuple(f"R{j + 1}" for j in range(k))
    pairs = tuple(
        PairComparison(names[i], names[j], estimate_bland_altman(values[:, i], values[:, j], variant=variant))
        for i in range(k)
        for j in range(i + 1, k)
    )
    return ReadingTable(
        what="reader",
        reader="",
        columns=names,
        lesions=tuple(f"S{i:03}" for i in range(n)),
        values=values,
        n_subjects=n,
        n_incomplete=0,
        icc=estimate_icc_forms(values),
        why_no_icc="",
        pairs=pairs,
        precision=None,
        findings=(),
    )


def words(figure):
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text))


@pytest.mark.parametrize("variant", ["difference", "percent", "log"])
@pytest.mark.parametrize(("n", "k"), [(3, 2), (12, 3), (200, 4)])
def test_a_panel_for_each_pair_with_all_lines(n, k, variant):
    table = table_of(readings(n, k), variant)
    figure = render_bland_altman(table.pairs, "avgADC", ADC)
    assert len(figure.axes) == len(table.pairs)
    width = figure.get_size_inches()[0] * MM_PER_INCH
    assert round(width) == (84 if k == 2 else 174)
    for axes, pair in zip(figure.axes, table.pairs, strict=True):
        factor = {"difference": 1e3, "percent": 100.0, "log": 1.0}[variant]
        heights = {round(float(line.get_ydata()[0]), 9) for line in axes.lines[:4]}
        found = pair.limits
        expected = {1.0 if variant == "log" else 0.0}
        expected |= {round(x * factor, 9) for x in (found.bias, found.lower_limit, found.upper_limit)}
        assert heights == expected
        dots = axes.collections[-1].get_offsets()
        assert len(dots) == n
        low, high = axes.get_ylim()
        assert np.all((dots[:, 1] >= low) & (dots[:, 1] <= high))
    assert b"<svg" in encode_figure(figure, ("svg",))["svg"]


def test_the_line_is_drawn_only_where_differences_follow_the_mean():
    x = np.linspace(0.5, 2.0, 30) * 1e-3
    wiggle = 0.02e-3 * np.sin(np.arange(30) * 2.7)
    flat = table_of(np.column_stack([x, x + wiggle]))
    steep = table_of(np.column_stack([1.2 * x, x + wiggle]))
    assert "slope" not in words(render_bland_altman(flat.pairs, "avgADC", ADC))
    assert "slope 0.1" in words(render_bland_altman(steep.pairs, "avgADC", ADC))


def test_readings_that_are_all_equal_can_be_drawn():
    table = table_of(np.column_stack([[1e-3, 1.2e-3, 0.8e-3]] * 2))
    assert encode_figure(render_bland_altman(table.pairs, "avgADC", ADC), ("png",))["png"]
    assert encode_figure(render_reader_agreement(table, "avgADC", ADC), ("png",))["png"]


def test_the_data_behind_the_panels():
    table = table_of(readings(12, 3))
    data = tabulate_bland_altman(table.pairs, "avgADC", ADC)
    assert len(data.rows) == 3 * (12 + 3)
    limits = [row for row in data.rows if row[2] == "upper limit"]
    assert limits[0][4:] == (
        table.pairs[0].limits.upper_limit,
        table.pairs[0].limits.upper_interval.low,
        table.pairs[0].limits.upper_interval.high,
    )
    assert all(len(row) == len(data.columns) for row in data.rows)


def test_what_a_listener_is_told():
    table = table_of(readings(12, 2))
    text = describe_bland_altman(table.pairs, "avgADC", ADC)
    assert text.startswith("Bland-Altman plot of avgADC: R1 and R2 (n = 12): bias (R1 − R2)")
    many = describe_bland_altman(table_of(readings(12, 4)).pairs, "avgADC", ADC)
    assert "for 6 pairs; the widest" in many
    assert "ICC(2,1)" in describe_reader_agreement(table, "avgADC", ADC)


@pytest.mark.parametrize(("n", "k"), [(3, 2), (12, 3), (46, 2), (250, 7)])
def test_every_reading_is_a_dot(n, k):
    table = table_of(readings(n, k))
    figure = render_reader_agreement(table, "avgADC", ADC)
    dots = [c for c in figure.axes[0].collections if len(getattr(c, "get_offsets", list)())]
    drawn = sum(len(c.get_offsets()) for c in dots if type(c).__name__ == "PathCollection")
    assert drawn == n * k
    assert round(figure.get_size_inches()[0] * MM_PER_INCH) == 174
    assert f"ICC(2,1) {table.icc['2,1'].value:.3f}" in words(figure)
    data = tabulate_reader_agreement(table, "avgADC", ADC)
    means = [np.mean([row[4] for row in data.rows if row[1] == place]) for place in range(1, n + 1)]
    assert means == sorted(means)


def test_repeatability_stands_under_the_pairs():
    values = readings(12, 2)
    precision = {"R1": estimate_precision(readings(12, 2, 5).ravel(), np.repeat(np.arange(12), 2))}
    said = words(render_reader_agreement(table_of(values), "avgADC", ADC, precision=precision))
    assert "Within reader: wCV" in said and "R1   " in said


def test_the_same_table_gives_the_same_bytes():
    table = table_of(readings(12, 3))
    first, second = (
        encode_figure(render_bland_altman(table.pairs, "avgADC", ADC), ("svg",)) for _ in range(2)
    )
    assert first == second
