"""The contour file: closed contours in patient coordinates (LPS, mm), as JSON, read strictly.

The shape of the file is described in ``docs/contours.md``. Geometry (self-crossing, flatness, whether an
image is there) is checked where contours are turned into voxels, not here.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, cast

from adcurate.errors import ContourError
from adcurate.formats.new_file import write_new_file
from adcurate.formats.source import read_source
from adcurate.formats.strict_json import StrictJsonError, parse_strict_json
from adcurate.model.contour_record import ContourRecord, ContourRole, PointLps

SCHEMA: Final = "adcurate.contours"
SCHEMA_VERSION: Final = 1
SIZE_LIMIT: Final = 20_000_000
FEWEST_POINTS: Final = 3
MOST_POINTS: Final = 10_000
FARTHEST_MM: Final = 100_000.0

_FILE_FIELDS: Final = ("schema", "schema_version", "contours")
_REQUIRED_FIELDS: Final = ("subject", "lesion", "reader", "role", "sop_instance_uid", "points_lps_mm")
_OPTIONAL_FIELDS: Final = ("frame_number", "holes_lps_mm")
_LABEL: Final = re.compile(r"[^\W_](?:[\w ./\-]{0,62}[\w.\-])?")
_UID: Final = re.compile(r"(?=.{1,64}\Z)(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))+")


def read_contours(path: Path) -> tuple[ContourRecord, ...]:
    """Read every contour of a file, in its order.

    Raises
    ------
    InputError
        As `read_source`.
    ContourError
        ``contour.too-big`` (20 MB); ``contour.parse`` (no strict JSON, wrong type, unknown role or version);
        ``contour.unknown-field``; ``contour.shape`` (under 3 or over 10,000 points);
        ``contour.conflict`` (one reader has two contours of one lesion on one frame). Each says where,
        such as ``contours[3].points_lps_mm[7]``.
    """
    content = read_source(path, limit=SIZE_LIMIT, too_big=ContourError, too_big_code="contour.too-big")
    return parse_contours(content)


def parse_contours(content: bytes) -> tuple[ContourRecord, ...]:
    """Read contours from the bytes of a file or a request; see `read_contours`."""
    if len(content) > SIZE_LIMIT:
        raise ContourError(
            "contour.too-big", "The contours take more than 20 MB.", remedy="Send fewer at once."
        )
    try:
        document = parse_strict_json(content)
    except StrictJsonError as fault:
        raise ContourError(
            "contour.parse", f"The contour file {fault}.", remedy="Write it as strict UTF-8 JSON."
        ) from None
    fields = _fields(document, "the file", _FILE_FIELDS, ())
    if (
        fields["schema"] != SCHEMA
        or fields["schema_version"] != SCHEMA_VERSION
        or fields["schema_version"] is True
    ):
        raise _refusal("the file", f'is not of schema "{SCHEMA}" version {SCHEMA_VERSION}')
    contours = _list(fields["contours"], "contours")
    records = tuple(_record(entry, f"contours[{index}]") for index, entry in enumerate(contours))
    _check_unique(records)
    return records


def write_contours(path: Path, records: Sequence[ContourRecord]) -> None:
    """Write contours so that `read_contours` gives equal records back; equal records give equal bytes.

    Raises
    ------
    OutputError
        ``output.exists``, ``output.not-writable``
    ContourError
        As `read_contours`, for records that could not be read back.
    """
    document = {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "contours": [
            {
                "subject": record.subject,
                "lesion": record.lesion,
                "reader": record.reader,
                "role": record.role,
                "sop_instance_uid": record.sop_instance_uid,
                "frame_number": record.frame_number,
                "points_lps_mm": record.points_lps_mm,
                "holes_lps_mm": record.holes_lps_mm,
            }
            for record in records
        ],
    }
    content = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
    parse_contours(content)
    write_new_file(path, content)


def _record(entry: object, where: str) -> ContourRecord:
    fields = _fields(entry, where, _REQUIRED_FIELDS, _OPTIONAL_FIELDS)
    frame = fields.get("frame_number", 1)
    if isinstance(frame, bool) or not isinstance(frame, int) or not 1 <= frame <= 2**31:
        raise _refusal(f"{where}.frame_number", "is no whole number from 1")
    role = fields["role"]
    if role not in ("lesion", "exclusion"):
        raise _refusal(f"{where}.role", 'is neither "lesion" nor "exclusion"')
    uid = fields["sop_instance_uid"]
    if not isinstance(uid, str) or not _UID.fullmatch(uid):
        raise _refusal(f"{where}.sop_instance_uid", "is no DICOM UID")
    holes = _list(fields.get("holes_lps_mm", []), f"{where}.holes_lps_mm")
    return ContourRecord(
        subject=_label(fields["subject"], f"{where}.subject"),
        lesion=_label(fields["lesion"], f"{where}.lesion"),
        reader=_label(fields["reader"], f"{where}.reader"),
        role=cast(ContourRole, role),
        sop_instance_uid=uid,
        points_lps_mm=_points(fields["points_lps_mm"], f"{where}.points_lps_mm"),
        frame_number=frame,
        holes_lps_mm=tuple(
            _points(hole, f"{where}.holes_lps_mm[{index}]") for index, hole in enumerate(holes)
        ),
    )


def _points(value: object, where: str) -> tuple[PointLps, ...]:
    points = _list(value, where)
    if not FEWEST_POINTS <= len(points) <= MOST_POINTS:
        raise ContourError(
            "contour.shape",
            f"{where} has {len(points)} points.",
            remedy=f"A contour has {FEWEST_POINTS} to {MOST_POINTS} points.",
            n_points=len(points),
        )
    return tuple(_point(point, f"{where}[{index}]") for index, point in enumerate(points))


def _point(value: object, where: str) -> PointLps:
    point = _list(value, where)
    if len(point) != 3:
        raise _refusal(where, "is no point of three coordinates")
    x, y, z = (_coordinate(axis, f"{where}[{index}]") for index, axis in enumerate(point))
    return x, y, z


def _coordinate(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refusal(where, "is no number")
    if abs(value) > FARTHEST_MM:
        raise _refusal(where, f"lies beyond {FARTHEST_MM:g} mm")
    return float(value)


def _label(value: object, where: str) -> str:
    if not isinstance(value, str) or not _LABEL.fullmatch(value):
        raise _refusal(where, "is no label of 1 to 64 letters, digits, blanks, points, hyphens or slashes")
    return value


def _fields(
    value: object, where: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _refusal(where, "is no JSON object")
    for name in value:
        if name not in (*required, *optional):
            near = difflib.get_close_matches(name, (*required, *optional), n=1)
            raise ContourError(
                "contour.unknown-field",
                f"{where} has a field that is not known: {name[:40]!r}.",
                remedy=f'Did you mean "{near[0]}"?' if near else f"Use: {', '.join((*required, *optional))}.",
            )
    missing = [name for name in required if name not in value]
    if missing:
        raise _refusal(where, f"lacks {', '.join(missing)}")
    return cast(dict[str, Any], value)


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise _refusal(where, "is no JSON list")
    return value


def _check_unique(records: tuple[ContourRecord, ...]) -> None:
    first: dict[object, int] = {}
    for index, record in enumerate(records):
        if record.role == "exclusion":
            continue
        key = (record.subject, record.lesion, record.reader, record.sop_instance_uid, record.frame_number)
        if key in first:
            raise ContourError(
                "contour.conflict",
                f"contours[{first[key]}] and contours[{index}] are of one reader, lesion and frame.",
                remedy="Keep one of them.",
            )
        first[key] = index


def _refusal(where: str, what: str) -> ContourError:
    return ContourError(
        "contour.parse", f"{where} {what}.", remedy="See the description of the contour file."
    )
