"""The report's numbers as CSV files, nothing rounded, safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple

from adcurate.model.analysis import MarkerAnalysis
from adcurate.model.cohort import StudyResults
from adcurate.model.protocol import OVER_REFERENCE
from adcurate.report import codebook
from adcurate.report.firmness import fragility_of
from adcurate.report.numbers import show_b_values
from adcurate.report.reference_standard import columns_beside_grade, said

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

Value = str | float | int | bool | None


def make_tables(results: StudyResults) -> dict[str, bytes]:
    """CSV files by name: UTF-8, comma, a header line; ADC in mm²/s; an empty cell is an unknown value."""
    return {
        "cohort.csv": write_csv(_cohort_head(results), _cohort(results)),
        "measurements.csv": write_csv(_MEASUREMENT_HEAD, _measurements(results)),
        **_of_readings(results),
        "codebook.csv": write_csv(codebook.HEAD, codebook.codebook(results)),
        "groups.csv": write_csv(_GROUP_HEAD, _groups(results)),
        "tests.csv": write_csv(_TEST_HEAD, _tests(results)),
        "intervals.csv": write_csv(_INTERVAL_HEAD, _intervals(results)),
        "accuracy.csv": write_csv(_ACCURACY_HEAD, _accuracy(results)),
        "roc.csv": write_csv(_ROC_HEAD, _roc(results)),
        "flow.csv": write_csv(("stage", "n", "left_out_for", "n_left_out"), _flow(results)),
        "findings.csv": write_csv(("severity", "code", "sentence", "where"), _findings(results)),
        "reconstruction.csv": write_csv(
            ("group", "name", "published", "reproduced", "verdict", "note"),
            ((r.group, r.name, r.published, r.reproduced, r.verdict, r.note) for r in results.reconstruction),
        ),
    }


def figure_data(results: StudyResults) -> dict[str, bytes]:
    """The numbers behind each figure of the study, as CSV by the figure's name."""
    return {
        "participant-flow": write_csv(("stage", "n", "left_out_for", "n_left_out"), _flow(results)),
        "box-plot": write_csv(_point_head(results), _points(results)),
        "grade-scatter": write_csv(_point_head(results), _points(results)),
        "roc": write_csv(_ROC_HEAD, _roc(results)),
        "map-comparison": write_csv(
            ("marker", "subject", results.protocol.adc.map_of_record, "other"), _both_maps(results)
        ),
    }


def neutralize(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet program would run as a formula; numbers pass.

    Examples
    --------
    >>> neutralize("=1+1"), neutralize("-0.5"), neutralize("-x")
    ("'=1+1", '-0.5', "'-x")
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text) else text


