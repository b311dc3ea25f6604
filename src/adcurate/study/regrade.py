"""The same lesions graded anew under another edition, from Ki-67 and mitoses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adcurate.errors import GradingError, StatisticsError, TableError
from adcurate.grading import EDITIONS, grade, parse_ki67, parse_mitoses
from adcurate.model.cases import CaseTable


@dataclass(frozen=True, slots=True, eq=False)
class Regraded:
    """The cases under the edition; lesions that it leaves open have no grade and are counted."""

    cases: CaseTable
    n_open: int


def regrade(cases: CaseTable, edition: str, *, ki67: str, mitoses: str) -> Regraded:
    """Grade each lesion by its Ki-67 and mitoses under `edition`; the outcome follows the grade.

    A lesion whose Ki-67 is blank, or a range across a limit, has no single grade under the edition.

    Raises
    ------
    StatisticsError
        ``statistics.option``: an unknown edition, or grades that do not decide the outcome.
    TableError
        ``table.missing-column``; ``table.value`` names the row of a Ki-67 or count that cannot be read.
    """
    if edition not in EDITIONS:
        raise StatisticsError(
            "statistics.option",
            f"There is no edition {edition!r}.",
            remedy=f"Use one of: {', '.join(EDITIONS)}.",
        )
    side = _side_of_grade(cases)
    indices = cases.text(ki67)
    counts = cases.text(mitoses) if mitoses in cases.columns else (None,) * len(cases)
    units = cases.text("mitoses_unit") if "mitoses_unit" in cases.columns else (None,) * len(cases)
    grades = [
        grade_under(edition, index, count, unit, row)
        for index, count, unit, row in zip(indices, counts, units, cases.rows, strict=True)
    ]
    known = tuple(one if one in side else None for one in grades)
    positive = tuple(None if one is None else side[one] for one in known)
    return Regraded(replace(cases, grade=known, positive=positive), sum(one is None for one in known))


def grade_under(
    edition: str, ki67: str | None, mitoses: str | None, unit: str | None, row: str
) -> str | None:
    """The one grade of a Ki-67 and a mitotic count under an edition, or None; `row` names it in an error.

    Raises
    ------
    TableError
        ``table.value``
    """
    try:
        found = grade(
            edition,
            ki67=parse_ki67(ki67) if ki67 else None,
            mitoses=parse_mitoses(mitoses, "per-10-hpf" if unit == "per-10-hpf" else "per-2-mm2")
            if mitoses
            else None,
        )
    except GradingError as error:
        if error.code == "grading.incomplete":
            return None
        raise TableError(
            "table.value",
            f"The Ki-67 or mitotic count of {row} cannot be graded: {error.sentence}",
            remedy=error.remedy,
            row=row,
        ) from error
    return found.possible[0] if len(found.possible) == 1 else None


def _side_of_grade(cases: CaseTable) -> Mapping[str, bool]:
    side: dict[str, bool] = {}
    for one, positive in zip(cases.grade, cases.positive, strict=True):
        if one is None or positive is None:
            continue
        if side.setdefault(one, positive) != positive:
            raise StatisticsError(
                "statistics.option",
                f"The grade {one} is positive in some lesions and negative in others, so that grading anew "
                "does not say the outcome.",
                remedy="Take the rows with edition out, or make the outcome of the grades.",
            )
    if not side:
        raise StatisticsError(
            "statistics.option",
            "The cases have no grades to be graded anew.",
            remedy="Name the grade's column, or take the rows with edition out.",
        )
    return side
