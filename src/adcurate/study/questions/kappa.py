"""Agreement in categories: from the long table of readings to calls side by side, and their kappas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from adcurate.errors import StatisticsError, TableError
from adcurate.findings import Finding
from adcurate.model.answers.kappa import KappaAnswer, KappaPair, KappaQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.agreement import (
    KAPPA_WEIGHTS,
    FleissKappa,
    estimate_fleiss_kappa,
    estimate_kappa,
)
from adcurate.statistics.marker import Rule, rule_of
from adcurate.statistics.values import to_resolution
from adcurate.study.questions.readings import Reading, collect_calls
from adcurate.study.streams import Streams

Lesion = tuple[str, str]
Compared = Literal["reader", "session"]


@dataclass(frozen=True, slots=True)
class _Calls:
    """Calls of one set of columns: readers, or the sessions of `reader`."""

    reader: str
    columns: tuple[str, ...]
    of: Mapping[tuple[Lesion, str], str]

    def both(self, columns: Sequence[str]) -> list[Lesion]:
        """The lesions that all of these columns called, in order."""
        lesions = sorted({lesion for lesion, _ in self.of})
        return [lesion for lesion in lesions if all((lesion, column) in self.of for column in columns)]


def answer_kappa(
    question: KappaQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> KappaAnswer:
    """Answer from every row: `cases` is the long table, not one row a lesion. Draws no random numbers.

    Raises
    ------
    TableError
        ``table.missing-column``; ``table.value`` names two rows that are one reading, or a row whose call
        is none of `order`.
    StatisticsError
        ``statistics.option`` for impossible keys, or when there is but one reader and one session;
        ``statistics.too-few``, ``statistics.constant``
    """
    _check_keys(question)
    calls, categories, rule = _called(question, cases)
    readings = collect_calls(cases, calls)
    compared, sets = _side_by_side(readings.kept, question.between)
    pairs, refused = _pairs(sets, categories, question, methods)
    several, why_not = _several(sets, categories, methods.confidence_level, compared)
    complete = sum(len(calls.both(calls.columns)) for calls in sets)
    total = sum(len({lesion for lesion, _ in calls.of}) for calls in sets)
    return KappaAnswer(
        column=question.column,
        rule=rule,
        cutoff=question.cutoff,
        categories=categories,
        weights=question.weights,
        compared=compared,
        pairs=pairs,
        refused=refused,
        mean_of_pairs=float(np.mean([pair.kappa.value for pair in pairs])) if len(pairs) > 1 else None,
        several=several,
        why_not_several=why_not,
        n_lesions=complete,
        n_incomplete=total - complete,
        n_missing=readings.n_missing,
        level=methods.confidence_level,
        findings=_findings(readings.kept, pairs, several, total - complete, compared),
    )


def _check_keys(question: KappaQuestion) -> None:
    for key, value, choices in (
        ("weights", question.weights, KAPPA_WEIGHTS),
        ("between", question.between, ("auto", "reader", "session")),
    ):
        if value not in choices:
            raise StatisticsError(
                "statistics.option",
                f"The key {key!r} of a kappa question is one of {', '.join(choices)}.",
                remedy="Name one of them.",
                key=key,
            )


def _called(
    question: KappaQuestion, cases: CaseTable
) -> tuple[tuple[str | None, ...], tuple[str, ...], Rule | Literal[""]]:
    """What each row calls, the categories in order, and the rule of a cut-off."""
    if question.cutoff is not None:
        values = cases.marker(question.column)
        cutoff = float(to_resolution(question.cutoff, cases.resolution))
        rule = rule_of(cases.directions[question.column])
        positive = values <= cutoff if rule == "<=" else values >= cutoff
        names = (cases.negative_label, cases.positive_label)
        calls = tuple(
            None if np.isnan(value) else names[int(side)]
            for value, side in zip(values, positive, strict=True)
        )
        return calls, names, rule
    calls = cases.text(question.column)
    order = question.order or (cases.grades if question.column == "grade" else ())
    if not order:
        if question.weights != "none":
            raise StatisticsError(
                "statistics.option",
                f"Weighted kappa needs the order of the categories of {question.column!r}.",
                remedy='List them, lowest first: order = ["low", "middle", "high"].',
                column=question.column,
            )
        order = tuple(sorted({call for call in calls if call is not None}))
    for call, row in zip(calls, cases.rows, strict=True):
        if call is not None and call not in order:
            raise TableError(
                "table.value",
                f"{row} calls a category of {question.column!r} that is none of {', '.join(order)}.",
                remedy="Correct the cell, or list every category in the order.",
                column=question.column,
                row=row,
            )
    if len(order) < 2:
        raise StatisticsError(
            "statistics.constant",
            f"The column {question.column!r} holds {len(order)} category: there is nothing to agree on.",
            remedy="Name a column with two or more categories.",
            column=question.column,
        )
    return calls, order, ""


def _side_by_side(
    kept: Sequence[Reading[str]], between: Literal["auto", "reader", "session"]
) -> tuple[Compared, list[_Calls]]:
    readers = tuple(sorted({reading.reader for reading in kept}))
    sessions = tuple(sorted({reading.session for reading in kept}))
    compared: Compared = (
        "session" if between == "session" or (between == "auto" and len(readers) < 2) else "reader"
    )
    if len(readers if compared == "reader" else sessions) < 2:
        raise StatisticsError(
            "statistics.option",
            f"The table holds {len(readers)} reader(s) and {len(sessions)} session(s): there are no two "
            f"{compared}s to compare.",
            remedy="Give a row for each reading, with the columns reader or session.",
            n_readers=len(readers),
            n_sessions=len(sessions),
        )
    if compared == "reader":
        first: dict[tuple[Lesion, str], str] = {}
        for reading in kept:
            first.setdefault((reading.of, reading.reader), reading.value)
        return compared, [_Calls("", readers, first)]
    sets = []
    for reader in readers:
        own = {(r.of, r.session): r.value for r in kept if r.reader == reader}
        columns = tuple(session for session in sessions if any(at == session for _, at in own))
        if len(columns) > 1:
            sets.append(_Calls(reader, columns, own))
    if not sets:
        raise StatisticsError(
            "statistics.too-few",
            "No reader read in two sessions.",
            remedy="Add repeated readings, or compare readers.",
        )
    return compared, sets


def _pairs(
    sets: Sequence[_Calls], categories: tuple[str, ...], question: KappaQuestion, methods: Analysis
) -> tuple[tuple[KappaPair, ...], tuple[tuple[str, str], ...]]:
    """Every pair; one without a kappa keeps its reason, and when none has one the first reason is raised."""
    found, refused = [], []
    trouble: StatisticsError | None = None
    for calls in sets:
        for first, second in combinations(calls.columns, 2):
            both = calls.both((first, second))
            try:
                kappa = estimate_kappa(
                    [calls.of[lesion, first] for lesion in both],
                    [calls.of[lesion, second] for lesion in both],
                    categories=categories,
                    weights=question.weights,
                    level=methods.confidence_level,
                    proportion_interval=methods.proportion_interval,
                )
            except StatisticsError as error:
                trouble = trouble or error
                refused.append((f"{first} and {second}", error.sentence))
                continue
            found.append(KappaPair(calls.reader, first, second, kappa))
    if not found and trouble is not None:
        raise trouble
    return tuple(found), tuple(refused)


def _several(
    sets: Sequence[_Calls], categories: tuple[str, ...], level: float, compared: Compared
) -> tuple[FleissKappa | None, str]:
    if compared == "session" or len(sets[0].columns) < 3:
        return None, ""
    calls = sets[0]
    table = [[calls.of[lesion, column] for column in calls.columns] for lesion in calls.both(calls.columns)]
    try:
        return estimate_fleiss_kappa(table, categories=categories, level=level), ""
    except StatisticsError as trouble:
        return None, trouble.sentence


def _findings(
    kept: Sequence[Reading[str]],
    pairs: Sequence[KappaPair],
    several: FleissKappa | None,
    n_incomplete: int,
    compared: Compared,
) -> tuple[Finding, ...]:
    found = [f for pair in pairs for f in pair.kappa.findings] + list(several.findings if several else ())
    lesions = {reading.of for reading in kept}
    subjects = {subject for subject, _ in lesions}
    if len(subjects) < len(lesions):
        found.append(
            Finding(
                "agreement.lesions-share-subject",
                f"{len(lesions)} lesions come from {len(subjects)} subjects: intervals take lesions as "
                "independent and may be too narrow.",
            )
        )
    if n_incomplete:
        found.append(
            Finding(
                "agreement.incomplete",
                f"{n_incomplete} lesions were not called by every {compared}; pairs use what both called.",
                "note",
            )
        )
    return tuple({(f.code, f.sentence): f for f in found}.values())
