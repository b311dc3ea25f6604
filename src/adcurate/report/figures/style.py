"""The house style of figures: widths, inks, fonts. Knows no results and no matplotlib state outside a call.

Figures are laid out in millimetres, so that a journal's column width is met exactly and no bounding box has
to be searched for. Colours are Okabe and Ito's, told apart with every common colour vision; a second sign
(shape, dash) always stands beside the colour, so that a grey print reads as well.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

SINGLE_COLUMN_MM: Final = 84.0
DOUBLE_COLUMN_MM: Final = 174.0
MM_PER_INCH: Final = 25.4

INK: Final = "#1d2731"
MUTED: Final = "#5d6a76"
RULE: Final = "#9aa5b0"
FAINT: Final = "#e3e8ec"
PAPER: Final = "#ffffff"
BLUE: Final = "#0072B2"
SKY: Final = "#56B4E9"
VERMILION: Final = "#D55E00"
ORANGE: Final = "#E69F00"
GREEN: Final = "#009E73"

SERIES_COLOURS: Final = (BLUE, VERMILION, GREEN, ORANGE)
POINT_SHAPES: Final = ("o", "s", "^", "D", "v", "P")

STYLE: Final[dict[Any, Any]] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 7.0,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": INK,
    "axes.labelsize": 7.0,
    "axes.labelpad": 3.5,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.axisbelow": True,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.size": 1.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "lines.linewidth": 1.3,
    "lines.solid_capstyle": "round",
    "patch.linewidth": 0.7,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.fonttype": "path",
    "svg.hashsalt": "adcurate",
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "path.simplify": False,
    "text.parse_math": False,
}

_P = ParamSpec("_P")
_R = TypeVar("_R")


def house_style(draw: Callable[_P, _R]) -> Callable[_P, _R]:
    """Run a function in the house style, whatever the caller's matplotlib settings are."""

    @functools.wraps(draw)
    def drawn(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(STYLE)
            return draw(*args, **kwargs)

    return drawn


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """An empty figure of exactly this size, without any window system."""
    figure = Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH))
    FigureCanvasAgg(figure)
    return figure


def add_axes_mm(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place given in mm from the figure's lower left corner."""
    full_width, full_height = (side * MM_PER_INCH for side in figure.get_size_inches())
    return figure.add_axes(
        (left / full_width, bottom / full_height, width / full_width, height / full_height)
    )


def open_spines(axes: Axes) -> None:
    """Set both axes a little off the plot, so that points on zero stay visible."""
    for side in ("left", "bottom"):
        axes.spines[side].set_position(("outward", 3))


def title_panel(axes: Axes, letter: str, title: str, *, offset_mm: float = 2.2) -> None:
    """A bold panel letter and a plain title, left-aligned above the axes."""
    offset = offset_mm * 72.0 / MM_PER_INCH
    place: dict[str, Any] = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "va": "bottom",
        "ha": "left",
    }
    shift = 9 if letter else 0
    if letter:
        axes.annotate(letter, (0, 1), xytext=(0, offset), fontsize=8.5, fontweight="bold", **place)
    axes.annotate(title, (0, 1), xytext=(shift + 2 if shift else 0, offset), fontsize=7.5, **place)


def grade_colours(grades: Sequence[str], positive: Mapping[str, bool]) -> dict[str, str]:
    """Blues, light to dark, for negative grades; orange to vermilion for positive ones."""
    chosen: dict[str, str] = {}
    for side, (light, dark) in ((False, (SKY, BLUE)), (True, (ORANGE, VERMILION))):
        own = [grade for grade in grades if positive.get(grade, False) is side]
        for position, grade in enumerate(own):
            share = position / (len(own) - 1) if len(own) > 1 else 1.0
            chosen[grade] = _mix(light, dark, share)
    return chosen


def grade_shapes(grades: Sequence[str]) -> dict[str, str]:
    """One marker shape for each grade."""
    return {grade: POINT_SHAPES[i % len(POINT_SHAPES)] for i, grade in enumerate(grades)}


def lighten(colour: str, share: float) -> str:
    """The colour mixed with `share` of white."""
    return _mix(colour, PAPER, share)


def _mix(first: str, second: str, share: float) -> str:
    red, green, blue = (
        a * (1 - share) + b * share for a, b in zip(to_rgb(first), to_rgb(second), strict=True)
    )
    return to_hex((red, green, blue))
