"""What a reader draws, as it is kept: contours, rulers, confidence, a comment, or why there is nothing.

A draft is kept whatever its geometry: a stroke that crosses itself is a stroke. Only its shape and its size
are bounded here; whether it can be measured is asked when it is measured or locked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, NoReturn, get_args

from adcurate.errors import ReadError
from adcurate.model.contour_record import PointLps
from adcurate.model.provenance import canonical_json, content_digest

DrawnRole = Literal["lesion", "exclusion", "reference"]
Tool = Literal["freehand", "spline", "livewire", "ellipse", "circle", "brush", "interpolated"]
Axis = Literal["long", "short"]
CannotAssessReason = Literal["no-lesion-seen", "artefact", "not-covered", "other"]

MOST_BYTES: Final = 2_000_000
MOST_POINTS: Final = 10_000
MOST_CONTOURS: Final = 2_000
LONGEST_TEXT: Final = 2_000
FARTHEST_MM: Final = 100_000.0


@dataclass(frozen=True, slots=True)
class DrawnContour:
    """One closed contour as drawn, LPS mm; `series` and `frame` as the case names them, frames from 1."""

    id: str
    role: DrawnRole
    series: str
    frame: int
    tool: Tool
    points_lps_mm: tuple[PointLps, ...]
    holes_lps_mm: tuple[tuple[PointLps, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Ruler:
    """A line that measures a lesion's long or short axis, LPS mm."""

    id: str
    axis: Axis
    series: str
    frame: int
    from_lps_mm: PointLps
    to_lps_mm: PointLps

    @property
    def length_mm(self) -> float:
        """How long the line is."""
        return math.dist(self.from_lps_mm, self.to_lps_mm)


@dataclass(frozen=True, slots=True)
class CannotAssess:
    """Why a reader draws nothing."""

    reason: CannotAssessReason
    text: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a reader says of one case. `confidence` runs from 1 to 5."""

    contours: tuple[DrawnContour, ...] = ()
    rulers: tuple[Ruler, ...] = ()
    confidence: int | None = None
    comment: str = ""
    cannot_assess: CannotAssess | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape that is stored and crosses the wire; points stay tuples, of which there are thousands."""
        return {
            "contours": [_as_fields(one) for one in self.contours],
            "rulers": [_as_fields(one) for one in self.rulers],
            "confidence": self.confidence,
            "comment": self.comment,
            "cannot_assess": None if self.cannot_assess is None else _as_fields(self.cannot_assess),
        }

    @property
    def text(self) -> str:
        """The draft as it is kept: canonical JSON."""
        return canonical_json(self.as_json())

    @property
    def digest(self) -> str:
        """What a signature is given for."""
        return content_digest(self.text.encode())


def parse_draft(document: object) -> Draft:
    """A draft from its JSON, read strictly; nothing unknown, nothing too large, no number that is none.

    Raises
    ------
    ReadError
        ``read.draft``, ``read.too-big``
    """
    values = _fields(document, Draft, "the draft")
    confidence = values.get("confidence")
    if confidence is not None and (type(confidence) is not int or not 1 <= confidence <= 5):
        _refuse("confidence", "is no whole number from 1 to 5")
    contours = _list(values.get("contours", []), "contours", MOST_CONTOURS)
    rulers = _list(values.get("rulers", []), "rulers", MOST_CONTOURS)
    cannot = values.get("cannot_assess")
    draft = Draft(
        tuple(_contour(one, f"contours[{at}]") for at, one in enumerate(contours)),
        tuple(_ruler(one, f"rulers[{at}]") for at, one in enumerate(rulers)),
        confidence,
        _text(values.get("comment", ""), "comment"),
        None if cannot is None else _cannot_assess(cannot),
    )
    for what, names in (
        ("contours", [c.id for c in draft.contours]),
        ("rulers", [r.id for r in draft.rulers]),
    ):
        if len(set(names)) < len(names):
            _refuse(what, "holds one id twice")
    if len(draft.text) > MOST_BYTES:
        raise ReadError(
            "read.too-big", "The draft takes more than 2 MB.", remedy="Draw with fewer points or contours."
        )
    return draft


