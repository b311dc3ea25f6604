"""Names that people sign in with; they stand in contours, tables and reports as the reader's name."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from adcurate.errors import PeopleError

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_MOST_SHOWN: Final = 80
# What a table calls a decision of several readers.
_TAKEN: Final = frozenset(["consensus"])


def folded_name(text: str) -> str:
    """The name as it is looked up: capitals and blanks around it make no other person."""
    return text.strip().lower()


def checked_name(text: str) -> str:
    """A new person's name.

    Raises
    ------
    PeopleError
        ``people.name``
    """
    name = folded_name(text)
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise PeopleError(
            "people.name",
            "A name to sign in with has 1 to 40 letters a to z, digits, dots, hyphens or underscores.",
            remedy="For example: reader.one",
        )
    return name


def checked_display_name(text: str) -> str:
    """How a person is shown to others.

    Raises
    ------
    PeopleError
        ``people.name``
    """
    name = " ".join(text.split())
    if not 0 < len(name) <= _MOST_SHOWN or any(unicodedata.category(one)[0] == "C" for one in name):
        raise PeopleError(
            "people.name",
            f"The name to show has 1 to {_MOST_SHOWN} letters and no control characters.",
            remedy="Write the person's name as others know it.",
        )
    return name
