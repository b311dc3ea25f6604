"""The sensitivity table as a forest."""

import math

import pytest

from adcurate.model.answers.sensitivity import SensitivityAnswer, SensitivityRow
from adcurate.report.figures.save import encode_figure
from adcurate.report.figures.sensitivity_forest import (
    describe_sensitivity_forest,
    render_sensitivity_forest,
    tabulate_sensitivity_forest,
)
from adcurate.report.scale import ADC
from adcurate.statistics.interval import Interval


def row(label, stamp, auc, n=40):
    known = not math.isnan(auc)
    interval = Interval(auc - 0.1, min(1.0, auc + 0.1), 0.95, "delong") if known else None
    return SensitivityRow(
        *(
            label,
            stamp,
            "adc",
            n,
            8,
            0,
            auc,
            interval,
            0.957e-3 if known else math.nan,
            "<=" if known else "",
            None,
        ),
        *(0.9, 0.7, -0.5, interval, "" if known else "An area needs 2 lesions of each class."),
    )


ANSWER = SensitivityAnswer(
    (
        row("Primary analysis", "primary", 0.87),
        row("lesion_type = primary", "planned", 0.8, n=12),
        row("vendor = GE", "planned", math.nan, n=2),
        row("a condition that someone wrote who had a great deal of time", "post hoc", 0.45),
    )
)


def test_every_row_is_drawn_and_the_figure_has_a_journals_width():
    figure = render_sensitivity_forest(ANSWER, "adc", ADC)
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(174)
    words = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert {
        "Primary analysis",
        "vendor = GE",
        "not estimated",
        "0.870",
        "≤ 0.957",
        "40 (8)",
        "2 (8)",
    } <= words
    plot = figure.axes[1]
    points = [line for line in plot.lines if line.get_marker() in ("s", "D")]
    assert [round(float(line.get_xdata()[0]), 3) for line in points] == [0.87, 0.8, 0.45]
    assert points[0].get_marker() == "D" and points[2].get_markerfacecolor() == "white"
    assert plot.get_xlim()[0] <= 0.35
    assert encode_figure(figure, ("png",))["png"].startswith(b"\x89PNG")


def test_the_data_behind_it_holds_every_row_unrounded():
    found = tabulate_sensitivity_forest(ANSWER, "adc", ADC)
    assert len(found.rows) == 4 and all(len(each) == len(found.columns) for each in found.rows)
    assert found.rows[0][found.columns.index("auc_low")] == 0.87 - 0.1
    assert found.rows[2][found.columns.index("auc_low")] is None


def test_the_words_for_those_who_cannot_see_it_hold_the_span():
    text = describe_sensitivity_forest(ANSWER, "adc", ADC)
    assert "primary 0.870" in text and "from 0.450 to 0.800" in text
    assert "no other row" in describe_sensitivity_forest(SensitivityAnswer(ANSWER.rows[:1]), "adc", ADC)
