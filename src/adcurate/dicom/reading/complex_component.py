"""Which part of a complex signal an image shows: its magnitude, or a part that is no signal to fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_COMPONENT_WORDS: Final = frozenset(
    {"P", "PHASE", "PHASE MAP", "R", "REAL", "REAL MAP", "I", "IMAGINARY", "IMAGINARY MAP"}
)
_COMPONENT_PLACES: Final = slice(2, 4)
_COMPONENT: Final = "complex component "


def component_of(image_type: Sequence[str]) -> str:
    """Which part of a complex signal an image shows, if not its magnitude; "" where it is a magnitude.

    Scanners say so in the third or fourth value of the image type, as one letter or a word; `component_word`
    puts there what the attribute of its own says.
    """
    stated = [word[len(_COMPONENT) :] for word in image_type if word.startswith(_COMPONENT)]
    placed = (word.upper() for word in image_type[_COMPONENT_PLACES])
    return next(iter((*stated, *(word for word in placed if word in _COMPONENT_WORDS))), "")


def component_word(complex_component: str) -> tuple[str, ...]:
    """What Complex Image Component (0008,9208) adds to an image type: nothing for a magnitude."""
    said = complex_component.strip().upper()
    return (_COMPONENT + said,) if said in _COMPONENT_WORDS else ()
