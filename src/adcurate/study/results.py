"""From measurements to the study's numbers: cohort, flow, statistics on both maps, published cut-offs."""

from __future__ import annotations

import importlib.metadata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from adcurate import __version__
from adcurate.arrays import Floats
from adcurate.errors import AdcurateError, StatisticsError, StudyError
from adcurate.findings import Finding
from adcurate.model import AdcUnit, Derivation, content_digest
from adcurate.model.analysis import MapComparison, MarkerAnalysis, MarkerValue, PublishedCutoffResult
from adcurate.model.answers.overlap import DrawnRegion, OverlapQuestion
from adcurate.model.cohort import CohortMember, Measurement, ParticipantFlow, Scanner, StudyResults
from adcurate.model.contour_record import REFERENCE
from adcurate.model.jsonable import as_jsonable
from adcurate.model.progress import Progress
from adcurate.model.protocol import Marker, Protocol
from adcurate.model.worksheet import WorksheetRow
from adcurate.statistics.correlation import estimate_spearman
from adcurate.statistics.diagnostic import classify_at, estimate_accuracy, predictive_values
from adcurate.store import StudyStore
from adcurate.study.analysis_json import marker_json
from adcurate.study.answer import answer_plan
from adcurate.study.cohort import Candidate, participant_flow, screen
from adcurate.study.hand_over.joined_columns import joined_cells
from adcurate.study.lesion_size import size_rows
from adcurate.study.link import refresh_links
from adcurate.study.marker_analysis import MarkerQuestion, analyze_marker
from adcurate.study.normalized import NormalizedReadings, normalize_measurements
from adcurate.study.protocol.amend import protocol_findings
from adcurate.study.read_in_the_room import NOT_READ, ReadInTheRoom
from adcurate.study.reader_of_record import (
    CONSENSUS,
    reader_and_session,
    reader_finding,
    readers_in_order,
)
from adcurate.study.reading.amended_late import amended_late
from adcurate.study.reading.blinding import blinding_findings
from adcurate.study.reading.given_late import given_late
from adcurate.study.reading.moved_numbers import moved_numbers
from adcurate.study.readings_that_count import ReaderRule, consensus_findings, reader_rule
from adcurate.study.regions.contours import current_contours
from adcurate.study.regions.drawn_regions import drawn_regions
from adcurate.study.rows import current_rows
from adcurate.study.stamps import stamp_questions
from adcurate.study.study_cases import Reading, cases_of_study, without_consensus
from adcurate.study.subset import Subset
from adcurate.study.units import level_cases, mean_of_known

METHOD = "marker-analysis/2"
_LIBRARIES = ("numpy", "scipy", "pydicom")


