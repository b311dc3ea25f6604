"""A person's word on what a series shows, put in place of what its headers say.

For series that headers tell wrongly, and for those that are not to be used. What was told stays visible in
the finding ``series.kind-set-by-person``, which goes wherever the series goes. Knows no study or store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from adcurate.dicom.reading.series_findings import findings_of
from adcurate.dicom.reading.series_kind import KindVerdict
from adcurate.findings import Finding
from adcurate.model import Series, SeriesKind, SeriesKindChoice, group_b_values

KIND_WORDS: Final[Mapping[SeriesKind, str]] = {
    "t2": "T2",
    "dwi": "DWI, single directions or b-values",
    "trace": "DWI, trace",
    "adc": "ADC map",
    "calculated_b": "calculated DWI, never fitted",
    "t1": "T1 before contrast",
    "t1_ce": "T1 after contrast",
    "other": "not used",
}
EVIDENCE: Final = "set by a person"
_DIFFUSION: Final = ("dwi", "trace")
_OF_KIND: Final = ("b-value.", "geometry.", "rescale.", "scale.", "series.kind-uncertain")


def with_chosen_kind(series: Series, choice: SeriesKindChoice) -> Series:
    """The series as if its headers said what the person says; its b-values count where it is diffusion."""
    changed = replace(series, kind=choice.kind, kind_evidence=(EVIDENCE,))
    by_person = _finding(series, choice)
    if series.kind in _DIFFUSION and choice.kind in _DIFFUSION:
        # Its images are fitted as before, so what was found of their b-values when they were read holds.
        kept = tuple(one for one in series.findings if one.code != "series.kind-uncertain")
        return replace(changed, findings=(*kept, by_person))
    b_values: tuple[float, ...] = ()
    if choice.kind in _DIFFUSION:
        known = [frame.b_value.value for frame in series.frames if frame.b_value is not None]
        b_values = tuple(group.value for group in group_b_values(known))
    kept = tuple(one for one in series.findings if not one.code.startswith(_OF_KIND))
    found = findings_of(KindVerdict(choice.kind, (EVIDENCE,)), series.frames, b_values, {}, 0)
    return replace(changed, b_values=b_values, findings=(*kept, by_person, *found))


def _finding(series: Series, choice: SeriesKindChoice) -> Finding:
    where: dict[str, str] = {"told": choice.told, "set": choice.kind}
    if series.number is not None:
        where["series"] = str(series.number)
    return Finding(
        "series.kind-set-by-person",
        f"A person said what a series shows: {KIND_WORDS[choice.kind]}. Its headers say: "
        f"{KIND_WORDS[choice.told]}. Reason: {choice.reason}",
        "note",
        where,
    )
