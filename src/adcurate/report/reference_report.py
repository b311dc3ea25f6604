"""The report on fits of the digital reference object: one figure a fit, and where each can be trusted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np

from adcurate.model.reference_assessment import JudgedFit, ReferenceAssessment
from adcurate.report.figures.bias_precision import (
    describe_bias_precision,
    render_bias_precision,
    tabulate_bias_precision,
)
from adcurate.report.figures.save import EncodeFigures, encode_figures
from adcurate.report.files import make_folder, write_atomically
from adcurate.report.html import render_page
from adcurate.report.links import slug
from adcurate.report.page import Block, Bullets, Paragraph, Picture, Section, Table, body_rows
from adcurate.report.svg import REPORT_NAME
from adcurate.report.tables import write_csv

TRUSTED_BIAS: Final = 0.02
_SHOWN_ADC: Final = (2, 5, 8, 11, 14)
_HOW: Final = (
    "The object is simulated: 22 signal-to-noise ratios by 18 ADC values in blocks of 320 pixels, three "
    "directions with Rician noise in each weighted image, stored as whole numbers.",
    "Bias is the mean over a block less the true ADC; standard deviation is that of single voxels in it.",
    "A voxel without a value is left out and counted. Where noise has replaced the signal, every fit is "
    "biased low: that is the noise floor, not the program.",
)


def summarize_fits(assessment: ReferenceAssessment) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and rows: from which ratio on each fit's bias stays within 2 percent, for some ADC."""
    head = ("fit", "b-values", *(f"ADC {1e3 * assessment.adc_levels[i]:.1f}" for i in _SHOWN_ADC))
    rows = []
    for fit in assessment.fits:
        lowest = assessment.lowest_snr_within(fit, TRUSTED_BIAS)
        cells = ("never" if lowest[i] is None else f"{lowest[i]:g}" for i in _SHOWN_ADC)
        rows.append((fit.name, "-".join(f"{b:g}" for b in fit.b_values) or "not known", *cells))
    return head, rows


def write_reference_report(
    assessment: ReferenceAssessment, folder: Path, version: str, encode: EncodeFigures = encode_figures
) -> Path:
    """Write ``report.html``, its figures with the data behind each, and ``assessment.json``.

    Raises
    ------
    OutputError
        ``output.not-writable``
    """
    make_folder(folder)
    names = {fit.name: slug(fit.name) for fit in assessment.fits}
    encoded = encode({names[fit.name]: render_bias_precision(assessment, fit) for fit in assessment.fits})
    page = render_page(
        _sections(assessment, names),
        {name: formats["svg"].decode() for name, formats in encoded.items()},
        kicker="Adcurate digital reference object",
        title="Bias and precision of ADC fits",
        facts=f"{len(assessment.fits)} fits of {assessment.images} images",
        version=version,
    )
    for name, formats in encoded.items():
        for kind, content in formats.items():
            write_atomically(folder / f"figures/{name}.{kind}", content)
    for fit in assessment.fits:
        rows = tabulate_bias_precision(assessment, fit)
        write_atomically(folder / f"figures/{names[fit.name]}.csv", write_csv(rows.columns, rows.rows))
    text = json.dumps(assessment.as_json(), indent=1, allow_nan=False) + "\n"
    write_atomically(folder / "assessment.json", text.encode())
    write_atomically(folder / REPORT_NAME, page.encode())
    return folder / REPORT_NAME


def _sections(assessment: ReferenceAssessment, names: dict[str, str]) -> list[Section]:
    head, rows = summarize_fits(assessment)
    table = Table(
        "Signal-to-noise ratio at b = 0 from which on the bias stays within 2 %, by true ADC (10⁻³ mm²/s)",
        head,
        body_rows(rows),
        "ll" + "r" * len(_SHOWN_ADC),
    )
    blocks: list[Block] = [table, *(_remark(fit) for fit in assessment.fits)]
    pictures = tuple(
        Picture(
            names[fit.name],
            fit.name,
            "White: within 2 %. Blue: too low. Orange: too high. Grey: nothing was estimated.",
            describe_bias_precision(assessment, fit),
        )
        for fit in assessment.fits
    )
    return [
        Section("summary", "Where each fit can be trusted", tuple(blocks)),
        Section("maps", "Bias and precision", pictures),
        Section("how", "How this was made", (Bullets(_HOW),)),
    ]


def _remark(fit: JudgedFit) -> Paragraph:
    found = fit.found
    missing = int((found.n_voxels - found.n_estimated).sum())
    share = missing / int(found.n_voxels.sum())
    spread = (found.repeat_sd / found.truth)[np.isfinite(found.repeat_sd)]
    repeat = f" Median repeatability of a voxel: {100 * np.median(spread):.1f} %." if spread.size else ""
    return Paragraph(
        f"{fit.name}: {missing:,} voxels ({100 * share:.2g} %) were not estimated.{repeat}", "quiet"
    )