def analyze_study(
    store: StudyStore,
    protocol: Protocol,
    exams: Mapping[str, Mapping[str, Any]],
    progress: Progress,
    read: ReadInTheRoom = NOT_READ,
    subset: Subset | None = None,
) -> StudyResults:
    """Choose the cohort and run the protocol's statistics on it; `read` is what the reading room tells.

    An analysis of a `subset` is not remembered in the store: it is a look, and never the study's result.

    Raises
    ------
    StudyError
        ``study.nothing-to-analyze`` when nobody is left, or one side of the outcome is empty.
    """
    readings = _readings(exams)
    measured = [one.measurement for one in readings]
    worksheet_rows = current_rows(store) if subset is None else subset.rows
    left_out = {} if subset is None else subset.left_out
    known = {(row.subject, row.lesion) for row in worksheet_rows}
    rule = reader_rule(
        protocol,
        readers_in_order(store),
        ((one.reader, (one.subject, one.lesion) in known) for one in measured),
        read.standings,
    )
    first_reader = rule.value if protocol.plan.value == "first-reader" else ""
    normalized = normalize_measurements(store, measured, protocol)
    readings = [replace(one, measurement=normalized.with_ratios(one.measurement)) for one in readings]
    sized = size_rows(worksheet_rows, read.sizes, protocol.eligibility, rule)
    rows = sized.rows
    screening = screen(rows, refresh_links(store), protocol)
    unmeasured: dict[tuple[str, str], str] = {}
    members = []
    for candidate in screening.candidates:
        exam = exams.get(candidate.study_instance_uid)
        why = left_out.get((candidate.row.subject, candidate.row.lesion))
        member = why or _member(candidate, exam, readings, protocol, rule)
        if isinstance(member, str):
            unmeasured[candidate.row.subject, candidate.row.lesion] = member
        else:
            members.append(member)
    flow = participant_flow(screening, Counter(unmeasured.values()))
    _check_sides(members, flow, protocol)
    findings = [*store.findings.all(), *screening.findings, *_without_row(rows, exams)]
    findings += [*sized.findings, *normalized.findings]
    findings += reader_finding(protocol.plan, rule.value, _readers(measured))
    findings += consensus_findings(rule, {(one.row.subject, one.row.lesion) for one in screening.candidates})
    findings += [*blinding_findings(store), *amended_late(store), *given_late(store)]
    findings += protocol_findings(store)
    findings += moved_numbers(store, measured, protocol)
    for exam in exams.values():
        findings += [Finding(**found) for found in exam["facts"]["findings"]]
    analyses: dict[str, tuple[MarkerAnalysis, ...]] = {}
    sources: list[str] = [protocol.adc.map_of_record, protocol.adc.beside]
    for source in sources:
        progress("Statistics", len(analyses), len(sources))
        try:
            analyses[source] = tuple(
                _analysis(marker, members, source, protocol, normalized) for marker in protocol.markers
            )
        except AdcurateError as error:
            if source == protocol.adc.map_of_record:
                raise
            sentence = f"The {source} map was not analysed: {error.sentence}"
            findings.append(Finding("analysis.other-map", sentence, "warning"))
    progress("Statistics", len(sources), len(sources))
    for group in analyses.values():
        for marker, analysis in zip(protocol.markers, group, strict=True):
            findings += analysis.findings
            if subset is None:
                _remember(store, marker, analysis, protocol)
    in_subset = [row for row in rows if (row.subject, row.lesion) not in left_out]
    candidates = [one for one in screening.candidates if (one.row.subject, one.row.lesion) not in left_out]
    joined = joined_cells(store)
    levels = {
        source: without_consensus(
            level_cases(
                cases_of_study(candidates, in_subset, readings, source, protocol, rule, joined),
                protocol.plan,
                first_reader,
            )
        )
        for source in analyses
    }
    of_record = protocol.adc.map_of_record
    findings += levels[of_record].findings
    answers = answer_plan(
        protocol.plan,
        levels[of_record],
        protocol.analysis,
        stamps=stamp_questions(store, protocol),
        other_maps={source: found for source, found in levels.items() if source != of_record},
        regions=_regions(store, protocol),
        progress=progress,
    )
    protocol_version = store.protocols.latest()
    worksheet = store.worksheets.latest()
    return StudyResults(
        protocol=protocol,
        flow=flow,
        members=tuple(members),
        analyses=analyses,
        comparisons=tuple(_comparisons(protocol, members, analyses)),
        published=tuple(_published(protocol, analyses[of_record])),
        answers=answers,
        readings={source: found.readings for source, found in levels.items()},
        reader_who_counts=rule.value,
        unmeasured=unmeasured,
        rows=tuple(rows),
        measurements=tuple(measured),
        normalized=tuple(normalized.by_measurement.values()),
        sizes=read.sizes,
        reading=read.account,
        findings=tuple(finding for i, finding in enumerate(findings) if finding not in findings[:i]),
        digests={
            "protocol": protocol_version.digest if protocol_version else "",
            "worksheet": worksheet.received_digest if worksheet else "",
            "objects": content_digest("\n".join(sorted(r.blob for r in store.instances.all())).encode()),
            "results": content_digest(
                "\n".join(a.analysis_id for group in analyses.values() for a in group).encode()
            ),
        },
        software={
            "adcurate": __version__,
            **{name: importlib.metadata.version(name) for name in _LIBRARIES},
        },
    )


def _regions(store: StudyStore, protocol: Protocol) -> tuple[DrawnRegion, ...]:
    """What readers drew, where the plan asks: images are opened for it."""
    asked = any(question.kind == OverlapQuestion.kind for question in protocol.plan.questions)
    return drawn_regions(store, current_contours(store)) if asked else ()


