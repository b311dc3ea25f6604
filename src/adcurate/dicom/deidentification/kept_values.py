"""One value under its rule: from bytes as they were received to bytes that may be written, or nothing.

A value is checked as what its rule says it is. Digits must be digits of the right width and number, code
strings must be known terms, text is reduced to known words; a text in a numeric field is dropped.
"""

from __future__ import annotations

import datetime
import functools
import importlib.util
import re
import sys
from pathlib import Path
from typing import Final

from adcurate.dicom.deidentification import vocabulary
from adcurate.dicom.deidentification.encoding import padded
from adcurate.dicom.deidentification.keep_list import Kept
from adcurate.dicom.deidentification.ranges import (
    MOST_ORDINAL,
    are_plausible,
    are_plausible_bytes,
    binary_numbers,
    is_scanner_ordinal,
)
from adcurate.dicom.received.structure import Element
from adcurate.model import Pseudonyms

_SIZES: Final = {"US": 2, "SS": 2, "UL": 4, "SL": 4, "FL": 4, "FD": 8, "AT": 4}
_DS = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_IS = re.compile(r"[+-]?\d{1,11}")
_UID = re.compile(r"\d+(?:\.\d+)+")
_AGE = re.compile(r"(\d{3})([DWMY])")
_NUMERIC_TEXT_WIDTH = 16
_OLDEST_STATED_YEARS = 89
_REMEMBERED_BYTES: Final = 128
_MOST_UIDS: Final = 4096
_FIRST_STAND_IN: Final = 90_000
_MOST_ROUND_B: Final = 20_000
_NO_MEANING: Final = "coded"


class ValueKeeper:
    """Applies the rules of the keep-list for one subject."""

    def __init__(self, pseudonyms: Pseudonyms, subject: str) -> None:
        self._pseudonyms = pseudonyms
        self._subject = subject
        self._shift = datetime.timedelta(days=pseudonyms.shift_days(subject))
        self._uids: dict[str, str] = {}

    def keep(self, kept: Kept, element: Element, raw: bytes) -> tuple[str, bytes] | None:
        """The representation and the bytes to write, or None where the value fails its rule.

        An empty value is kept as empty.
        """
        keep = _keep_alike if len(raw) <= _REMEMBERED_BYTES else _keep_alike.__wrapped__
        value = keep(kept, element.tag, element.vr, element.encoding == "explicit-big", raw)
        if value is None or kept.rule not in ("uid", "date", "ordinal") or not value[1]:
            return value
        vr, text = value[0], value[1].decode("ascii").strip(" \0")
        if kept.rule == "ordinal":
            return vr, padded(vr, self._ordinal(text).encode("ascii"))
        own = self.date(text) if kept.rule == "date" else self._stand_in(text)
        return None if own is None else (vr, padded(vr, own.encode("ascii")))

    @property
    def subject_code(self) -> str:
        """The code that stands for the person."""
        return self._subject

    def uid(self, original: str) -> str | None:
        """The stand-in of a UID."""
        known = self._uids.get(original)
        if known is None:
            if len(self._uids) >= _MOST_UIDS:
                self._uids.clear()
            known = self._uids[original] = self._pseudonyms.uid(original)
        return known

    def date(self, text: str) -> str | None:
        """A date moved by the subject's shift; None where it is none."""
        if not re.fullmatch(r"\d{8}", text):
            return None
        try:
            date = datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
            return (date - self._shift).strftime("%Y%m%d").zfill(8)
        except (ValueError, OverflowError):
            return None

    def _ordinal(self, text: str) -> str:
        """A series' number as it stands, or a keyed one of five digits where it has more than those."""
        if is_scanner_ordinal(int(text)):
            return str(int(text))
        keyed = self._pseudonyms.uid(f"{self._subject} series {int(text)}")
        return str(_FIRST_STAND_IN + int(keyed.rsplit(".", 1)[-1]) % (MOST_ORDINAL + 1 - _FIRST_STAND_IN))

    def _stand_in(self, text: str) -> str | None:
        return self.uid(text) if len(text) <= 64 and _UID.fullmatch(text) else None


@functools.lru_cache(maxsize=4096)
def _keep_alike(kept: Kept, tag: int, received_vr: str, is_big: bool, raw: bytes) -> tuple[str, bytes] | None:
    """What a value becomes whoever it is about; UIDs and dates are left to the subject's keeper.

    Most values of a series stand in every one of its images, so that answers are worth remembering.
    """
    vr = _written_vr(kept, tag, received_vr)
    if vr is None:
        return None
    if vr in _SIZES:
        value = _binary_numbers(kept, tag, vr, raw, is_big)
        return None if value is None else (vr, value)
    if not raw.strip(b" \0"):
        return vr, b""
    try:
        text = raw.decode("ascii").strip(" \0")
    except UnicodeDecodeError:
        # A description may hold letters of any alphabet; only its known words are looked for.
        if kept.rule not in ("words", "contrast", "maker", "model", "software"):
            return None
        text = raw.decode("latin-1")
    rewritten = _rewritten(kept, tag, vr, text)
    return None if rewritten is None else (vr, padded(vr, rewritten.encode("ascii")))


