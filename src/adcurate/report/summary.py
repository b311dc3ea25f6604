"""The answer in three sentences, each number leading to the table it stands in."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from adcurate.model.analysis import MarkerAnalysis
from adcurate.model.cohort import StudyResults
from adcurate.report.direction import corrected_over_markers, is_shown, show_both_p
from adcurate.report.links import link, marker_id
from adcurate.report.numbers import (
    show_interval,
    show_number,
    show_share,
)
from adcurate.report.page import Block, Paragraph, Section
from adcurate.report.scale import MarkerScale, scale_of, show_rule


def summary_section(results: StudyResults) -> Section:
    """Who and whether they differ; correlation and areas; cut-offs."""
    blocks: list[Block] = []
    if results.of_record:
        blocks = [
            Paragraph(Markup("{}").format(_difference(results)), anchor="answer"),
            Paragraph(_discrimination(results)),
            Paragraph(_cutoffs(results)),
        ]
    else:
        blocks.append(Paragraph("Nothing was analysed.", "warning"))
    serious = sum(finding.severity == "serious" for finding in results.findings)
    if serious:
        text = Markup("{} serious finding{} may change a number: see {}.")
        found = text.format(serious, "" if serious == 1 else "s", link("Findings", "findings"))
        blocks.append(Paragraph(found, "serious"))
    return Section("summary", "Summary", tuple(blocks))


def _difference(results: StudyResults) -> Markup:
    protocol = results.protocol
    level = protocol.analysis.confidence_level
    n, positive = len(results.members), sum(member.positive for member in results.members)
    corrected = corrected_over_markers(results.of_record, protocol.plan.multiplicity, level)
    shown = [_medians(one, corrected) for one in results.of_record if is_shown(corrected[one.marker], level)]
    unshown = [
        _medians(one, corrected) for one in results.of_record if not is_shown(corrected[one.marker], level)
    ]
    among = Markup("Among {} lesions, {} of them {}, ").format(
        link(str(n), "table-flow"), link(str(positive), "table-cohort"), protocol.outcome.positive_label
    )
    groups = protocol.outcome.positive_label, protocol.outcome.negative_label
    told = []
    if shown:
        told.append(Markup("{} lesions had {} than {} lesions").format(groups[0], _joined(shown), groups[1]))
    if unshown:
        what = Markup("no difference between {} and {} lesions was shown in {}")
        told.append(what.format(*groups, _joined([Markup("the ") + one for one in unshown])))
    return among + Markup("; ").join(told) + Markup(".")


def _medians(analysis: MarkerAnalysis, corrected: Mapping[str, float]) -> Markup:
    """``a lower median avgADC (0.767 against 1.021; p = 0.012)``; the direction where it is shown."""
    negative_group, positive_group = analysis.outcome_groups.values()
    test = analysis.mann_whitney[analysis.mann_whitney_of_record]
    scale, p_value = scale_of(analysis), corrected[analysis.marker]
    return Markup("{}median {} ({} against {}; {})").format(
        _direction(positive_group.median, negative_group.median) if is_shown(p_value, analysis.level) else "",
        analysis.marker,
        link(scale.show(positive_group.median), marker_id("groups", analysis)),
        _with_unit(link(scale.show(negative_group.median), marker_id("groups", analysis)), scale),
        link(show_both_p(test.p_value, p_value, analysis.level), marker_id("mann-whitney", analysis)),
    )


def _direction(positive: float, negative: float) -> str:
    if positive == negative:
        return "other values around the same "
    return "a lower " if positive < negative else "a higher "


def _discrimination(results: StudyResults) -> Markup:
    level = show_number(results.protocol.analysis.confidence_level * 100, 0)
    areas = _joined([_area(analysis, level) for analysis in results.of_record])
    rhos = [_rho(analysis, level) for analysis in results.of_record if analysis.spearman is not None]
    if not rhos:
        return Markup("The area under the ROC curve was {}.").format(areas)
    return Markup("The rank correlation with grade was {}; the area under the ROC curve was {}.").format(
        _joined(rhos), areas
    )


def _rho(analysis: MarkerAnalysis, level: str) -> Markup:
    if analysis.spearman is None:
        return Markup("")
    return Markup("{} ({} % CI {}) for {}").format(
        link(show_number(analysis.spearman.rho, 3), marker_id("spearman", analysis)),
        level,
        show_interval(analysis.spearman_interval, 3),
        analysis.marker,
    )


def _area(analysis: MarkerAnalysis, level: str) -> Markup:
    return Markup("{} ({} % CI {}) for {}").format(
        link(show_number(analysis.auc.value, 3), marker_id("auc", analysis)),
        level,
        show_interval(analysis.auc_interval, 3),
        analysis.marker,
    )


def _cutoffs(results: StudyResults) -> Markup:
    parts = [
        Markup("{} {} with a sensitivity of {} and a specificity of {}").format(
            analysis.marker,
            _with_unit(link(show_rule(analysis), marker_id("cutoff", analysis)), scale_of(analysis)),
            link(show_share(analysis.at_cutoff.sensitivity), marker_id("accuracy", analysis)),
            link(show_share(analysis.at_cutoff.specificity), marker_id("accuracy", analysis)),
        )
        for analysis in results.of_record
    ]
    return Markup("The best cut-offs on these same lesions were {}.").format(_joined(parts))


def _with_unit(number: Markup, scale: MarkerScale) -> Markup:
    return Markup("{} × {}").format(number, scale.unit) if scale.unit else number


def _joined(parts: list[Markup]) -> Markup:
    if len(parts) < 2:
        return Markup("").join(parts)
    return Markup("{} and {}").format(Markup(", ").join(parts[:-1]), parts[-1])
