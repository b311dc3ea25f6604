"""A forest of pairs, order and volume."""

import pytest
from tests.report.figures.drawn import width_mm, words
from tests.report.graded_table import METHODS, table

from adcurate.model.answers.grades import GradesQuestion
from adcurate.report.figures.grade_pairs import (
    describe_grade_pairs,
    render_grade_pairs,
    tabulate_grade_pairs,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.scale import ADC
from adcurate.study.questions.grades import answer_grades
from adcurate.study.streams import Streams


def ask(cases, **keys):
    return answer_grades(GradesQuestion(**keys), cases, METHODS, Streams(3))


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
