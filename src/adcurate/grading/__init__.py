"""Grading of neuroendocrine neoplasms: WHO editions by organ, as data plus one rule. Pure."""

from adcurate.grading.editions import (
    EDITIONS,
    GRADES,
    OTHER_SITES,
    Band,
    Edition,
    EditionName,
    Grade,
    edition_for,
    edition_named,
)
from adcurate.grading.quantity import Ki67, Mitoses, MitosesUnit, parse_ki67, parse_mitoses
from adcurate.grading.rule import DecidedBy, Differentiation, Grading, Necrosis, grade

__all__ = [
    "EDITIONS",
    "GRADES",
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
    "parse_ki67",
    "parse_mitoses",
]
