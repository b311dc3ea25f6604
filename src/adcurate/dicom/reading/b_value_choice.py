"""A person's word on b-values, put on a series in place of what its headers say.

For scanners that store no b-value, or a rounded one. What was read stays visible in each row's source; the
finding ``b-value.set-by-person`` goes wherever the series goes. Knows nothing of studies or stores.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adcurate.dicom.reading.interleaved_maps import images_of_slices, number_order
from adcurate.dicom.reading.series_findings import findings_of
from adcurate.dicom.reading.series_kind import KindVerdict
from adcurate.dicom.reading.uneven_signals import TIMING_DIFFERS, uneven_slices
from adcurate.dicom.vendors.reading import HIGHEST_B
from adcurate.errors import SchemeError
from adcurate.findings import Finding
from adcurate.model import BValue, Frame, Series, group_b_values
from adcurate.model.b_value import BValueChoice

SET_BY_PERSON: Final = "set by a person"
_NO_VALUE: Final = "none"
_LOWEST_IN_S_PER_MM2: Final = 10.0
_NUMBER: Final = re.compile(r"\d{1,9}(?:\.\d{1,9})?(?:[eE]\d)?")
_ABOUT_B_OR_SLICES: Final = ("b-value.", "geometry.", "rescale.", "scale.")


def parse_b_value_choice(text: str, series_instance_uid: str, reason: str) -> BValueChoice:
    """Read ``nominal``, ``0,500,1000`` (in the scanner's order) or ``1000=929.75,none=0`` (old=new).

    Raises
    ------
    SchemeError
        ``scheme.b-value-choice`` for anything else, ``scheme.b-value-range`` for a value that no scanner
        can play out or that looks like ms/µm².
    """
    plain = text.strip().lower().replace(" ", "")
    if plain == "nominal":
        return BValueChoice(series_instance_uid, "nominal", reason=reason)
    parts = plain.split(",")
    if "=" in plain:
        pairs = tuple(_pair(part) for part in parts)
        if len({old for old, _ in pairs}) < len(pairs):
            raise _refused("One b-value is replaced by two others.")
        _check_range([new for _, new in pairs])
        return BValueChoice(series_instance_uid, "pairs", pairs=pairs, reason=reason)
    values = tuple(_value(part) for part in parts)
    _check_range(values)
    return BValueChoice(series_instance_uid, "in-order", values, reason=reason)


def with_chosen_b_values(series: Series, choice: BValueChoice) -> Series:
    """The series as if its headers said what the person says.

    Raises
    ------
    SchemeError
        ``scheme.b-value-choice`` where the choice does not fit the series.
    """
    if series.kind in ("adc", "calculated_b"):
        raise _refused("The series is a map or a calculated image, whose b-values are never used.")
    if any(finding.code == TIMING_DIFFERS for finding in series.findings):
        raise _refused("The images of the series differ in echo or repetition time, so no b-values fit them.")
    pick = {"nominal": _nominal, "in-order": _in_order, "pairs": _in_pairs}[choice.rule]
    frames = [
        frame if b is None else replace(frame, b_value=_row(frame, b))
        for frame, b in zip(series.frames, pick(series.frames, choice), strict=True)
    ]
    frames.sort(key=_frame_order)
    known = [frame.b_value.value for frame in frames if frame.b_value is not None]
    b_values = tuple(group.value for group in group_b_values(known))
    kind = series.kind if series.kind in ("dwi", "trace") else "dwi"
    evidence = series.kind_evidence if kind == series.kind else ("b-values set by a person",)
    found = findings_of(KindVerdict(kind, evidence), frames, b_values, {}, 0)
    left_out, uneven = uneven_slices(frames, [kind == "trace"] * len(frames))
    frames = [replace(frame, b_value=None) if i in left_out else frame for i, frame in enumerate(frames)]
    return replace(
        series,
        kind=kind,
        kind_evidence=evidence,
        frames=tuple(frames),
        b_values=b_values,
        findings=(
            *(one for one in series.findings if not one.code.startswith(_ABOUT_B_OR_SLICES)),
            _finding(series, b_values, choice),
            *found,
            *uneven,
        ),
    )


def without_b_values(series: Series, sentence: str) -> Series:
    """The series kept out of every fit, because a person's word on it does not fit it any more."""
    number = {} if series.number is None else {"series": str(series.number)}
    finding = Finding(
        "b-value.choice-unusable",
        f"The b-values that a person set for a series no longer fit it, so it is not fitted. {sentence}",
        "serious",
        number,
    )
    frames = tuple(replace(frame, b_value=None) for frame in series.frames)
    return replace(series, frames=frames, b_values=(), findings=(*series.findings, finding))


def _row(frame: Frame, b: float) -> BValue:
    read = "no b-value was read"
    if frame.b_value is not None:
        read = f"read: {frame.b_value.value:g} from {frame.b_value.source}"
    return BValue(b, f"{SET_BY_PERSON} ({read})")


def _finding(series: Series, b_values: Sequence[float], choice: BValueChoice) -> Finding:
    before = ", ".join(f"{b:g}" for b in series.b_values) or "none"
    after = ", ".join(f"{b:g}" for b in b_values)
    where = {"read": before, "set": after}
    if series.number is not None:
        where["series"] = str(series.number)
    return Finding(
        "b-value.set-by-person",
        f"A person set the b-values of a series to {after} s/mm² (read: {before}). Reason: {choice.reason}",
        "warning",
        where,
    )


def _nominal(frames: Sequence[Frame], choice: BValueChoice) -> list[float | None]:
    rows = [frame.b_value for frame in frames]
    if all(row is None or row.actual is None for row in rows):
        raise _refused("The scanner does not tell the chosen b-values from those played out.")
    return [None if row is None else row.nominal for row in rows]


def _in_order(frames: Sequence[Frame], choice: BValueChoice) -> list[float | None]:
    slices = images_of_slices(frames)
    counts = sorted({len(members) for members in slices})
    if counts != [len(choice.values)]:
        said = " to ".join(str(count) for count in {counts[0]: 0, counts[-1]: 0})
        raise _refused(
            f"{len(choice.values)} b-values were given, and the series has {said} images of each slice."
        )
    chosen: list[float | None] = [None] * len(frames)
    for members in slices:
        for i, b in zip(members, choice.values, strict=True):
            chosen[i] = b
    return chosen


def _in_pairs(frames: Sequence[Frame], choice: BValueChoice) -> list[float | None]:
    used = set()
    chosen: list[float | None] = []
    for frame in frames:
        read = None if frame.b_value is None else frame.b_value.value
        new = None
        for old, wanted in choice.pairs:
            if (old is None and read is None) or (
                old is not None and read is not None and len(group_b_values([old, read])) == 1
            ):
                new = wanted
                used.add(old)
        chosen.append(new)
    unused = [old for old, _ in choice.pairs if old not in used]
    if unused:
        old = unused[0]
        raise _refused(
            "No image of the series is without a b-value."
            if old is None
            else f"No image of the series has b = {old:g} s/mm²."
        )
    return chosen


def _frame_order(frame: Frame) -> tuple[float, int, int, int, str]:
    return (-1.0 if frame.b_value is None else frame.b_value.value, *number_order(frame))


def _pair(part: str) -> tuple[float | None, float]:
    old, _, new = part.partition("=")
    return (None if old == _NO_VALUE else _value(old)), _value(new)


def _value(part: str) -> float:
    if _NUMBER.fullmatch(part) is None:
        if part.startswith("-"):
            raise _impossible("A b-value cannot be negative.")
        raise _refused("The b-values are not written as a list of numbers.")
    return float(part)


def _check_range(values: Sequence[float]) -> None:
    if max(values) > HIGHEST_B:
        raise _impossible(f"A b-value is above {HIGHEST_B:,.0f} s/mm².")
    if 0 < max(values) < _LOWEST_IN_S_PER_MM2:
        raise _impossible("No b-value reaches 10 s/mm²; they look like ms/µm².")


def _impossible(sentence: str) -> SchemeError:
    return SchemeError("scheme.b-value-range", sentence, remedy="Give b-values in s/mm², such as 0,1000.")


def _refused(sentence: str) -> SchemeError:
    return SchemeError(
        "scheme.b-value-choice",
        sentence,
        remedy="Write 0,500,1000 (each slice's images in the scanner's order), 1000=930 (old=new, "
        "none=0 for images without one), or nominal; adcurate study b-values EXAM shows what was read.",
    )
