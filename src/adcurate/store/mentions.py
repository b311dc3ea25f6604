"""Whether stored text speaks of something: by whole words, so that one UID is not found inside another."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from typing import Final

_WORD: Final = re.compile(r"[\w.\-]+")


def mentions(text: str | bytes | None, names: AbstractSet[str]) -> bool:
    """Whether one of the names stands in a text as a word of its own."""
    if not text:
        return False
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return any(word in names or word.strip(".-") in names for word in _WORD.findall(plain))
