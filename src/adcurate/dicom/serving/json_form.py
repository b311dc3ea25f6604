"""A research object's header as DICOM JSON (PS3.18 annex F), with its pixels named by an address.

JSON of the standard: ``{"00100020": {"vr": "LO", "Value": ["CODE"]}}``.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydicom.config import disable_value_validation
from pydicom.datadict import dictionary_VR, tag_for_keyword

from adcurate.dicom.reading.headers import parse_object
from adcurate.errors import WebError

JsonHeader = Mapping[str, Mapping[str, Any]]

PIXEL_DATA: Final = "7FE00010"
_HEX_TAG: Final = re.compile(r"[0-9A-Fa-f]{8}")
_DATES: Final = frozenset({"DA", "TM", "DT"})


def header_json(content: bytes, pixels_at: str = "") -> dict[str, dict[str, Any]]:
    """Every element of an object but its pixels, which are only named by their address.

    Raises
    ------
    DicomError
        ``dicom.not-dicom``, ``dicom.truncated``
    """
    header = parse_object(content)
    with disable_value_validation():
        form: dict[str, dict[str, Any]] = header.to_json_dict(
            bulk_data_threshold=2**31, suppress_invalid_tags=True
        )
    if pixels_at:
        form[PIXEL_DATA] = {"vr": "OW", "BulkDataURI": pixels_at}
    return form


def element(keyword: str, *values: object) -> dict[str, dict[str, Any]]:
    """An element of DICOM JSON by its keyword; a person's name is given as text."""
    tag = tag_of(keyword)
    vr = dictionary_VR(int(tag, 16))
    shown = [{"Alphabetic": value} if vr == "PN" else value for value in values]
    return {tag: {"vr": vr, "Value": shown} if shown else {"vr": vr}}


def chosen(form: JsonHeader, keywords: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """These elements of a header; those it lacks are there without a value."""
    found: dict[str, Mapping[str, Any]] = {}
    for keyword in keywords:
        tag = tag_of(keyword)
        found[tag] = form.get(tag, {"vr": dictionary_VR(int(tag, 16))})
    return found


def tag_of(name: str) -> str:
    """The tag, as DICOM JSON writes it, of a keyword or of eight hexadecimal digits.

    Raises
    ------
    WebError
        ``web.malformed``
    """
    if _HEX_TAG.fullmatch(name):
        return name.upper()
    tag = tag_for_keyword(name)
    if tag is None:
        raise WebError(
            "web.malformed",
            "The query names an attribute that DICOM does not have.",
            remedy="Name attributes by keyword, such as PatientID, or by eight hexadecimal digits.",
        )
    return f"{tag:08X}"


def matches(form: JsonHeader, asked: Mapping[str, str]) -> bool:
    """Whether a header fits a query: tags to values, with ``*`` and ``?``, lists, and ranges of dates."""
    return all(_fits(form.get(tag, {}), wanted) for tag, wanted in asked.items() if wanted not in ("", "*"))


def _fits(found: Mapping[str, Any], wanted: str) -> bool:
    vr = found.get("vr", "")
    values = [_text(one) for one in found.get("Value", ())]
    if vr == "UI":
        return bool({*wanted.replace("\\", ",").split(",")} & {*values})
    if vr in _DATES and "-" in wanted:
        low, _, high = wanted.partition("-")
        return any((not low or low <= one) and (not high or one <= high) for one in values)
    pattern = wanted.replace("[", "[[]").casefold()
    return any(fnmatch.fnmatchcase(one.casefold(), pattern) for one in values)


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return str(value.get("Alphabetic", ""))
    return str(value)


def values_of(forms: Sequence[JsonHeader], keyword: str) -> tuple[object, ...]:
    """The first value of an element in each header, each once, sorted."""
    tag = tag_of(keyword)
    found = {form[tag]["Value"][0] for form in forms if form.get(tag, {}).get("Value")}
    return tuple(sorted(found, key=str))
