"""The made-up cohort as a study's results, as a finished study would hand them to the report."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from adcurate.findings import Finding
from adcurate.model.analysis import MapComparison, MarkerValue, PublishedCutoffResult
from adcurate.model.cohort import (
    CohortMember,
    FlowStage,
    Measurement,
    ParticipantFlow,
    RegionPanel,
    ReproducedNumber,
    Scanner,
    StudyResults,
)
from adcurate.model.image import AdcUnit
from adcurate.model.protocol import AdcRule, Analysis, Eligibility, GradingRule, Marker, Outcome, Protocol
from adcurate.model.protocol import PublishedCutoff as Cutoff
from adcurate.model.worksheet import WorksheetRow
from adcurate.phantom.cohort import load_reconstructed_cohort
from adcurate.statistics.diagnostic import classify_at, estimate_accuracy, predictive_values
from adcurate.study.marker_analysis import MarkerQuestion, analyze_marker

MEASURES = {"avgADC": "mean", "minADC": "minimum"}


def protocol_of_the_paper() -> Protocol:
    return Protocol(
        title="ADC and WHO grade of neuroendocrine tumours",
        outcome=Outcome(("G3",), ("G1", "G2"), "high grade", "low grade"),
        markers=(Marker("avgADC", "mean", "low"), Marker("minADC", "minimum", "low")),
        template="net-grade",
        eligibility=Eligibility(minimum_lesion_size_mm=10.0),
        grading=GradingRule({"pancreas": "who-2017"}, "who-2010"),
        adc=AdcRule(),
        analysis=Analysis(bootstrap_resamples=400, auc_interval="exact-binomial", stated_prevalence=0.19),
        published_cutoffs=(
            Cutoff("Besa 2016", "avgADC", 1.24e-3, 1.0, 0.8421),
            Cutoff("Guo 2017", "avgADC", 0.95e-3, 0.723, 0.916),
            Cutoff("Besa 2016", "minADC", 0.15e-3, 0.5, 0.8421),
        ),
    )


def digest(*words: object) -> str:
    return hashlib.sha256("/".join(map(str, words)).encode()).hexdigest()


def measurement(subject: str, index: int, source: str, mean: float, minimum: float) -> Measurement:
    n_voxels = 60 + index
    rules = [
        {"name": "centre", "n_voxels": n_voxels, "mean": mean, "minimum": minimum},
        {"name": "any-overlap", "n_voxels": n_voxels + 24, "mean": mean * 1.01, "minimum": minimum * 0.96},
        {"name": "half", "n_voxels": n_voxels + 1, "mean": mean, "minimum": minimum},
        {"name": "area-weighted", "n_voxels": n_voxels + 24, "mean": mean, "minimum": minimum * 0.96},
    ]
    return Measurement(
        measurement_id=digest("measurement", subject, source),
        subject=subject,
        lesion="1",
        reader="R1",
        map_source=source,
        map_id=digest("map", subject, source),
        contour_digest=digest("contour", subject),
        study_instance_uid=f"2.25.{1000 + index}",
        series_instance_uid=f"2.25.{2000 + index}",
        sop_instance_uid=f"2.25.{3000 + index}.{9 if source == 'scanner' else 8}",
        frame_number=1,
        slice_index=12,
        values={"mean": mean, "minimum": minimum, "n_voxels": n_voxels, "area_mm2": n_voxels * 2.25},
        details={
            "fragility": {
                "rules": rules,
                "eroded": {"name": "eroded", "n_voxels": 30, "mean": mean, "minimum": minimum * 1.2},
                "second_lowest": minimum * (1.2 if index % 3 == 0 else 1.02),
                "minimum_rests_on_one_voxel": index % 3 == 0,
                "minimum_low": minimum * 0.96,
                "minimum_high": minimum * 1.2,
                "mean_low": mean,
                "mean_high": mean * 1.01,
            }
        },
    )


def build_results(n_resamples: int = 400) -> StudyResults:
    protocol = protocol_of_the_paper()
    protocol = replace(protocol, analysis=replace(protocol.analysis, bootstrap_resamples=n_resamples))
    rng = np.random.default_rng(7)
    members = []
    for index, row in enumerate(load_reconstructed_cohort()):
        shift = float(rng.normal(0, 0.02e-3))
        measured = {
            "scanner": measurement(row.patient, index, "scanner", row.mean_adc, row.minimum_adc),
            "refit": measurement(row.patient, index, "refit", row.mean_adc + shift, row.minimum_adc + shift),
        }
        members.append(
            CohortMember(
                subject=row.patient,
                row=WorksheetRow(
                    subject=row.patient,
                    status="included",
                    age=float(row.age),
                    sex="female" if row.sex == "F" else "male",
                    primary_site=row.primary_site,
                    metastatic_disease=row.metastatic,
                    lesion_type=row.lesion_type,
                    lesion_site=row.lesion_site,
                    ki67=row.ki67_percent,
                    grade=row.who_grade,
                ),
                grade=row.who_grade,
                positive=row.who_grade == "G3",
                scanner=Scanner(
                    row.vendor, "Model", row.field_strength_t, "v1", tuple(float(b) for b in row.b_values)
                ),
                unit=AdcUnit(1e-6, "refit", 1e-6 * (1 + shift * 10), 0.998, 4000 + index, None),
                study_instance_uid=f"2.25.{1000 + index}",
                measurements=measured,
                readings={source: (one,) for source, one in measured.items()},
                case=row.patient,
            )
        )
    analyses = {
        source: tuple(_analysis(protocol, members, marker, source) for marker in protocol.markers)
        for source in ("scanner", "refit")
    }
    return StudyResults(
        protocol=protocol,
        flow=ParticipantFlow(
            (
                FlowStage("Screened", 61, (("no MRI in the study's months", 6), ("declined", 2))),
                FlowStage("Included in the worksheet", 53, (("lesion smaller than 1 cm", 4),)),
                FlowStage("Eligible by the protocol", 49, (("no contour drawn", 2),)),
                FlowStage("Analysed", 47),
            )
        ),
        members=tuple(members),
        analyses=analyses,
        comparisons=tuple(_compare(analyses, marker.name) for marker in protocol.markers),
        published=tuple(
            _published(protocol, analyses["scanner"], cutoff) for cutoff in protocol.published_cutoffs
        ),
        measurements=tuple(m for member in members for m in member.measurements.values()),
        panels=tuple(_panel(grade, i) for i, grade in enumerate(("G1", "G2", "G3"))),
        findings=(
            Finding(
                "unit.plausibility",
                "One map has no DWI; its unit was judged by size.",
                "warning",
                {"subject": "NET004"},
            ),
            Finding(
                "unit.plausibility",
                "One map has no DWI; its unit was judged by size.",
                "warning",
                {"subject": "NET009"},
            ),
            Finding("grading.disagrees", "The rule gives G1.", "serious", {"subject": "NET018"}),
        ),
        digests={
            "protocol": digest("protocol"),
            "worksheet": digest("worksheet"),
            "analysis": digest("analysis"),
        },
        software={"adcurate": "0.1.0", "numpy": "2.3", "python": "3.11"},
        statement="A made-up cohort: invented numbers, not patients.",
        reconstruction=(
            ReproducedNumber("avgADC", "AUC", "0.871", "0.871", "equal"),
            ReproducedNumber(
                "avgADC",
                "Cut-off, interval",
                "0.935 to 0.957",
                "0.657 to 0.957",
                "not-claimed",
                "Depends on values that were not printed.",
            ),
            ReproducedNumber("Cohort", "Women", "24 or 23", "23", "contradicted"),
        ),
    )


def _analysis(protocol, members, marker, source):
    values = [
        MarkerValue(
            member.subject,
            member.measurements[source].values[MEASURES[marker.name]],
            member.grade,
            member.positive,
            member.measurements[source].measurement_id,
        )
        for member in members
    ]
    question = MarkerQuestion(
        marker.name,
        marker.direction,
        "high grade",
        "low grade",
        protocol.grades,
        protocol.analysis,
        1e-6,
        map_source=source,
        analysis_id=digest("analysis", marker.name, source),
    )
    return analyze_marker(question, values)


def _compare(analyses, name):
    first, second = (next(a for a in analyses[s] if a.marker == name) for s in ("scanner", "refit"))
    x = np.array([value.value for value in first.values])
    y = np.array([value.value for value in second.values])
    return MapComparison(
        name,
        "scanner",
        "refit",
        tuple(v.subject for v in first.values),
        x,
        y,
        float((y - x).mean()),
        float((y - x).std(ddof=1)),
        0.987,
        first.auc.value,
        second.auc.value,
    )


def _published(protocol, analyses, cutoff):
    analysis = next(a for a in analyses if a.marker == cutoff.marker)
    marker = np.array([value.value for value in analysis.values])
    positive = np.array([value.positive for value in analysis.values])
    here = classify_at(marker, positive, cutoff.cutoff_mm2_per_s, direction="low")
    at = predictive_values(cutoff.sensitivity, cutoff.specificity, 0.19)
    return PublishedCutoffResult(
        cutoff.study,
        cutoff.marker,
        cutoff.cutoff_mm2_per_s,
        cutoff.sensitivity,
        cutoff.specificity,
        0.19,
        at.ppv,
        at.npv,
        estimate_accuracy(here, interval="clopper-pearson"),
    )


def _panel(grade: str, index: int) -> RegionPanel:
    """A disc in a noisy background; the ADC of the disc falls with the grade, T1 is missing for G1."""
    rng = np.random.default_rng(index)
    rows, columns = np.mgrid[0:120, 0:120] * 1.5 + 0.75
    disc = np.hypot(columns - 90, rows - 80) < 18
    inside = (1.2, 0.95, 0.7)[index]
    body = np.hypot((columns - 90) / 1.1, rows - 90) < 75
    adc = np.where(disc, inside, 1.6) * 1e-3 * (1 + 0.06 * rng.standard_normal(disc.shape))
    adc[~body] = np.nan
    t2 = np.where(body, np.where(disc, 500, 260), 20) + 18 * rng.standard_normal(disc.shape)
    images = {
        "t2": t2,
        "high_b": np.where(body, np.where(disc, 300 + 90 * index, 90), 5)
        + 9 * rng.standard_normal(disc.shape),
        "adc": adc,
    }
    if index:
        images["t1_ce"] = np.where(body, np.where(disc, 380, 300), 15) + 14 * rng.standard_normal(disc.shape)
    extent = (0.0, 180.0, 180.0, 0.0)
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = np.column_stack([90 + 15.5 * np.cos(turn), 80 + 14.5 * np.sin(turn)])
    return RegionPanel(
        f"NET00{index + 1}",
        grade,
        f"NET00{index + 1}, pancreas",
        images,
        dict.fromkeys(images, extent),
        (ring,),
        (93.75, 78.75),
        1000.0,
    )


@pytest.fixture(scope="session")
def results() -> StudyResults:
    return build_results()
