"""Regions of OsiriX and Horos: the XML property list, its JSON twin, and the CSV of the export plug-in.

Only the points in mm are used: they are patient coordinates, whatever the pixel convention. An image's UID is
taken where the export has it; XML has none, so the slice is found by position in a series that a person
names. Property lists are read by the standard library, which refuses entity declarations; binary ones
are not read.
"""

from __future__ import annotations

import csv
import io
import math
import plistlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.parsers.expat import ExpatError

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import ForeignRegionError
from adcurate.formats.strict_json import StrictJsonError, parse_strict_json
from adcurate.model.foreign_region import ForeignContour, ForeignFile, ForeignRegion, ImageName, fault

_CLOSED: Final = {
    6: "rectangle",
    9: "oval",
    11: "closed polygon",
    15: "pencil",
}
_OPEN: Final = {
    5: "a length",
    10: "an open polygon",
    12: "an angle",
    13: "text",
    14: "an arrow",
    19: "a point",
    20: "a brush",
}
_POINT: Final = re.compile(r"\s*[\[({]?\s*([^,\s]+)\s*,\s*([^,\s]+)\s*,\s*([^,\s\])}]+)\s*[\])}]?\s*")
_UID: Final = re.compile(r"[0-9.]{1,64}")
_MOST_POINTS: Final = 10_000
_MOST_POINTS_OF_A_FILE: Final = 500_000
_MOST_REGIONS: Final = 10_000
_MOST_BYTES: Final = 32_000_000
_CSV_START: Final = re.compile(rb"\xef?\xbb?\xbf?\"?ImageNo\"?\s*,\s*\"?RoiNo", re.IGNORECASE)


def is_osirix(content: bytes) -> bool:
    """Whether the bytes look like an export of OsiriX or Horos."""
    start = content[:4096].lstrip()
    if b"<plist" in start or (start.startswith(b"<?xml") and b"plist" in start):
        return True
    if _CSV_START.match(content):
        return True
    return start.startswith(b"{") and b'"Images"' in content and b'"ROIs"' in content


def read_osirix(content: bytes) -> ForeignFile:
    """Every region of an export; what is no closed area is a region with a fault.

    Raises
    ------
    ForeignRegionError
        ``foreign.format``, ``foreign.header``, ``foreign.too-complex``
    """
    if len(content) > _MOST_BYTES:
        raise _too_much(f"takes more than {_MOST_BYTES // 10**6} MB")
    drawn = _of_table(content) if _CSV_START.match(content) else _of_document(_document(content))
    regions: list[ForeignRegion] = []
    n_points = 0
    for region in drawn:
        regions.append(region)
        n_points += sum(len(contour.rings[0]) for contour in region.contours)
        if len(regions) > _MOST_REGIONS:
            raise _too_much(f"holds more than {_MOST_REGIONS:,} regions")
        if n_points > _MOST_POINTS_OF_A_FILE:
            raise _too_much(f"holds more than {_MOST_POINTS_OF_A_FILE:,} points")
    return ForeignFile("OsiriX or Horos", tuple(regions))


def _document(content: bytes) -> object:
    if content.lstrip()[:1] == b"{":
        try:
            return parse_strict_json(content)
        except StrictJsonError as error:
            raise _refused("foreign.format", str(error)) from None
    try:
        return plistlib.loads(content, fmt=plistlib.FMT_XML)
    except (plistlib.InvalidFileException, ExpatError, ValueError, TypeError, AttributeError, IndexError):
        raise _refused("foreign.format", "is no XML property list, or declares entities") from None
    except (RecursionError, OverflowError, KeyError):
        raise _refused("foreign.format", "is no XML property list that can be read") from None


def _of_document(document: object) -> Iterator[ForeignRegion]:
    images = document.get("Images") if isinstance(document, dict) else None
    if not isinstance(images, list):
        raise _refused("foreign.format", "has no list of images")
    for image in images:
        drawn = image.get("ROIs") if isinstance(image, dict) else None
        if not isinstance(drawn, list):
            raise _refused("foreign.header", "has an image without a list of regions")
        for each in drawn:
            yield _of_entry(each, image)


