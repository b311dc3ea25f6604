"""What the study cannot show: only limits that its own protocol, flow and measurements prove."""

from __future__ import annotations

from adcurate.model.cohort import StudyResults
from adcurate.report.firmness import fragility_of, measurements_of_record
from adcurate.report.numbers import show_count, show_percent
from adcurate.report.words import listed, vendor_word

_FEW_POSITIVE = 30


def write_limits(results: StudyResults) -> tuple[str, ...]:
    """One sentence or two for each limit, the ones that move conclusions most first."""
    found = (
        _statement(results),
        _few_positive(results),
        _optimism(results),
        _one_voxel(results),
        _readers(results),
        _scanners(results),
        _units(results),
        _missing(results),
        _prevalence(results),
        "One slice of one lesion was measured in each subject; nothing is said of the rest of the "
        "lesion or of other "
        "lesions.",
        _not_recorded(results),
    )
    return tuple(sentence for sentence in found if sentence)


def _statement(results: StudyResults) -> str:
    return results.statement


def _not_recorded(results: StudyResults) -> str:
    asked = "The protocol does not record whether exams were collected before or after the question was asked"
    if results.reading is not None:
        return f"{asked}; the authors must state it."
    return (
        f"{asked}, nor whether the contours were drawn without knowledge of the "
        f"{results.protocol.reference_word}; the authors must state both."
    )


def _few_positive(results: StudyResults) -> str:
    n, total = sum(member.positive for member in results.members), len(results.members)
    if n >= _FEW_POSITIVE:
        return ""
    label = results.protocol.outcome.positive_label
    return (
        f"Only {n} of {total} lesions ({show_percent(n / total)} %) were {label}: sensitivity moves by "
        f"{show_percent(1 / n)} percentage points with each of them."
        if n
        else f"No lesion was {label}."
    )


def _optimism(results: StudyResults) -> str:
    return (
        "Each cut-off was chosen and judged on the same lesions, so its sensitivity, specificity "
        "and Youden index are "
        "optimistic; they need confirmation in other patients."
        if results.of_record
        else ""
    )


def _one_voxel(results: StudyResults) -> str:
    if not any(marker.measure == "minimum" for marker in results.protocol.markers):
        return ""
    known = [found for m in measurements_of_record(results) if (found := fragility_of(m))]
    lonely = sum(found.get("minimum_rests_on_one_voxel") is True for found in known)
    counted = (
        f" In {show_count(lonely, len(known))} of {len(known)} regions it rests on one voxel."
        if known
        else ""
    )
    return (
        f"A minimum is the value of a single voxel and falls with noise and with the size of the "
        f"region.{counted}"
    )


def _readers(results: StudyResults) -> str:
    readers = sorted({m.reader for m in measurements_of_record(results) if m.reader})
    if not readers:
        return "The measurements do not name a reader, so agreement between readers is not known."
    others = sorted({m.reader for m in results.measurements if m.reader} - set(readers))
    if others and results.protocol.plan.value == "mean":
        return f"{len(others) + len(readers)} readers drew the contours; each lesion's number is their mean."
    if others and len(readers) == 1:
        return (
            f"The numbers analysed are those of {readers[0]} alone; {listed(others)} drew contours too, and "
            "how far readers agree is a question of the plan."
        )
    if len(readers) == 1:
        return (
            "The contours of one reader were analysed: repeatability and agreement between readers "
            "were not measured."
        )
    return f"{len(readers)} readers drew the contours; each lesion's number comes from one of them."


def _scanners(results: StudyResults) -> str:
    vendors = sorted({vendor_word(m.scanner.vendor) for m in results.members})
    fields = {m.scanner.field_strength_t for m in results.members if m.scanner.field_strength_t is not None}
    schemes = {m.scanner.b_values for m in results.members}
    mixed = [
        words
        for words, n in (
            (f"{len(vendors)} vendors", len(vendors)),
            (f"{len(fields)} field strengths", len(fields)),
            (f"{len(schemes)} sets of b-values", len(schemes)),
        )
        if n > 1
    ]
    if not mixed:
        return ""
    return (
        f"Exams of {listed(mixed)} were put together without correction. ADC depends on the "
        f"b-values and differs "
        "between scanners; there are too few exams of each kind to show how much."
    )


def _units(results: StudyResults) -> str:
    unproven = sum(
        member.unit is not None and member.unit.evidence in {"plausibility", "unknown"}
        for member in results.members
    )
    if not unproven:
        return ""
    return f"In {unproven} exams nothing but the size of its values shows the unit of the ADC map."


def _missing(results: StudyResults) -> str:
    left = sum(n for stage in results.flow.stages for _, n in stage.left_out)
    if not left:
        return ""
    screened = results.flow.stages[0].n
    return (
        f"{show_count(left, screened)} of {screened} subjects screened were not analysed; whether "
        f"they differ from "
        "those analysed is not known."
    )


def _prevalence(results: StudyResults) -> str:
    n = len(results.members)
    if not n:
        return ""
    share = sum(member.positive for member in results.members) / n
    return (
        f"Predictive values hold for the prevalence they are given at (here {show_percent(share)} "
        f"%) and not for a "
        "clinic with another."
    )
