"""Text that a spreadsheet program would take for a formula: how it is written so that it stays text.

In CSV a cell that starts with ``=``, ``+``, ``-``, ``@``, TAB, CR, LF or a full-width form of these gets an
apostrophe in front, and reading takes exactly one off again. In XLSX the cell's type says that it is text.
"""

from __future__ import annotations

import re
from typing import Final

from adcurate.errors import WorksheetError

LONGEST_TEXT: Final = 10_000

_FORMULA_START: Final = re.compile(r"[ \u00a0]*[=+\-@\t\r\n＝＋－＠|]")
_GUARDED: Final = re.compile(r"'+[ \u00a0]*[=+\-@\t\r\n＝＋－＠|]")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_XML_ESCAPE: Final = re.compile(r"_x[0-9A-Fa-f]{4}_")


def starts_like_formula(text: str) -> bool:
    """Whether a spreadsheet program might evaluate the text.

    Examples
    --------
    >>> starts_like_formula("=1+1"), starts_like_formula("1-2")
    (True, False)
    """
    return _FORMULA_START.match(text) is not None


def has_unwritable_character(text: str) -> bool:
    """Whether the text holds a control character (other than TAB, CR, LF) or half a character."""
    return _UNWRITABLE.search(text) is not None


def guard_text(text: str) -> str:
    """The text as a CSV cell that no spreadsheet program evaluates; `unguard_text` gives it back.

    Examples
    --------
    >>> guard_text("=1+1"), guard_text("'=1"), guard_text("a=1")
    ("'=1+1", "''=1", 'a=1')
    """
    return f"'{text}" if starts_like_formula(text) or _GUARDED.match(text) else text


def unguard_text(text: str) -> str:
    """Take off the apostrophe that `guard_text` put in front, and no other."""
    return text[1:] if _GUARDED.match(text) else text


def check_writable(text: str) -> None:
    """Refuse text that would not come back as it was (``worksheet.character``)."""
    if has_unwritable_character(text) or _XML_ESCAPE.search(text) or len(text) > LONGEST_TEXT:
        raise WorksheetError(
            "worksheet.character",
            f"A text holds a control character, an XML escape or more than {LONGEST_TEXT} characters.",
            remedy="Take it out of the text.",
        )