def _of_entry(entry: object, image: Mapping[str, Any]) -> ForeignRegion:
    if not isinstance(entry, dict):
        raise _refused("foreign.header", "has a region that is none")
    points = entry.get("Point_mm")
    uid = entry.get("SOPInstanceUID") or image.get("SOPInstanceUID") or ""
    return _region(
        str(entry.get("Name", "")).strip(),
        entry.get("Type"),
        [_point(point) for point in points] if isinstance(points, list) else [],
        str(uid),
    )


def _rows(content: bytes) -> Iterator[list[str]]:
    try:
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        yield from csv.reader(text, skipinitialspace=True)
    except (UnicodeDecodeError, csv.Error):
        raise _refused("foreign.format", "is no UTF-8 CSV") from None


def _of_table(content: bytes) -> Iterator[ForeignRegion]:
    """The plug-in's CSV: a row for each region, five columns for each point after the named ones."""
    rows = _rows(content)
    head = [name.strip().lower() for name in next(rows)]
    needed = ("roiname", "roitype", "numofpoints", "mmx")
    if any(name not in head for name in needed):
        raise _refused("foreign.header", f"lacks one of the columns {', '.join(needed)}")
    first = head.index("mmx")
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        cells = dict(zip(head, (cell.strip() for cell in row), strict=False))
        try:
            n_points, kind = int(cells.get("numofpoints", "")), int(cells.get("roitype", ""))
        except ValueError:
            raise _refused("foreign.header", "has a count or kind of region that is no number") from None
        values = row[first : first + 5 * max(n_points, 0)]
        points = [_numbers(values[at : at + 3]) for at in range(0, len(values), 5)]
        uid = cells.get("sopinstanceuid", "")
        yield _region(cells.get("roiname", ""), kind, points if len(points) == n_points else [], uid)


def _region(name: str, kind: object, points: Sequence[list[float]], uid: str) -> ForeignRegion:
    try:
        if not isinstance(kind, int) or kind not in _CLOSED:
            shape = _OPEN.get(kind, "a kind that is not known") if isinstance(kind, int) else "of no kind"
            raise _data(f"is {shape}, no closed area")
        if not 3 <= len(points) <= _MOST_POINTS:
            raise _data(f"has {len(points)} points in mm")
        ring: Floats = np.array([point if len(point) == 3 else [math.nan] * 3 for point in points])
        if not np.isfinite(ring).all():
            raise _data("has a point that is no number")
        if uid and not _UID.fullmatch(uid):
            raise _data("names an image by something that is no UID")
    except ForeignRegionError as error:
        return ForeignRegion(name, faults=(fault(error, name),))
    return ForeignRegion(name, contours=(ForeignContour((ring,), "lps", ImageName(uid)),))


def _point(written: object) -> list[float]:
    if isinstance(written, str):
        found = _POINT.fullmatch(written) if len(written) < 200 else None
        return _numbers(found.groups()) if found else []
    return _numbers(written) if isinstance(written, list) else []


def _numbers(words: Sequence[object]) -> list[float]:
    try:
        return [float(word) for word in words if isinstance(word, str | int | float)]
    except (ValueError, OverflowError):
        return []


def _refused(code: str, what: str) -> ForeignRegionError:
    return ForeignRegionError(
        code,
        f"The export of OsiriX or Horos {what}.",
        remedy="Export the regions again, as XML or with the export plug-in as CSV.",
    )


def _too_much(what: str) -> ForeignRegionError:
    return ForeignRegionError(
        "foreign.too-complex",
        f"The export of OsiriX or Horos {what}.",
        remedy="Export only the regions of this study, in several files if need be.",
    )


def _data(what: str) -> ForeignRegionError:
    return ForeignRegionError(
        "foreign.contour-data", f"The region {what}.", remedy="Draw it as a closed polygon, pencil or oval."
    )
