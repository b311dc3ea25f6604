"""Text and numbers as R reads them. Names from a table can say anything: they never become code.

Everything is written in ASCII, so that a script runs the same whatever the locale of R.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_WIDTH: Final = 108


def r_string(text: str) -> str:
    """A string literal.

    Examples
    --------
    >>> print(r_string('a "b" \\\\ é'))
    "a \\"b\\" \\\\ \\u00e9"
    """
    return '"' + "".join(_character(one) for one in text) + '"'


def r_number(number: float) -> str:
    """A number literal that reads back as the same double; NaN and infinite numbers by R's names."""
    value = float(number)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def r_flag(flag: bool) -> str:
    """TRUE or FALSE."""
    return "TRUE" if flag else "FALSE"


def r_strings(texts: Iterable[str]) -> str:
    """A character vector."""
    items = [r_string(text) for text in texts]
    return f"c({', '.join(items)})" if items else "character()"


def r_numbers(numbers: Iterable[float]) -> str:
    """A numeric vector."""
    items = [r_number(number) for number in numbers]
    return f"c({', '.join(items)})" if items else "numeric()"


def r_comment(text: str) -> str:
    """Comment lines, whatever the text holds."""
    plain = "".join(one if " " <= one <= "~" else _in_comment(one) for one in text)
    lines = textwrap.wrap(plain, _WIDTH, break_long_words=True, break_on_hyphens=False) or [""]
    return "\n".join(f"# {line}".rstrip() for line in lines)


def r_heading(text: str) -> str:
    """A comment that RStudio lists as a section."""
    return r_comment(text).split("\n")[0] + " ----"


def pointer(*parts: str | int) -> str:
    """The path of a number in analysis.json, parts joined by "/" (RFC 6901: "~0" is "~" and "~1" is "/")."""
    return "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def header_names(labels: Sequence[str]) -> dict[str, str]:
    """Column names for a file's header: without control characters, each once."""
    names: dict[str, str] = {}
    for label in labels:
        wanted = "".join(one if one.isprintable() else " " for one in label).strip()
        name, turn = wanted, 1
        while name in names.values():
            turn += 1
            name = f"{wanted} ({turn})"
        names[label] = name
    return names


def _character(one: str) -> str:
    if one in _ESCAPES:
        return _ESCAPES[one]
    if " " <= one <= "~":
        return one
    code = ord(one)
    if code == 0 or 0xD800 <= code <= 0xDFFF:
        code = 0xFFFD
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _in_comment(one: str) -> str:
    return " " if one.isspace() or not one.isprintable() else f"<U+{ord(one):04X}>"
