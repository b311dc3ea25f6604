"""Figures become the same files in any number of processes."""

import re
from pathlib import Path

from adcurate.model.progress import no_progress
from adcurate.report.figures.style import add_axes_mm, house_style, new_figure
from adcurate.study.figures import figure_encoder

FIGURES = Path(__file__).parents[2] / "src" / "adcurate" / "report" / "figures"


@house_style
def drawn(slope):
    figure = new_figure(84, 60)
    axes = add_axes_mm(figure, 12, 12, 60, 40)
    axes.plot([0, 1], [0, slope], label=f"slope {slope}")
    axes.set_xlabel("ADC (10⁻³ mm²/s)")
    return figure


def test_workers_change_no_byte():
    figures = {"one": drawn(1.0), "two": drawn(2.0)}
    inline = figure_encoder(0, no_progress)(figures)
    assert figure_encoder(2, no_progress)(figures) == inline
    assert set(inline["one"]) == {"svg", "pdf", "png", "tiff"} and inline["one"] != inline["two"]


def test_progress_counts_figures():
    said = []
    figure_encoder(0, lambda step, done, total: said.append((step, done, total)))(
        {"a": drawn(1.0), "b": drawn(2.0)}
    )
    assert said == [("Figures", 1, 2), ("Figures", 2, 2)]


def test_no_figure_holds_what_cannot_go_to_another_process():
    sources = {path.name: path.read_text(encoding="utf-8") for path in FIGURES.glob("*.py")}
    assert [name for name, text in sources.items() if re.search(r"Formatter\(\s*lambda", text)] == []
