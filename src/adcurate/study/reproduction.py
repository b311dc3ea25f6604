"""Every number that the paper of the ``net-grade`` template prints, beside the one computed here."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from adcurate.model.analysis import MarkerAnalysis
from adcurate.model.cohort import CohortMember, ReproducedNumber, StudyResults
from adcurate.report.numbers import UNKNOWN, show_b_values, show_number, show_p
from adcurate.statistics.interval import Interval

_SHOWN = 1e3
_UNPUBLISHED = "A bootstrap depends on the individual values, which were not published: shown, not claimed."


def compare_with_published(
    results: StudyResults, published: Mapping[str, Any]
) -> tuple[ReproducedNumber, ...]:
    """Compare at the printed precision; see `ReproducedNumber` for the verdicts."""
    numbers = [*_cohort(results.members, published["cohort"])]
    by_marker = {analysis.marker: analysis for analysis in results.of_record}
    for key, marker in (("avg_adc", "avgADC"), ("min_adc", "minADC")):
        numbers += _marker(by_marker[marker], published[key])
    numbers += _other_studies(results, published["cutoffs_of_other_studies"])
    return tuple(numbers)


def _compare(
    group: str, name: str, printed: float, computed: float | None, decimals: int, note: str = ""
) -> ReproducedNumber:
    shown, ours = show_number(printed, decimals), show_number(computed, decimals)
    return ReproducedNumber(group, name, shown, ours, "equal" if shown == ours else "different", note)


def _cohort(members: tuple[CohortMember, ...], printed: Mapping[str, Any]) -> Iterator[ReproducedNumber]:
    group = "Cohort"
    grades = Counter(member.grade for member in members)
    n_high = sum(member.positive for member in members)
    counts = {
        "n": ("lesions analysed", len(members)),
        "g1": ("G1", grades["G1"]),
        "g2": ("G2", grades["G2"]),
        "g3": ("G3", grades["G3"]),
        "low_grade": ("low grade (G1+G2)", len(members) - n_high),
        "high_grade": ("high grade (G3)", n_high),
        "primaries": ("primary tumours", _count(members, "lesion_type", "primary")),
        "metastases": ("metastases", _count(members, "lesion_type", "metastasis")),
    }
    for key, (name, count) in counts.items():
        yield _compare(group, name, printed[key], count, 0)
    ages = [member.row.age for member in members if member.row.age is not None]
    yield _compare(group, "age, mean", printed["age_mean"], statistics.mean(ages), 0)
    yield _compare(group, "age, SD", printed["age_sd"], statistics.stdev(ages), 0)
    yield _compare(group, "age, youngest", printed["age_min"], min(ages), 0)
    yield _compare(group, "age, oldest", printed["age_max"], max(ages), 0)
    females, males = (_count(members, "sex", sex) for sex in ("female", "male"))
    agrees = (females, males) in {(24, 23), (23, 24)}
    yield ReproducedNumber(
        group,
        "sex",
        "24 F / 23 M (abstract); 23 F / 24 M (results)",
        f"{females} F / {males} M",
        "contradicted" if agrees else "different",
        "The paper prints both.",
    )
    for grade in ("g1", "g2", "g3"):
        own = [member for member in members if member.grade == grade.upper()]
        share = 100 * _count(tuple(own), "metastatic_disease", "yes") / len(own) if own else None
        printed_share = printed["metastatic_disease_percent"][grade]
        yield _compare(group, f"metastatic disease in {grade.upper()}, %", printed_share, share, 1)
    for lesion_type, sites in printed["lesion_sites"].items():
        for site, count in sites.items():
            own_site = sum(
                m.row.lesion_type == lesion_type and (m.row.lesion_site or "").casefold() == site
                for m in members
            )
            yield _compare(group, f"{lesion_type}: {site}", count, own_site, 0)
    scanners = Counter(
        f"{member.scanner.vendor.casefold()} {member.scanner.field_strength_t or 0:g}t" for member in members
    )
    for name, count in printed["scanners"].items():
        yield _compare(group, name, count, scanners[name.casefold()], 0)
    common = [show_b_values(key) for key, _ in Counter(m.scanner.b_values for m in members).most_common(2)]
    for b_values in printed["b_value_sets"]:
        found = b_values in common
        shown = b_values if found else ", ".join(common)
        yield ReproducedNumber(
            group, "frequent b-values, s/mm²", b_values, shown, "equal" if found else "different"
        )


def _count(members: tuple[CohortMember, ...], column: str, value: str) -> int:
    return sum(getattr(member.row, column) == value for member in members)


def _marker(analysis: MarkerAnalysis, printed: Mapping[str, Any]) -> Iterator[ReproducedNumber]:
    group = analysis.marker
    shown_statistics = (
        ("mean", 2, "mean_sd", 0),
        ("sd", 2, "mean_sd", 1),
        ("median", 3, "median_iqr", 0),
        ("iqr", 3, "median_iqr", 1),
    )
    for grade in ("g1", "g2", "g3"):
        own = analysis.grade_groups.get(grade.upper())
        for statistic, decimals, key, position in shown_statistics:
            computed = None if own is None else getattr(own, statistic) * _SHOWN
            name = f"{grade.upper()} {statistic if len(statistic) > 3 else statistic.upper()}"
            yield _compare(group, name, printed[key][grade][position], computed, decimals)
    yield _mann_whitney(analysis, str(printed["mann_whitney_low_high_p"]))
    pairs = {
        frozenset((pair.first, pair.second)): pair.p_value for pair in analysis.pairwise.get("bonferroni", ())
    }
    for key, value in printed["pairwise_p"].items():
        first, second = key.upper().split("_")
        p_value = pairs.get(frozenset((first, second)))
        name = f"{first} against {second}, p (Dunn, Bonferroni)"
        shown = show_p(p_value)
        wanted = show_p(value) if isinstance(value, float) else value.replace("<", "< ")
        yield ReproducedNumber(group, name, wanted, shown, "equal" if shown == wanted else "different")
    rho = analysis.spearman.rho if analysis.spearman else None
    yield _compare(group, "Spearman rho", printed["spearman"]["rho"], rho, 3)
    yield _interval_not_claimed(
        group, "rho, 95 % interval", printed["spearman"]["ci95"], analysis.spearman_interval, 1.0
    )
    yield _compare(group, "AUC", printed["auc"]["value"], analysis.auc.value, 3)
    exact = analysis.auc_intervals["exact-binomial"]
    for side, printed_limit in zip(("low", "high"), printed["auc"]["ci95"], strict=True):
        name = f"AUC, 95 % interval, {side}"
        yield _compare(group, name, printed_limit, getattr(exact, side), 3, "exact binomial for auc·n")
    youden, wanted_youden = analysis.youden, printed["youden"]
    yield _compare(group, "Youden cut-off", wanted_youden["cutoff"], youden.cutoff * _SHOWN, 3)
    same_rule = wanted_youden["rule"] == youden.rule
    yield ReproducedNumber(
        group, "cut-off rule", wanted_youden["rule"], youden.rule, "equal" if same_rule else "different"
    )
    yield _interval_not_claimed(
        group,
        "cut-off, 95 % interval",
        wanted_youden["cutoff_ci95"],
        analysis.cutoff_interval,
        _SHOWN,
    )
    yield _compare(group, "Youden J", wanted_youden["j"], youden.j, 4)
    for name, value in printed["at_cutoff"].items():
        share = getattr(analysis.at_cutoff, name).value
        label = name.upper() if len(name) == 3 else name
        yield _compare(group, f"{label}, %", value, 100 * share, 2)


def _mann_whitney(analysis: MarkerAnalysis, printed: str) -> ReproducedNumber:
    p_value = analysis.mann_whitney["asymptotic"].p_value
    shown = f"{show_p(p_value)} (p = {show_number(p_value, 4)})"
    name = "low against high grade, p (Mann-Whitney)"
    if "abstract" in printed:
        # 0.0006 is 0.001 to three decimals and also below 0.001: one number, printed two ways.
        verdict = "contradicted" if 0.0005 <= p_value < 0.001 else "different"
        both = "< 0.001 (results); 0.001 (abstract)"
        return ReproducedNumber(analysis.marker, name, both, shown, verdict, "One number rounded two ways.")
    verdict = "equal" if p_value < 0.001 else "different"
    return ReproducedNumber(analysis.marker, name, "< 0.001", shown, verdict)


def _interval_not_claimed(
    group: str, name: str, printed: list[float], computed: Interval | None, factor: float
) -> ReproducedNumber:
    ours = UNKNOWN
    note = _UNPUBLISHED
    if computed is not None:
        ours = f"{show_number(computed.low * factor, 3)} to {show_number(computed.high * factor, 3)}"
        note = f"{computed.method}. {_UNPUBLISHED}"
    low, high = (show_number(limit, 3) for limit in printed)
    return ReproducedNumber(group, name, f"{low} to {high}", ours, "not-claimed", note)


def _other_studies(results: StudyResults, printed: Mapping[str, Any]) -> Iterator[ReproducedNumber]:
    group = "Cut-offs of other studies"
    stated = results.protocol.analysis.stated_prevalence
    yield _compare(
        group, "prevalence, %", printed["prevalence_percent"], None if stated is None else 100 * stated, 0
    )
    ours = {(item.study.casefold().replace(" ", "_"), item.marker[:3]): item for item in results.published}
    for key, wanted in printed.items():
        if key == "prevalence_percent":
            continue
        study, marker = key.rsplit("_", 1)
        item = ours.get((study, marker))
        label = f"{study.replace('_', ' ').title()}, {marker}ADC"
        values = {
            "cutoff": (None if item is None else item.cutoff_mm2_per_s * _SHOWN, 3),
            "sensitivity": (None if item is None else 100 * item.printed_sensitivity, 2),
            "specificity": (None if item is None else 100 * item.printed_specificity, 2),
            "ppv": (None if item is None else 100 * item.ppv_at_prevalence, 2),
            "npv": (None if item is None else 100 * item.npv_at_prevalence, 2),
        }
        for name, (value, decimals) in values.items():
            note = "as printed there" if name in {"cutoff", "sensitivity", "specificity"} else "recomputed"
            yield _compare(group, f"{label}: {name}", wanted[name], value, decimals, note)
