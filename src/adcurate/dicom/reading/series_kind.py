"""What a series is, told from evidence in its headers and never from one word alone where two can be had.

Evidence, strongest first: the image type and quantity codes that the scanner wrote, the b-values, then echo
and repetition time, last the series' name. The evidence is kept as text that holds no words of the header.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from adcurate.dicom.header_phrases import says_calculated
from adcurate.dicom.reading.complex_component import component_of
from adcurate.model import Frame, SeriesKind

Role = Literal["adc", "other", "calculated_b", "signal"]

ADC_QUANTITY: Final = "113041"

_ADC_WORDS: Final = frozenset({"ADC", "ADC_UNSPECIFIED", "APPARENT_DIFFUSION_COEFFICIENT", "DADC"})
_OTHER_MAP_WORDS: Final = frozenset(
    {
        *(
            "FA",
            "EADC",
            "EXP",
            "RA",
            "VR",
            "LA",
            "MD",
            "AD",
            "RD",
            "TENSOR",
            "TENSOR_B0",
            "COLFA",
            "EXPONENTIAL",
        ),
        *("MK", "KURTOSIS", "DIFFUSION_ANISO", "FAC", "FRACTIONAL_ANISOTROPY"),
    }
)
TRACE_WORDS: Final = frozenset({"TRACEW", "TRACE", "ISOTROPIC", "COMBINED", "TRACEWEIGHTED"})
_CALCULATED_WORDS: Final = frozenset(
    {"CALC_BVALUE", "CALC_BVAL", "CALC_B", "CALCULATED", "COMPUTED", "SYNTHETIC", "CDWI"}
)
_NOT_CONTRAST_WORDS: Final = frozenset(
    {
        *(
            "LOCALIZER",
            "PROJECTION IMAGE",
            "MIP",
            "MIN IP",
            "SUBTRACT",
            "SUBTRACTION",
            "SCREEN SAVE",
            "PHASE",
        ),
        "P",
    }
)
_ADC_NAME: Final = re.compile(r"(?<![a-z])e?adc(?![a-z])|(exponential )?apparent diffusion", re.IGNORECASE)
_DIFFUSION_NAME: Final = re.compile(
    r"(?<![a-z])(?:e?dwi(?:bs)?|dti|diff(?:usion)?|ivim|b[ _=-]{0,3}\d{2,4}(?!\d))(?![a-z])", re.IGNORECASE
)
_RANGE_OF_B: Final = re.compile(r"ep_b\d+_\d+")
_T1_NAME: Final = re.compile(
    r"(?<![a-z])t1(?!rho)|vibe|lava|thrive|e-?thrive|mp-?rage|flash|dixon|fl[23]d|bravo|in.?phase",
    re.IGNORECASE,
)
_T2_NAME: Final = re.compile(
    r"(?<![a-z])t2(?!\*|star)|haste|ssfse|blade|propeller|mrcp|stir|flair", re.IGNORECASE
)
_CONTRAST_NAME: Final = re.compile(
    r"\bpost|(?<![a-z])(gd|km|ce|dce)(?![a-z])|\+c\b|contrast|arteri|portal|venous|late phase|hepatobil",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SeriesHints:
    """What the headers of one series say about its kind; `image_type` includes the quantity code, if any.

    The texts stay inside this room.
    """

    image_type: tuple[str, ...] = ()
    sequence_name: str = ""
    scanning_sequence: tuple[str, ...] = ()
    sequence_variant: tuple[str, ...] = ()
    name: str = ""
    contrast_agent: bool = False
    repetition_time_ms: float | None = None
    echo_time_ms: float | None = None
    inversion_time_ms: float | None = None
    acquisition_contrast: str = ""
    echo_planar: bool = False


@dataclass(frozen=True, slots=True)
class KindVerdict:
    """A kind, the evidence in words, and whether two pieces of evidence disagree or none was strong."""

    kind: SeriesKind
    evidence: tuple[str, ...]
    uncertain: bool = False


def role_of_words(image_type: Sequence[str]) -> Role:
    """What an image type (or quantity code) alone says: a map, a calculated image, or a measured signal."""
    words = {word.upper() for word in image_type}
    if ADC_QUANTITY in words:
        return "adc"
    if words & _OTHER_MAP_WORDS or component_of(image_type):
        return "other"
    if words & _ADC_WORDS:
        return "adc"
    return "calculated_b" if words & _CALCULATED_WORDS else "signal"


def tell_kind(hints: SeriesHints, frames: Sequence[Frame]) -> KindVerdict:
    """Tell what the frames of one series, or of one image type in it, show."""
    words = {word.upper() for word in hints.image_type}
    role = role_of_words(hints.image_type)
    if role != "signal":
        said = _ADC_WORDS | _OTHER_MAP_WORDS | _CALCULATED_WORDS | {ADC_QUANTITY}
        code = ADC_QUANTITY in words
        component = component_of(hints.image_type)
        word = component if component and not words & said else sorted(words & said)[0]
        telling = "real-world quantity code 113041" if code else f"image type {word}"
        return KindVerdict(role, (telling,))
    weighted = [
        frame.b_value.value for frame in frames if frame.b_value is not None and frame.b_value.value > 0
    ]
    named = _ADC_NAME.search(hints.name)
    if named and "DERIVED" in words:
        exponential = named.group().lower().startswith(("e", "exp"))
        strong = hints.echo_planar or "DIFFUSION" in words
        evidence = ("derived image", *(("echo-planar or diffusion",) if strong else ()), "series name")
        return KindVerdict("other" if exponential else "adc", evidence, uncertain=not strong)
    if weighted or words & {"DIFFUSION"} or hints.acquisition_contrast == "DIFFUSION" or words & TRACE_WORDS:
        return _diffusion_kind(hints, words, frames, bool(weighted))
    plain = not words & {"DERIVED", *_NOT_CONTRAST_WORDS} and not says_calculated(hints.name)
    if plain and hints.echo_planar and _DIFFUSION_NAME.search(hints.name):
        return KindVerdict("dwi", ("echo-planar", "diffusion by name"), uncertain=not _all_b_known(frames))
    return _contrast_kind(hints, words)


def _diffusion_kind(
    hints: SeriesHints, words: set[str], frames: Sequence[Frame], has_weighting: bool
) -> KindVerdict:
    derived = "DERIVED" in words
    trace_words = words & TRACE_WORDS
    biased = [frame for frame in frames if frame.b_value is not None and frame.b_value.bias_removed]
    if biased and derived and not words & {"ORIGINAL", *TRACE_WORDS}:
        return KindVerdict("calculated_b", ("derived image", "biased b-value"), uncertain=True)
    if derived and _RANGE_OF_B.search(hints.sequence_name):
        return KindVerdict("calculated_b", ("derived from a range of b-values (sequence name)",))
    if says_calculated(hints.name) and has_weighting:
        return KindVerdict("calculated_b", ("series name",), uncertain=True)
    if trace_words:
        return KindVerdict("trace", (f"image type {sorted(trace_words)[0]}",))
    above = [frame for frame in frames if frame.b_value is not None and frame.b_value.value > 0]
    isotropic = [frame for frame in above if frame.directionality == "isotropic"]
    if above and len(isotropic) == len(above):
        return KindVerdict("trace", ("directionality ISOTROPIC",))
    evidence: tuple[str, ...] = ()
    if has_weighting:
        evidence += ("b-values above 0",)
    if any(frame.direction is not None for frame in above):
        evidence += ("diffusion directions",)
    if derived and not has_weighting:
        evidence += ("derived image",)
    if "DIFFUSION" in words:
        evidence += ("image type DIFFUSION",)
    if hints.acquisition_contrast == "DIFFUSION":
        evidence += ("acquisition contrast DIFFUSION",)
    return KindVerdict("dwi", evidence, uncertain=not has_weighting and not _all_b_known(frames))


def _all_b_known(frames: Sequence[Frame]) -> bool:
    return all(frame.b_value is not None for frame in frames)


def _contrast_kind(hints: SeriesHints, words: set[str]) -> KindVerdict:
    verdict = _measured_contrast(hints, words)
    also: tuple[str, ...] = ("derived image",) if "DERIVED" in words else ()
    if _ADC_NAME.search(hints.name) or says_calculated(hints.name):
        also += ("series name says a map or calculated images",)
    return replace(verdict, evidence=(*verdict.evidence, *also)) if also else verdict


def _measured_contrast(hints: SeriesHints, words: set[str]) -> KindVerdict:
    if words & _NOT_CONTRAST_WORDS:
        return KindVerdict("other", (f"image type {sorted(words & _NOT_CONTRAST_WORDS)[0]}",))
    measured, why = _weighting(hints)
    named_t1 = _T1_NAME.search(hints.name) is not None
    named_t2 = _T2_NAME.search(hints.name) is not None
    named = "t1" if named_t1 and not named_t2 else "t2" if named_t2 and not named_t1 else None
    weighting = measured or named
    if weighting is None:
        return KindVerdict("other", (why or "no evidence of a weighting",))
    evidence = tuple(
        part for part in (why if measured else "", "series name" if named == weighting else "") if part
    )
    uncertain = measured is None or (named is not None and named != measured)
    if weighting == "t2":
        return KindVerdict("t2", evidence, uncertain)
    if hints.contrast_agent:
        return KindVerdict("t1_ce", (*evidence, "contrast agent stated"), uncertain)
    if _CONTRAST_NAME.search(hints.name):
        return KindVerdict("t1_ce", (*evidence, "series name says contrast"), True)
    return KindVerdict("t1", evidence, uncertain)


def _weighting(hints: SeriesHints) -> tuple[SeriesKind | None, str]:
    """T1 or T2 by the timing of the sequence, or neither with the reason."""
    tr, te = hints.repetition_time_ms, hints.echo_time_ms
    if hints.echo_planar or tr is None or te is None:
        return None, "echo-planar without diffusion weighting" if hints.echo_planar else ""
    timing = f"TR {tr:.0f} ms, TE {te:.1f} ms"
    gradient_echo = "GR" in hints.scanning_sequence and "SE" not in hints.scanning_sequence
    if gradient_echo:
        steady = "SS" in hints.sequence_variant and "SP" not in hints.sequence_variant
        inversion = hints.inversion_time_ms is not None and hints.inversion_time_ms > 0
        if not steady and te <= 12 and (tr <= 400 or inversion):
            return "t1", f"gradient echo, {timing}"
        return None, ""
    if not hints.scanning_sequence and te <= 12 and tr <= 50:
        return "t1", f"short {timing}"
    if te >= 60 and tr >= 800:
        return "t2", f"spin echo, {timing}" if "SE" in hints.scanning_sequence else timing
    if "SE" in hints.scanning_sequence and te <= 30 and tr <= 1200:
        return "t1", f"spin echo, {timing}"
    return None, ""
