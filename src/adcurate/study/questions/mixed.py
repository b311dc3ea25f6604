"""Mixed model: the columns of the model from the table, one row a lesion or a reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.model.answers.mixed import MarkerMixed, MixedAnswer, MixedQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.models.mixed import compare_mixed_columns, fit_mixed
from adcurate.study.streams import Streams


def answer_mixed(
    question: MixedQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> MixedAnswer:
    """Answer for each marker. `cases` holds every lesion or reading, not one row a subject.

    Raises
    ------
    TableError
        ``table.missing-column`` for a column that is not in the table; ``table.value`` for a covariate that
        is no number.
    StatisticsError
        ``statistics.option`` for impossible keys, and the codes of `fit_mixed`.
    """
    groups = tuple(name for name in (question.group, question.second_group) if name)
    adjusted = (*question.covariates, *question.factors)
    if not question.group or len(set(groups)) != len(groups) or len(set(adjusted)) != len(adjusted):
        raise StatisticsError(
            "statistics.option",
            "A mixed question names one grouping or two different ones, and each column once.",
            remedy='Such as group = "subject" and second_group = "reader".',
        )
    compared = _compared(question, cases)
    names = question.markers or tuple(cases.markers)
    markers = {name: _answer_marker(question, cases, methods, name, groups, compared) for name in names}
    return MixedAnswer(
        markers=markers,
        compare=question.compare,
        compared=compared,
        groups=groups,
        adjusted_for=adjusted,
        level=methods.confidence_level,
        findings=tuple(
            {
                (finding.code, finding.sentence): finding
                for entry in markers.values()
                for finding in entry.findings
            }.values()
        ),
    )


def _answer_marker(
    question: MixedQuestion,
    cases: CaseTable,
    methods: Analysis,
    name: str,
    groups: tuple[str, ...],
    compared: tuple[str, ...],
) -> MarkerMixed:
    values = cases.marker(name)
    members = {column: _members(cases, column) for column in groups}
    classes = _classes(question, cases)
    numbers = {column: cases.numbers(column) for column in question.covariates}
    words = {column: cases.text(column) for column in question.factors}
    kept = [
        i
        for i in sorted(range(len(cases)), key=lambda i: cases.rows[i])
        if np.isfinite(values[i])
        and all(column[i] is not None for column in (*members.values(), *words.values(), classes))
        and all(np.isfinite(column[i]) for column in numbers.values())
    ]
    own_classes = [str(classes[i]) for i in kept]
    held = tuple(label for label in compared if label in own_classes)
    if question.compare != "none" and len(held) < 2:
        raise StatisticsError(
            "statistics.one-class",
            f"{len(kept)} rows hold {name} and all columns of the model, and they are of one class.",
            remedy="Check these columns, or compare nothing.",
            n=len(kept),
        )
    tested = _indicators(own_classes, held)
    if set(tested) & set(question.covariates):
        raise StatisticsError(
            "statistics.option",
            "A covariate has the name of one of the compared classes.",
            remedy="Rename the covariate's column.",
        )
    fixed: dict[str, Floats] = dict(tested)
    fixed.update({column: numbers[column][kept] for column in question.covariates})
    for column, entries in words.items():
        own = [str(entries[i]) for i in kept]
        levels = _indicators(own, tuple(sorted(set(own))))
        fixed.update({f"{column}: {level}": indicator for level, indicator in levels.items()})
    own_members = {column: [str(entries[i]) for i in kept] for column, entries in members.items()}
    fit = fit_mixed(
        values[kept],
        own_members,
        fixed,
        estimation=question.estimation,
        level=methods.confidence_level,
    )
    test = compare_mixed_columns(values[kept], own_members, fixed, tuple(tested)) if tested else None
    first = own_members[groups[0]]
    return MarkerMixed(
        marker=name,
        fit=fit,
        test=test,
        means=_means(values[kept], own_classes, first, held),
        n_groups=len(set(first)),
        largest_group=max(Counter(first).values()),
        n_missing=len(cases) - len(kept),
        findings=fit.findings,
    )


def _compared(question: MixedQuestion, cases: CaseTable) -> tuple[str, ...]:
    if question.compare == "outcome":
        return cases.negative_label, cases.positive_label
    if question.compare == "grade":
        held = {grade for grade in cases.grade if grade is not None}
        return (*(grade for grade in cases.grades if grade in held), *sorted(held - set(cases.grades)))
    return ()


def _classes(question: MixedQuestion, cases: CaseTable) -> tuple[str | None, ...]:
    if question.compare == "grade":
        return cases.grade
    if question.compare == "none":
        return ("",) * len(cases)
    labels = {True: cases.positive_label, False: cases.negative_label}
    return tuple(None if flag is None else labels[flag] for flag in cases.positive)


def _members(cases: CaseTable, column: str) -> tuple[str | None, ...]:
    """The group of each row; a lesion's name counts within its subject."""
    if column != "lesion":
        return cases.text(column)
    return tuple(
        f"{subject}\x1f{lesion}" for subject, lesion in zip(cases.subject, cases.lesion, strict=True)
    )


def _indicators(own: list[str], levels: tuple[str, ...]) -> Mapping[str, Floats]:
    """A column of 0 and 1 for each level but the first."""
    return {level: np.array([float(entry == level) for entry in own]) for level in levels[1:]}


def _means(
    values: Floats, classes: list[str], groups: list[str], held: tuple[str, ...]
) -> dict[str, tuple[float, int, int]]:
    found = {}
    for label in held:
        at = [i for i, entry in enumerate(classes) if entry == label]
        found[label] = float(values[at].mean()), len(at), len({groups[i] for i in at})
    return found
