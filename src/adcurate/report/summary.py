"""The answer in three sentences, each number leading to the table it stands in."""

from __future__ import annotations

from markupsafe import Markup

from adcurate.model.analysis import MarkerAnalysis
from adcurate.model.cohort import StudyResults
from adcurate.report.links import link, marker_id
from adcurate.report.numbers import (
    show_interval,
    show_number,
    show_p_equation,
    show_percent,
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
    outcome = results.protocol.outcome
    n, positive = len(results.members), sum(member.positive for member in results.members)
    parts = []
    for analysis in results.of_record:
        negative_group, positive_group = analysis.outcome_groups.values()
        test = analysis.mann_whitney[analysis.mann_whitney_of_record]
        scale = scale_of(analysis)
        parts.append(
            Markup("{} median {} ({} against {}; {})").format(
                _direction(positive_group.median, negative_group.median),
                analysis.marker,
                link(scale.show(positive_group.median), marker_id("groups", analysis)),
                _with_unit(link(scale.show(negative_group.median), marker_id("groups", analysis)), scale),
                link(show_p_equation(test.p_value), marker_id("mann-whitney", analysis)),
            )
        )
    return Markup("Among {} lesions, {} of them {}, {} lesions had {} than {} lesions.").format(
        link(str(n), "table-flow"),
        link(str(positive), "table-cohort"),
        outcome.positive_label,
        outcome.positive_label,
        _joined(parts),
        outcome.negative_label,
    )


def _direction(positive: float, negative: float) -> str:
    if positive == negative:
        return "no other"
    return "a lower" if positive < negative else "a higher"


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
        Markup("{} {} with a sensitivity of {} % and a specificity of {} %").format(
            analysis.marker,
            _with_unit(link(show_rule(analysis), marker_id("cutoff", analysis)), scale_of(analysis)),
            link(show_percent(analysis.at_cutoff.sensitivity.value, 2), marker_id("accuracy", analysis)),
            link(show_percent(analysis.at_cutoff.specificity.value, 2), marker_id("accuracy", analysis)),
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
