"""Figures: what is drawn, at which size, and that nothing of it is left to chance."""

import hashlib
import re
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from adcurate.errors import ReportError
from adcurate.model.cohort import FlowStage, ParticipantFlow
from adcurate.report.catalogue import make_figures
from adcurate.report.figures.box_plot import render_box_plot
from adcurate.report.figures.comparison import render_comparison
from adcurate.report.figures.flow import render_flow
from adcurate.report.figures.grade_scatter import render_grade_scatter
from adcurate.report.figures.region_panel import render_region_panels
from adcurate.report.figures.roc import render_roc
from adcurate.report.figures.save import encode_figure, save_figure
from adcurate.report.figures.style import MM_PER_INCH, grade_colours
from adcurate.report.figures.swarm import swarm_offsets


def words(figure: Figure) -> str:
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text))


def size_mm(figure: Figure) -> list[float]:
    return [round(float(side) * MM_PER_INCH, 1) for side in figure.get_size_inches()]


def test_every_figure_of_the_cohort_is_made(results):
    figures = make_figures(results)
    assert list(figures) == [
        "participant-flow",
        "region-panels",
        "box-plot",
        "grade-scatter",
        "roc",
        "map-comparison",
    ]
    assert all(isinstance(figure, Figure) for figure in figures.values())
    assert {size_mm(figure)[0] for figure in figures.values()} == {174.0}


def test_the_box_plot_shows_every_value_once_by_grade_and_once_by_outcome(results):
    figure = render_box_plot(results.of_record)
    axes = figure.axes[0]
    dots = sum(len(collection.get_offsets()) for collection in axes.collections)
    assert dots == 2 * 47
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == ["G1\nn = 21", "G2\nn = 17", "G3\nn = 9", "low\ngrade\nn = 38", "high\ngrade\nn = 9"]
    assert "≤ 0.957" in words(figure) and "≤ 0.378" in words(figure) and "p < 0.001" in words(figure)


def test_the_boxes_are_the_quartiles_of_the_analysis_not_of_the_plotting_library(results):
    analysis = results.of_record[0]
    axes = render_box_plot([analysis]).axes[0]
    box = axes.patches[0].get_path().get_extents()
    group = analysis.grade_groups["G1"]
    assert (box.y0, box.y1) == pytest.approx((group.q1 * 1e3, group.q3 * 1e3))


def test_the_roc_figure_says_area_interval_and_cut_off(results):
    figure = render_roc(results.of_record)
    said = words(figure)
    assert "AUC 0.871\n95 % CI 0.741 to 0.951" in said
    assert "≤ 0.957\nsensitivity 100 % (9 of 9)\nspecificity 65.8 % (25 of 38)" in said
    assert [axes.get_xlim() for axes in figure.axes] == [(0.0, 1.0)] * 2
    curve = next(line for line in figure.axes[0].lines if line.get_label() == "avgADC")
    np.testing.assert_array_equal(curve.get_ydata(), results.of_record[0].roc.sensitivity)


def test_one_marker_makes_a_single_column_figure(results):
    first = results.of_record[:1]
    assert size_mm(render_roc(first))[0] == 84.0
    assert size_mm(render_box_plot(first))[0] == 84.0


def test_a_ki67_range_is_a_bar_and_an_unreadable_one_is_counted_as_missing(results):
    ki67 = {member.subject: "12" for member in results.members}
    ki67 |= {"NET001": "3-5", "NET002": "<1", "NET003": "about ten", "NET004": None}
    figure = render_grade_scatter(results.of_record[:1], ki67)
    axes = figure.axes[1]
    bars = [tuple(line.get_xdata()) for line in axes.lines]
    assert bars == [(3.0, 5.0), (0.5, 1.0)]
    assert "n = 45, 2 without Ki-67" in words(figure)
    assert axes.get_xscale() == "log"


def test_without_ki67_only_the_grades_are_drawn(results):
    figure = render_grade_scatter(results.of_record, {})
    assert len(figure.axes) == 2
    assert "ρ = −0.606" in words(figure)


def test_the_flow_figure_says_every_number_and_reason(results):
    said = words(render_flow(results.flow))
    for text in ("n = 61", "n = 47", "lesion smaller than 1 cm", "no contour drawn", "Analysed"):
        assert text in said


def test_a_flow_without_losses_fits_one_column():
    flow = ParticipantFlow((FlowStage("Screened", 9), FlowStage("Analysed", 9)))
    assert size_mm(render_flow(flow))[0] == 84.0


