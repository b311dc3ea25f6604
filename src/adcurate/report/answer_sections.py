"""The plan and its answers as sections: what was planned is shown, what was not stands folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adcurate.model.plan import Plan, PlannedAnswer
from adcurate.report.answer_figures import AnswerFigure
from adcurate.report.answers.catalogue import badge_of, view_answer
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.page import Block, Heading, Paragraph, Picture, Section, Table, body_rows
from adcurate.report.plan_page import plan_table
from adcurate.report.scale import MarkerScale
from adcurate.report.words import TONES

POST_HOC = "post hoc"
_MOST_ROWS = 24


def answer_sections(
    plan: Plan,
    answers: Sequence[PlannedAnswer],
    figures: Mapping[int, Sequence[AnswerFigure]],
    scale: MarkerScale,
) -> list[Section]:
    """Sections of the plan, its planned questions, and what was asked later (folded).

    `figures` are those of each question by its number in the plan, from 1. No questions, no sections.
    """
    if not answers:
        return []
    numbered = list(enumerate(answers, start=1))
    planned = [(n, answer) for n, answer in numbered if answer.stamp != POST_HOC]
    later = [(n, answer) for n, answer in numbered if answer.stamp == POST_HOC]
    sections = [Section("plan", "Analysis plan", plan_table(plan, answers))]
    for anchor, title, chosen, folded in (
        ("planned", "Planned questions", planned, False),
        ("post-hoc", "Exploratory, not planned", later, True),
    ):
        blocks = [block for n, one in chosen for block in _blocks(n, one, figures.get(n, ()), scale)]
        if blocks:
            sections.append(Section(anchor, title, tuple(blocks), folded))
    return sections


def view_blocks(
    view: AnswerView, anchor: str, badge: str = "", figures: Sequence[AnswerFigure] = ()
) -> list[Block]:
    """A view as blocks of a page: heading, sentences, figures, tables, notes."""
    return [
        Heading(view.title, badge, anchor),
        *(Paragraph(sentence) for sentence in view.sentences),
        *(Picture(each.name, each.title, each.caption, each.alternative) for each in figures),
        *(_table(table, f"{anchor}-table-{i}") for i, table in enumerate(view.tables, start=1)),
        *(Paragraph(note, "quiet") for note in view.notes),
    ]


def _blocks(
    number: int, answer: PlannedAnswer, figures: Sequence[AnswerFigure], scale: MarkerScale
) -> list[Block]:
    blocks = view_blocks(view_answer(answer, scale), f"question-{number}", badge_of(answer), figures)
    findings = () if answer.answer is None else answer.answer.findings
    said = dict.fromkeys((finding.sentence, TONES[finding.severity]) for finding in findings)
    return [*blocks, *(Paragraph(sentence, tone) for sentence, tone in said)]


def _table(table: TableView, anchor: str) -> Table:
    numeric = [
        bool(table.rows) and all(_is_numeric(row[column]) for row in table.rows)
        for column in range(len(table.columns))
    ]
    align = "".join("r" if right else "l" for right in numeric)
    return Table(
        table.title,
        table.columns,
        body_rows(table.rows),
        align,
        anchor,
        (table.note,) if table.note else (),
        folded=len(table.rows) > _MOST_ROWS,
    )


def _is_numeric(text: str) -> bool:
    return not text or text[0] in "0123456789−-–<≤≥>" or text == "–"
