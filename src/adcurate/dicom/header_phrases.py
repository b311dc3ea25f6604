"""Phrases in free text that say what an image is, as they are both kept at ingest and read afterwards.

One pattern for both: what is kept is what is read, so that a series means the same before and after. Knows
no DICOM library, because ingest takes its patterns from here.
"""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = r" {0,8}(-?\d{1,2}(?:\.\d{0,16})?(?:[eE][-+]?\d{1,2})?) {0,8}"
GRADIENT_COMMENT: Final = re.compile(
    r"(?<![A-Za-z0-9_])[bB] {0,4}=(?= {0,8}(?:[-+.]?\d|$))"
    r"(?: {0,8}(\d{1,5}(?:\.\d{0,10})?)(?![\w.,])"
    rf"(?: {{0,8}}\({_NUMBER},{_NUMBER},{_NUMBER}\))?)?"
)
"""``b=1500(x,y,z)``: the b-value and, where there is one, the direction. Of digits that
are no b-value only ``b=`` is matched: the object then says that one stood there."""

CALCULATED_NAME: Final = re.compile(
    r"calc[_ .-]{0,3}b(?:val|-?value)?(?![a-z])|[_ ]calc(?![a-z])|(?<![a-z])calc[_ .-]{0,3}(?:dwi|diff)"
    r"|(?:calculated|computed|synthetic)(?:(?![a-z])|(?=b\d|b.?val|d(?:wi|if)|img|image))"
    r"|(?<![a-z+])c[_-]?dwi(?:(?![a-z])|(?=b\d))"
    r"|(?<![a-z])syn(?:th)?[_ .-]{0,4}(?:b(?:\d|.?val|[ _-])|dwi|diff)",
    re.IGNORECASE,
)
"""A series name that says its images were calculated for a b-value, not measured."""

_RUN_TOGETHER: Final = re.compile(
    r"(calculated|computed|synthetic|synth|syn|calc|cdwi)(?=b(?:\d|.?val)|d(?:wi|if)|im)", re.IGNORECASE
)


def with_words_apart(name: str) -> str:
    """A series name whose words for calculated images stand alone: ``CalculatedB1500`` has two words."""
    return _RUN_TOGETHER.sub(r"\1 ", name)


def says_calculated(name: str) -> bool:
    """Whether a series name says that its images were calculated for a b-value."""
    return CALCULATED_NAME.search(name) is not None
