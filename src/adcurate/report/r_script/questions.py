"""The parts of the script that repeat the answers to a plan's questions, by kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from adcurate.model.plan import PlannedAnswer
from adcurate.report.r_script.quote import pointer, r_comment, r_heading
from adcurate.report.r_script.tables import ColumnNames

if TYPE_CHECKING:
    from adcurate.report.r_script.script import ScriptRequest

Writer = Callable[[str, PlannedAnswer, "ScriptRequest", ColumnNames], str]


@dataclass(frozen=True, slots=True)
class KindWriter:
    """How a kind is written in R, and the methods it needs."""

    write: Writer
    libraries: tuple[str, ...] = ()


WRITERS: Final[dict[str, KindWriter]] = {}


@dataclass(frozen=True, slots=True)
class QuestionParts:
    """A part for each question, the methods they need, and which answers they repeat."""

    parts: tuple[str, ...]
    libraries: frozenset[str]
    covered: frozenset[int]


def question_parts(request: ScriptRequest, names: ColumnNames) -> QuestionParts:
    """Write every question of the plan; one whose kind R does not repeat says so."""
    parts, libraries, covered = [], set(), set()
    for position, answer in enumerate(request.answers):
        kind = answer.question.kind
        heading = r_heading(f"Question {position + 1} of the plan: {answer.question.title or kind}"[:100])
        writer = WRITERS.get(kind)
        if answer.refusal is not None:
            text = r_comment(f"No answer was given: {answer.refusal.sentence}")
        elif writer is None:
            text = r_comment(
                f"The kind {kind!r} is not repeated in this script; its method is described in "
                f"docs/methods/{kind}.md of Adcurate's documentation."
            )
        else:
            text = writer.write(pointer("answers", position, "answer"), answer, request, names)
            libraries |= set(writer.libraries)
            covered.add(position)
        parts.append(f"{heading}\n{text}")
    return QuestionParts(tuple(parts), frozenset(libraries), frozenset(covered))
