"""The form of a study's worksheet: its columns, and the words for grades, by the scale of its protocol.

Whatever the form writes, every other column of `vocabulary` is read too; only the words for grades and the
reasons for exclusion change with the scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from adcurate.formats.vocabulary import (
    BENIGN_DIAGNOSES,
    COLUMN_BY_NAME,
    COLUMNS,
    EXCLUSION_REASONS,
    LANGUAGES,
    Column,
    Words,
    in_four,
)
from adcurate.model.protocol import GradeScale
from adcurate.model.worksheet import COLUMNS_OF_SCALE

_MEASURED: Final = ("mri_date", "lesion_site", "lesion_size_mm")
_TUMOUR_COUNTS: Final = frozenset(COLUMNS_OF_SCALE["neuroendocrine"])
_BENIGN: Final = in_four("benign|non-malignant", "goedaardig|benigne", "bénin|bénigne", "gutartig|benigne")
_MALIGNANT: Final = in_four(
    "malignant|cancer", "kwaadaardig|maligne|kanker", "malin|maligne|cancer", "bösartig|maligne"
)
_NO_CANCER: Final = in_four(
    "benign|no cancer|no tumour|no tumor",
    "goedaardig|benigne|geen kanker|geen tumor",
    "bénin|bénigne|pas de cancer|pas de tumeur",
    "gutartig|benigne|kein Karzinom|kein Tumor",
)


@dataclass(frozen=True, slots=True)
class WorksheetForm:
    """What a study's worksheet asks.

    `columns` are written, in this order; `required` an included lesion needs; one of `said_by` says its
    grade.
    """

    scale: GradeScale
    columns: tuple[Column, ...]
    grade: Column
    required: tuple[str, ...]
    said_by: tuple[str, ...]
    reasons: Words

    @property
    def readable(self) -> tuple[Column, ...]:
        """Every column that is understood."""
        return tuple(self.column(column.name) for column in COLUMNS)

    def column(self, name: str) -> Column:
        """The column of a canonical name."""
        return self.grade if name == "grade" else COLUMN_BY_NAME[name]


def _isup_words(number: int, roman: str) -> Words:
    return {
        f"ISUP {number}": in_four(
            f"ISUP {number}|{number}|{roman}|GG{number}|GG {number}|GGG{number}|GGG {number}"
            f"|grade group {number}|group {number}|grade {number}"
            f"|ISUP grade {number}|ISUP grade group {number}|ISUP{number}",
            f"ISUP {number}|graadgroep {number}|graad {number}|ISUP-graad {number}",
            f"ISUP {number}|groupe {number}|groupe de grade {number}|grade {number}|grade ISUP {number}",
            f"ISUP {number}|Gruppe {number}|Grad {number}|ISUP-Grad {number}|Graduierungsgruppe {number}",
        )
    }


_GRADES: Final = COLUMN_BY_NAME["grade"]
_ISUP: Final = Column(
    "grade",
    "isup",
    in_four(
        "ISUP grade|ISUP grade group|grade group|ISUP|grade|ISUP group|Gleason grade group|GGG",
        "ISUP-graad|ISUP-graadgroep|graadgroep|ISUP|graad",
        "grade ISUP|groupe ISUP|groupe de grade ISUP|ISUP|grade",
        "ISUP-Grad|ISUP-Graduierungsgruppe|ISUP-Gruppe|ISUP|Grad",
    ),
    MappingProxyType(
        {
            **{
                word: names
                for number, roman in enumerate(("I", "II", "III", "IV", "V"), 1)
                for word, names in _isup_words(number, roman).items()
            },
            "benign": _NO_CANCER,
        }
    ),
)
_BENIGN_MALIGNANT: Final = Column(
    "grade",
    "word",
    in_four(
        "outcome|benign or malignant|benign/malignant|reference standard|malignancy",
        "uitkomst|goedaardig of kwaadaardig|referentiestandaard",
        "résultat|bénin ou malin|étalon de référence",
        "Dignität|gutartig oder bösartig|Ergebnis|Referenzstandard",
    ),
    MappingProxyType({"benign": _BENIGN, "malignant": _MALIGNANT}),
)
_NOT_KNOWN: Final = in_four(
    "grade not known|grade unknown|no grade|grade missing|outcome not known"
    "|outcome unknown|no reference standard",
    "graad niet bekend|graad onbekend|geen graad|uitkomst niet bekend"
    "|uitkomst onbekend|geen referentiestandaard",
    "grade inconnu|pas de grade|résultat inconnu|pas d'étalon de référence",
    "Grad nicht bekannt|Grad unbekannt|kein Grad|Ergebnis unbekannt|kein Referenzstandard",
)
_OTHER_DIAGNOSIS: Final = in_four(
    "other diagnosis|different diagnosis|wrong diagnosis|other histology",
    "andere diagnose|andere histologie",
    "autre diagnostic|autre histologie",
    "andere Diagnose|andere Histologie",
)


def _reasons(not_known: str) -> Words:
    """The known reasons for exclusion, in words that are not of neuroendocrine tumours."""
    changed = {
        "WHO grade not known": (not_known, _NOT_KNOWN),
        "other diagnosis": ("other diagnosis", _OTHER_DIAGNOSIS),
    }
    pairs = (changed.get(reason, (reason, words)) for reason, words in EXCLUSION_REASONS.items())
    return MappingProxyType(
        {
            reason: words if reason in words["en"] else {**words, "en": (reason, *words["en"])}
            for reason, words in pairs
        }
    )


def _columns(left_out: frozenset[str], grade: Column) -> tuple[Column, ...]:
    return tuple(
        grade if column.name == "grade" else column for column in COLUMNS if column.name not in left_out
    )


NEUROENDOCRINE: Final = WorksheetForm(
    "neuroendocrine",
    _columns(frozenset({"gleason", "diagnosis"}), _GRADES),
    _GRADES,
    ("mri_date", "lesion_type", "lesion_site", "lesion_size_mm"),
    ("grade", "ki67"),
    EXCLUSION_REASONS,
)
ISUP: Final = WorksheetForm(
    "isup",
    _columns(_TUMOUR_COUNTS | {"diagnosis", "sex", "primary_site", "lesion_type"}, _ISUP),
    _ISUP,
    _MEASURED,
    ("grade", "gleason"),
    _reasons("grade not known"),
)
BENIGN_MALIGNANT: Final = WorksheetForm(
    "benign-malignant",
    _columns(
        _TUMOUR_COUNTS | {"gleason", "primary_site", "metastatic_disease", "lesion_type"}, _BENIGN_MALIGNANT
    ),
    _BENIGN_MALIGNANT,
    _MEASURED,
    ("grade", "diagnosis"),
    _reasons("outcome not known"),
)


def worksheet_form(scale: GradeScale, grades: Sequence[str]) -> WorksheetForm:
    """The form of a scale; `grades` are the study's own, for the scale ``own``."""
    if scale != "own":
        return {form.scale: form for form in (NEUROENDOCRINE, ISUP, BENIGN_MALIGNANT)}[scale]
    known = {**_BENIGN_MALIGNANT.words, **_ISUP.words, **_GRADES.words}
    headers = {
        language: tuple(dict.fromkeys((first, *_GRADES.headers[language])))
        for language, first in zip(LANGUAGES, ("grade", "graad", "grade", "Grad"), strict=True)
    }
    words = {grade: known.get(grade) or dict.fromkeys(LANGUAGES, (grade,)) for grade in grades}
    column = replace(_GRADES, headers=MappingProxyType(headers), words=MappingProxyType(words))
    left_out = _TUMOUR_COUNTS | {"gleason", "diagnosis"}
    return WorksheetForm(
        "own", _columns(left_out, column), column, _MEASURED, ("grade",), _reasons("grade not known")
    )


def scale_words(scale: GradeScale) -> tuple[str, ...] | None:
    """The grades of a scale; None where the study names its own."""
    return None if scale == "own" else tuple(worksheet_form(scale, ()).grade.words)


def side_of(diagnosis: str) -> str:
    """``benign`` or ``malignant``, for a known diagnosis."""
    return "benign" if diagnosis in BENIGN_DIAGNOSES else "malignant"