def _as_fields(one: DrawnContour | Ruler | CannotAssess) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def _contour(document: object, where: str) -> DrawnContour:
    values = _fields(document, DrawnContour, where)
    holes = _list(values.get("holes_lps_mm", []), f"{where}.holes_lps_mm", MOST_CONTOURS)
    return DrawnContour(
        id=_name(values["id"], f"{where}.id"),
        role=_one_of(values["role"], DrawnRole, f"{where}.role"),
        series=_name(values["series"], f"{where}.series"),
        frame=_frame(values["frame"], f"{where}.frame"),
        tool=_one_of(values["tool"], Tool, f"{where}.tool"),
        points_lps_mm=_points(values["points_lps_mm"], f"{where}.points_lps_mm"),
        holes_lps_mm=tuple(_points(hole, f"{where}.holes_lps_mm[{at}]") for at, hole in enumerate(holes)),
    )


def _ruler(document: object, where: str) -> Ruler:
    values = _fields(document, Ruler, where)
    return Ruler(
        id=_name(values["id"], f"{where}.id"),
        axis=_one_of(values["axis"], Axis, f"{where}.axis"),
        series=_name(values["series"], f"{where}.series"),
        frame=_frame(values["frame"], f"{where}.frame"),
        from_lps_mm=_point(values["from_lps_mm"], f"{where}.from_lps_mm"),
        to_lps_mm=_point(values["to_lps_mm"], f"{where}.to_lps_mm"),
    )


def _cannot_assess(document: object) -> CannotAssess:
    values = _fields(document, CannotAssess, "cannot_assess")
    reason = _one_of(values["reason"], CannotAssessReason, "cannot_assess.reason")
    return CannotAssess(reason, _text(values.get("text", ""), "cannot_assess.text"))


_OPTIONAL: Final = {"holes_lps_mm", "text"}


def _fields(document: object, kind: type, where: str) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        _refuse(where, "is no JSON object")
    known = {field.name for field in fields(kind)}
    if set(document) - known:
        _refuse(where, "has a field that is not known")
    missing = set() if kind is Draft else known - _OPTIONAL - set(document)
    if missing:
        _refuse(where, f"lacks {', '.join(sorted(missing))}")
    return document


def _list(value: object, where: str, most: int) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        _refuse(where, "is no JSON list")
    if len(value) > most:
        raise ReadError(
            "read.too-big", f"{where} has {len(value):,} entries.", remedy=f"At most {most:,} are kept."
        )
    return value


def _points(value: object, where: str) -> tuple[PointLps, ...]:
    return tuple(_point(one, f"{where}[{at}]") for at, one in enumerate(_list(value, where, MOST_POINTS)))


def _point(value: object, where: str) -> PointLps:
    if not isinstance(value, list | tuple) or len(value) != 3:
        _refuse(where, "is no point of three coordinates")
    for one in value:
        if isinstance(one, bool) or not isinstance(one, int | float) or not abs(one) <= FARTHEST_MM:
            _refuse(where, f"holds no number within {FARTHEST_MM:g} mm")
    return float(value[0]), float(value[1]), float(value[2])


def _frame(value: object, where: str) -> int:
    if type(value) is not int or not 1 <= value <= 100_000:
        _refuse(where, "is no whole number from 1")
    return value


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 64 or not value.isprintable():
        _refuse(where, "is no name of 1 to 64 letters")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        _refuse(where, f"is no text of at most {LONGEST_TEXT:,} letters")
    return value


def _one_of(value: object, choices: Any, where: str) -> Any:
    if value not in get_args(choices):
        _refuse(where, f"is none of: {', '.join(get_args(choices))}")
    return value


def _refuse(where: str, what: str) -> NoReturn:
    raise ReadError("read.draft", f"{where} {what}.", remedy="Send the draft as the API's page describes it.")
