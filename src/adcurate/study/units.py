"""From readings to what is analysed: which reading of a lesion counts, and whether a subject counts once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from adcurate.errors import StatisticsError, TableError
from adcurate.findings import Finding
from adcurate.model.cases import CaseTable
from adcurate.model.plan import Plan

# A column that says "yes" for the lesion that stands for its subject; without it the first lesion does.
OF_RECORD = "of_record"
_DIGITS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The same cases at three levels: every reading, one row a lesion, one row a unit of analysis.

    `first_reader` is who is meant by ``first-reader``; "" for the first by name.
    """

    readings: CaseTable
    lesions: CaseTable
    units: CaseTable
    findings: tuple[Finding, ...]
    first_reader: str = ""


def level_cases(readings: CaseTable, plan: Plan, first_reader: str = "") -> Levels:
    """Apply the plan's value and unit.

    A lesion without the reading that the plan names stays, without numbers, so that it is counted as missing.
    A table does not tell who read first: the first by name does, unless `first_reader` names another.

    Raises
    ------
    TableError
        ``table.value``: readings of one lesion that disagree about its grade or outcome.
    StatisticsError
        ``statistics.option``: a reader that no row names.
    """
    lesions, findings = _one_row_a_lesion(readings, plan.value, first_reader)
    if plan.unit == "lesion":
        several = len(lesions) - len(set(lesions.subject))
        if several:
            findings.append(
                Finding(
                    "plan.lesions-not-independent",
                    f"Every lesion is a case, and {several} of {len(lesions)} are a further lesion of their "
                    "subject: intervals and tests that take cases as independent are too narrow. The kind "
                    "'clusters' gives those that hold.",
                    "serious",
                )
            )
        return Levels(readings, lesions, lesions, tuple(findings), first_reader)
    units, more = _one_row_a_subject(lesions)
    return Levels(readings, lesions, units, (*findings, *more), first_reader)


def readers_of(cases: CaseTable) -> tuple[str, ...]:
    """Who read, in the order of their names."""
    return tuple(sorted(set(cases.reader)))


def _one_row_a_lesion(readings: CaseTable, value: str, first_reader: str) -> tuple[CaseTable, list[Finding]]:
    readers = readers_of(readings)
    if value not in ("first-reader", "mean") and value not in readers:
        raise StatisticsError(
            "statistics.option",
            f"The plan analyses the readings of {value!r}, and no row names that reader.",
            remedy=f"Readers: {', '.join(filter(None, readers)) or 'none'}; else first-reader or mean.",
        )
    chosen_reader = (first_reader or readers[0]) if value == "first-reader" and readers else value
    groups: dict[tuple[str, str], list[int]] = {}
    for i, key in enumerate(zip(readings.subject, readings.lesion, strict=True)):
        groups.setdefault(key, []).append(i)
    order = sorted(groups)
    first: list[int] = []
    counted: list[list[int]] = []
    n_without = 0
    for key in order:
        own = sorted(groups[key], key=lambda i: (readings.reader[i], readings.session[i]))
        _check_same_reference(readings, own)
        by_reader: dict[str, int] = {}
        for i in own:
            by_reader.setdefault(readings.reader[i], i)
        used = list(by_reader.values()) if value == "mean" else [by_reader.get(chosen_reader, -1)]
        n_without += used == [-1]
        first.append(own[0] if used == [-1] else used[0])
        counted.append([] if used == [-1] else used)
    lesions = readings.take(first)
    markers = {
        name: np.array(
            [mean_of_known([float(values[i]) for i in used]) for used in counted], dtype=np.float64
        )
        for name, values in readings.markers.items()
    }
    findings = []
    if n_without:
        findings.append(
            Finding(
                "plan.reading-missing",
                f"{n_without} of {len(order)} lesions have no reading of {chosen_reader}, whose readings are "
                "analysed; they are left out and counted.",
                "warning",
            )
        )
    findings += _unused_readings(readings, counted, value)
    blank = ("",) * len(lesions)
    reader = blank if value == "mean" else (chosen_reader,) * len(lesions)
    return replace(lesions, markers=markers, reader=reader, session=blank), findings


def _unused_readings(readings: CaseTable, counted: list[list[int]], value: str) -> list[Finding]:
    """What the plan's value does not use, in numbers."""
    findings = []
    sessions = {(readings.subject[i], readings.lesion[i], readings.reader[i]) for i in range(len(readings))}
    further = len(readings) - len(sessions)
    if further:
        findings.append(
            Finding(
                "plan.first-session",
                f"{further} of {len(readings)} readings are a reader's second or later session of a lesion: "
                "the first session is analysed, the others serve the questions about agreement.",
                "note",
            )
        )
    if value == "mean":
        most = max((len(used) for used in counted), default=0)
        for name, values in readings.markers.items():
            known = [sum(not np.isnan(values[i]) for i in used) for used in counted]
            partial = sum(0 < n < most for n in known)
            if partial:
                findings.append(
                    Finding(
                        "plan.partial-mean",
                        f"The mean of {name} is over fewer than {most} readers in {partial} of "
                        f"{len(counted)} "
                        "lesions, because some have no value.",
                    )
                )
    return findings


def _one_row_a_subject(lesions: CaseTable) -> tuple[CaseTable, list[Finding]]:
    if OF_RECORD in lesions.columns:
        flags = lesions.text(OF_RECORD)
        return lesions.take([i for i, flag in enumerate(flags) if flag == "yes"]), []
    chosen: dict[str, int] = {}
    for i, subject in enumerate(lesions.subject):
        chosen.setdefault(subject, i)
    left = len(lesions) - len(chosen)
    if not left:
        return lesions, []
    sentence = (
        f"{left} further lesions of {len(chosen)} subjects are left out: the first of each subject, by the "
        "lesion's name, stands for it."
    )
    return lesions.take(sorted(chosen.values())), [Finding("plan.one-lesion-a-subject", sentence, "note")]


def mean_of_known(values: Sequence[float]) -> float:
    """The mean of what is known; NaN where nothing is."""
    known = [value for value in values if not np.isnan(value)]
    if len(known) < 2:
        return known[0] if known else np.nan
    # What ties in decimals must tie here: a mean is kept to twelve digits, not to its last bit.
    return float(f"{np.mean(known):.{_DIGITS}g}")


def _check_same_reference(readings: CaseTable, own: Sequence[int]) -> None:
    for i in own[1:]:
        same = (
            readings.grade[i] == readings.grade[own[0]] and readings.positive[i] == readings.positive[own[0]]
        )
        if not same:
            raise TableError(
                "table.value",
                f"{readings.rows[own[0]].capitalize()} and {readings.rows[i]} are of one lesion and disagree "
                "about its grade or outcome.",
                remedy="A lesion has one grade: correct a row, or name the column that tells lesions apart.",
                first=readings.rows[own[0]],
                second=readings.rows[i],
            )
