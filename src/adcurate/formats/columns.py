"""What a header or a word of the worksheet means, whatever its language, case, accents and punctuation."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from adcurate.errors import WorksheetError
from adcurate.formats.vocabulary import COLUMN_BY_NAME, COLUMNS, Column, Language, Words


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """What a header means: its column, the languages it fits, and a unit it names (``cm``, ``per-2-mm2``)."""

    column: str
    languages: frozenset[Language]
    unit: str | None = None


_UNIT_AT_END: Final = re.compile(r"^(?P<name>.+?)(?: in)? (?P<unit>cm|mm)$")
_MITOSES_UNITS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"^(?P<name>.+?) (?:per |par |pro |je )?10 ?hpf$"), "per-10-hpf"),
    (re.compile(r"^(?P<name>.+?) (?:per |par |pro |je )?2 ?mm2$"), "per-2-mm2"),
)


_OWN_UNITS: Final = {
    "lesion_size_mm": (
        (re.compile(r"\b(?:mm|milli?met(?:er|re)s?)\b(?! ?[23]\b)"), "mm"),
        (re.compile(r"\b(?:cm|centimet(?:er|re)s?|zentimeter)\b(?! ?[23]\b)"), "cm"),
    ),
    "age": ((re.compile(r"\b(?:years?|yrs?|jaar|jaren|ans|annees|jahren?)\b"), "years"),),
    "mitoses": (
        (re.compile(r"\b10 ?(?:hpf|high power fields?)\b"), "per-10-hpf"),
        (re.compile(r"\b2 ?mm ?2\b"), "per-2-mm2"),
    ),
}
_OTHER_UNITS: Final = {
    "lesion_size_mm": re.compile(r"\b(?:[cm]m ?[23]|ml|cc|m|dm|um|inch(?:es)?|years?|months?)\b"),
    "age": re.compile(
        r"\b(?:months?|maand(?:en)?|mois|monat(?:en?)?|weeks|weken|semaines|wochen|days|dagen|jours|tagen?)\b"
    ),
    "mitoses": re.compile(r"(?<!\b10 )(?<!\b10)\b(?:hpf|high power)|(?<!\b2 )(?<!\b2)\bmm ?2\b"),
}


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Text without case, accents, punctuation and double blanks, for comparison only.

    Examples
    --------
    >>> plain(" Größe (MM) "), plain("Ki-67 (%)"), plain("2 mm²")
    ('grosse mm', 'ki 67', '2 mm2')
    """
    apart = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^0-9a-z?]+", " ", bare).split())


def match_header(header: str, columns: Sequence[Column] = COLUMNS) -> HeaderMatch | None:
    """The column, one of `columns`, that a header names in any of the languages, or None.

    Examples
    --------
    >>> match_header("Taille (cm)").unit
    'cm'
    """
    wanted = plain(header)
    named = _column_headed(wanted, columns)
    if named is not None:
        return named
    if wanted.replace(" ", "_") in COLUMN_BY_NAME:
        return HeaderMatch(wanted.replace(" ", "_"), frozenset({"en"}))
    sized = _UNIT_AT_END.match(wanted)
    if sized and (size := _column_headed(sized["name"], columns)) and size.column == "lesion_size_mm":
        return HeaderMatch(size.column, size.languages, sized["unit"])
    for pattern, unit in _MITOSES_UNITS:
        counted = pattern.match(wanted)
        if counted and (count := _column_headed(counted["name"], columns)) and count.column == "mitoses":
            return HeaderMatch(count.column, count.languages, unit)
    return None


def named_unit(header: str, column: str) -> str | None:
    """The unit that a header names for the column it is taken for, however it came to be taken for it.

    Returns
    -------
    str or None
        ``mm``, ``cm``, ``years``, ``per-10-hpf``, ``per-2-mm2``; None where it names none.

    Raises
    ------
    WorksheetError
        ``worksheet.header-unit``: a unit that is not the column's and is not converted.

    Examples
    --------
    >>> named_unit("Lesion diameter in cm", "lesion_size_mm"), named_unit("cm", "comments")
    ('cm', None)
    """
    wanted = plain(header)
    own, other = _OWN_UNITS.get(column, ()), _OTHER_UNITS.get(column)
    if other is None:
        return None
    named = {unit for pattern, unit in own if pattern.search(wanted)}
    strange = other.search(wanted)
    if len(named) == 1 and not (strange and column != "age"):
        return named.pop()
    if named or strange:
        raise WorksheetError(
            "worksheet.header-unit",
            f'The header "{header.strip()[:40]}" names a unit that {column.replace("_", " ")} does not take.',
            remedy="Convert the column and name its unit in the header, or leave it out.",
        )
    return None


def nearest_header(header: str, columns: Sequence[Column] = COLUMNS) -> str | None:
    """The known header that looks most like one that is not known, or None."""
    known = {plain(name): name for column in columns for names in column.headers.values() for name in names}
    close = difflib.get_close_matches(plain(header), known, n=1, cutoff=0.6)
    return known[close[0]] if close else None


def match_word(text: str, words: Words) -> str | None:
    """The canonical word that `text` says in any of the languages, or None.

    Examples
    --------
    >>> match_word("Oui", COLUMN_BY_NAME["metastatic_disease"].words)
    'yes'
    """
    wanted = plain(text)
    if not wanted:
        return None
    for word, by_language in words.items():
        if wanted == plain(word) or any(
            wanted == plain(name) for names in by_language.values() for name in names
        ):
            return word
    return None


def _column_headed(wanted: str, columns: Sequence[Column]) -> HeaderMatch | None:
    for column in columns:
        languages = frozenset(
            language
            for language, names in column.headers.items()
            if any(wanted == plain(name) for name in names)
        )
        if languages:
            return HeaderMatch(column.name, languages)
    return None