def test_the_comparison_draws_the_limits_of_agreement(results):
    figure = render_comparison(results.comparisons)
    item = results.comparisons[0]
    heights = [line.get_ydata()[0] for line in figure.axes[1].lines]
    assert heights == pytest.approx(
        [
            0.0,
            item.mean_difference * 1e3,
            (item.mean_difference + 1.96 * item.sd_difference) * 1e3,
            (item.mean_difference - 1.96 * item.sd_difference) * 1e3,
        ]
    )


def test_a_missing_image_leaves_its_place_and_says_so(results):
    figure = render_region_panels(results.panels)
    assert words(figure).count("not available") == 1
    assert "b = 1000 s/mm²" in words(figure)
    assert "20 mm" in words(figure)


def test_rows_with_other_b_values_each_say_their_own(results):
    first, *others = results.panels
    said = words(render_region_panels([replace(first, b_value=800.0), *others]))
    assert "DWI, highest b" in said and said.count("b = 1000") == 2 and said.count("b = 800") == 1


def test_a_panel_without_a_contour_shows_the_whole_slice(results):
    axes = render_region_panels([replace(results.panels[0], rings_mm=())]).axes[0]
    assert axes.get_xlim()[0] <= 0.0 and axes.get_xlim()[1] >= 180.0


def test_text_is_never_read_as_mathematics(results):
    hostile = replace(results.of_record[0], marker=r"$\frac{1}$ & <b>")
    assert b"<svg" in encode_figure(render_roc([hostile]), ("svg",))["svg"]


def test_the_same_flow_gives_the_same_bytes_in_every_format(results):
    first, second = (encode_figure(render_flow(results.flow)) for _ in range(2))
    assert {kind: hashlib.sha256(content).hexdigest() for kind, content in first.items()} == {
        kind: hashlib.sha256(content).hexdigest() for kind, content in second.items()
    }
    assert b"Date" not in first["pdf"] and b"<dc:date>" not in first["svg"]


def test_the_callers_settings_change_nothing(results):
    plain = encode_figure(render_flow(results.flow), ("svg",))
    with mpl.rc_context({"font.size": 20, "lines.linewidth": 9, "svg.hashsalt": "other"}):
        assert encode_figure(render_flow(results.flow), ("svg",)) == plain
        assert mpl.rcParams["font.size"] == 20


def test_png_and_tiff_hold_the_same_pixels_at_300_dots_per_inch(results, tmp_path):
    paths = save_figure(render_flow(results.flow), tmp_path, "flow", ("png", "tiff"))
    png, tiff = (Image.open(path) for path in paths)
    assert png.tobytes() == tiff.tobytes()
    assert tiff.info["compression"] == "tiff_lzw"
    assert (
        tuple(round(value) for value in png.info["dpi"]) == (300, 300) == tuple(map(round, tiff.info["dpi"]))
    )
    assert png.width == int(174 / 25.4 * 300)


def test_an_unknown_format_is_refused(results, tmp_path):
    with pytest.raises(ReportError) as refused:
        save_figure(render_flow(results.flow), tmp_path, "flow", ("jpg",))
    assert refused.value.code == "report.figure"


def test_dots_lead_to_their_measurements(results):
    svg = encode_figure(make_figures(results)["box-plot"], ("svg",))["svg"].decode()
    targets = re.findall(r'href="\.\./report\.html#(m-[0-9a-f]{12})"', svg)
    expected = {f"m-{m.measurements['scanner'].measurement_id[:12]}" for m in results.members}
    assert set(targets) == expected


def test_negative_grades_are_blue_and_positive_ones_orange_whatever_they_are_called():
    chosen = grade_colours(("a", "b", "c", "d"), {"a": False, "b": False, "c": True, "d": True})
    assert len(set(chosen.values())) == 4
    for grade, colour in chosen.items():
        red, blue = int(colour[1:3], 16), int(colour[5:7], 16)
        assert (red > blue) == (grade in "cd")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=25))
def test_dots_of_a_swarm_do_not_overlap_within_reach(steps):
    values = [step / 20 for step in steps]
    offsets = swarm_offsets(values, 0.1, 0.1, 50.0)
    for i in range(len(values)):
        for j in range(i):
            assert np.hypot(values[i] - values[j], offsets[i] - offsets[j]) >= 0.1 - 1e-9
