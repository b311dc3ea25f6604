"""Figures become files in as many processes as there are, with a bar."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from adcurate.compute import available_workers, run_tasks
from adcurate.model.progress import Progress
from adcurate.report.figures.save import EncodeFigures, FigureFormat, encode_figure

_WORTH_WORKERS = 8


def figure_encoder(workers: int | None, progress: Progress) -> EncodeFigures:
    """A function that encodes figures by name; None workers: all cores where there are many figures."""

    def encode(figures: Mapping[str, Any]) -> Mapping[str, Mapping[FigureFormat, bytes]]:
        n = (available_workers() if len(figures) >= _WORTH_WORKERS else 0) if workers is None else workers
        done = run_tasks(
            encode_figure, list(figures.values()), workers=n, progress=partial(progress, "Figures")
        )
        return dict(zip(figures, done, strict=True))

    return encode
