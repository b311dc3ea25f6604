"""The figures of each kind of answer, with their words and the numbers behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.figure import Figure

from adcurate.model.answers.sensitivity import SensitivityAnswer
from adcurate.model.plan import PlannedAnswer
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.sensitivity_forest import (
    describe_sensitivity_forest,
    render_sensitivity_forest,
    tabulate_sensitivity_forest,
)
from adcurate.report.scale import MarkerScale


@dataclass(frozen=True, slots=True, eq=False)
class AnswerFigure:
    """A figure of an answer: `name` is its file's, `alternative` its text for those who cannot see it."""

    name: str
    title: str
    caption: str
    alternative: str
    figure: Figure
    data: FigureData


def figures_of_answers(
    answers: Sequence[PlannedAnswer], scale: MarkerScale
) -> dict[int, tuple[AnswerFigure, ...]]:
    """The figures of every question, by its number in the plan, from 1."""
    return {
        number: figures_of_answer(answer, number, scale) for number, answer in enumerate(answers, start=1)
    }


def figures_of_answer(planned: PlannedAnswer, number: int, scale: MarkerScale) -> tuple[AnswerFigure, ...]:
    """Make the figures of the plan's question `number` (from 1); none where there is no answer."""
    make = FIGURES.get(planned.question.kind)
    if make is None or planned.answer is None:
        return ()
    prefix = f"q{number}-{planned.question.kind}"
    return tuple(
        AnswerFigure(_file_name(prefix, found.name), *found.rest) for found in make(planned.answer, scale)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    name: str
    title: str
    caption: str
    alternative: str
    figure: Figure
    data: FigureData

    @property
    def rest(self) -> tuple[str, str, str, Figure, FigureData]:
        return self.title, self.caption, self.alternative, self.figure, self.data


def _sensitivity(answer: SensitivityAnswer, scale: MarkerScale) -> list[_Made]:
    return [
        _Made(
            marker,
            f"{marker} in other subsets and with other choices",
            "Diamond and dotted line: the primary analysis. Filled squares: planned rows; hollow: post hoc. "
            "The size follows the number of lesions; lines are intervals of the area.",
            describe_sensitivity_forest(answer, marker),
            render_sensitivity_forest(answer, marker, scale),
            tabulate_sensitivity_forest(answer, marker),
        )
        for marker in dict.fromkeys(row.marker for row in answer.rows)
    ]


FIGURES: Final[dict[str, Callable[[Any, MarkerScale], Sequence[_Made]]]] = {"sensitivity": _sensitivity}


def _file_name(prefix: str, name: str) -> str:
    tail = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"{prefix}-{tail}" if tail else prefix
