"""The names of methods as a reader of journals knows them."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from adcurate.report.page import Tone

MANN_WHITNEY_WORDS = {
    "exact": "exact",
    "asymptotic": "asymptotic, tie-corrected",
    "asymptotic-continuity": "asymptotic with continuity correction",
}
ADJUSTMENT_WORDS = {"none": "unadjusted", "bonferroni": "Bonferroni", "holm": "Holm"}
INTERVAL_WORDS = {
    "fisher-z": "Fisher z",
    "fisher-z-1.06": "Fisher z with 1.06",
    "bonett-wright": "Bonett-Wright",
    "percentile-bootstrap": "bootstrap, percentile",
    "bca-bootstrap": "bootstrap, bias-corrected and accelerated (BCa)",
    "delong": "DeLong",
    "exact-binomial": "exact binomial",
    "clopper-pearson": "Clopper-Pearson",
    "wilson": "Wilson",
    "logit-delta": "logit",
}
MEASURE_WORDS = {
    "mean": "mean ADC of the region's voxels",
    "minimum": "lowest ADC of the region's voxels",
    "median": "median ADC of the region's voxels",
    "p5": "5th percentile of the region's ADC",
    "p10": "10th percentile of the region's ADC",
    "p25": "25th percentile of the region's ADC",
    "lowest_mean": "mean of the five lowest voxels",
    "lowest_3x3_mean": "mean of the lowest block of 3 × 3 voxels",
    "mean_over_reference": "mean ADC of the region over the mean ADC of reference tissue",
    "minimum_over_reference": "lowest ADC of the region over the mean ADC of reference tissue",
    "median_over_reference": "median ADC of the region over the mean ADC of reference tissue",
}
VOXEL_RULE_WORDS = {
    "centre": "a voxel belongs to a region when its centre lies inside the contour or on it",
    "any-overlap": "a voxel belongs to a region when the contour covers any part of it",
    "half": "a voxel belongs to a region when the contour covers at least half of it",
    "area-weighted": "every voxel counts with the part of it that the contour covers",
}
FIT_WORDS = {
    "loglinear": "log-linear least squares",
    "weighted": "weighted log-linear least squares",
    "nonlinear": "non-linear least squares",
}
MAP_WORDS = {
    "scanner": "the scanner's own ADC map",
    "refit": "an ADC map refitted from the exam's DWI",
    "refit-registered": "an ADC map refitted from the exam's DWI after registration",
}
LESION_WORDS = {
    "specimen-origin": "the lesion that the specimen came from",
    "largest": "the largest lesion",
    "first": "the first lesion in the worksheet's order",
}


_VENDOR_WORDS = {
    "siemens": "Siemens",
    "ge": "GE",
    "philips": "Philips",
    "canon": "Canon",
    "toshiba": "Toshiba",
    "uih": "United Imaging",
}


def vendor_word(vendor: str) -> str:
    """A maker's name as it writes it; any other text as it is."""
    return _VENDOR_WORDS.get(vendor.casefold(), vendor)


def of_record(text: str) -> Markup:
    """A method's name with the star of record."""
    return Markup('{} <span class="record">★</span>').format(text)


def listed(items: list[str]) -> str:
    """``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


TONES: Final[dict[str, Tone]] = {"note": "note", "warning": "warning", "serious": "serious"}
KIND_WORDS: Final = {
    "sensitivity": "Does the result hold in other subsets and with other choices?",
    "agreement": "Do readers, and readings, agree?",
    "kappa": "Do readers call the same category?",
    "overlap": "Do two readers outline the same lesion alike?",
    "readers-roc": "Which marker separates better in the hands of readers?",
    "roc-comparison": "Does one marker separate better than another?",
    "roc-detail": "What does the curve say where it matters?",
    "grades": "Are all grades told apart?",
    "trend": "Does the marker follow the grade?",
    "ki67": "Does the marker follow Ki-67, where Ki-67 is a range?",
    "logistic": "How much do the odds change with the marker?",
    "ordinal": "How likely is each grade at a value of the marker?",
    "combined-marker": "Do several markers together separate better?",
    "missing": "What is missing, and does it matter?",
    "validation": "How would the cut-off do in new patients?",
    "prevalence": "What do the predictive values become at another prevalence?",
    "decision-curve": "Would deciding by the marker do more good than harm?",
    "calibration": "Do predicted risks come true?",
    "external-cutoffs": "Do the cut-offs of other studies hold here?",
    "clusters": "What changes when subjects with several lesions count as subjects?",
    "mixed": "How do groups differ where a subject gives several values?",
    "scanners": "Does the scanner, rather than the tumour, make the number?",
    "sample-size": "How many subjects are needed?",
    "literature-means": "How do these values lie among those of other studies?",
    "literature-correlation": "How does the correlation lie among those of other studies?",
    "literature-accuracy": "How does the accuracy lie among that of other studies?",
    "assessability": "What if lesions that could not be assessed are counted?",
}
