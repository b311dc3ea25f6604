"""How firm the numbers are: the other map, the voxel rules, the single voxel, and what was found odd."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from adcurate.findings import Finding
from adcurate.model.analysis import MarkerAnalysis
from adcurate.model.cohort import Measurement, StudyResults
from adcurate.report.captions import picture
from adcurate.report.links import Anchors, link, slug
from adcurate.report.numbers import ADC_UNIT, UNKNOWN, show_count, show_number
from adcurate.report.page import Block, Paragraph, Row, Section, Table, heading_row
from adcurate.report.scale import scale_of_maps
from adcurate.report.words import MAP_WORDS

_SEVERITIES = ("serious", "warning", "note")
_RULE_NAMES = {"centre": "centre inside", "any-overlap": "any overlap", "half": "at least half"}


def maps_section(results: StudyResults) -> Section | None:
    """The map of record beside the other map. None when there is no other."""
    if not results.comparisons:
        return None
    rows = []
    for item in results.comparisons:
        scale = scale_of_maps(item)
        low, high = (item.mean_difference + sign * 1.96 * item.sd_difference for sign in (-1, 1))
        rows.append(
            Row(
                (
                    scale.axis(item.marker),
                    str(len(item.subjects)),
                    scale.show(item.mean_difference),
                    scale.show(item.sd_difference),
                    f"{scale.show(low)} to {scale.show(high)}",
                    show_number(item.rho, 3),
                    show_number(item.auc_of_record, 3),
                    show_number(item.auc_other, 3),
                )
            )
        )
    first = results.comparisons[0]
    table = Table(
        f"Map of record ({MAP_WORDS.get(first.of_record, first.of_record)}) beside "
        f"{MAP_WORDS.get(first.other, first.other)}",
        ("Marker", "n", "Mean difference", "SD", "Limits of agreement", "ρ", "AUC, of record", "AUC, other"),
        tuple(rows),
        "lrrrrrrr",
        "table-maps",
        ("Differences are other map less map of record, on the same contours.",),
    )
    return Section("maps", "Map of record and other map", (table, *picture(results, "map-comparison")))


def fragility_section(results: StudyResults, anchors: Anchors) -> Section:
    """The minimum under each voxel rule, and the lesions whose minimum is one voxel's doing."""
    known = [(m, f) for m in measurements_of_record(results) if (f := fragility_of(m))]
    if not known:
        text = "The measurements carry no record of how they depend on the voxel rule."
        return Section("fragility", "How firm the minimum is", (Paragraph(text, "note"),))
    lonely = [measurement for measurement, found in known if found.get("minimum_rests_on_one_voxel") is True]
    blocks: list[Block] = [
        Paragraph(
            Markup(
                "In <strong>{}</strong> regions the minimum rests on one voxel: without its lowest voxel the "
                "region's minimum would be more than 10 % higher."
            ).format(show_count(len(lonely), len(known)) + f" of {len(known)}"),
            "warning" if lonely else "good",
        )
    ]
    if lonely:
        names = Markup(", ").join(link(m.subject, anchors.of_measurement(m.measurement_id)) for m in lonely)
        blocks.append(Paragraph(Markup("They are: {}.").format(names)))
    blocks.append(_by_rule(known))
    return Section("fragility", "How firm the minimum is", tuple(blocks))


def _by_rule(known: Sequence[tuple[Measurement, Mapping[str, Any]]]) -> Table:
    names = list(dict.fromkeys(rule["name"] for _, found in known for rule in found.get("rules", ())))
    rows = []
    for name in [*names, "eroded"]:
        changes, means, voxels = [], [], []
        for measurement, found in known:
            variant = _variant(found, name)
            if variant is None or variant.get("minimum") is None:
                continue
            changes.append(variant["minimum"] - _number(measurement.values.get("minimum")))
            means.append(variant["mean"] - _number(measurement.values.get("mean")))
            voxels.append(variant["n_voxels"])
        label = "one voxel eroded" if name == "eroded" else _RULE_NAMES.get(name, name)
        rows.append(
            Row(
                (
                    label,
                    str(len(changes)),
                    _span(voxels, 0, 1.0),
                    _span(means, 3, 1e3),
                    _span(changes, 3, 1e3),
                )
            )
        )
    return Table(
        f"Change of mean and minimum under other voxel rules ({ADC_UNIT})",
        ("Rule", "Regions", "Voxels", "Change of the mean", "Change of the minimum"),
        tuple(rows),
        "lrrrr",
        "table-fragility",
        (
            "Least to greatest over the regions, against the value of record. Each region's own row "
            "is in the appendix.",
        ),
    )


def measurements_of_record(results: StudyResults) -> list[Measurement]:
    """The measurement that stands for each analysed subject."""
    source = results.protocol.adc.map_of_record
    return [m.measurements[source] for m in results.members if source in m.measurements]


def fragility_of(measurement: Measurement) -> Mapping[str, Any]:
    """What is stored of a measurement's fragility; empty when nothing is."""
    found = measurement.details.get("fragility")
    return found if isinstance(found, Mapping) else {}


def _variant(found: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    if name == "eroded":
        eroded = found.get("eroded")
        return eroded if isinstance(eroded, Mapping) else None
    return next((rule for rule in found.get("rules", ()) if rule["name"] == name), None)


def _span(values: Sequence[float], decimals: int, factor: float) -> str:
    known = sorted(value * factor for value in values if math.isfinite(value))
    if not known:
        return UNKNOWN
    return f"{show_number(known[0], decimals)} to {show_number(known[-1], decimals)}"


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def findings_section(results: StudyResults) -> Section:
    """What a person must know, grouped by code, the gravest first."""
    of_markers = [finding for analysis in results.of_record for finding in analysis.findings]
    every = [finding for finding in results.findings if finding not in of_markers]
    every += [finding for analysis in results.of_record for finding in _of_marker(analysis)]
    if not every:
        nothing = Paragraph("Nothing odd was found.", "good")
        return Section("findings", "Findings", (nothing,))
    groups: dict[tuple[str, str], dict[str, list[Finding]]] = {}
    for finding in every:
        groups.setdefault((finding.severity, finding.code), {}).setdefault(finding.sentence, []).append(
            finding
        )
    rows: list[Row] = []
    for severity in _SEVERITIES:
        for (own, code), sentences in sorted(groups.items()):
            if own != severity:
                continue
            total = sum(len(found) for found in sentences.values())
            title = Markup('<span class="badge {}">{}</span> <code>{}</code> × {}').format(
                severity, severity, code, total
            )
            rows.append(heading_row(title, f"finding-{slug(severity)}-{slug(code)}"))
            for sentence, found in sentences.items():
                rows.append(Row((sentence, str(len(found)), _places(found))))
    table = Table(
        "Findings by code",
        ("What", "Times", "Where"),
        tuple(rows),
        "lrl",
        "table-findings",
        ("serious: a number may be wrong. warning: look before you publish. note: for the record.",),
        "wide",
    )
    return Section("findings", "Findings", (table,))


def _of_marker(analysis: MarkerAnalysis) -> list[Finding]:
    return [
        Finding(f.code, f"{analysis.marker}: {f.sentence}", f.severity, f.where) for f in analysis.findings
    ]


def _places(found: Sequence[Finding]) -> str:
    places = ["; ".join(f"{key} {value}" for key, value in sorted(f.where.items())) for f in found if f.where]
    shown = list(dict.fromkeys(places))
    more = f" and {len(shown) - 12} more" if len(shown) > 12 else ""
    return " · ".join(shown[:12]) + more
