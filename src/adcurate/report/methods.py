"""The Methods text of a study, written from its protocol and results: every choice that can move a number."""

from __future__ import annotations

from collections import Counter

from adcurate.model.cohort import StudyResults
from adcurate.model.protocol import Protocol
from adcurate.report.direction import describe_direction_rule
from adcurate.report.methods_of_measurement import describe_grading, describe_measurement
from adcurate.report.numbers import show_b_values, show_number, show_percent
from adcurate.report.words import (
    ADJUSTMENT_WORDS,
    INTERVAL_WORDS,
    LESION_WORDS,
    MANN_WHITNEY_WORDS,
    listed,
    vendor_word,
)


def write_methods(results: StudyResults) -> str:
    """Paragraphs, separated by blank lines, from participants to software."""
    paragraphs = (
        _participants(results),
        _imaging(results),
        describe_measurement(results.protocol),
        describe_grading(results.protocol),
        _tests(results.protocol),
        _accuracy(results.protocol),
        _software(results),
    )
    return "\n\n".join(paragraphs)


def write_fixed_methods(protocol: Protocol) -> tuple[str, ...]:
    """The paragraphs that the protocol alone decides, before anyone is measured."""
    return describe_measurement(protocol), describe_grading(protocol), _tests(protocol), _accuracy(protocol)


def _participants(results: StudyResults) -> str:
    protocol, flow = results.protocol, results.flow
    rule = protocol.eligibility
    needs = []
    if rule.require_mri:
        needs.append("an MRI exam with diffusion-weighted imaging")
    if rule.minimum_lesion_size_mm > 0:
        by = " in its long axis, measured by the reader" if rule.lesion_size == "ruler" else ""
        needs.append(f"a lesion of at least {show_number(rule.minimum_lesion_size_mm / 10, 1)} cm{by}")
    if rule.require_grade:
        needs.append("a histological grade" if protocol.ranked_grades else "a known outcome")
    asked = f"Eligible subjects had {listed(needs)}. " if needs else "No eligibility rule was set. "
    asked += exam_rule_words(protocol)
    choice = LESION_WORDS[protocol.lesion.choice]
    fallback = LESION_WORDS[protocol.lesion.fallback]
    several = f"In subjects with several lesions, {choice} was analysed"
    if protocol.lesion.choice == "specimen-origin":
        several += f"; where none or more than one matched, {fallback}"
    first, last = flow.stages[0], flow.stages[-1]
    if protocol.plan.unit == "lesion":
        return f"{asked}Every lesion was a case. Of {first.n} lesions screened, {last.n} were analysed."
    return f"{asked}{several}. Of {first.n} subjects screened, {last.n} were analysed, one lesion each."


def exam_rule_words(protocol: Protocol) -> str:
    """Which of several exams is a subject's, as a sentence with a blank behind it; "" without a limit."""
    days = protocol.eligibility.exam_within_days
    if not days:
        return ""
    within = f"{days} day{'s' if days != 1 else ''}"
    return f"Of several exams, the one proposed lay within {within} of the histology; a person confirmed it. "


def _imaging(results: StudyResults) -> str:
    counts = Counter(
        (m.scanner.vendor, m.scanner.field_strength_t, m.scanner.b_values) for m in results.members
    )
    scanners = Counter((m.scanner.vendor, m.scanner.field_strength_t) for m in results.members)
    b_values = Counter(key[2] for key in counts.elements())
    made = listed(
        [
            f"{vendor_word(vendor)}{'' if field is None else f' {show_number(field, 1)} T'} (n = {n})"
            for (vendor, field), n in sorted(scanners.items(), key=lambda item: (-item[1], str(item[0])))
        ]
    )
    used = listed(
        [
            f"{show_b_values(values)} (n = {n})"
            for values, n in sorted(b_values.items(), key=lambda item: (-item[1], item[0]))
        ]
    )
    return f"Exams came from {made}. The b-values were {used}, in s/mm²." if results.members else "No exam."


def _tests(protocol: Protocol) -> str:
    methods = protocol.analysis
    over_grades = (
        (
            ", all grades by the Kruskal-Wallis test and pairs of grades by Dunn's test on its ranks "
            f"({ADJUSTMENT_WORDS[methods.pairwise_adjustment]} adjustment). Correlation with the grade, in "
            f"the order {', '.join(protocol.grades)}, is Spearman's ρ on midranks "
            f"(interval: {INTERVAL_WORDS[methods.spearman_interval]})."
        )
        if protocol.ranked_grades
        else "."
    )
    return (
        f"Values that agree to {methods.resolution_mm2_per_s * 1e3:g} × 10⁻³ mm²/s{_ratio_ties(protocol)} "
        "were ties in "
        f"every rank, curve and "
        f"cut-off; means and SDs used the values as measured. Quartiles are percentiles of type "
        f"{methods.percentile_type}. The two outcome groups were compared by the two-sided Mann-Whitney test "
        f"({MANN_WHITNEY_WORDS[methods.mann_whitney]} p-value){over_grades} "
        f"{describe_direction_rule(protocol)}"
    )


def _ratio_ties(protocol: Protocol) -> str:
    ratios = any(marker.is_ratio for marker in protocol.markers)
    return f" (ratios: to {protocol.analysis.resolution_mm2_per_s:g})" if ratios else ""


def _accuracy(protocol: Protocol) -> str:
    methods = protocol.analysis
    stated = methods.stated_prevalence
    bayes = (
        ""
        if stated is None
        else (
            f", and at a stated prevalence of {show_percent(stated)} % by Bayes' theorem with logit intervals"
        )
    )
    return (
        "The area under the empirical ROC curve counts the pairs of one lesion from each outcome "
        "group in which the "
        f"marker points the right way, ties as halves (interval: "
        f"{INTERVAL_WORDS[methods.auc_interval]}; standard "
        "error and p-value: DeLong). The cut-off is the observed value of greatest Youden index, "
        "the most specific "
        f"one of several equal ones (interval: {INTERVAL_WORDS[methods.cutoff_interval]}). "
        f"Sensitivity, specificity "
        "and predictive values at the cut-off are shares of the lesions analysed "
        f"(intervals: {INTERVAL_WORDS[methods.proportion_interval]}){bayes}. Intervals are "
        f"{show_number(methods.confidence_level * 100, 0)} % intervals. Bootstraps drew "
        f"{methods.bootstrap_resamples} resamples from a stream of random numbers of their own for "
        f"each marker and "
        f"method, started from the seed {methods.seed}; resamples without both outcome groups were "
        f"dropped and counted."
    )


def _software(results: StudyResults) -> str:
    own = results.software.get("adcurate")
    others = [f"{name} {version}" for name, version in sorted(results.software.items()) if name != "adcurate"]
    with_others = f" with {listed(others)}" if others else ""
    return (
        f"All maps, measurements, statistics, figures and this text were made by Adcurate"
        f"{f' {own}' if own else ''}{with_others}."
    )