def _without_row(rows: Sequence[WorksheetRow], exams: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """Measured lesions that the worksheet does not know: a slip of the label, most often."""
    known = {(row.subject, row.lesion + name) for row in rows for name in ("", REFERENCE)}
    drawn = {(one["subject"], one["lesion"]) for exam in exams.values() for one in exam["measurements"]}
    return [
        Finding(
            "contour.without-row",
            "A region was drawn for a lesion that is not in the worksheet; it is measured, not analysed.",
            "warning",
            {"subject": subject, "lesion": lesion},
        )
        for subject, lesion in sorted(drawn - known)
    ]


def _readings(exams: Mapping[str, Mapping[str, Any]]) -> list[Reading]:
    """Every measurement of the study, with its exam's scanner."""
    return [
        Reading(measurement(one), _scanner(exam["facts"]))
        for exam in exams.values()
        for one in exam["measurements"]
    ]


def _readers(measured: Sequence[Measurement]) -> set[str]:
    """Who read: repeats are their reader's, and what was adjudicated is no reader's own."""
    return {reader_and_session(one.reader)[0] for one in measured} - {CONSENSUS}


def _scanner(facts: Mapping[str, Any]) -> Scanner:
    return Scanner(**{**facts["scanner"], "b_values": tuple(facts["scanner"]["b_values"])})


def measurement(record: Mapping[str, Any]) -> Measurement:
    """A stored measurement as a record."""
    return Measurement(**record)


def _member(
    candidate: Candidate,
    exam: Mapping[str, Any] | None,
    readings: Sequence[Reading],
    protocol: Protocol,
    rule: ReaderRule,
) -> CohortMember | str:
    """The analysed case, or why there is no value."""
    if exam is None:
        return "no exam was derived"
    row = candidate.row
    own = [
        one.measurement
        for one in readings
        if one.measurement.lesion == row.lesion
        and one.measurement.study_instance_uid == candidate.study_instance_uid
    ]
    counted = rule.counted(row.subject, row.lesion, {one.reader for one in own})
    by_source: dict[str, tuple[Measurement, ...]] = {}
    read = sorted((one for one in own if one.reader in counted.readers), key=lambda one: one.reader)
    for one in read:
        if protocol.region.has_enough(one.values.get("n_voxels")):
            by_source[one.map_source] = (*by_source.get(one.map_source, ()), one)
    by_map = {source: several[0] for source, several in by_source.items()}
    record = by_map.get(protocol.adc.map_of_record)
    if record is None:
        if counted.why_not and (own or rule.stands(row.subject, row.lesion)):
            return counted.why_not
        if any(one.map_source == protocol.adc.map_of_record for one in read):
            return f"region under {protocol.region.minimum_voxels} voxels"
        if own:
            return f"no {protocol.adc.map_of_record} ADC map to measure"
        refused = any(found["where"].get("lesion") == row.lesion for found in exam["facts"]["findings"])
        return "region refused (see the findings)" if refused else "no region drawn"
    facts = exam["facts"]
    unit = AdcUnit(**facts["unit"]) if facts["unit"] else None
    return CohortMember(
        subject=row.subject,
        row=row,
        grade=str(row.grade),
        positive=row.grade in protocol.outcome.positive,
        scanner=_scanner(facts),
        unit=unit,
        study_instance_uid=candidate.study_instance_uid,
        measurements=by_map,
        readings=by_source,
        case=row.subject if protocol.plan.unit == "subject" else f"{row.subject} lesion {row.lesion}",
        other_lesions=candidate.other_lesions,
        lesion_choice=candidate.lesion_choice,
    )


def _both_sides(members: Sequence[CohortMember], protocol: Protocol) -> str:
    """What to do about an empty side, with the grades that make each and those that are there."""
    outcome = protocol.outcome
    there = ", ".join(sorted({member.grade for member in members})) or "none"
    return (
        "Complete what is missing: exams, worksheet rows or contours; then run again. "
        f"By [outcome], {outcome.positive_label} is {', '.join(outcome.positive)} and "
        f"{outcome.negative_label} is {', '.join(outcome.negative)}; grades that can be analysed: {there}."
    )


def _check_sides(members: Sequence[CohortMember], flow: ParticipantFlow, protocol: Protocol) -> None:
    n_positive = sum(member.positive for member in members)
    if n_positive == 0 or n_positive == len(members):
        outcome = protocol.outcome
        left = [f"{n} {reason}" for stage in flow.stages for reason, n in stage.left_out]
        raise StudyError(
            "study.nothing-to-analyze",
            f"{len(members)} of {flow.stages[0].n} screened subjects can be analysed, {n_positive} of them "
            f"{outcome.positive_label}; the statistics need both sides. "
            f"Left out: {', '.join(left) or 'nobody'}.",
            remedy=_both_sides(members, protocol),
            n=len(members),
            n_positive=n_positive,
        )


def _value(member: CohortMember, marker: Marker, source: str) -> float | None:
    found = [one.values.get(marker.measure) for one in member.readings.get(source, ())]
    known = [value for value in found if value is not None]
    return mean_of_known(known) if known else None


def _made_from(
    member: CohortMember, marker: Marker, source: str, normalized: NormalizedReadings
) -> list[str]:
    """The ids of what a value is the mean of: measurements, or their ratios."""
    used = [one for one in member.readings[source] if one.values.get(marker.measure) is not None]
    if not marker.is_ratio:
        return [one.measurement_id for one in used]
    return [normalized.by_measurement[one.measurement_id].measurement_id for one in used]


def _analysis(
    marker: Marker,
    members: Sequence[CohortMember],
    source: str,
    protocol: Protocol,
    normalized: NormalizedReadings,
) -> MarkerAnalysis:
    values = []
    for member in members:
        value = _value(member, marker, source)
        if value is not None:
            first, *further = _made_from(member, marker, source, normalized)
            values.append(
                MarkerValue(member.case, value, member.grade, member.positive, first, tuple(further))
            )
    outcome = protocol.outcome
    derivation = _derivation(marker, source, protocol, _inputs(values))
    return analyze_marker(
        MarkerQuestion(
            marker=marker.name,
            direction=marker.direction,
            positive_label=outcome.positive_label,
            negative_label=outcome.negative_label,
            grades=protocol.ranked_grades,
            methods=protocol.analysis,
            resolution=protocol.analysis.resolution_mm2_per_s,
            is_ratio=marker.is_ratio,
            map_source=source,
            analysis_id=derivation.derived_id,
            n_missing=len(members) - len(values),
            asks_of_grades=bool(protocol.ranked_grades),
        ),
        values,
    )


def _derivation(marker: Marker, source: str, protocol: Protocol, inputs: Sequence[str]) -> Derivation:
    parameters = {
        "marker": as_jsonable(marker),
        "map": source,
        "outcome": as_jsonable(protocol.outcome),
        "grades": list(protocol.ranked_grades),
        "analysis": as_jsonable(protocol.analysis),
    }
    return Derivation("analysis", METHOD, parameters, tuple(sorted(inputs)))


def _remember(store: StudyStore, marker: Marker, analysis: MarkerAnalysis, protocol: Protocol) -> None:
    """Put the analysis into the derivation graph, so that its id leads to the measurements."""
    made = _derivation(marker, analysis.map_source, protocol, _inputs(analysis.values))
    store.derived.put(made, marker_json(analysis))


def _inputs(values: Sequence[MarkerValue]) -> list[str]:
    return [one for value in values for one in (value.measurement_id, *value.further_ids)]


def _comparisons(
    protocol: Protocol,
    members: Sequence[CohortMember],
    analyses: Mapping[str, tuple[MarkerAnalysis, ...]],
) -> list[MapComparison]:
    of_record, other = protocol.adc.map_of_record, protocol.adc.beside
    if other not in analyses:
        return []
    comparisons = []
    for marker, first, second in zip(protocol.markers, analyses[of_record], analyses[other], strict=True):
        pairs = [
            (member.case, a, b)
            for member in members
            if (a := _value(member, marker, of_record)) is not None
            and (b := _value(member, marker, other)) is not None
        ]
        if len(pairs) < 4:
            continue
        ours, theirs = np.array([a for _, a, _ in pairs]), np.array([b for _, _, b in pairs])
        difference = theirs - ours
        comparisons.append(
            MapComparison(
                marker=marker.name,
                of_record=of_record,
                other=other,
                subjects=tuple(subject for subject, _, _ in pairs),
                values_of_record=ours,
                values_other=theirs,
                mean_difference=float(difference.mean()),
                sd_difference=float(difference.std(ddof=1)),
                rho=_rho(ours, theirs),
                auc_of_record=first.auc.value,
                auc_other=second.auc.value,
                is_ratio=marker.is_ratio,
            )
        )
    return comparisons


def _rho(ours: Floats, theirs: Floats) -> float:
    """NaN where there are too few lesions for a correlation, or all have one value."""
    try:
        return estimate_spearman(ours, theirs, interval="none").rho
    except StatisticsError:
        return np.nan


def _published(protocol: Protocol, analyses: Sequence[MarkerAnalysis]) -> list[PublishedCutoffResult]:
    """Cut-offs of other studies at the stated prevalence (else the cohort's), and applied to this cohort."""
    by_marker = {analysis.marker: analysis for analysis in analyses}
    results = []
    for item in protocol.published_cutoffs:
        analysis = by_marker[item.marker]
        stated = protocol.analysis.stated_prevalence
        prevalence = analysis.at_cutoff.prevalence if stated is None else stated
        predicted = predictive_values(item.sensitivity, item.specificity, prevalence)
        table = classify_at(
            [value.value for value in analysis.values],
            [value.positive for value in analysis.values],
            item.cutoff_mm2_per_s,
            direction="low" if analysis.direction == "low" else "high",
            resolution=protocol.analysis.resolution_mm2_per_s,
        )
        results.append(
            PublishedCutoffResult(
                study=item.study,
                marker=item.marker,
                cutoff_mm2_per_s=item.cutoff_mm2_per_s,
                printed_sensitivity=item.sensitivity,
                printed_specificity=item.specificity,
                prevalence=prevalence,
                ppv_at_prevalence=predicted.ppv,
                npv_at_prevalence=predicted.npv,
                in_this_cohort=estimate_accuracy(
                    table, interval=protocol.analysis.proportion_interval, level=analysis.level
                ),
            )
        )
    return results
