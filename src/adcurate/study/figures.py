"""Figures become files in as many processes as there are, with a bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from matplotlib.figure import Figure

from adcurate.compute import available_workers, run_tasks
from adcurate.model.progress import Progress
from adcurate.report.figures.save import FigureFormat, encode_figure

Encoded = Mapping[FigureFormat, bytes]

_WORTH_WORKERS = 8


def figure_encoder(
    workers: int | None, progress: Progress
) -> Callable[[Mapping[str, Figure]], dict[str, Encoded]]:
    """A function that encodes figures by name; None workers: all cores where there are many figures."""

    def encode(figures: Mapping[str, Figure]) -> dict[str, Encoded]:
        n = (available_workers() if len(figures) >= _WORTH_WORKERS else 0) if workers is None else workers
        done = run_tasks(
            encode_figure, list(figures.values()), workers=n, progress=partial(progress, "Figures")
        )
        return dict(zip(figures, done, strict=True))

    return encode
