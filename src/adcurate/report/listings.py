"""Where every number came from: the values behind each group, every measurement, the digests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from adcurate.model.cohort import CohortMember, Measurement, StudyResults
from adcurate.model.protocol import OVER_REFERENCE
from adcurate.report.firmness import fragility_of
from adcurate.report.links import Anchors, link, short_digest
from adcurate.report.numbers import ADC_UNIT, UNKNOWN, show_adc, show_b_values, show_number
from adcurate.report.page import Paragraph, Row, Section, Table, heading_row
from adcurate.report.reference_standard import columns_beside_grade, said
from adcurate.report.scale import scale_of
from adcurate.report.words import vendor_word

_VERDICTS = {
    "equal": ("good", "equal"),
    "different": ("serious", "different"),
    "not-claimed": ("note", "not claimed"),
    "contradicted": ("warning", "printed twice, differently"),
}


def reconstruction_section(results: StudyResults) -> Section | None:
    """Published numbers beside those computed here. None when nothing was compared."""
    if not results.reconstruction:
        return None
    rows: list[Row] = []
    group = None
    for item in results.reconstruction:
        if item.group != group:
            rows.append(heading_row(item.group))
            group = item.group
        tone, words = _VERDICTS.get(item.verdict, ("note", item.verdict))
        verdict = Markup('<span class="badge {}">{}</span>').format(tone, words)
        rows.append(Row((item.name, item.published, item.reproduced, verdict, item.note)))
    counts = {
        verdict: sum(item.verdict == verdict for item in results.reconstruction) for verdict in _VERDICTS
    }
    tally = ", ".join(f"{n} {_VERDICTS[verdict][1]}" for verdict, n in counts.items() if n)
    table = Table(
        "Published numbers and the numbers computed here",
        ("Number", "Published", "Here", "Verdict", "Remark"),
        tuple(rows),
        "lrrll",
        "table-reconstruction",
        (
            f"{tally}. Equal: at the published precision. Not claimed: depends on individual values "
            f"that were not "
            "published.",
        ),
        "wide",
    )
    return Section("reconstruction", "Published and reproduced", (table,))


def values_listing(results: StudyResults, anchors: Anchors) -> Section:
    """One row for each subject, by outcome and grade; the numbers lead to their measurements."""
    outcome, markers = results.protocol.outcome, results.of_record
    beside = columns_beside_grade(results)
    value_of = {(a.marker, value.subject): value for a in markers for value in a.values}
    head = (
        "Subject",
        results.protocol.reference_word.capitalize(),
        *(scale_of(analysis).axis(analysis.marker) for analysis in markers),
        "Scanner",
        "b-values",
        *beside.values(),
        "Lesion",
    )
    rows: list[Row] = []
    for positive, label in ((False, outcome.negative_label), (True, outcome.positive_label)):
        side = [member for member in results.members if member.positive is positive]
        rows.append(heading_row(f"{label}: {len(side)}", anchors.sides[label]))
        for grade in sorted({member.grade for member in side}, key=lambda g: _order(g, results)):
            members = [member for member in side if member.grade == grade]
            if grade != label:
                rows.append(heading_row(f"{grade}: {len(members)}", anchors.grades[grade]))
            for member in members:
                cells = []
                for analysis in markers:
                    value = value_of.get((analysis.marker, member.case))
                    cells.append(
                        UNKNOWN
                        if value is None
                        else link(
                            scale_of(analysis).show(value.value), anchors.of_measurement(value.measurement_id)
                        )
                    )
                rows.append(Row((member.case, member.grade, *cells, *_described(member, beside))))
    table = Table(
        "Values of the analysed subjects",
        head,
        tuple(rows),
        "ll" + "r" * len(markers) + "ll" + "".join("r" if name == "ki67" else "l" for name in beside) + "l",
        "table-values",
        ("Map of record. Each value leads to the object, slice and contour it was measured on.",),
        "dense",
    )
    return Section("values", "Values by subject", (table,))


def _order(grade: str, results: StudyResults) -> tuple[int, str]:
    grades = results.protocol.grades
    return (grades.index(grade) if grade in grades else len(grades), grade)


def _described(member: CohortMember, beside: Iterable[str]) -> tuple[str, ...]:
    scanner = member.scanner
    field = "" if scanner.field_strength_t is None else f" {show_number(scanner.field_strength_t, 1)} T"
    lesion = ", ".join(filter(None, (member.row.lesion_site, member.row.lesion_type, member.lesion_choice)))
    return (
        f"{vendor_word(scanner.vendor)} {scanner.model}{field}",
        show_b_values(scanner.b_values),
        *(said(member, column) or UNKNOWN for column in beside),
        lesion or UNKNOWN,
    )


def measurements_appendix(results: StudyResults, anchors: Anchors) -> Section:
    """Every measurement with what is needed to make it again."""
    rows = [
        Row(
            (
                each.subject,
                each.lesion,
                each.map_source,
                show_adc(each.values.get("mean")),
                show_adc(each.values.get("minimum")),
                _minimum_range(fragility_of(each)),
                show_number(each.values.get("n_voxels"), 0),
                _object(each),
                show_number(float(each.slice_index), 0),
                _digests(each),
            ),
            anchors.of_measurement(each.measurement_id),
        )
        for each in results.measurements
    ]
    if not rows:
        return Section("measurements", "Every measurement", (Paragraph("Nothing was measured.", "note"),))
    table = Table(
        f"Every measurement ({ADC_UNIT})",
        (
            "Subject",
            "Lesion",
            "Map",
            "Mean",
            "Min.",
            "Min. by rule",
            "Voxels",
            "SOP Instance UID · frame",
            "Slice",
            "Measurement · contour · map",
        ),
        tuple(rows),
        "lllrrrrlrl",
        "table-measurements",
        (
            "Min. by rule: the minimum under the voxel rules and after erosion; ● it rests on one "
            "voxel. Slices count "
            "from 0. Digests show twelve of their digits; tables/measurements.csv has all.",
        ),
        "dense",
    )
    blocks = (table, _normalized(results, anchors)) if results.normalized else (table,)
    return Section("measurements", "Every measurement", blocks)


def _normalized(results: StudyResults, anchors: Anchors) -> Table:
    """Every ratio, leading to the two measurements it was made from."""
    rows = [
        Row(
            (
                *(each.subject, each.lesion, each.reader, each.map_source),
                *(show_number(each.values[name], 3) for name in OVER_REFERENCE),
                show_adc(each.reference_mean_mm2_per_s),
                show_number(float(each.n_reference_voxels), 0),
                link(short_digest(each.of_lesion), anchors.of_measurement(each.of_lesion)),
                link(short_digest(each.of_reference), anchors.of_measurement(each.of_reference)),
                short_digest(each.measurement_id),
            ),
            anchors.of_measurement(each.measurement_id),
        )
        for each in results.normalized
    ]
    return Table(
        "Normalized ADC: each lesion over its reference tissue",
        (
            *("Subject", "Lesion", "Reader", "Map", "Mean", "Minimum", "Median"),
            *(f"Reference mean ({ADC_UNIT})", "Voxels", "Of lesion", "Of reference", "Id"),
        ),
        tuple(rows),
        "llllrrrrrlll",
        "table-normalized",
        ("Mean, minimum and median of the lesion over the mean of the reference tissue; no unit.",),
        "dense",
    )


def _minimum_range(found: Mapping[str, Any]) -> Markup | str:
    low, high = found.get("minimum_low"), found.get("minimum_high")
    if low is None or high is None:
        return UNKNOWN
    dot = (
        Markup(' <span title="rests on one voxel">●</span>')
        if found.get("minimum_rests_on_one_voxel")
        else ""
    )
    return Markup("{} to {}{}").format(show_adc(low), show_adc(high), dot)


def _object(each: Measurement) -> Markup:
    return Markup("<code>{}</code> · {}").format(each.sop_instance_uid, each.frame_number)


def _digests(each: Measurement) -> Markup:
    parts = (each.measurement_id, each.contour_digest, each.map_id)
    return Markup(" · ").join(
        Markup('<code title="{}">{}</code>').format(digest, short_digest(digest)) for digest in parts
    )


def digests_section(results: StudyResults) -> Section:
    """What the report was made from, by digest, and the programs that made it."""
    rows = [heading_row("Digests"), *(_code_row(k, v) for k, v in sorted(results.digests.items()))]
    analyses = [(f"analysis of {a.marker}", a.analysis_id) for a in results.of_record if a.analysis_id]
    rows += [_code_row(name, digest) for name, digest in analyses]
    rows += [heading_row("Software"), *(_code_row(k, v) for k, v in sorted(results.software.items()))]
    table = Table(
        "Digests and software",
        ("Of", "Value"),
        tuple(rows),
        "ll",
        "table-digests",
        ("The same inputs and the same versions give the same digests.",),
    )
    return Section("digests", "Digests and software", (table,))


def _code_row(name: str, value: str) -> Row:
    return Row((name, Markup("<code>{}</code>").format(value)))
