"""PS3.15 Table E.1-1 as data, the options that are claimed, and what becomes of each attribute.

The table (``annex_e.csv``) says what a de-identifier may do; the keep-list says what is done. `allowed`
gives the answers that a row permits under the claimed options, `treatment` the one that a research object
gets: a test holds the second within the first for every row. Nothing here touches a value.
Source: DICOM PS3.15 Annex E, edition of 2025-01; codes of CID 7050.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Final, Literal, NamedTuple

from adcurate.dicom.deidentification.keep_list import EMPTIED, KEPT, STAND_INS, Rule

Treatment = Literal["removed", "emptied", "stand-in", "moved", "reduced", "kept"]
AttributeClass = Literal[
    "patient",
    "staff",
    "institution",
    "device",
    "identifier",
    "time",
    "uid",
    "text",
    "graphics",
    "document",
    "signature",
    "private",
    "unlisted",
    "file",
]


class Option(NamedTuple):
    """One option of the profile; `claimed` ones are written into every research object."""

    word: str
    code: str
    meaning: str
    claimed: bool
    why: str


class Row(NamedTuple):
    """One row of the table; `options` gives the action of each option that has one."""

    name: str
    attribute_class: AttributeClass
    basic: str
    options: dict[str, str]


BASIC_PROFILE: Final = ("113100", "Basic Application Confidentiality Profile")
OPTIONS: Final = (
    Option(
        "clean-pixel-data",
        "113101",
        "Clean Pixel Data Option",
        False,
        "Text is never painted over; pictures that may hold text are quarantined instead.",
    ),
    Option(
        "clean-recognizable-features",
        "113102",
        "Clean Recognizable Visual Features Option",
        False,
        "Faces are not removed: keep head scans in mind.",
    ),
    Option(
        "clean-graphics",
        "113103",
        "Clean Graphics Option",
        False,
        "Overlays, curves and drawings are removed whole.",
    ),
    Option(
        "clean-structured-content",
        "113104",
        "Clean Structured Content Option",
        False,
        "Reports never enter a study.",
    ),
    Option(
        "clean-descriptors",
        "113105",
        "Clean Descriptors Option",
        True,
        "Descriptions of a series keep the words that say what it is, from a fixed list.",
    ),
    Option(
        "full-dates",
        "113106",
        "Retain Longitudinal Temporal Information Full Dates Option",
        False,
        "True dates tell who was examined.",
    ),
    Option(
        "modified-dates",
        "113107",
        "Retain Longitudinal Temporal Information Modified Dates Option",
        True,
        "Dates move back by one number of days for each subject, so that intervals stay.",
    ),
    Option(
        "patient-characteristics",
        "113108",
        "Retain Patient Characteristics Option",
        True,
        "Sex, and age in years up to 89, describe the sample of a paper.",
    ),
    Option(
        "device-identity",
        "113109",
        "Retain Device Identity Option",
        False,
        "The scanner's model says enough; its serial number names a hospital.",
    ),
    Option("uids", "113110", "Retain UIDs Option", False, "A PACS finds the patient by them."),
    Option(
        "safe-private",
        "113111",
        "Retain Safe Private Option",
        True,
        "Vendors write b-values, directions and scaling into private attributes; those listed are kept.",
    ),
    Option(
        "institution-identity",
        "113112",
        "Retain Institution Identity Option",
        False,
        "The study knows its sites by the worksheet.",
    ),
)
CLAIMED: Final = tuple(option for option in OPTIONS if option.claimed)
CLASS_TITLES: Final[dict[AttributeClass, str]] = {
    "patient": "Who the patient is",
    "staff": "People who ordered, examined or read",
    "institution": "Hospital, department and place",
    "device": "Serial numbers and station names",
    "identifier": "Numbers of orders, visits and trials",
    "time": "Dates and times",
    "uid": "UIDs",
    "text": "Free text and descriptions",
    "graphics": "Overlays, curves, drawings and icons",
    "document": "Reports and documents",
    "signature": "Signatures and earlier values",
    "private": "Private attributes of vendors and archives",
    "unlisted": "Other attributes that no analysis needs",
    "file": "Around the data set: file header, preamble, padding",
}

_OF_RULE: Final[dict[Rule, Treatment]] = {
    "uid": "stand-in",
    "date": "moved",
    "words": "reduced",
    "contrast": "reduced",
    "gradient-comment": "reduced",
    "sequence": "kept",
}
_BY_ACTION: Final[dict[str, frozenset[Treatment]]] = {
    "X": frozenset(["removed"]),
    "Z": frozenset(["removed", "emptied", "stand-in"]),
    "D": frozenset(["removed", "emptied", "stand-in"]),
    "U": frozenset(["removed", "stand-in"]),
    # A sequence whose UIDs are replaced: its items hold nothing else that the keep-list does not allow.
    "U*": frozenset(["removed", "stand-in", "kept"]),
    "K": frozenset(["removed", "reduced", "kept"]),
    "C": frozenset(["removed", "reduced", "moved"]),
}


@cache
def annex_e() -> dict[str, Row]:
    """The 621 rows by tag: eight hexadecimal digits, with ``x`` for any digit, or ``private``."""
    text = resources.files(__package__).joinpath("annex_e.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {
        row["tag"]: Row(
            row["name"],
            row["class"],  # type: ignore[arg-type]
            row["basic"],
            dict(action.split("=") for action in row["options"].split()),
        )
        for row in csv.DictReader(lines)
    }


@cache
def _classes() -> dict[int, AttributeClass]:
    return {
        int(tag, 16): row.attribute_class
        for tag, row in annex_e().items()
        if not set(tag) - set("0123456789abcdef")
    }


def class_of(tag: int) -> AttributeClass:
    """What kind of thing an attribute is, for counting: the table's class, ``private`` or ``unlisted``."""
    group = tag >> 16
    if group & 1:
        return "private"
    if group >> 8 in (0x50, 0x60):
        return "graphics"
    return "file" if group == 2 else _classes().get(tag, "unlisted")


def treatment(tag: int) -> Treatment:
    """What a research object does with a standard attribute, at any depth."""
    if tag in STAND_INS or tag == 0x00020003:
        return "stand-in"
    if tag in EMPTIED:
        return "emptied"
    kept = KEPT.get(tag)
    return "removed" if kept is None else _OF_RULE.get(kept.rule, "kept")


def allowed(row: Row) -> frozenset[Treatment]:
    """Every treatment that satisfies a row under the claimed options; being removed always does."""
    actions = set(row.basic.split("/"))
    actions |= {row.options[option.word] for option in CLAIMED if option.word in row.options}
    return frozenset().union(*(_BY_ACTION[action] for action in actions))
