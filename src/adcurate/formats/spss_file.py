"""Write a table as an SPSS system file (``.sav``): labels, units, codes, and reasons for missing values.

Written here and not by a library, so that the same table gives the same bytes (others stamp the time) and
no data-frame library is needed. The layout is the one that PSPP documents; PSPP and R's
haven read the files back in the tests. Missing values are codes in a range that SPSS leaves out by itself.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterable, Iterator
from typing import Final

from adcurate.errors import WorksheetError
from adcurate.model.data_table import (
    HIGHEST_MISSING,
    LOWEST_MISSING,
    MISSING_REASONS,
    Absent,
    DataTable,
    Value,
    Variable,
)

_SYSTEM_MISSING: Final = -sys.float_info.max
_HIGHEST: Final = sys.float_info.max
_LOWEST: Final = struct.unpack("<d", bytes.fromhex("feffffffffffefff"))[0]
# A text over 255 bytes lies in several variables, which programs show as one: each counts for 252 bytes of
# its width, and is filled with 255. Two digits name them.
_SEGMENT: Final = 255
_COUNTED: Final = 252
_LONGEST_TEXT: Final = 99 * _COUNTED
_LONGEST_LABEL: Final = 250
_LONGEST_VALUE_LABEL: Final = 118
_LINE: Final = 80
_FOLLOWING: Final = struct.pack("<iiiiii8s", 2, -1, 0, 0, 0, 0, b" " * 8)
_TEXT_FORMAT, _NUMBER_FORMAT = 1, 5
_MEASURES: Final = {"nominal": 1, "ordinal": 2, "scale": 3}
_UTF8: Final = 65001
# A small ADC shows its digits: 0.00101234.
_DECIMALS: Final = {"mm2/s": 8}


def spss_file(table: DataTable, *, label: str, notes: Iterable[str] = ()) -> bytes:
    """The table as bytes of a ``.sav`` file, UTF-8, uncompressed.

    Parameters
    ----------
    label
        What the file says of itself, up to 64 bytes.
    notes
        Lines that SPSS shows with DISPLAY DOCUMENTS.

    Raises
    ------
    WorksheetError
        ``worksheet.character``: a text longer than 24,948 bytes.
    """
    widths = [_width(table, at) for at in range(len(table.variables))]
    slots = [sum(_slots(segment) for segment in _segments(width)) for width in widths]
    parts = [_header(sum(slots), len(table.rows), label)]
    for at, variable in enumerate(table.variables):
        parts.append(_variable(variable, at, widths[at], table))
    parts += _value_labels(table, slots)
    lines = [_cut(line, _LINE) for line in notes]
    if lines:
        parts.append(struct.pack("<ii", 6, len(lines)) + b"".join(line.ljust(_LINE) for line in lines))
    parts += _extensions(table, widths)
    parts.append(struct.pack("<ii", 999, 0))
    for row in table.rows:
        parts += [_cell(value, width) for value, width in zip(row, widths, strict=True)]
    return b"".join(parts)


def _width(table: DataTable, at: int) -> int:
    """Bytes of a text variable; 0 for a number."""
    if table.variables[at].kind != "text":
        return 0
    texts = [row[at] for row in table.rows]
    longest = max((len(text.encode()) for text in texts if isinstance(text, str)), default=1)
    if longest > _LONGEST_TEXT:
        raise WorksheetError(
            "worksheet.character",
            f"A text of {table.variables[at].name} is longer than {_LONGEST_TEXT} bytes.",
            remedy="Shorten the text.",
        )
    return max(1, longest)


def _segments(width: int) -> list[int]:
    """The widths of the variables that hold a text; [0] for a number."""
    if width <= _SEGMENT:
        return [width]
    n_whole = -(-width // _COUNTED) - 1
    return [*[_SEGMENT] * n_whole, width - n_whole * _COUNTED]


def _slots(segment: int) -> int:
    return max(1, -(-segment // 8))


def _header(n_slots: int, n_rows: int, label: str) -> bytes:
    return struct.pack(
        "<4s60siiiiid9s8s64s3x",
        b"$FL2",
        b"@(#) SPSS DATA FILE - written by Adcurate".ljust(60),
        2,
        n_slots,
        0,
        0,
        n_rows,
        100.0,
        b"01 Jan 20",
        b"00:00:00",
        _cut(label, 64).ljust(64),
    )


def _variable(variable: Variable, at: int, width: int, table: DataTable) -> bytes:
    has_missing = variable.kind != "text" and bool(table.missing_codes(variable.name))
    said = f"{variable.label} ({variable.unit})" if variable.unit else variable.label
    label = _cut(said, _LONGEST_LABEL)
    first, *others = _segments(width)
    shown = _format(variable, first)
    record = struct.pack("<iiiiii8s", 2, first, 1, -2 if has_missing else 0, shown, shown, _short_name(at))
    record += struct.pack("<i", len(label)) + label.ljust(-(-len(label) // 4) * 4)
    if has_missing:
        record += struct.pack("<dd", LOWEST_MISSING, HIGHEST_MISSING)
    record += _FOLLOWING * (_slots(first) - 1)
    for number, segment in enumerate(others, 1):
        shown = _format(variable, segment)
        record += struct.pack("<iiiiii8s", 2, segment, 0, 0, shown, shown, _short_name(at, number))
        record += _FOLLOWING * (_slots(segment) - 1)
    return record


def _format(variable: Variable, width: int) -> int:
    if variable.kind == "text":
        return _TEXT_FORMAT << 16 | width << 8
    decimals = 0 if variable.kind == "coded" else _DECIMALS.get(variable.unit, 2)
    return _NUMBER_FORMAT << 16 | (decimals + 6) << 8 | decimals


def _short_name(at: int, segment: int = 0) -> bytes:
    own = f"{segment:02d}" if segment else ""
    return f"V{at + 1:05d}{own}".encode().ljust(8)


def _value_labels(table: DataTable, slots: list[int]) -> Iterator[bytes]:
    position = 1
    for variable, n_slots in zip(table.variables, slots, strict=True):
        missing = () if variable.kind == "text" else table.missing_codes(variable.name)
        labels = {**variable.codes, **{code: MISSING_REASONS[code] for code in missing}}
        if labels:
            record = struct.pack("<ii", 3, len(labels))
            for value, text in sorted(labels.items()):
                label = _cut(text, _LONGEST_VALUE_LABEL)
                filled = -(-(len(label) + 1) // 8) * 8 - 1
                record += struct.pack("<dB", value, len(label)) + label.ljust(filled)
            yield record + struct.pack("<iii", 4, 1, position)
        position += n_slots


def _extensions(table: DataTable, widths: list[int]) -> Iterator[bytes]:
    yield _extension(3, 4, struct.pack("<8i", 20, 0, 0, -1, 1, 1, 2, _UTF8))
    yield _extension(4, 8, struct.pack("<3d", _SYSTEM_MISSING, _HIGHEST, _LOWEST))
    display = [
        struct.pack("<3i", _MEASURES[one.measure], min(max(8, segment), 40), 0 if one.kind == "text" else 1)
        for one, width in zip(table.variables, widths, strict=True)
        for segment in _segments(width)
    ]
    yield _extension(11, 4, b"".join(display))
    names = [f"{_short_name(at).decode().strip()}={one.name}" for at, one in enumerate(table.variables)]
    yield _extension(13, 1, "\t".join(names).encode())
    long = [_short_name(at).strip() + b"=%05d\0\t" % one for at, one in enumerate(widths) if one > _SEGMENT]
    if long:
        yield _extension(14, 1, b"".join(long))
    yield _extension(20, 1, b"UTF-8")


def _extension(subtype: int, size: int, content: bytes) -> bytes:
    return struct.pack("<iiii", 7, subtype, size, len(content) // size) + content


def _cell(value: Value, width: int) -> bytes:
    if width:
        text = value.encode() if isinstance(value, str) else b""
        return b"".join(
            text[at * _SEGMENT : (at + 1) * _SEGMENT].ljust(_slots(segment) * 8)
            for at, segment in enumerate(_segments(width))
        )
    if isinstance(value, str):
        raise TypeError("a text stands under a variable of numbers")
    return struct.pack("<d", value.code if isinstance(value, Absent) else value)


def _cut(text: str, longest: int) -> bytes:
    """The text in UTF-8, at most so many bytes, without half a character at its end."""
    return text.encode()[:longest].decode(errors="ignore").encode()
