"""How well the marker tells the outcome: areas, cut-offs, two-by-two tables, cut-offs of other studies."""

from __future__ import annotations

from markupsafe import Markup

from adcurate.model.analysis import MarkerAnalysis
from adcurate.model.cohort import StudyResults
from adcurate.report.captions import picture
from adcurate.report.links import Anchors, link, marker_id
from adcurate.report.numbers import (
    ADC_UNIT,
    UNKNOWN,
    show_adc,
    show_interval,
    show_number,
    show_p,
    show_percent,
    show_percent_interval,
)
from adcurate.report.page import Block, Paragraph, Row, Section, Table, heading_row
from adcurate.report.scale import RULES, scale_of, show_rule
from adcurate.report.words import INTERVAL_WORDS, of_record
from adcurate.statistics.diagnostic import DiagnosticAccuracy, Ratio
from adcurate.statistics.proportion import Proportion
from adcurate.statistics.values import to_resolution

_SAME = "the same"


def roc_section(results: StudyResults, anchors: Anchors) -> Section:
    """The area with every interval by name."""
    level = show_number(results.protocol.analysis.confidence_level * 100, 0)
    rows: list[Row] = []
    for analysis in results.of_record:
        auc = analysis.auc
        title = Markup("{}: AUC {}, DeLong standard error {}, p {} (area of one half)").format(
            analysis.marker,
            link(show_number(auc.value, 3), "values"),
            show_number(auc.standard_error, 4),
            show_p(auc.p_value),
        )
        rows.append(heading_row(title, marker_id("auc", analysis)))
        for name, interval in analysis.auc_intervals.items():
            words = INTERVAL_WORDS.get(name, name)
            label = of_record(words) if name == analysis.auc_of_record else words
            rows.append(Row((label, show_interval(interval, 3))))
        pairs = auc.n_positive * auc.n_negative
        counted = Markup("{} of {} pairs concordant, {} tied").format(
            auc.concordant_pairs, pairs, auc.tied_pairs
        )
        rows.append(Row((counted, "")))
    table = Table(
        "Area under the ROC curve",
        ("Interval", f"{level} % interval of the AUC"),
        tuple(rows),
        "lr",
        "table-auc",
        (
            "★ interval of record. The exact binomial interval takes AUC × n as a count out of all "
            "n lesions, as MedCalc "
            "prints it; it is a convention, not a derivation.",
        ),
    )
    return Section(
        "roc", "ROC analysis", (*picture(results, "roc"), table, _cutoffs(results, level, anchors))
    )


def _cutoffs(results: StudyResults, level: str, anchors: Anchors) -> Table:
    resolution = results.protocol.analysis.resolution_mm2_per_s
    rows: list[Row] = []
    for analysis in results.of_record:
        youden = analysis.youden
        where = anchors.of_measurement(_at_cutoff(analysis, resolution))
        scale = scale_of(analysis)
        title = Markup("{}: {}{}, Youden J {}").format(
            analysis.marker,
            link(show_rule(analysis), where or "values"),
            scale.times(""),
            show_number(youden.j, 4),
        )
        rows.append(heading_row(title, marker_id("cutoff", analysis)))
        for name, interval in analysis.cutoff_intervals.items():
            words = INTERVAL_WORDS.get(name, name)
            rows.append(
                Row(
                    (
                        of_record(words) if name == analysis.cutoff_of_record else words,
                        scale.interval(interval),
                        show_interval(analysis.j_intervals.get(name), 4),
                    )
                )
            )
        if len(youden.tied_cutoffs) > 1:
            tied = ", ".join(scale.show(cutoff) for cutoff in youden.tied_cutoffs)
            rows.append(Row((f"cut-offs with the same J: {tied}; taken: {youden.ties}", "", "")))
        if youden.n_dropped:
            rows.append(Row((f"{youden.n_dropped} resamples had one class only and were dropped", "", "")))
    return Table(
        "Youden cut-offs",
        ("Interval", f"{level} % interval of the cut-off", f"{level} % interval of J"),
        tuple(rows),
        "lrr",
        "table-cutoffs",
        (
            "★ interval of record. The cut-off is an observed value, chosen and judged on the same "
            "lesions: its J, "
            "sensitivity and specificity are optimistic, and the intervals do not remove that.",
        ),
    )


def accuracy_section(results: StudyResults, anchors: Anchors) -> Section:
    """Each marker's two-by-two table and what follows from it."""
    blocks: list[Block] = []
    for analysis in results.of_record:
        blocks += [_two_by_two(results, analysis, anchors), _accuracy(results, analysis)]
    return Section("accuracy", "Diagnostic accuracy at the cut-off", tuple(blocks))


def _two_by_two(results: StudyResults, analysis: MarkerAnalysis, anchors: Anchors) -> Table:
    outcome, table = results.protocol.outcome, analysis.at_cutoff.table
    rule = show_rule(analysis)
    called = _calls(analysis, results.protocol.analysis.resolution_mm2_per_s)

    def cases(positive: bool, called_positive: bool) -> Markup:
        links = [
            link(value.subject, anchors.of_measurement(value.measurement_id))
            for value in analysis.values
            if value.positive is positive and called[value.subject] is called_positive
        ]
        return Markup(", ").join(links) if links else Markup("none")

    return Table(
        f"{analysis.marker} {rule} beside the reference standard",
        ("", outcome.positive_label, outcome.negative_label, "Total"),
        (
            Row((rule, str(table.tp), str(table.fp), str(table.tp + table.fp))),
            Row((f"not {rule}", str(table.fn), str(table.tn), str(table.fn + table.tn))),
            Row(("Total", str(table.n_positive), str(table.n_negative), str(table.n))),
        ),
        "lrrr",
        marker_id("two-by-two", analysis),
        (
            Markup("True positive: {}.").format(cases(True, True)),
            Markup("False positive: {}.").format(cases(False, True)),
            Markup("False negative: {}.").format(cases(True, False)),
            Markup("True negative: {}.").format(cases(False, False)),
        ),
    )


