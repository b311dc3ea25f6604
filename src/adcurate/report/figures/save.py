"""A figure as files: SVG, PDF, PNG and TIFF, the same bytes for the same figure."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from matplotlib.figure import Figure
from PIL import Image

from adcurate.errors import ReportError
from adcurate.report.figures.style import house_style
from adcurate.report.files import write_atomically

FigureFormat = Literal["svg", "pdf", "png", "tiff"]

FORMATS: Final[tuple[FigureFormat, ...]] = ("svg", "pdf", "png", "tiff")
EncodeFigures = Callable[[Mapping[str, Figure]], Mapping[str, Mapping[FigureFormat, bytes]]]

DOTS_PER_INCH: Final = 300


def save_figure(
    figure: Figure, folder: Path, stem: str, formats: Sequence[FigureFormat] = FORMATS
) -> tuple[Path, ...]:
    """Write a figure as ``<stem>.<format>`` for each format; vector files, or 300 dots per inch.

    Raises
    ------
    ReportError
        ``report.figure`` for an unknown format.
    OutputError
        ``output.not-writable``
    """
    rendered = encode_figure(figure, formats)
    paths = []
    for name, content in rendered.items():
        path = folder / f"{stem}.{name}"
        write_atomically(path, content)
        paths.append(path)
    return tuple(paths)


@house_style
def encode_figure(figure: Figure, formats: Sequence[FigureFormat] = FORMATS) -> dict[FigureFormat, bytes]:
    """The bytes of each format, without dates; PNG and TIFF hold the same pixels.

    Raises
    ------
    ReportError
        ``report.figure`` for an unknown format.
    """
    for name in formats:
        if name not in FORMATS:
            raise ReportError(
                "report.figure",
                "The figure format is not known.",
                remedy=f"Choose among {', '.join(FORMATS)}.",
            )
    made: dict[FigureFormat, bytes] = {}
    pixels: Image.Image | None = None
    for name in formats:
        if name == "svg":
            made[name] = _vector(figure, "svg", {"Date": None, "Creator": "Adcurate"})
        elif name == "pdf":
            made[name] = _vector(
                figure, "pdf", {"CreationDate": None, "Creator": "Adcurate", "Producer": "Adcurate"}
            )
        else:
            pixels = pixels or _pixels(figure)
            made[name] = _raster(pixels, name)
    return made


def encode_figures(figures: Mapping[str, Figure]) -> dict[str, dict[FigureFormat, bytes]]:
    """The files of several figures, by their names, one after the other."""
    return {name: encode_figure(figure) for name, figure in figures.items()}


def _vector(figure: Figure, name: str, metadata: dict[str, str | None]) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format=name, metadata=metadata, dpi=DOTS_PER_INCH)
    return stream.getvalue()


def _pixels(figure: Figure) -> Image.Image:
    stream = io.BytesIO()
    figure.savefig(stream, format="rgba", dpi=DOTS_PER_INCH)
    width, height = (int(side) for side in figure.get_size_inches() * DOTS_PER_INCH)
    return Image.frombytes("RGBA", (width, height), stream.getvalue()).convert("RGB")


def _raster(pixels: Image.Image, name: str) -> bytes:
    stream = io.BytesIO()
    resolution = (DOTS_PER_INCH, DOTS_PER_INCH)
    if name == "png":
        pixels.save(stream, format="PNG", dpi=resolution, compress_level=6)
    else:
        pixels.save(stream, format="TIFF", dpi=resolution, compression="tiff_lzw")
    return stream.getvalue()
