"""What must be said of a table of studies: the same lesions twice, guessed values, counts worked out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.answers.literature import LeftOut, StudyAccuracy, StudyCorrelation, StudyMean

# How near a printed mean, rounded to two or three digits, lies to the number it was rounded from.
_SAME_SHARE = 0.01
_T = TypeVar("_T", StudyMean, StudyAccuracy, StudyCorrelation)


def without_repeats(
    rows: Sequence[_T], own: Sequence[_T], same: Callable[[Sequence[_T], Sequence[_T]], bool]
) -> tuple[list[_T], list[LeftOut], list[Finding]]:
    """Leave out a published study whose numbers are this study's: the same lesions must not count twice."""
    kept: list[_T] = []
    left_out: list[LeftOut] = []
    findings: list[Finding] = []
    for key in dict.fromkeys((row.study, row.year) for row in rows):
        members = [row for row in rows if (row.study, row.year) == key]
        if own and same(members, own):
            name = f"{key[0]} {key[1] or ''}".strip()
            left_out.append(LeftOut(key[0], members[0].marker, "its numbers are this study's own"))
            findings.append(_repeated(name))
        else:
            kept.extend(members)
    return kept, left_out, findings


def same_means(rows: Sequence[StudyMean], own: Sequence[StudyMean]) -> bool:
    """Whether a study prints this study's numbers of cases and means in the groups both have."""
    mine = {row.group: row for row in own}
    shared = [(row, mine[row.group]) for row in rows if row.group in mine and row.centre is not None]
    return len(shared) > 1 and all(
        row.n == other.n and _near(row.centre, other.centre) for row, other in shared
    )


def same_accuracy(rows: Sequence[StudyAccuracy], own: Sequence[StudyAccuracy]) -> bool:
    """Whether a study has this study's four counts."""
    return all(
        (row.tp, row.fn, row.fp, row.tn) == (own[0].tp, own[0].fn, own[0].fp, own[0].tn) for row in rows
    )


def same_correlation(rows: Sequence[StudyCorrelation], own: Sequence[StudyCorrelation]) -> bool:
    """Whether a study has this study's n and correlation."""
    return all(row.n == own[0].n and _near(row.r, own[0].r) for row in rows)


def _near(printed: float | None, exact: float | None) -> bool:
    if printed is None or exact is None:
        return False
    return abs(printed - exact) <= _SAME_SHARE * abs(exact)


def _repeated(name: str) -> Finding:
    return Finding(
        "literature.same-study",
        f"The numbers of {name} are this study's own, to the digits printed: it was left out of the pooling, "
        "so that the same lesions do not count twice.",
        where={"study": name},
    )


def converted(rows: Sequence[str]) -> Finding:
    """Which rows were guessed from a range."""
    return Finding(
        "literature.converted",
        "Means and standard deviations were guessed from medians and ranges (Wan 2014): "
        + "; ".join(rows)
        + ".",
        where={"rows": str(len(rows))},
    )


def unknown_kind(studies: Sequence[str]) -> Finding:
    """Which studies do not say what correlation they printed."""
    return Finding(
        "literature.kind-not-stated",
        "Which correlation they used is not stated for "
        + ", ".join(studies)
        + "; all are pooled with one variance.",
    )


def no_spread(studies: Sequence[str]) -> Finding:
    """Which studies have a standard deviation of zero."""
    return Finding(
        "literature.no-spread", "A standard deviation of zero cannot be weighed: " + ", ".join(studies) + "."
    )


def not_pooled(error: StatisticsError) -> Finding:
    """Why there is no pooled estimate."""
    return Finding("literature.not-pooled", f"No pooled estimate: {error.sentence} {error.remedy}")


WORKED_OUT: Final = Finding(
    "literature.counts-worked-out",
    "Counts were worked out from printed percentages and group sizes, where one count only prints as them.",
    severity="note",
)
OWN_CUTOFFS: Final = Finding(
    "literature.own-cut-offs",
    "Each study chose its cut-off on its own cases: sensitivity and specificity are optimistic in each and "
    "so is their pooled value, which belongs to no single cut-off.",
)
