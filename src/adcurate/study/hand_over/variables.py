"""The variables of a hand-over: what the worksheet's columns and a region's numbers are called and mean.

No date, free text or typed name of a place is among them; a word that is not of the worksheet's vocabulary
becomes "other".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from adcurate.formats.vocabulary import COLUMN_BY_NAME, EXCLUSION_REASONS, PLACES
from adcurate.grading import parse_ki67
from adcurate.model.data_table import DOES_NOT_APPLY, EXCLUDED, NOT_ENTERED, Absent, Value, Variable
from adcurate.model.protocol import Protocol
from adcurate.model.reading.draft import CannotAssessReason
from adcurate.model.worksheet import WorksheetRow

WORKSHEET: Final = "worksheet"
OTHER: Final = 99
MM2_PER_S: Final = "mm2/s"

_LABELS: Final[Mapping[str, str]] = {
    "site": "Centre",
    "visit": "Visit",
    "status": "Screening status",
    "exclusion_reason": "Reason for exclusion in the worksheet",
    "sample_type": "Type of histological sample",
    "treatment_before_mri": "Treatment before the MRI",
    "age": "Age",
    "sex": "Sex",
    "primary_site": "Site of the primary tumour",
    "metastatic_disease": "Metastatic disease",
    "lesion_type": "Primary tumour or metastasis",
    "lesion_site": "Organ of the lesion",
    "lesion_size_mm": "Largest diameter of the lesion",
    "specimen_origin": "Where the histology came from",
    "ki67": "Ki-67 as the pathologist wrote it",
    "mitoses": "Mitoses as the pathologist wrote them",
    "mitoses_unit": "What mitoses were counted per",
    "necrosis": "Necrosis",
    "differentiation": "Differentiation",
    "edition": "Edition the grade was given under",
}
_UNITS: Final[Mapping[str, str]] = {"age": "years", "lesion_size_mm": "mm"}
# Numbers of a region that every reading has, with label and unit; in mm2/s what is of the map.
REGION_NUMBERS: Final[Mapping[str, tuple[str, str]]] = {
    "n_voxels": ("Voxels of the region with an estimate", "voxels"),
    "area_mm2": ("Area of these voxels", "mm2"),
    "mean": ("Mean ADC of the region", MM2_PER_S),
    "sd": ("Standard deviation of ADC in the region", MM2_PER_S),
    "minimum": ("Lowest ADC of the region", MM2_PER_S),
    "p5": ("5th percentile of ADC in the region", MM2_PER_S),
    "p10": ("10th percentile of ADC in the region", MM2_PER_S),
    "p25": ("25th percentile of ADC in the region", MM2_PER_S),
    "median": ("Median ADC of the region", MM2_PER_S),
    "p75": ("75th percentile of ADC in the region", MM2_PER_S),
    "p90": ("90th percentile of ADC in the region", MM2_PER_S),
    "maximum": ("Highest ADC of the region", MM2_PER_S),
}


def worksheet_variables() -> tuple[Variable, ...]:
    """The clinical columns, in the worksheet's order; `worksheet_values` gives their cells."""
    variables = []
    for name, label in _LABELS.items():
        kind = COLUMN_BY_NAME[name].kind
        codes = _codes(name)
        if codes:
            variables.append(Variable(name, label, "coded", "nominal", WORKSHEET, codes=codes))
        elif kind == "number":
            variables.append(Variable(name, label, "number", "scale", WORKSHEET, _UNITS[name]))
        else:
            variables.append(Variable(name, label, "text", "nominal", WORKSHEET))
        if name == "ki67":
            for end, word in (("low", "Lowest"), ("high", "Highest")):
                said = f"{word} Ki-67 that the pathologist's words allow"
                source = "computed from ki67: 12 is 12 to 12, <1 is 0 to 1, 3-5 is 3 to 5"
                variables.append(Variable(f"ki67_{end}", said, "number", "scale", source, "percent"))
    computed = "computed: days between MRI and histology, whichever came first"
    variables.append(
        Variable("interval_days", "MRI to histology", "number", "scale", computed, "days"),
    )
    return tuple(variables)


def worksheet_values(row: WorksheetRow) -> tuple[Value, ...]:
    """The cells of `worksheet_variables`."""
    blank = Absent(NOT_ENTERED if row.status == "included" else EXCLUDED)
    values: list[Value] = []
    for name in _LABELS:
        typed: Any = getattr(row, name)
        if typed is None:
            does_not_apply = name == "exclusion_reason" and row.status == "included"
            empty = Absent(DOES_NOT_APPLY) if does_not_apply else blank
            values += [empty] * (3 if name == "ki67" else 1)
            continue
        codes = _codes(name)
        if codes:
            values.append(_code_of(str(typed), codes))
        else:
            values.append(float(typed) if COLUMN_BY_NAME[name].kind == "number" else str(typed))
        if name == "ki67":
            known = parse_ki67(row.ki67 or "")
            values += [known.low, known.high]
    between = row.mri_date is not None and row.histology_date is not None
    values.append(
        float(abs((row.histology_date - row.mri_date).days))  # type: ignore[operator]
        if between
        else blank
    )
    return tuple(values)


def grade_variable(protocol: Protocol) -> Variable:
    """The reference standard: the grades of the protocol in their order, then any other."""
    return Variable(
        "grade",
        "Grade by the pathologist",
        "coded",
        "ordinal",
        WORKSHEET,
        codes={**numbered([*protocol.grades, *_other_grades(protocol)]), OTHER: "another grade"},
    )


def outcome_variable(protocol: Protocol) -> Variable:
    """The binary outcome, 1 for what the markers should find."""
    outcome = protocol.outcome
    source = f"protocol: {', '.join(outcome.positive)} against {', '.join(outcome.negative)}"
    codes = {0: outcome.negative_label, 1: outcome.positive_label}
    return Variable("positive", "Outcome", "coded", "nominal", source, codes=codes)


def graded(row: WorksheetRow, protocol: Protocol) -> tuple[Value, Value]:
    """The cells of `grade_variable` and `outcome_variable`."""
    blank = Absent(NOT_ENTERED if row.status == "included" else EXCLUDED)
    if row.grade is None:
        return blank, blank
    grade = _code_of(row.grade, grade_variable(protocol).codes)
    if row.grade in protocol.outcome.positive:
        return grade, 1
    return grade, 0 if row.grade in protocol.outcome.negative else Absent(DOES_NOT_APPLY)


def cannot_assess_variable() -> Variable:
    """Why a reader could not assess a lesion."""
    reasons = numbered([reason.replace("-", " ") for reason in get_args(CannotAssessReason)])
    return Variable(
        "cannot_assess", "Why it could not be assessed", "coded", "nominal", "reading room", codes=reasons
    )


def numbered(words: Sequence[str]) -> dict[int, str]:
    """Codes from 1."""
    return dict(enumerate(words, 1))


def _other_grades(protocol: Protocol) -> list[str]:
    return [word for word in COLUMN_BY_NAME["grade"].words if word not in protocol.grades]


def _codes(name: str) -> dict[int, str]:
    column = COLUMN_BY_NAME[name]
    if column.kind == "place":
        return {**numbered(list(PLACES)), OTHER: "another word (see the study)"}
    if name == "exclusion_reason":
        return {**numbered(list(EXCLUSION_REASONS)), OTHER: "another reason (text in the vault)"}
    return numbered(list(column.words))


def _code_of(word: str, codes: Mapping[int, str]) -> int:
    return next((code for code, text in codes.items() if text == word), OTHER)
