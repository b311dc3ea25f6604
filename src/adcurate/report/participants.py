"""Who was studied, and with what: flow, scanners, evidence for the unit, and the cohort's table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

from adcurate.model import AdcUnit
from adcurate.model.cohort import CohortMember, Scanner, StudyResults
from adcurate.report.captions import picture
from adcurate.report.numbers import (
    UNKNOWN,
    show_b_values,
    show_count,
    show_number,
    show_span,
)
from adcurate.report.page import Block, Paragraph, Row, Section, Table, body_rows, heading_row
from adcurate.report.words import vendor_word
from adcurate.statistics.groups import summarize_group

_EVIDENCE = {
    "refit": "regressed on a refit of the exam's own DWI",
    "real_world_map": "the map's real-world value mapping",
    "declared": "declared in the header",
    "plausibility": "plausibility of the values only",
    "unknown": "not known",
}


def participants_section(results: StudyResults) -> Section:
    """The flow as a figure and as a table."""
    rows = []
    for stage in results.flow.stages:
        rows.append(Row((stage.label, str(stage.n), "", "")))
        rows += [Row(("", "", reason, str(n))) for reason, n in stage.left_out]
    table = Table(
        "Participants at each stage",
        ("Stage", "n", "Left out after it", "n"),
        tuple(rows),
        "lrlr",
        "table-flow",
        ("Each stage is the one before it less those left out there.",),
    )
    return Section("participants", "Participants", (*picture(results, "participant-flow"), table))


def exams_section(results: StudyResults) -> Section:
    """Scanners with their b-values, and what shows the unit of the ADC maps."""
    kinds = Counter(
        (vendor_word(s.vendor), _field(s), show_b_values(s.b_values))
        for s in (m.scanner for m in results.members)
    )
    models: dict[tuple[str, str, str], set[str]] = {}
    for member in results.members:
        scanner = member.scanner
        key = (vendor_word(scanner.vendor), _field(scanner), show_b_values(scanner.b_values))
        models.setdefault(key, set()).add(scanner.model)
    n = len(results.members)
    scanners = Table(
        "Scanners and b-values of the analysed exams",
        ("Vendor", "Field strength", "b-values (s/mm²)", "Models", "n (%)"),
        body_rows(
            [
                (*key, ", ".join(sorted(filter(None, models[key]))) or UNKNOWN, show_count(count, n))
                for key, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
            ]
        ),
        "lrllr",
        "table-scanners",
    )
    blocks: list[Block] = [scanners]
    if any(member.unit for member in results.members):
        blocks.append(_units(results))
    else:
        blocks.append(Paragraph("No scanner's ADC map was used; every value comes from a refit in mm²/s."))
    return Section("exams", "Exams", tuple(blocks))


def _ratio_to_refit(unit: AdcUnit) -> float:
    """1 where the map, in its unit, is the refit."""
    if unit.slope is None or unit.mm2_per_s_per_stored_unit is None:
        return math.nan
    return unit.slope * unit.mm2_per_s_per_stored_unit


def _units(results: StudyResults) -> Table:
    """How each scanner's ADC map was given its unit."""
    groups: dict[tuple[str, str], list[CohortMember]] = {}
    for member in results.members:
        evidence = _EVIDENCE[member.unit.evidence] if member.unit else "no scanner map"
        groups.setdefault((vendor_word(member.scanner.vendor), evidence), []).append(member)
    rows = []
    for (vendor, evidence), members in sorted(groups.items()):
        units = [member.unit for member in members if member.unit]
        factors = [unit.mm2_per_s_per_stored_unit or math.nan for unit in units]
        rows.append(
            (
                vendor,
                evidence,
                str(len(members)),
                show_span(factors, 3, 1e6),
                show_span([_ratio_to_refit(unit) for unit in units], 4),
                show_span([unit.r if unit.r is not None else math.nan for unit in units], 4),
                show_span([float(unit.n) for unit in units if unit.n], 0),
            )
        )
    return Table(
        "What shows the unit of the scanners' ADC maps",
        ("Vendor", "Evidence", "Maps", "Unit (10⁻⁶ mm²/s)", "Map / refit", "r", "Voxels"),
        body_rows(rows),
        "llrrrrr",
        "table-units",
        (
            "Unit: what one stored step is worth. Map / refit: median ratio of the map, in that unit, to the "
            "refit of the exam's own DWI; r: their correlation. Least to greatest over the maps.",
        ),
    )


def cohort_section(results: StudyResults) -> Section:
    """Table 1 of a paper: the cohort by grade."""
    protocol = results.protocol
    grades = [grade for grade in protocol.grades if any(m.grade == grade for m in results.members)]
    columns = [[m for m in results.members if m.grade == grade] for grade in grades]
    columns.append(list(results.members))
    rows: list[Row] = [
        Row(("Age, mean ± SD (years)", *(_ages(column, "mean") for column in columns))),
        Row(("Age, range (years)", *(_ages(column, "range") for column in columns))),
        *_counted("Sex", columns, lambda m: m.row.sex),
        *_counted("Primary site", columns, lambda m: m.row.primary_site),
        *_counted("Measured lesion", columns, lambda m: m.row.lesion_type),
        *_counted("Site of the measured lesion", columns, _lesion_place),
        *_counted("Metastatic disease", columns, lambda m: m.row.metastatic_disease),
        *_counted("Diagnosis", columns, lambda m: m.row.diagnosis),
    ]
    head = tuple(f"{grade} (n = {len(column)})" for grade, column in zip(grades, columns, strict=False))
    table = Table(
        f"The analysed cohort by {protocol.reference_word}",
        ("", *head, f"All (n = {len(results.members)})"),
        tuple(rows),
        "l" + "r" * len(columns),
        "table-cohort",
        ("Counts with the share of their column; subjects for whom an item is not known are in its share.",),
    )
    return Section("cohort", "Cohort", (table,))


def _counted(
    title: str, columns: Sequence[Sequence[CohortMember]], item: Callable[[CohortMember], str | None]
) -> list[Row]:
    """Each word with its counts; nothing where it is known of nobody."""
    totals = Counter(item(member) or "not known" for member in columns[-1])
    if set(totals) == {"not known"}:
        return []
    ordered = sorted(totals, key=lambda name: (name == "not known", -totals[name], name))
    counts = [Counter(item(member) or "not known" for member in column) for column in columns]
    rows = [
        Row(
            (
                name,
                *(
                    show_count(count[name], len(column))
                    for count, column in zip(counts, columns, strict=True)
                ),
            )
        )
        for name in ordered
    ]
    return [heading_row(title), *rows]


def _lesion_place(member: CohortMember) -> str | None:
    row = member.row
    if row.lesion_site and row.lesion_type:
        return f"{row.lesion_site} ({row.lesion_type})"
    return row.lesion_site


def _ages(members: Sequence[CohortMember], what: str) -> str:
    ages = [member.row.age for member in members if member.row.age is not None]
    if not ages:
        return UNKNOWN
    summary = summarize_group(ages)
    if what == "range":
        return show_span(ages, 0)
    return f"{show_number(summary.mean, 1)} ± {show_number(summary.sd, 1)}"


def _field(scanner: Scanner) -> str:
    strength = scanner.field_strength_t
    return UNKNOWN if strength is None else f"{show_number(strength, 1)} T"
