"""The published numbers beside the computed ones: every difference is noticed, none is hidden."""

import copy
from dataclasses import replace
from importlib import resources

import pytest

from adcurate.formats.protocol import parse_protocol
from adcurate.model.analysis import MarkerValue, PublishedCutoffResult
from adcurate.model.cohort import CohortMember, FlowStage, ParticipantFlow, Scanner, StudyResults
from adcurate.model.worksheet import WorksheetRow
from adcurate.phantom.cohort import load_published, load_reconstructed_cohort
from adcurate.study.marker_analysis import MarkerQuestion, analyze_marker
from adcurate.study.reproduction import compare_with_published

PROTOCOL = parse_protocol(
    resources.files("adcurate.study").joinpath("templates", "net-grade.toml").read_bytes()
)
PROTOCOL = replace(PROTOCOL, analysis=replace(PROTOCOL.analysis, bootstrap_resamples=200))
PUBLISHED = load_published()
COHORT = load_reconstructed_cohort()


def member(one):
    sex = {"F": "female", "M": "male"}[one.sex]
    row = WorksheetRow(
        subject=one.patient,
        status="included",
        age=float(one.age),
        sex=sex,
        lesion_type=one.lesion_type,
        lesion_site=one.lesion_site,
        metastatic_disease=one.metastatic,
        grade=one.who_grade,
    )
    scanner = Scanner(one.vendor, "", one.field_strength_t, "", one.b_values)
    return CohortMember(
        one.patient, row, one.who_grade, one.who_grade == "G3", scanner, None, "", {}, {}, one.patient
    )


def analysis(marker, values):
    question = MarkerQuestion(
        marker=marker,
        direction="low",
        positive_label="high grade",
        negative_label="low grade",
        grades=("G1", "G2", "G3"),
        methods=PROTOCOL.analysis,
        resolution=1e-6,
    )
    rows = [
        MarkerValue(one.patient, value, one.who_grade, one.who_grade == "G3")
        for one, value in zip(COHORT, values, strict=True)
    ]
    return analyze_marker(question, rows)


def published_cutoff(item, accuracy):
    prevalence = 0.19
    called = item.sensitivity * prevalence + (1 - item.specificity) * (1 - prevalence)
    return PublishedCutoffResult(
        study=item.study,
        marker=item.marker,
        cutoff_mm2_per_s=item.cutoff_mm2_per_s,
        printed_sensitivity=item.sensitivity,
        printed_specificity=item.specificity,
        prevalence=prevalence,
        ppv_at_prevalence=item.sensitivity * prevalence / called,
        npv_at_prevalence=item.specificity * (1 - prevalence) / (1 - called),
        in_this_cohort=accuracy,
    )


@pytest.fixture(scope="module")
def results():
    analyses = (
        analysis("avgADC", [one.mean_adc for one in COHORT]),
        analysis("minADC", [one.minimum_adc for one in COHORT]),
    )
    cutoffs = tuple(published_cutoff(item, analyses[0].at_cutoff) for item in PROTOCOL.published_cutoffs)
    return StudyResults(
        protocol=PROTOCOL,
        flow=ParticipantFlow((FlowStage("Analysed", 47),)),
        members=tuple(member(one) for one in COHORT),
        analyses={"scanner": analyses},
        comparisons=(),
        published=cutoffs,
        measurements=(),
        panels=(),
        findings=(),
        digests={},
        software={},
    )


def by_verdict(results, published=PUBLISHED):
    verdicts = {}
    for number in compare_with_published(results, published):
        verdicts.setdefault(number.verdict, []).append((number.group, number.name))
    return verdicts


def test_every_number_that_the_paper_prints_once_is_equal(results):
    verdicts = by_verdict(results)
    assert verdicts.get("different", []) == []
    assert len(verdicts["equal"]) > 100


def test_what_the_paper_contradicts_or_nobody_can_claim_is_said(results):
    verdicts = by_verdict(results)
    assert verdicts["contradicted"] == [
        ("Cohort", "sex"),
        ("minADC", "low against high grade, p (Mann-Whitney)"),
    ]
    assert len(verdicts["not-claimed"]) == 4
    notes = [number.note for number in compare_with_published(results, PUBLISHED)]
    assert sum("not published" in note for note in notes) == 4


def leaves(table, path=()):
    if isinstance(table, dict):
        return [leaf for key, item in table.items() for leaf in leaves(item, (*path, key))]
    if isinstance(table, list):
        return [leaf for i, item in enumerate(table) for leaf in leaves(item, (*path, i))]
    return [path] if isinstance(table, (int, float)) else []


COMPARED = [
    path
    for part in ("cohort", "avg_adc", "min_adc", "cutoffs_of_other_studies")
    for path in leaves(PUBLISHED[part], (part,))
    if path[-2] not in {"cutoff_ci95"} and path[1:3] != ("spearman", "ci95")
]


def test_a_change_of_any_published_number_is_noticed(results):
    assert len(COMPARED) >= 100
    missed = []
    for path in COMPARED:
        changed = copy.deepcopy(PUBLISHED)
        place = changed
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] *= 1.5
        if place[path[-1]] == 0:
            continue
        if not by_verdict(results, changed).get("different"):
            missed.append(path)
    assert missed == []


def test_a_lesion_of_another_grade_is_noticed(results):
    members = (replace(results.members[0], grade="G1"), *results.members[1:])
    assert ("Cohort", "G1") in by_verdict(replace(results, members=members))["different"]


def test_a_published_cut_off_that_was_not_computed_is_different(results):
    different = by_verdict(replace(results, published=results.published[1:]))["different"]
    assert {name.split(":")[0] for _, name in different} == {"Besa 2016, avgADC"}
