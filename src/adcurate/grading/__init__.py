"""Grading: WHO editions of neuroendocrine neoplasms, Gleason scores; data plus rules. Pure."""

from adcurate.grading.editions import (
    EDITIONS,
    GRADES,
    ISUP_GROUPS,
    OTHER_SITES,
    Band,
    Edition,
    EditionName,
    Grade,
    edition_for,
    edition_named,
)
from adcurate.grading.gleason import isup_group, parse_gleason
from adcurate.grading.quantity import Ki67, Mitoses, MitosesUnit, parse_ki67, parse_mitoses
from adcurate.grading.rule import DecidedBy, Differentiation, Grading, Necrosis, grade

__all__ = [
    "EDITIONS",
    "GRADES",
    "ISUP_GROUPS",
    "OTHER_SITES",
    "Band",
    "DecidedBy",
    "Differentiation",
    "Edition",
    "EditionName",
    "Grade",
    "Grading",
    "Ki67",
    "Mitoses",
    "MitosesUnit",
    "Necrosis",
    "edition_for",
    "edition_named",
    "grade",
    "isup_group",
    "parse_gleason",
    "parse_ki67",
    "parse_mitoses",
]
