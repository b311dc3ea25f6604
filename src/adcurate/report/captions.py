"""Titles and captions of the figures."""

from __future__ import annotations

from adcurate.model.cohort import StudyResults
from adcurate.report.numbers import show_number
from adcurate.report.page import Picture

FIGURE_NAMES = (
    "participant-flow",
    "region-panels",
    "box-plot",
    "grade-scatter",
    "roc",
    "map-comparison",
)


def picture(results: StudyResults, name: str) -> tuple[Picture, ...]:
    """The figure's block; the report drops it when the figure was not made."""
    title, caption = _words(results)[name]
    return (Picture(name, title, caption),)


def _words(results: StudyResults) -> dict[str, tuple[str, str]]:
    word = results.protocol.reference_word
    ranked = bool(results.protocol.ranked_grades)
    with_ki67 = any(member.row.ki67 for member in results.members)
    markers = " and ".join(marker.name for marker in results.protocol.markers)
    level = show_number(results.protocol.analysis.confidence_level * 100, 0)
    kind = results.protocol.analysis.percentile_type
    return {
        "participant-flow": (
            "Participant flow",
            "From screening to analysis, with every reason for leaving and its number.",
        ),
        "region-panels": (
            "Regions behind the numbers",
            f"One region for each {word} on T2-weighted, high b-value, ADC and contrast-enhanced "
            "T1-weighted images "
            "of the same slice position. Orange line: the contour. Cross: the voxel with the lowest ADC.",
        ),
        "box-plot": (
            f"{markers} by {'grade and by outcome' if ranked else 'outcome'}",
            f"Every dot is one lesion and leads to its measurement. Boxes: quartiles (percentile "
            f"type {kind}) and "
            "median; whiskers: the farthest value within 1.5 interquartile ranges. Dashed: the "
            "Youden cut-off. "
            f"Shapes and colours tell the {word}.",
        ),
        "grade-scatter": (
            f"{markers} against grade{' and Ki-67' if with_ki67 else ''}",
            "Grey bars: medians."
            + (
                " A Ki-67 reported as a range or bound is drawn as a bar over all of it with a hollow mark "
                "in its middle; a bar that starts at zero runs to the left end of the axis."
                if with_ki67
                else ""
            ),
        ),
        "roc": (
            f"ROC curves of {markers}",
            f"Band: pointwise {level} % limits of sensitivity at a given specificity. Ring: the "
            f"Youden cut-off, chosen "
            "and judged on the same lesions. Grey: the other marker's curve, for comparison.",
        ),
        "map-comparison": (
            "The map of record beside the other map",
            "Left: both maps' values, lesion by lesion, with the line of identity. Right: their "
            "difference against "
            "their mean, with the mean difference and the limits of agreement (± 1.96 SD).",
        ),
    }