def write_csv(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A CSV file: UTF-8 with its mark, comma, unrounded numbers, no text that would run as a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([neutralize(name) for name in head])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return repr(value) if math.isfinite(value) else ("inf" if value > 0 else "-inf")
    return str(value) if isinstance(value, int) else neutralize(value)


def _cohort_head(results: StudyResults) -> tuple[str, ...]:
    markers = (
        f"{marker.name}_ratio" if marker.is_ratio else f"{marker.name}_mm2_per_s"
        for marker in results.protocol.markers
    )
    fixed = (
        *("subject", "grade", "positive", "age", "sex", "primary_site"),
        *("metastatic_disease", "lesion_type", "lesion_site", *columns_beside_grade(results)),
    )
    exam = (
        *("vendor", "model", "field_strength_t", "software", "b_values"),
        *("study_instance_uid", "measurement_id"),
    )
    return (*fixed, *markers, *exam)


def _cohort(results: StudyResults) -> Iterable[Sequence[Value]]:
    values = {(a.marker, v.subject): v for a in results.of_record for v in a.values}
    source = results.protocol.adc.map_of_record
    beside = columns_beside_grade(results)
    for member in results.members:
        row, scanner = member.row, member.scanner
        found = [values.get((marker.name, member.case)) for marker in results.protocol.markers]
        measured = member.measurements.get(source)
        yield (
            *(member.case, member.grade, member.positive, row.age, row.sex, row.primary_site),
            *(row.metastatic_disease, row.lesion_type, row.lesion_site),
            *(said(member, column) for column in beside),
            *(value.value if value else None for value in found),
            *(scanner.vendor, scanner.model, scanner.field_strength_t, scanner.software),
            *(show_b_values(scanner.b_values), member.study_instance_uid),
            measured.measurement_id if measured else None,
        )


_MEASURES = (
    "mean",
    "sd",
    "minimum",
    "p5",
    "p10",
    "p25",
    "median",
    "p75",
    "p90",
    "maximum",
    "lowest_mean",
    "lowest_3x3_mean",
)
_COUNTS = ("n_voxels", "n_not_estimated", "area_mm2")
_MEASUREMENT_HEAD = (
    *("measurement_id", "subject", "lesion", "reader", "map_source"),
    *(f"{name}_mm2_per_s" for name in _MEASURES),
    *_COUNTS,
    *("minimum_low_mm2_per_s", "minimum_high_mm2_per_s", "minimum_rests_on_one_voxel"),
    *("study_instance_uid", "series_instance_uid", "sop_instance_uid", "frame_number", "slice_index"),
    *("contour_digest", "map_id"),
)


def _measurements(results: StudyResults) -> Iterable[Sequence[Value]]:
    for each in results.measurements:
        found = fragility_of(each)
        yield (
            *(each.measurement_id, each.subject, each.lesion, each.reader, each.map_source),
            *(each.values.get(name) for name in (*_MEASURES, *_COUNTS)),
            *(found.get(k) for k in ("minimum_low", "minimum_high", "minimum_rests_on_one_voxel")),
            *(each.study_instance_uid, each.series_instance_uid, each.sop_instance_uid),
            *(each.frame_number, each.slice_index, each.contour_digest, each.map_id),
        )


_NORMALIZED_HEAD = (
    *("measurement_id", "subject", "lesion", "reader", "map_source"),
    *OVER_REFERENCE,
    *("reference_mean_mm2_per_s", "n_reference_voxels", "lesion_measurement_id", "reference_measurement_id"),
)
_SIZE_HEAD = ("subject", "lesion", "reader", "long_axis_mm", "short_axis_mm", "cannot_assess")
_READER_HEAD = (
    *("reader", "cases", "lesions_read", "repeats", "not_blinded", "amended", "cannot_assess"),
    *("shortest_pause_days", "washout_kept", "before_their_turn", "order_digest"),
)


def _of_readings(results: StudyResults) -> dict[str, bytes]:
    """Normalized ADC, rulers and the account of the readers, each where there is any."""
    found = {}
    if results.normalized:
        found["normalized.csv"] = write_csv(_NORMALIZED_HEAD, _normalized(results))
    if any(one.long_axis_mm or one.short_axis_mm for one in results.sizes):
        found["sizes.csv"] = write_csv(
            _SIZE_HEAD,
            (
                (
                    *(one.subject, one.lesion, one.reader),
                    *(one.long_axis_mm, one.short_axis_mm),
                    one.cannot_assess,
                )
                for one in results.sizes
            ),
        )
    if results.reading is not None:
        found["readers.csv"] = write_csv(_READER_HEAD, (astuple(one) for one in results.reading.readers))
    return found


def _normalized(results: StudyResults) -> Iterable[Sequence[Value]]:
    for one in results.normalized:
        yield (
            *(one.measurement_id, one.subject, one.lesion, one.reader, one.map_source),
            *(one.values[name] for name in OVER_REFERENCE),
            *(one.reference_mean_mm2_per_s, one.n_reference_voxels, one.of_lesion, one.of_reference),
        )


_STATISTICS = ("n", "mean", "sd", "median", "q1", "q3", "iqr", "minimum", "maximum", "percentile_type")
_GROUP_HEAD = ("map", "marker", "group", *_STATISTICS, "unit")


def _unit(analysis: MarkerAnalysis) -> str:
    """Files keep every digit of an ADC in mm2/s; the report prints 10⁻³ mm²/s."""
    return "mm2/s" if analysis.map_source and not analysis.is_ratio else ""


def _groups(results: StudyResults) -> Iterable[Sequence[Value]]:
    for source, analyses in results.analyses.items():
        for analysis in analyses:
            for name, group in (*analysis.grade_groups.items(), *analysis.outcome_groups.items()):
                numbers = (getattr(group, key) for key in _STATISTICS)
                yield (source, analysis.marker, name, *numbers, _unit(analysis))


_TEST_HEAD = ("map", "marker", "test", "method", "of_record", "compared", "statistic", "z", "p_value")


def _tests(results: StudyResults) -> Iterable[Sequence[Value]]:
    for source, analyses in results.analyses.items():
        for a in analyses:
            sides = " / ".join(a.outcome_groups)
            for name, test in a.mann_whitney.items():
                record = name == a.mann_whitney_of_record
                yield (
                    source,
                    a.marker,
                    "Mann-Whitney",
                    test.method,
                    record,
                    sides,
                    test.u_x,
                    test.z,
                    test.p_value,
                )
            if a.kruskal_wallis is not None:
                kw = a.kruskal_wallis
                yield (
                    source,
                    a.marker,
                    "Kruskal-Wallis",
                    kw.method,
                    True,
                    " / ".join(kw.groups),
                    kw.h,
                    None,
                    kw.p_value,
                )
            for name, pairs in a.pairwise.items():
                for pair in pairs:
                    record, compared = name == a.pairwise_of_record, f"{pair.first} / {pair.second}"
                    yield (source, a.marker, "Dunn", name, record, compared, None, pair.z, pair.p_value)
            if a.spearman is not None:
                rho = a.spearman
                yield (source, a.marker, "Spearman", rho.p_method, True, "grade", rho.rho, None, rho.p_value)


_INTERVAL_HEAD = ("map", "marker", "quantity", "value", "method", "of_record", "low", "high", "level", "unit")


def _intervals(results: StudyResults) -> Iterable[Sequence[Value]]:
    for source, analyses in results.analyses.items():
        for a in analyses:
            rho = a.spearman.rho if a.spearman else None
            for quantity, value, intervals, record in (
                ("rho", rho, a.spearman_intervals, a.spearman_of_record),
                ("auc", a.auc.value, a.auc_intervals, a.auc_of_record),
                ("cutoff", a.youden.cutoff, a.cutoff_intervals, a.cutoff_of_record),
                ("youden_j", a.youden.j, a.j_intervals, a.cutoff_of_record),
            ):
                for name, interval in intervals.items():
                    limits = (interval.low, interval.high, interval.level)
                    unit = _unit(a) if quantity == "cutoff" else ""
                    yield (source, a.marker, quantity, value, interval.method, name == record, *limits, unit)


_ACCURACY_HEAD = (
    "map",
    "marker",
    "cutoff",
    "prevalence_from",
    "prevalence",
    "quantity",
    "value",
    "low",
    "high",
    "cutoff_unit",
)


def _accuracy(results: StudyResults) -> Iterable[Sequence[Value]]:
    names = ("sensitivity", "specificity", "ppv", "npv", "lr_positive", "lr_negative", "accuracy")
    for source, analyses in results.analyses.items():
        for a in analyses:
            for found in filter(None, (a.at_cutoff, a.at_stated_prevalence)):
                lead = (source, a.marker, a.youden.cutoff, found.prevalence_source, found.prevalence)
                for name in names:
                    quantity = getattr(found, name)
                    limits = (quantity.interval.low, quantity.interval.high)
                    yield (*lead, name, quantity.value, *limits, _unit(a))


_ROC_HEAD = (
    "map",
    "marker",
    "cutoff",
    "sensitivity",
    "specificity",
    "true_positives",
    "false_positives",
    "cutoff_unit",
)


def _roc(results: StudyResults) -> Iterable[Sequence[Value]]:
    for source, analyses in results.analyses.items():
        for a in analyses:
            columns = (
                a.roc.cutoffs,
                a.roc.sensitivity,
                a.roc.specificity,
                a.roc.true_positives,
                a.roc.false_positives,
            )
            for point in zip(*(column.tolist() for column in columns), strict=True):
                yield (source, a.marker, *point, _unit(a))


def _point_head(results: StudyResults) -> tuple[str, ...]:
    ratios = any(analysis.is_ratio for analysis in results.of_record)
    value = "value_mm2_per_s_or_ratio" if ratios else "value_mm2_per_s"
    return ("marker", "subject", "grade", "positive", *columns_beside_grade(results), value)


def _points(results: StudyResults) -> Iterable[Sequence[Value]]:
    columns = columns_beside_grade(results)
    beside = {member.case: [said(member, column) for column in columns] for member in results.members}
    blank = [None] * len(columns)
    for a in results.of_record:
        for one in a.values:
            yield (a.marker, one.subject, one.grade, one.positive, *beside.get(one.subject, blank), one.value)


def _both_maps(results: StudyResults) -> Iterable[Sequence[Value]]:
    for item in results.comparisons:
        for case, ours, theirs in zip(
            item.subjects, item.values_of_record.tolist(), item.values_other.tolist(), strict=True
        ):
            yield (item.marker, case, ours, theirs)


def _flow(results: StudyResults) -> Iterable[Sequence[Value]]:
    for stage in results.flow.stages:
        yield (stage.label, stage.n, None, None)
        for reason, n in stage.left_out:
            yield (stage.label, None, reason, n)


def _findings(results: StudyResults) -> Iterable[Sequence[Value]]:
    for found in results.findings:
        where = "; ".join(f"{key}={value}" for key, value in sorted(found.where.items()))
        yield (found.severity, found.code, found.sentence, where)
