"""What the dated protocol says of participants, images and reading, in sentences for an ethics committee."""

from __future__ import annotations

from typing import Final

from adcurate.model.protocol import Protocol, Reading
from adcurate.model.protocol_document import DocumentFacts
from adcurate.report.methods_of_measurement import REGISTRATION_WORDS, describe_readings
from adcurate.report.numbers import show_b_values, show_number, show_percent
from adcurate.report.words import FIT_WORDS, LESION_WORDS, MAP_WORDS, VOXEL_RULE_WORDS, listed

BLANK: Final = "…………………………"
_SHOWN: Final = {
    "live": "readers see the number while they draw",
    "after_lock": "readers see the number only once their reading is locked",
    "never": "readers never see a number",
}


def tell_participants(protocol: Protocol, facts: DocumentFacts) -> str:
    """Who takes part, which exam and which lesion."""
    rule = protocol.eligibility
    needs = []
    if rule.require_mri:
        needs.append("an MRI exam with diffusion-weighted images")
    if rule.minimum_lesion_size_mm > 0:
        by = " by the reader's ruler" if rule.lesion_size == "ruler" else " by the worksheet"
        needs.append(f"a lesion of at least {show_number(rule.minimum_lesion_size_mm, 0)} mm{by}")
    if rule.require_grade:
        needs.append("a grade from histology")
    unit = (
        f"One lesion stands for each subject: {LESION_WORDS[protocol.lesion.choice]}{_fallback(protocol)}"
        if protocol.plan.unit == "subject"
        else "Every lesion is a case, and those of one subject are kept together"
    )
    eligible = f"Eligible are subjects with {listed(needs)}" if needs else "Everybody screened is eligible"
    return (
        f"Sites: {facts.sites or BLANK}. Period: {facts.period or BLANK}. {eligible}. "
        f"{_exams(protocol)}{unit}. Everybody screened is counted; who is left out stays in "
        "the flow of participants, with the reason."
    )


def _exams(protocol: Protocol) -> str:
    days = protocol.eligibility.exam_within_days
    if not days:
        return "Of several exams, a person confirms which one is taken. "
    within = f"{days} day{'s' if days != 1 else ''}"
    return f"Of several exams, the one proposed lies within {within} of the histology; a person confirms it. "


def _fallback(protocol: Protocol) -> str:
    if protocol.lesion.choice != "specimen-origin":
        return ""
    return f"; where none or several match, {LESION_WORDS[protocol.lesion.fallback]}"


def tell_measurement(protocol: Protocol) -> str:
    """Map, refit, region and voxels."""
    rule, region = protocol.adc, protocol.region
    b_values = f"b = {show_b_values(rule.b_values)} s/mm²" if rule.b_values else "all b-values of an exam"
    b_values += "" if rule.highest_b_value is None else f" up to {show_number(rule.highest_b_value, 0)} s/mm²"
    moved = REGISTRATION_WORDS[rule.registration]
    least = f"{region.minimum_voxels} voxel{'s' if region.minimum_voxels != 1 else ''}"
    drawn = "on its largest slice" if region.extent == "slice" else "as a volume"
    return (
        f"The ADC is read from {MAP_WORDS[rule.map_of_record]}; {MAP_WORDS[rule.beside]} is measured "
        "beside it "
        f"on the same contours. Refits are mono-exponential, by {FIT_WORDS[rule.fit]}, of {b_values}. "
        f"{moved}The unit "
        "of a scanner's map is proved by its regression on the refit. A region is measured "
        f"{drawn}; {VOXEL_RULE_WORDS[region.rule]}; it needs at least {least}. The answers "
        "under the other customary rules and after one voxel of erosion are kept beside every measurement."
    )


def tell_reading(protocol: Protocol) -> str:
    """How readers draw, and whose reading counts."""
    rules = protocol.reading or Reading()
    parts = [
        "Readers draw each lesion without seeing grade, clinical facts, site, date or each other's work; "
        f"{_SHOWN[rules.show_numbers]}."
    ]
    again = show_percent(rules.repeat_fraction, 0)
    if rules.sessions > 1:
        parts.append(
            f"In {rules.sessions} sessions, at least {rules.washout_days} days apart, {again} % of "
            "the lesions "
            "are read again."
        )
    elif rules.repeat_fraction > 0:
        parts.append(f"{again} % of the lesions are read twice.")
    if rules.training_cases:
        cases = f"{rules.training_cases} case{'s' if rules.training_cases != 1 else ''}"
        parts.append(f"Each reader first reads {cases} for training, which count for nothing.")
    if rules.selection == "free":
        parts.append("The reader finds the lesion.")
    if rules.adjudicate_over > 0:
        over = show_number(rules.adjudicate_over / 1000, 3)
        parts.append(
            f"Where the means of two readers differ by more than {over} ×10⁻³ mm²/s, a third person "
            "decides "
            "once both are locked."
        )
    return f"{' '.join(parts)}{describe_readings(protocol)}"
