"""Several readers and cases: readings into a block of modalities by readers by cases, then its analysis."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError, TableError
from adcurate.findings import Finding
from adcurate.model.answers.readers_roc import ReaderArea, ReadersRocAnswer, ReadersRocQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.readers import (
    ReaderAreas,
    ReadersTest,
    average_curves,
    compare_modalities,
    estimate_reader_areas,
)
from adcurate.statistics.readers.obuchowski_rockette import Sampled
from adcurate.statistics.roc import estimate_roc
from adcurate.study.streams import Streams

_DESIGNS: Final[tuple[tuple[Sampled, Sampled], ...]] = (
    ("random", "random"),
    ("fixed", "random"),
    ("random", "fixed"),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Readings:
    """`ratings` are (modality, reader, case); the cases are read completely and have an outcome."""

    ratings: Floats
    positive: Bools
    readers: tuple[str, ...]
    subjects: tuple[str, ...]
    n_incomplete: int
    n_unclassified: int


def answer_readers_roc(
    question: ReadersRocQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> ReadersRocAnswer:
    """Compare modalities over readers and cases; `cases` has a row for each reading of a lesion.

    Raises
    ------
    TableError
        ``table.missing-column`` for a marker that is not there; ``table.value`` names a row without a
        reader, read twice, or whose outcome differs from another reading's.
    StatisticsError
        ``statistics.too-few`` without a case that every reader read with every modality, or with one reader
        who is random; ``statistics.one-class``; ``statistics.option``.
    """
    modalities = question.markers or tuple(cases.markers)
    found = _complete(cases, modalities, question.session)
    areas = estimate_reader_areas(
        found.ratings,
        found.positive,
        modalities=modalities,
        readers=found.readers,
        directions=tuple(cases.directions[name] for name in modalities),
        covariance=question.covariance,
        subject=found.subjects,
    )
    level = methods.confidence_level
    test = compare_modalities(areas, readers=question.readers, cases=question.cases, level=level)
    curves = {
        name: {
            reader: estimate_roc(found.ratings[i, j], found.positive, direction=areas.directions[i])
            for j, reader in enumerate(found.readers)
        }
        for i, name in enumerate(modalities)
    }
    return ReadersRocAnswer(
        modalities=modalities,
        readers=found.readers,
        reader_areas=tuple(
            ReaderArea(
                name,
                reader,
                float(areas.values[i, j]),
                areas.standard_error(i, j),
                areas.interval(i, j, level),
            )
            for i, name in enumerate(modalities)
            for j, reader in enumerate(found.readers)
        ),
        test=test,
        other_designs=_others(areas, test, level),
        curves=curves,
        average={name: average_curves(tuple(own.values())) for name, own in curves.items()},
        level=level,
        n_cases=found.positive.size,
        n_subjects=len(set(found.subjects)),
        n_incomplete=found.n_incomplete,
        n_unclassified=found.n_unclassified,
        findings=(*test.findings, *_own_findings(found, question)),
    )


def _complete(cases: CaseTable, modalities: tuple[str, ...], session: str) -> _Readings:
    if session:
        if session not in cases.session:
            raise StatisticsError(
                "statistics.option",
                f"No row is of the session {session!r}.",
                remedy=f"Sessions: {', '.join(sorted(set(cases.session)))}.",
            )
        cases = cases.take([i for i, name in enumerate(cases.session) if name == session])
    readers = tuple(sorted(set(cases.reader), key=_by_number))
    names = sorted(set(zip(cases.subject, cases.lesion, strict=True)))
    place = {name: i for i, name in enumerate(names)}
    ratings = np.full((len(modalities), len(readers), len(names)), np.nan)
    values = np.stack([cases.marker(name) for name in modalities])
    positive: list[bool | None] = [None] * len(names)
    seen: set[tuple[int, int]] = set()
    for row in range(len(cases)):
        case = place[cases.subject[row], cases.lesion[row]]
        reader = readers.index(cases.reader[row])
        _check_row(cases, row, readers, positive[case], (reader, case) in seen)
        seen.add((reader, case))
        ratings[:, reader, case] = values[:, row]
        if cases.positive[row] is not None:
            positive[case] = cases.positive[row]
    known = np.array([flag is not None for flag in positive], dtype=np.bool_)
    complete = np.isfinite(ratings).all(axis=(0, 1))
    if not (known & complete).any():
        raise StatisticsError(
            "statistics.too-few",
            f"None of {len(names)} cases has an outcome and a reading of every reader with every modality.",
            remedy="Leave out readers who read other cases, or name fewer markers.",
            n=0,
            n_readers=len(readers),
        )
    kept = np.flatnonzero(known & complete)
    return _Readings(
        ratings=ratings[:, :, kept],
        positive=np.array([bool(positive[i]) for i in kept], dtype=np.bool_),
        readers=readers,
        subjects=tuple(names[i][0] for i in kept),
        n_incomplete=int((known & ~complete).sum()),
        n_unclassified=int((~known).sum()),
    )


def _by_number(name: str) -> list[str | int]:
    """Sort R2 before R10."""
    return [int(part) if i % 2 else part for i, part in enumerate(re.split(r"(\d+)", name))]


def _check_row(
    cases: CaseTable, row: int, readers: tuple[str, ...], outcome: bool | None, seen: bool
) -> None:
    problem = remedy = ""
    if not cases.reader[row] and len(readers) > 1:
        problem, remedy = "names no reader", "Name the reader of every reading."
    elif seen:
        problem = "is a second reading of the same lesion by the same reader"
        remedy = "Name the session to use, or keep one reading."
    elif outcome is not None and cases.positive[row] is not None and cases.positive[row] != outcome:
        problem = "has another outcome than an earlier reading of the same lesion"
        remedy = "Give a lesion one outcome."
    if problem:
        raise TableError(
            "table.value", f"{cases.rows[row].capitalize()} {problem}.", remedy=remedy, row=cases.rows[row]
        )


def _others(areas: ReaderAreas, test: ReadersTest, level: float) -> tuple[ReadersTest, ...]:
    others = []
    for readers, cases in _DESIGNS:
        asked = (readers, cases) == (test.readers, test.cases)
        if asked or (readers == "random" and len(areas.readers) < 2):
            continue
        others.append(compare_modalities(areas, readers=readers, cases=cases, level=level))
    return tuple(others)


def _own_findings(found: _Readings, question: ReadersRocQuestion) -> tuple[Finding, ...]:
    findings = []
    n_subjects = len(set(found.subjects))
    if question.covariance != "obuchowski" and n_subjects < len(found.subjects):
        findings.append(
            Finding(
                "readers-roc.several-lesions",
                f"{len(found.subjects)} cases are lesions of {n_subjects} subjects and are taken as "
                "independent; the covariance 'obuchowski' takes subjects as the sample.",
                "serious",
            )
        )
    if found.n_incomplete:
        findings.append(
            Finding(
                "readers-roc.incomplete",
                f"{found.n_incomplete} cases were not read by every reader with every modality and are left "
                "out.",
                "warning",
                {"n_incomplete": str(found.n_incomplete)},
            )
        )
    return tuple(findings)
