"""A forest of pairs, order and volume."""

import matplotlib as mpl
import numpy as np
import pytest

from adcurate.model.answers.grades import GradesQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.report.figures.grade_pairs import (
    describe_grade_pairs,
    render_grade_pairs,
    tabulate_grade_pairs,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.figures.style import MM_PER_INCH
from adcurate.report.scale import ADC
from adcurate.study.questions.grades import answer_grades
from adcurate.study.streams import Streams

MARKERS = (("mean", 0.15), ("minimum", 0.3))
METHODS = Analysis(bootstrap_resamples=100)


def table(n=30, seed=0):
    """A made-up table of three grades and two markers; the highest grade is the positive one."""
    rng = np.random.default_rng(seed)
    grade = np.arange(n) % 3
    none = ("",) * n
    markers = {name: np.round(1.2 + 0.3 * rng.normal(size=n) - step * grade, 3) for name, step in MARKERS}
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(n)),
        subject=tuple(str(i) for i in range(n)),
        lesion=none,
        reader=none,
        session=none,
        grade=tuple(f"G{g + 1}" for g in grade),
        positive=tuple(bool(g == 2) for g in grade),
        markers=markers,
        directions=dict.fromkeys(markers, "low"),
        grades=("G1", "G2", "G3"),
        positive_label="high grade",
        negative_label="low grade",
        columns={"scanner": tuple("AB"[i % 2] for i in range(n))},
    )


def ask(cases, **keys):
    return answer_grades(GradesQuestion(**keys), cases, METHODS, Streams(3))


def words(figure):
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text))


def width_mm(figure):
    return round(float(figure.get_size_inches()[0]) * MM_PER_INCH, 1)


@pytest.mark.parametrize("n", [12, 600])
def test_every_pair_the_order_and_the_volume_are_drawn(n):
    separations = tuple(ask(table(n)).markers.values())
    figure = render_grade_pairs(separations, ADC)
    assert width_mm(figure) == 84.0 and len(figure.axes) == 2
    said = words(figure)
    assert all(label in said for label in ("G1 – G2", "G1 – G3", "G2 – G3", "C-index", "Volume", "Holm"))
    markers = [line for line in figure.axes[0].lines if line.get_marker() != "None"]
    assert len(markers) == 5


def test_every_mark_is_in_the_table_and_the_words():
    separations = tuple(ask(table()).markers.values())
    numbers = tabulate_grade_pairs(separations, ADC)
    assert len(numbers.rows) == 10
    assert [row[-1] for row in numbers.rows[:5]] == [0.5] * 4 + [pytest.approx(1 / 6)]
    assert describe_grade_pairs(separations, ADC).startswith("mean: G1 – G2 0.")


def test_two_grades_have_no_volume_in_the_picture():
    separations = tuple(ask(table(), grades=("G1", "G3")).markers.values())[:1]
    assert "Volume" not in words(render_grade_pairs(separations, ADC))


def test_the_same_answer_gives_the_same_bytes():
    separations = tuple(ask(table()).markers.values())
    first, second = (encode_figure(render_grade_pairs(separations, ADC), ["svg"]) for _ in range(2))
    assert first == second
