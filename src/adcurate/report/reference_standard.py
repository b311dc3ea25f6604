"""What the worksheet says beside the grade, where the study's scale has it or a subject has it."""

from __future__ import annotations

from typing import Final

from adcurate.model.cohort import CohortMember, StudyResults
from adcurate.model.worksheet import COLUMNS_OF_SCALE

_HEADERS: Final = {"ki67": "Ki-67 (%)", "gleason": "Gleason score", "diagnosis": "Diagnosis"}


def columns_beside_grade(results: StudyResults) -> dict[str, str]:
    """The worksheet's columns to show, with their headings."""
    own = COLUMNS_OF_SCALE[results.protocol.grading.scale]
    return {
        name: header
        for name, header in _HEADERS.items()
        if name in own or any(said(member, name) for member in results.members)
    }


def said(member: CohortMember, column: str) -> str | None:
    """What the subject's row says in one of these columns."""
    found: str | None = getattr(member.row, column)
    return found
