"""Reader agreement: from the long table of readings to tables side by side, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, get_args

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.answers.agreement import (
    AgreementAnswer,
    AgreementQuestion,
    Between,
    MarkerAgreement,
    PairComparison,
    ReadingTable,
)
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.agreement import (
    ICC_FORMS,
    LIMITS_INTERVALS,
    VARIANTS,
    IccForms,
    Precision,
    RepeatedLimits,
    Reproducibility,
    estimate_bland_altman,
    estimate_icc_forms,
    estimate_limits_constant_truth,
    estimate_precision,
    estimate_reproducibility,
    find_repeatability_claim,
)
from adcurate.study.questions.readings import Reading, Readings, collect_readings, name_of_lesion
from adcurate.study.streams import Streams

_FEWEST_LESIONS: Final = 3

Lesion = tuple[str, str]
Cells = Mapping[tuple[Lesion, str, str], float]


@dataclass(frozen=True, slots=True)
class _Asked:
    question: AgreementQuestion
    level: float
    readers: tuple[str, ...]
    sessions: tuple[str, ...]


def answer_agreement(
    question: AgreementQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> AgreementAnswer:
    """Answer for each marker, from every row: `cases` is the long table, not one row a lesion.

    Nothing here draws random numbers; `streams` is not used.

    Raises
    ------
    TableError
        ``table.missing-column``; ``table.value`` names two rows that are one reading.
    StatisticsError
        ``statistics.option`` for impossible keys, or when there is but one reader and one session;
        ``statistics.too-few`` when fewer than three lesions were read twice.
    """
    _check_keys(question)
    names = question.markers or tuple(cases.markers)
    readings = {name: _measured(cases, name) for name in names}
    every = [reading for found in readings.values() for reading in found.kept]
    readers = tuple(sorted({reading.reader for reading in every}))
    sessions = tuple(sorted({reading.session for reading in every}))
    compared = _compared(question.between, readers, sessions)
    asked = _Asked(question, methods.confidence_level, readers, sessions)
    markers = {
        name: _answer_marker(name, found.kept, found.n_missing, compared, asked)
        for name, found in readings.items()
    }
    claim = find_repeatability_claim(question.organ) if question.organ else None
    findings = {(f.code, f.sentence): f for entry in markers.values() for f in entry.findings}
    return AgreementAnswer(
        markers=markers,
        compared=compared,
        readers=readers,
        sessions=sessions,
        icc=question.icc,
        organ=question.organ,
        claim=claim,
        level=methods.confidence_level,
        findings=tuple(findings.values()),
    )


def _measured(cases: CaseTable, name: str) -> Readings[float]:
    """Readings as they were measured: no statistic here asks what ties."""
    cases.marker(name)
    return collect_readings(cases, cases.markers[name])


def _check_keys(question: AgreementQuestion) -> None:
    for key, value, choices in (
        ("between", question.between, get_args(Between)),
        ("icc", question.icc, ICC_FORMS),
        ("bland_altman", question.bland_altman, VARIANTS),
        ("limits_interval", question.limits_interval, LIMITS_INTERVALS),
    ):
        if value not in choices:
            raise StatisticsError(
                "statistics.option",
                f"The key {key!r} of an agreement question is one of {'; '.join(choices)}.",
                remedy="Name one of them.",
                key=key,
            )


def _compared(between: Between, readers: Sequence[str], sessions: Sequence[str]) -> Between:
    """What is compared; refuses what the table cannot show."""
    several = {"reader": len(readers) > 1, "session": len(sessions) > 1}
    if between == "auto":
        if several["reader"] and several["session"]:
            return "reader-and-session"
        if several["reader"] or several["session"]:
            return "reader" if several["reader"] else "session"
    elif all(several[part] for part in between.split("-and-")):
        return between
    raise StatisticsError(
        "statistics.option",
        f"The table holds {len(readers)} reader(s) and {len(sessions)} session(s): it cannot show agreement "
        f"between {'readings' if between == 'auto' else between.replace('-', ' ') + 's'}.",
        remedy="Give a row for each reading, with the columns reader or session.",
        n_readers=len(readers),
        n_sessions=len(sessions),
    )


def _answer_marker(
    name: str, kept: Sequence[Reading[float]], n_missing: int, compared: Between, asked: _Asked
) -> MarkerAgreement:
    cells = {(reading.of, reading.reader, reading.session): reading.value for reading in kept}
    between = _between_readers(cells, compared, asked) if "reader" in compared else None
    within = _within_readers(cells, asked) if "session" in compared else {}
    if between is None and not within:
        raise StatisticsError(
            "statistics.too-few",
            f"No reader read {_FEWEST_LESIONS} lesions in two sessions with a value of {name}.",
            remedy="Add repeated readings, or compare readers.",
        )
    reproducibility, why_not = _reproducibility(cells, compared, asked)
    findings = [f for table in (between, *within.values()) if table for f in table.findings]
    if reproducibility is not None:
        findings += reproducibility.findings
    findings += _clustered(cells)
    return MarkerAgreement(
        marker=name,
        between=between,
        within=within,
        reproducibility=reproducibility,
        why_no_reproducibility=why_not,
        n_missing=n_missing,
        findings=tuple({(f.code, f.sentence): f for f in findings}.values()),
    )


def _between_readers(cells: Cells, compared: Between, asked: _Asked) -> ReadingTable:
    """Readers side by side, each with the first session in which it read the lesion."""
    first: dict[tuple[Lesion, str], float] = {}
    for (lesion, reader, _), value in sorted(cells.items()):
        first.setdefault((lesion, reader), value)
    repeats = cells if compared == "reader-and-session" else {}
    return _side_by_side("reader", "", asked.readers, first, asked, repeats)


def _within_readers(cells: Cells, asked: _Asked) -> dict[str, ReadingTable]:
    """Sessions of each reader side by side; a reader with fewer than three repeated lesions has no entry."""
    found = {}
    for reader in asked.readers:
        own = {(lesion, session): v for (lesion, who, session), v in cells.items() if who == reader}
        times: dict[Lesion, int] = {}
        for lesion, _ in own:
            times[lesion] = times.get(lesion, 0) + 1
        if sum(count > 1 for count in times.values()) >= _FEWEST_LESIONS:
            sessions = tuple(s for s in asked.sessions if any(at == s for _, at in own))
            found[reader] = _side_by_side("session", reader, sessions, own, asked, {})
    return found


def _side_by_side(
    what: str,
    reader: str,
    columns: tuple[str, ...],
    values: Mapping[tuple[Lesion, str], float],
    asked: _Asked,
    repeats: Cells,
) -> ReadingTable:
    lesions = sorted({lesion for lesion, _ in values})
    full = [lesion for lesion in lesions if all((lesion, column) in values for column in columns)]
    table = np.array([[values[lesion, column] for column in columns] for lesion in full])
    table = table.reshape(len(full), len(columns))
    icc, why_no_icc = _icc(table, asked.level)
    pairs, unread = _pairs(columns, lesions, values, asked, repeats)
    precision = _precision(values, asked.level) if what == "session" else None
    findings = [*unread, *(icc.findings if icc else ()), *(precision.findings if precision else ())]
    findings += [f for pair in pairs for f in pair.limits.findings]
    if len(full) < len(lesions):
        findings.append(
            Finding(
                "agreement.incomplete",
                f"{len(lesions) - len(full)} of {len(lesions)} lesions were not read by every {what}"
                f"{f' of {reader}' if reader else ''}; the intraclass correlation leaves them out.",
                "note",
            )
        )
    return ReadingTable(
        what="session" if what == "session" else "reader",
        reader=reader,
        columns=columns,
        lesions=tuple(name_of_lesion(lesion) for lesion in full),
        values=table,
        n_subjects=len({subject for subject, _ in full}),
        n_incomplete=len(lesions) - len(full),
        icc=icc,
        why_no_icc=why_no_icc,
        pairs=pairs,
        precision=precision,
        findings=tuple(findings),
    )


def _icc(table: Floats, level: float) -> tuple[IccForms | None, str]:
    if len(table) < _FEWEST_LESIONS:
        return None, f"{len(table)} lesions were read in every column: too few for an intraclass correlation."
    try:
        return estimate_icc_forms(table, level=level), ""
    except StatisticsError as trouble:
        return None, trouble.sentence


def _pairs(
    columns: tuple[str, ...],
    lesions: Sequence[Lesion],
    values: Mapping[tuple[Lesion, str], float],
    asked: _Asked,
    repeats: Cells,
) -> tuple[tuple[PairComparison, ...], list[Finding]]:
    """Every pair of columns over the lesions that both hold."""
    found, unread = [], []
    for first, second in combinations(columns, 2):
        both = [lesion for lesion in lesions if (lesion, first) in values and (lesion, second) in values]
        if len(both) < _FEWEST_LESIONS:
            unread.append(
                Finding(
                    "agreement.pair-too-few",
                    f"{first} and {second} share {len(both)} lesions: too few for limits of agreement.",
                )
            )
            continue
        limits = estimate_bland_altman(
            [values[lesion, first] for lesion in both],
            [values[lesion, second] for lesion in both],
            variant=asked.question.bland_altman,
            limits_interval=asked.question.limits_interval,
            level=asked.level,
        )
        found.append(PairComparison(first, second, limits, _repeated(first, second, both, repeats, asked)))
    if not found:
        raise StatisticsError(
            "statistics.too-few",
            f"No two of {', '.join(columns)} share {_FEWEST_LESIONS} lesions.",
            remedy="Check that lesions have the same names in every reading.",
        )
    return tuple(found), unread


def _repeated(
    first: str, second: str, both: Sequence[Lesion], repeats: Cells, asked: _Asked
) -> RepeatedLimits | None:
    """Limits from all sessions: the lesion stood still, only the reading was repeated."""
    shared = set(both)
    of = {
        who: [
            (lesion, v)
            for (lesion, reader, _), v in sorted(repeats.items())
            if reader == who and lesion in shared
        ]
        for who in (first, second)
    }
    if asked.question.bland_altman != "difference" or max(map(len, of.values())) <= len(both):
        return None
    return estimate_limits_constant_truth(
        [value for _, value in of[first]],
        [name_of_lesion(lesion) for lesion, _ in of[first]],
        [value for _, value in of[second]],
        [name_of_lesion(lesion) for lesion, _ in of[second]],
        level=asked.level,
    )


def _precision(values: Mapping[tuple[Lesion, str], float], level: float) -> Precision:
    ordered = sorted(values.items())
    return estimate_precision(
        [value for _, value in ordered], [name_of_lesion(lesion) for (lesion, _), _ in ordered], level=level
    )


def _reproducibility(cells: Cells, compared: Between, asked: _Asked) -> tuple[Reproducibility | None, str]:
    """From the lesions that hold every reading; with one session each, of the readers' first sessions."""
    if "reader" not in compared:
        return None, "Only one reader's sessions were compared."
    repeats: dict[tuple[Lesion, str], list[float]] = {}
    for (lesion, reader, _), value in sorted(cells.items()):
        repeats.setdefault((lesion, reader), []).append(value)
    wanted = len(asked.sessions) if compared == "reader-and-session" else 1
    lesions = sorted({lesion for lesion, _ in repeats})
    full = [
        lesion
        for lesion in lesions
        if all(len(repeats.get((lesion, reader), ())) >= wanted for reader in asked.readers)
    ]
    if len(full) < _FEWEST_LESIONS:
        return None, f"{len(full)} lesions hold every reading: too few for a reproducibility coefficient."
    table = np.array([[repeats[lesion, reader][:wanted] for reader in asked.readers] for lesion in full])
    return estimate_reproducibility(table, level=asked.level), ""


def _clustered(cells: Cells) -> list[Finding]:
    lesions = {lesion for lesion, _, _ in cells}
    subjects = {subject for subject, _ in lesions}
    if len(lesions) == len(subjects):
        return []
    return [
        Finding(
            "agreement.lesions-share-subject",
            f"{len(lesions)} lesions come from {len(subjects)} subjects: intervals take lesions as "
            "independent and may be too narrow.",
        )
    ]
