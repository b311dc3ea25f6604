"""Which series of an exam a study needs, told from what an archive says before anything is fetched.

The rule is shown to the person, who can take every MR series instead or name a part of a description.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adcurate.dicom.network.archive import SeriesAtArchive

RULE: Final = (
    "MR series whose description speaks of diffusion, ADC, T2 or T1, and those without a description; no "
    "localizers, reports or subtractions. An exam in which nothing speaks of diffusion: all its MR series."
)

_LEFT_OUT: Final = re.compile(
    r"locali[sz]er|(?<![a-z])loc(?![a-z])|scout|survey|(three|3).?pl(ane)?|calib|(?<![a-z])cal(?![a-z])"
    r"|shim|phoenix|report|screen|reference scan|smart(brain|plan)|(?<![a-z])sub(?![a-z])|subtr"
    r"|topogram|bolus.?track|care.?bolus|smart.?prep",
    re.IGNORECASE,
)
_DIFFUSION: Final = re.compile(
    r"adc|dwi|diffus|apparent|trace|(?<![a-z])(diff|dti|ivim|m?ddw|tensor|kurt)"
    r"|ep2d|(?<![a-z])(epi|resolve|zoomit|b ?=? ?\d{1,4})(?![a-z0-9])|b.?val",
    re.IGNORECASE,
)
_T2: Final = re.compile(
    r"(?<![a-z])t2|haste|ss.?fse|frfse|blade|propeller|multivane|mrcp|stir|flair|(?<![a-z])(tse|fse)(?![a-z])"
    r"|trufi|fiesta|b.?ffe",
    re.IGNORECASE,
)
_T1: Final = re.compile(
    r"(?<![a-z])t1|vibe|lava|thrive|mp.?rage|flash|dixon|bravo|(?<![a-z])(in|opp|out).{0,4}phase|fl[23]d|spgr"
    r"|quick ?3d|twist|disco|mrc?e?.?dyn|dyn|arter|portal|venous|delay|(?<![a-z])(gd|km|ce|dce)(?![a-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SeriesChoice:
    """One series, whether it is fetched, and why or why not in words of ours."""

    series: SeriesAtArchive
    is_wanted: bool
    why: str


def choose_series(
    found: Sequence[SeriesAtArchive], *, every_mr: bool = False, description: str = ""
) -> tuple[SeriesChoice, ...]:
    """Choose the series to fetch: by `RULE`, every MR series, or those with `description` in their own."""
    chosen = [_choose(series, every_mr, description) for series in found]
    if every_mr or description or any(one.is_wanted and one.why == "diffusion" for one in chosen):
        return tuple(chosen)
    return tuple(
        SeriesChoice(one.series, True, "no series speaks of diffusion") if one.why == "no known word" else one
        for one in chosen
    )


def _choose(series: SeriesAtArchive, every_mr: bool, description: str) -> SeriesChoice:
    name = series.description
    if series.modality not in ("MR", ""):
        return SeriesChoice(series, False, "not MR")
    if description:
        fits = description.casefold() in name.casefold()
        return SeriesChoice(series, fits, "description" if fits else "another description")
    if every_mr:
        return SeriesChoice(series, True, "every MR series")
    if not name:
        return SeriesChoice(series, True, "no description")
    if _LEFT_OUT.search(name):
        return SeriesChoice(series, False, "localizer, report or subtraction")
    for pattern, why in ((_DIFFUSION, "diffusion"), (_T2, "T2"), (_T1, "T1")):
        if pattern.search(name):
            return SeriesChoice(series, True, why)
    return SeriesChoice(series, False, "no known word")
