"""What every picture of a ROC curve shares: a square from 0 to 1, and the diagonal of chance."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes

from adcurate.report.figures.style import INK, MUTED, RULE, open_spines

TICKS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
DASHES: Final = ("-", (0, (5, 1.6)), (0, (1.4, 1.2)), (0, (5, 1.4, 1.4, 1.4)))


def dress_roc_axes(axes: Axes) -> None:
    """Limits, ticks, labels and the diagonal; call before drawing curves."""
    axes.plot([0, 1], [0, 1], color=RULE, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xticks(TICKS)
    axes.set_yticks(TICKS)
    axes.set_xlabel("1 − specificity")
    axes.set_ylabel("Sensitivity")
    axes.xaxis.label.set_color(INK)
    axes.tick_params(labelcolor=MUTED)
    open_spines(axes)


def shortened(name: str, longest: int) -> str:
    """A name cut to `longest` characters, with an ellipsis where it was."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
