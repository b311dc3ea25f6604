"""The planning figure."""

import math

import numpy as np
import pytest

from adcurate.errors import ReportError
from adcurate.model.answers.sample_size import SampleSizeQuestion
from adcurate.model.cases import CaseTable
from adcurate.phantom import load_reconstructed_cohort
from adcurate.report.figures.power_curve import (
    describe_power_curve,
    render_power_curve,
    tabulate_power_curve,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.scale import ADC
from adcurate.study.sample_size import plan_sample_size

ROWS = load_reconstructed_cohort()
NAMES = tuple(row.patient for row in ROWS)
PILOT = CaseTable(
    *(NAMES, NAMES, *((("",) * 47,) * 3)),
    grade=(None,) * 47,
    positive=tuple(row.who_grade == "G3" for row in ROWS),
    markers={"avgADC": np.array([row.mean_adc for row in ROWS])},
    directions={"avgADC": "low"},
)


def answer(**keys):
    return plan_sample_size(SampleSizeQuestion(**keys), pilot=PILOT)


WITH_PILOT = answer(half_width=0.1, simulate=True, simulations=200)


@pytest.mark.parametrize(
    "keys",
    [
        {"expected": 0.87, "n_positive": 9, "n_negative": 38},
        {"goal": "power", "expected": 0.85, "null": 0.7, "simulate": True, "simulations": 100},
        {"design": "sensitivity", "goal": "power", "expected": 0.9, "null": 0.75},
        {"design": "sensitivity", "goal": "assurance", "expected": 0.9, "half_width": 0.1},
        {"design": "limits", "sd": 1e-4, "half_width": 4e-5},
        {"design": "groups", "goal": "power", "expected": 0.95},
    ],
)
def test_every_design_is_drawn(keys):
    found = answer(**keys)
    figure = render_power_curve(found, ADC)
    (axes,) = figure.axes
    ring = next(line for line in axes.lines if line.get_marker() == "o")
    assert ring.get_xdata()[0] == found.size.units.n
    low, high = axes.get_ylim()
    assert low == 0.0 and 0.0 < ring.get_ydata()[0] <= high
    assert (
        encode_figure(figure, ("png",))["png"]
        == encode_figure(render_power_curve(found, ADC), ("png",))["png"]
    )


def test_the_table_holds_the_curve_and_the_simulated_sizes():
    table = tabulate_power_curve(WITH_PILOT, ADC)
    by_source = {
        source: [row for row in table.rows if row[0] == source] for source in {row[0] for row in table.rows}
    }
    assert len(by_source["formula"]) == len(WITH_PILOT.size.curve)
    assert len(by_source["simulated"]) == len(by_source["formula in that world"]) == 5
    for _, n, n_positive, n_negative, value, low, high in by_source["simulated"]:
        assert n == n_positive + n_negative
        assert low <= value <= high


def test_the_words_hold_the_numbers():
    text = describe_power_curve(WITH_PILOT, ADC)
    assert "22 positive and 93 negative lesions give ± 0.099 (Hanley and McNeil 1982)." in text
    assert text.endswith("Studies drawn from the pilot give ± 0.071.")


def test_a_world_of_perfect_separation_is_drawn_without_points():
    pilot = CaseTable(
        *(NAMES, NAMES, *((("",) * 47,) * 3)),
        grade=(None,) * 47,
        positive=tuple(i < 9 for i in range(47)),
        markers={"avgADC": np.arange(47.0)},
        directions={"avgADC": "low"},
    )
    question = SampleSizeQuestion(
        expected=0.9, half_width=0.1, markers=("avgADC",), simulate=True, simulations=100
    )
    found = plan_sample_size(question, pilot=pilot)
    assert math.isnan(found.simulation.sizes[0].half_width)
    assert render_power_curve(found, ADC).axes


def test_a_model_has_no_curve():
    with pytest.raises(ReportError) as refused:
        render_power_curve(answer(design="logistic", parameters=4, prevalence=0.2, r_squared=0.2), ADC)
    assert refused.value.code == "report.figure"
