"""A Gleason score as pathologists write it, and the ISUP grade group that it makes."""

from __future__ import annotations

import re
from typing import Final

from adcurate.errors import GradingError
from adcurate.grading.editions import ISUP_GROUPS

_NAMED: Final = re.compile(
    r"(?:gleason(?:[ -]?(?:score|som|summe?|grad))?|score de gleason|gs)[ :]*", re.IGNORECASE
)
_PATTERNS: Final = re.compile(
    r"([1-5]) ?\+ ?([1-5])(?: ?= ?([0-9]{1,2}))?|([0-9]{1,2}) ?\(([1-5]) ?\+ ?([1-5])\)"
)
_SUM: Final = re.compile(r"([0-9]{1,2}) ?([ab])?", re.IGNORECASE)
_SPLIT_SEVEN: Final = {"a": "3+4", "b": "4+3"}


def parse_gleason(text: str) -> str:
    """The score as ``3+4``, or as its sum where the patterns are not given and do not matter.

    Understood are ``3+4``, ``3+4=7``, ``7 (3+4)``, ``7a`` and ``7b``, ``8``, also after the word Gleason.

    Raises
    ------
    GradingError
        ``grading.gleason``: not a Gleason score, one whose sum is wrong, or a 7 without its patterns,
        which is two grade groups.

    Examples
    --------
    >>> parse_gleason("Gleason 3 + 4 = 7"), parse_gleason("7b"), parse_gleason("9")
    ('3+4', '4+3', '9')
    """
    bare = _NAMED.sub("", " ".join(text.split())).strip()
    by_patterns = _PATTERNS.fullmatch(bare)
    if by_patterns:
        first, second = by_patterns[1] or by_patterns[5], by_patterns[2] or by_patterns[6]
        total = by_patterns[3] or by_patterns[4]
        if total is None or int(total) == int(first) + int(second):
            return f"{first}+{second}"
        raise _refused("The sum of the Gleason score is not that of its patterns.")
    by_sum = _SUM.fullmatch(bare)
    if by_sum and by_sum[2] and by_sum[1] == "7":
        return _SPLIT_SEVEN[by_sum[2].lower()]
    if by_sum and not by_sum[2] and by_sum[1] == "7":
        raise _refused("A Gleason score of 7 is grade group 2 or 3, by its patterns.")
    if by_sum and not by_sum[2] and by_sum[1] in ISUP_GROUPS:
        return by_sum[1]
    raise _refused("The text is no Gleason score.")


def isup_group(gleason: str) -> str:
    """The grade group, ``ISUP 1`` to ``ISUP 5``, of a score from `parse_gleason`.

    Epstein et al., Am J Surg Pathol 2016;40:244.

    Examples
    --------
    >>> isup_group("4+3"), isup_group("3+5"), isup_group("3+3")
    ('ISUP 3', 'ISUP 4', 'ISUP 1')
    """
    if gleason in ISUP_GROUPS:
        return ISUP_GROUPS[gleason]
    total = sum(int(pattern) for pattern in gleason.split("+"))
    return ISUP_GROUPS[str(max(total, 6))]


def _refused(sentence: str) -> GradingError:
    return GradingError("grading.gleason", sentence, remedy='Write both patterns: "3+4", "4+3" or "4+4=8".')