def _accuracy(results: StudyResults, analysis: MarkerAnalysis) -> Table:
    here, stated = analysis.at_cutoff, analysis.at_stated_prevalence
    level = show_number(analysis.level * 100, 0)
    same = None if stated is None else _SAME
    rows = [
        _share("Sensitivity (%)", here.sensitivity, same),
        _share("Specificity (%)", here.specificity, same),
        _predictive("PPV (%)", here, stated, "ppv"),
        _predictive("NPV (%)", here, stated, "npv"),
        _ratio("Positive likelihood ratio", here.lr_positive, same),
        _ratio("Negative likelihood ratio", here.lr_negative, same),
        _share("Accuracy (%)", here.accuracy, None if stated is None else UNKNOWN),
    ]
    head: tuple[str, ...] = ("", f"At this study's prevalence ({show_percent(here.prevalence)} %)")
    if stated is not None:
        head = (*head, f"At the stated prevalence ({show_percent(stated.prevalence)} %)")
    methods = INTERVAL_WORDS[results.protocol.analysis.proportion_interval]
    notes = [
        f"{level} % intervals: {methods} for shares of counted lesions, delta method for likelihood ratios"
        + (", logit for predictive values at a stated prevalence." if stated is not None else ".")
    ]
    notes += [finding.sentence for finding in here.findings]
    return Table(
        f"Accuracy of {analysis.marker} {scale_of(analysis).times(show_rule(analysis))}",
        head,
        tuple(rows),
        "l" + "r" * (len(head) - 1),
        marker_id("accuracy", analysis),
        tuple(dict.fromkeys(notes)),
    )


def _share(name: str, proportion: Proportion, at_stated: str | None) -> Row:
    counted = _with_limits(show_percent(proportion.value, 2), show_percent_interval(proportion.interval, 2))
    return Row((name, counted) if at_stated is None else (name, counted, at_stated))


def _predictive(name: str, here: DiagnosticAccuracy, stated: DiagnosticAccuracy | None, which: str) -> Row:
    cells = [
        _with_limits(show_percent(value.value, 2), show_percent_interval(value.interval, 2))
        for value in (getattr(accuracy, which) for accuracy in (here, stated) if accuracy is not None)
    ]
    return Row((name, *cells))


def _ratio(name: str, ratio: Ratio, at_stated: str | None) -> Row:
    counted = _with_limits(show_number(ratio.value, 2), show_interval(ratio.interval, 2))
    return Row((name, counted) if at_stated is None else (name, counted, at_stated))


def _with_limits(value: str, limits: str) -> str:
    return f"{value} (no interval)" if limits == UNKNOWN else f"{value} ({limits})"


def published_section(results: StudyResults) -> Section | None:
    """Cut-offs of other studies: what they promised, and what they do here. None without any."""
    if not results.published:
        return None
    rule_of = {analysis.marker: analysis.youden.rule for analysis in results.of_record}
    rows = []
    for item in results.published:
        here = item.in_this_cohort
        rows.append(
            Row(
                (
                    item.study,
                    item.marker,
                    f"{RULES.get(rule_of.get(item.marker, ''), '')} "
                    f"{show_adc(item.cutoff_mm2_per_s)}".strip(),
                    show_percent(item.printed_sensitivity, 2),
                    show_percent(item.printed_specificity, 2),
                    show_percent(item.ppv_at_prevalence, 2),
                    show_percent(item.npv_at_prevalence, 2),
                    show_percent(here.sensitivity.value, 2),
                    show_percent(here.specificity.value, 2),
                    show_percent(here.ppv.value, 2),
                    show_percent(here.npv.value, 2),
                )
            )
        )
    prevalences = sorted({item.prevalence for item in results.published})
    at = " and ".join(f"{show_percent(value)} %" for value in prevalences)
    table = Table(
        "Cut-offs of other studies",
        (
            "Study",
            "Marker",
            f"Cut-off ({ADC_UNIT})",
            "Printed SE",
            "Printed SP",
            "PPV",
            "NPV",
            "SE here",
            "SP here",
            "PPV here",
            "NPV here",
        ),
        tuple(rows),
        "llrrrrrrrrr",
        "table-published",
        (
            f"Percent. PPV and NPV follow from the printed sensitivity (SE) and specificity (SP) at "
            f"a prevalence of {at}, "
            "by Bayes' theorem. Columns named 'here' are the printed cut-off applied to this cohort.",
        ),
        "dense",
    )
    remark = Paragraph(
        "A cut-off carries over only as far as scanners, b-values, regions and patients are alike.", "quiet"
    )
    return Section("published", "Cut-offs of other studies", (table, remark))


def _calls(analysis: MarkerAnalysis, resolution: float | None) -> dict[str, bool]:
    """What the cut-off says of each subject, with the ties that the analysis saw."""
    steps = to_resolution([value.value for value in analysis.values], resolution)
    low = analysis.direction == "low"
    called = steps <= analysis.youden.cutoff if low else steps >= analysis.youden.cutoff
    return {value.subject: bool(call) for value, call in zip(analysis.values, called, strict=True)}


def _at_cutoff(analysis: MarkerAnalysis, resolution: float | None) -> str:
    """The measurement whose value is the cut-off, "" when none is."""
    steps = to_resolution([value.value for value in analysis.values], resolution)
    for value, step in zip(analysis.values, steps, strict=True):
        if step == analysis.youden.cutoff:
            return value.measurement_id
    return ""