def _rewritten(kept: Kept, tag: int, vr: str, text: str) -> str | None:
    rule = kept.rule
    if rule in ("uid", "date"):
        return text
    if rule == "number":
        return _number_text(kept, tag, vr, text)
    if rule == "ordinal":
        # The subject's keeper puts a stand-in for what is longer than any scanner's number.
        return text if _IS.fullmatch(text) else None
    if rule == "terms":
        return vocabulary.known_terms(text) if text.count("\\") < kept.most else None
    if rule == "class-uid":
        return text if text in _standard_uids() else None
    if rule == "age":
        return _age(text)
    if rule == "contrast":
        return None if text.upper() in ("NONE", "NO", "N") else "CONTRAST"
    if rule == "gradient-comment":
        match = vocabulary.GRADIENT_COMMENT.search(text)
        return match.group() if match else None
    return _worded(rule, tag, text, kept.most)


def _worded(rule: str, tag: int, text: str, most: int) -> str | None:
    if rule == "words":
        return vocabulary.known_words(text)[: 16 if tag == 0x00409210 else 64].strip() or None
    if rule == "maker":
        return vocabulary.known_maker(text) or None
    if rule == "model":
        return vocabulary.known_model(text) or None
    if rule == "software":
        versions = [vocabulary.known_software(value) for value in text.split("\\")[:most]]
        return "\\".join(version for version in versions if version) or None
    if rule == "sequence-name":
        return text if vocabulary.SEQUENCE_NAME.fullmatch(text) and _are_settings(text) else None
    if rule == "nucleus":
        return text if text.upper() in vocabulary.NUCLEI else None
    if rule == "unit":
        return text if text in vocabulary.UNITS or text.upper() in vocabulary.UNITS else None
    if rule == "code":
        if tag == 0x00080104:
            return _NO_MEANING
        allowed = vocabulary.CODES if tag == 0x00080100 else vocabulary.SCHEMES
        return text if text in allowed else None
    return None


def _are_settings(text: str) -> bool:
    """Whether no number of a sequence's name is longer than a b-value, unless it is a round one."""
    numbers = [int(digits) for digits in re.findall(r"\d+", text)]
    return all(one < 10_000 or (one <= _MOST_ROUND_B and one % 100 == 0) for one in numbers)


@functools.cache
def _standard_uids() -> frozenset[str]:
    """Every UID that the standard itself names: pydicom's table, without the rest of pydicom."""
    package = importlib.util.find_spec("pydicom")
    assert package is not None
    assert package.origin is not None
    spec = importlib.util.spec_from_file_location(
        "adcurate_standard_uids", Path(package.origin).with_name("_uid_dict.py")
    )
    assert spec is not None
    assert spec.loader is not None
    table = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(table)
    return frozenset(table.UID_dictionary)


def meaning_of(code: str) -> str:
    """The words that stand beside a code: a fixed text, whatever was received."""
    return vocabulary.MEANINGS.get(code, _NO_MEANING)


def _written_vr(kept: Kept, tag: int, received_vr: str) -> str | None:
    """The representation to write, or None where the received one cannot hold such a value."""
    options = kept.vr.split("/")
    if received_vr in options:
        return received_vr
    # Archives that do not know a private tag write its value as bytes (OB, UN); implicit VR says nothing.
    if received_vr in ("", "UN") or (received_vr == "OB" and tag >> 16 & 1):
        return options[0]
    text_forms = ("DS", "IS", "SH", "LO", "CS", "LT", "ST", "UT")
    return options[0] if received_vr in text_forms and options[0] in text_forms else None


def _binary_numbers(kept: Kept, tag: int, vr: str, raw: bytes, is_big: bool) -> bytes | None:
    size = _SIZES[vr]
    if len(raw) % size or len(raw) > size * kept.most:
        return None
    numbers = binary_numbers(vr, raw, is_big)
    if numbers is None or not are_plausible_bytes(kept, tag, vr, raw, is_big):
        return None
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _number_text(kept: Kept, tag: int, vr: str, text: str) -> str | None:
    values = [value.strip(" \0") for value in text.split("\\")]
    if len(values) > kept.most:
        return None
    if vr not in ("DS", "IS"):
        # Stack ID, the one short text that is a number.
        return text if re.fullmatch(r"\d{1,3}", text) else None
    pattern = _DS if vr == "DS" else _IS
    for value in values:
        # Some scanners write longer decimals than the standard's 16 characters; they are numbers still.
        if value and not (pattern.fullmatch(value) and len(value) <= 2 * _NUMERIC_TEXT_WIDTH):
            return None
    numbers = [float(value) for value in values if value]
    return "\\".join(values) if are_plausible(kept, tag, numbers) else None


def _age(text: str) -> str | None:
    match = _AGE.fullmatch(text)
    if match is None:
        return None
    return text if match[2] != "Y" or int(match[1]) <= _OLDEST_STATED_YEARS else "090Y"
