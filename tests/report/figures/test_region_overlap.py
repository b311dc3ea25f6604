"""Every lesion by its overlap, and the outlines of some to look at."""

import pickle
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest

from adcurate.model.answers.overlap import DrawnRegion, OverlapQuestion
from adcurate.model.protocol import Analysis
from adcurate.report.answers.overlap import view_overlap
from adcurate.report.figures.region_overlap import (
    describe_region_overlap,
    render_region_overlap,
    tabulate_region_overlap,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.figures.style import MM_PER_INCH
from adcurate.report.scale import ADC
from adcurate.study.questions.overlap import answer_overlap


def ring(rng, radius, centre):
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    reach = radius * (1 + 0.1 * np.cos(2 * turn + rng.uniform(0, 6)))
    return np.column_stack([reach * np.cos(turn), reach * np.sin(turn)]) + centre


def answer(n, *, excluded=False, other_slice=0, alone=0):
    """Made-up outlines; the second reader's are shifted, and every third has a hole."""
    rng = np.random.default_rng(n)
    regions = []
    for k in range(n):
        radius, centre = rng.uniform(5, 20), rng.uniform(-40, 40, 2)
        hole = (ring(rng, 0.3 * radius, centre),) if k % 3 == 0 else ()
        part = ((ring(rng, 0.3 * radius, centre + np.array([radius, 0.0])),),) if excluded else ()
        first = DrawnRegion(f"S{k:03d}", "1", "R1", "a", 1, (ring(rng, radius, centre), *hole))
        again = ring(rng, radius, centre + rng.normal(0, 1, 2))
        frame = 2 if k < other_slice else 1
        second = DrawnRegion(f"S{k:03d}", "1", "R2", "a", frame, (again,), part)
        regions += [first] if k >= n - alone else [first, second]
    lesions = SimpleNamespace(subject=tuple(f"S{k:03d}" for k in range(n)), lesion=("1",) * n)
    return answer_overlap(
        OverlapQuestion(), SimpleNamespace(lesions=lesions), Analysis(), None, regions=regions
    )


def words(figure):
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text))


@pytest.mark.parametrize(("n", "panels"), [(1, 1), (4, 4), (12, 6), (150, 6)])
def test_all_lesions_are_drawn_and_six_at_most_are_shown(n, panels):
    (pair,) = answer(n).pairs
    figure = render_region_overlap(pair, ADC)
    assert round(float(figure.get_size_inches()[0]) * MM_PER_INCH, 1) == 174.0
    assert len(figure.axes) == 2 + panels
    said = words(figure)
    assert "Dice coefficient" in said and "Distance (mm)" in said and " mm" in said
    assert ("R1" in said, "R2" in said, "excluded" in said) == (True, True, False)
    points = [line for line in figure.axes[0].lines if len(line.get_xdata()) == n]
    assert any(line.get_marker() == "o" for line in points)


def test_every_panel_shows_its_outlines_whole_with_a_bar_of_its_length():
    (pair,) = answer(9).pairs
    figure = render_region_overlap(pair, ADC)
    for axes, shown in zip(figure.axes[2:], pair.shown, strict=True):
        points = np.concatenate([*shown.first.rings, *shown.second.rings])
        (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
        assert left < points[:, 0].min() and points[:, 0].max() < right
        assert bottom < points[:, 1].min() and points[:, 1].max() < top
        assert (right - left) == pytest.approx(top - bottom)
        (bar,) = axes.lines
        length = float(np.ptp(bar.get_xdata()))
        assert f"{length:.0f} mm" in [text.get_text() for text in axes.texts]
        assert max(bar.get_ydata()) < points[:, 1].min()


def test_what_is_excluded_has_a_line_of_its_own():
    (pair,) = answer(3, excluded=True).pairs
    assert "excluded" in words(render_region_overlap(pair, ADC))


def test_every_lesion_is_in_the_table():
    (pair,) = answer(9).pairs
    numbers = tabulate_region_overlap(pair, ADC)
    assert len(numbers.rows) == 9
    assert [row[0] for row in numbers.rows] == list(range(1, 10))
    assert [row[-1] for row in numbers.rows] == [place in (1, 2, 4, 5, 8, 9) for place in range(1, 10)]
    assert all(len(row) == len(numbers.columns) for row in numbers.rows)


def test_the_words_say_the_extremes_and_the_median():
    (pair,) = answer(9).pairs
    assert describe_region_overlap(pair, ADC).startswith("9 lesions outlined by R1 and R2: Dice 0.")


def test_the_figure_goes_to_another_process_and_gives_the_same_bytes():
    (pair,) = answer(9).pairs
    first = encode_figure(render_region_overlap(pair, ADC), ["svg"])
    second = encode_figure(pickle.loads(pickle.dumps(render_region_overlap(pair, ADC))), ["svg"])
    assert first == second


def test_the_sentence_counts_what_was_and_was_not_compared():
    view = view_overlap(answer(10, other_slice=2, alone=1), ADC)
    (sentence,) = view.sentences
    assert sentence.startswith(
        "R1 and R2 both outlined 7 lesions on the same slice (2 lesions drawn on different slices and 1 "
        "lesion drawn by one of them only could not be compared). The Dice coefficient was 0."
    )
    assert "Hausdorff distance" in sentence and "lowest 0." in sentence and "R2 enclosed" in sentence
    summary, lesions = view.tables
    assert len(summary.rows) == 5 and summary.rows[0][:2] == ("Dice", "7")
    assert len(lesions.rows) == 7 and all(len(row) == len(lesions.columns) for row in lesions.rows)
    assert lesions.rows[0][0].endswith(" / 1")


def test_a_single_lesion_has_no_quartiles():
    (sentence,) = view_overlap(answer(1), ADC).sentences
    assert "quartile" not in sentence and "1 lesion on" in sentence
