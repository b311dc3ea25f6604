"""Every figure of a study, by name."""

from __future__ import annotations

from matplotlib.figure import Figure

from adcurate.model.cohort import StudyResults
from adcurate.report.figures.box_plot import render_box_plot
from adcurate.report.figures.comparison import render_comparison
from adcurate.report.figures.flow import render_flow
from adcurate.report.figures.grade_scatter import render_grade_scatter
from adcurate.report.figures.region_panel import render_region_panels
from adcurate.report.figures.roc import render_roc
from adcurate.report.links import make_anchors
from adcurate.report.svg import REPORT_NAME


def make_figures(results: StudyResults) -> dict[str, Figure]:
    """Make the figures that the results allow, in the report's order.

    Dots carry links to their measurement in the report that stands one folder above them.
    """
    anchors = make_anchors(results)
    links = {key: f"../{REPORT_NAME}#{anchor}" for key, anchor in anchors.measurements.items()}
    analyses = results.of_record
    figures = {"participant-flow": render_flow(results.flow)}
    if results.panels:
        figures["region-panels"] = render_region_panels(results.panels)
    if analyses:
        figures["box-plot"] = render_box_plot(analyses, links=links)
    graded = [analysis for analysis in analyses if analysis.grades]
    if graded:
        ki67 = {member.case: member.row.ki67 for member in results.members}
        figures["grade-scatter"] = render_grade_scatter(graded, ki67, links=links)
    if analyses:
        figures["roc"] = render_roc(analyses)
    if results.comparisons:
        source = results.comparisons[0].of_record
        by_subject = {
            member.case: links[member.measurements[source].measurement_id]
            for member in results.members
            if source in member.measurements and member.measurements[source].measurement_id in links
        }
        figures["map-comparison"] = render_comparison(results.comparisons, links=by_subject)
    return figures
