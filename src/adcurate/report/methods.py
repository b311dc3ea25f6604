"""The Methods text of a study, written from its protocol and results: every choice that can move a number."""

from __future__ import annotations

from collections import Counter

from adcurate.model.cohort import StudyResults
from adcurate.model.protocol import Protocol, Reading
from adcurate.report.numbers import show_b_values, show_number, show_percent
from adcurate.report.words import (
    ADJUSTMENT_WORDS,
    FIT_WORDS,
    INTERVAL_WORDS,
    LESION_WORDS,
    MANN_WHITNEY_WORDS,
    MAP_WORDS,
    MEASURE_WORDS,
    VOXEL_RULE_WORDS,
    listed,
    vendor_word,
)

_EDITION_WORDS = {
    "who-2010": "WHO 2010",
    "who-2017": "WHO 2017",
    "who-2019": "WHO 2019",
    "none": "no edition",
}


_REGISTRATION_WORDS = {
    "off": "",
    "translation": "Images of higher b-values were shifted onto those of the lowest by mutual information "
    "before a second refit. ",
    "rigid": "Images of higher b-values were moved rigidly onto those of the lowest by mutual information "
    "before a second refit. ",
}


def write_methods(results: StudyResults) -> str:
    """Paragraphs, separated by blank lines, from participants to software."""
    paragraphs = (
        _participants(results),
        _imaging(results),
        _measurement(results.protocol),
        _grading(results.protocol),
        _tests(results.protocol),
        _accuracy(results.protocol),
        _software(results),
    )
    return "\n\n".join(paragraphs)


def write_fixed_methods(protocol: Protocol) -> tuple[str, ...]:
    """The paragraphs that the protocol alone decides, before anyone is measured."""
    return _measurement(protocol), _grading(protocol), _tests(protocol), _accuracy(protocol)


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
    choice = LESION_WORDS[protocol.lesion.choice]
    fallback = LESION_WORDS[protocol.lesion.fallback]
    several = f"In subjects with several lesions, {choice} was analysed"
    if protocol.lesion.choice == "specimen-origin":
        several += f"; where none or more than one matched, {fallback}"
    first, last = flow.stages[0], flow.stages[-1]
    if protocol.plan.unit == "lesion":
        return f"{asked}Every lesion was a case. Of {first.n} lesions screened, {last.n} were analysed."
    return f"{asked}{several}. Of {first.n} subjects screened, {last.n} were analysed, one lesion each."


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


def _measurement(protocol: Protocol) -> str:
    rule, region = protocol.adc, protocol.region
    fitted = f"{FIT_WORDS[rule.fit]} of the signals at "
    fitted += f"b = {show_b_values(rule.b_values)} s/mm²" if rule.b_values else "all b-values of the exam"
    fitted += "" if rule.highest_b_value is None else f" up to {show_number(rule.highest_b_value, 0)} s/mm²"
    markers = listed([f"{marker.name} ({MEASURE_WORDS[marker.measure]})" for marker in protocol.markers])
    return (
        f"ADC was read from {MAP_WORDS[rule.map_of_record]} (the map of record); {MAP_WORDS[rule.beside]} "
        f"was measured "
        f"beside it on the same contours. Refits assumed mono-exponential decay and used {fitted}. "
        f"{_REGISTRATION_WORDS[rule.registration]}"
        f"The unit of a "
        "scanner's map was taken from its regression on the refit where the diffusion-weighted images were "
        "available. Regions were contours drawn on one slice and kept in patient coordinates; "
        f"{VOXEL_RULE_WORDS[region.rule]}. Voxels without an estimate, zeros of a scanner's map "
        f"among them, were left "
        f"out and counted; a region needed at least {region.minimum_voxels} estimated "
        f"voxel{'s' if region.minimum_voxels != 1 else ''}. The markers were {markers}. Each region "
        f"was measured again "
        f"under the other customary voxel rules and after one voxel of erosion.{_references(protocol)}"
        f"{_readings(protocol)}"
    )


def _references(protocol: Protocol) -> str:
    if not any(marker.is_ratio for marker in protocol.markers):
        return ""
    return (
        " Reference tissue was drawn by the same reader with each lesion, on the same map; a lesion "
        "without it, or whose reference had a mean below 0.1 × 10⁻³ mm²/s, has no normalized ADC."
    )


def _readings(protocol: Protocol) -> str:
    value = protocol.plan.value
    if value == "mean":
        return " Where several readers measured a lesion, the mean of their values was analysed."
    if value == "consensus":
        agreed = (protocol.reading or Reading()).where_agreed
        whose = "the mean of all readers" if agreed == "mean" else "the first reader's value"
        return (
            " Where readers differed by more than the protocol allows, what was decided in adjudication was "
            f"analysed; elsewhere {whose}. A difference that nobody decided left its lesion out."
        )
    whose = "the reader who drew first (of a table, the first by name)" if value == "first-reader" else value
    return f" Where several readers measured a lesion, the value of {whose} was analysed."


def _grading(protocol: Protocol) -> str:
    outcome, editions = protocol.outcome, protocol.grading
    by_site = [
        f"{_EDITION_WORDS.get(edition, edition)} for the {site}"
        for site, edition in sorted(editions.edition_by_primary_site.items())
    ]
    checked = ""
    if by_site or editions.other != "none":
        others = (
            f"{_EDITION_WORDS.get(editions.other, editions.other)}{' for other sites' if by_site else ''}"
        )
        checked = (
            f" It was checked against {listed([*by_site, others])}; a disagreement is a "
            f"finding and changes nothing."
        )
    elif editions.scale == "isup":
        checked = (
            " Grade groups are those of the ISUP consensus of 2014 (Epstein et al. 2016); a Gleason score "
            "that makes another group is a finding and changes nothing."
        )
    standard = {
        "isup": "The pathologist's grade group",
        "benign-malignant": "The lesion's diagnosis, benign or malignant,",
    }.get(
        editions.scale, "The pathologist's grade" if protocol.ranked_grades else "The pathologist's finding"
    )
    verb = "was" if len(protocol.markers) == 1 else "were"
    directions = listed([f"{'low' if m.direction == 'low' else 'high'} {m.name}" for m in protocol.markers])
    return (
        f"{standard} was the reference standard.{checked} The outcome was "
        f"{_side(outcome.positive_label, outcome.positive)} against "
        f"{_side(outcome.negative_label, outcome.negative)}; "
        f"{directions} {verb} taken to point to {outcome.positive_label}."
    )


def _side(label: str, grades: tuple[str, ...]) -> str:
    """A side of the outcome with its grades, unless its name is its only grade."""
    return label if grades == (label,) else f"{label} ({', '.join(grades)})"


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
        f"({MANN_WHITNEY_WORDS[methods.mann_whitney]} p-value){over_grades} No adjustment was made for "
        f"testing {len(protocol.markers)} marker{'s' if len(protocol.markers) != 1 else ''}."
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
