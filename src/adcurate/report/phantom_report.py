"""The page on one phantom scan: the verdict, each check with its limit, and the picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from adcurate.arrays import Floats
from adcurate.model.phantom_scan import PhantomCheck, PhantomScan
from adcurate.region.discs import Disc
from adcurate.report.figures.phantom_scan import (
    describe_phantom_scan,
    render_phantom_scan,
    tabulate_phantom_scan,
)
from adcurate.report.figures.save import EncodeFigures, encode_figures
from adcurate.report.files import make_folder, write_atomically
from adcurate.report.html import render_page
from adcurate.report.page import Bullets, Paragraph, Picture, Section, Table, Tone, body_rows
from adcurate.report.svg import REPORT_NAME
from adcurate.report.tables import write_csv

VERDICTS: Final = {"pass": "passes", "fail": "fails", "not-judged": "not judged"}
_TONES: Final[dict[str, Tone]] = {"pass": "good", "fail": "serious", "not-judged": "note"}
NAMES: Final = {
    "bias": "bias at the isocentre",
    "offset-bias": "bias off the isocentre",
    "random-error": "random error of the mean",
    "repeatability": "repeatability (wCV over repeats)",
    "b-dependence": "dependence on b",
    "snr": "signal-to-noise ratio at the lowest b",
}
_HOW: Final = (
    "Round areas are found in the slice nearest to the isocentre on the image of the lowest b-value, and "
    "measured within 70 % of their radius.",
    "ADC is a log-linear fit over all b-values. Dependence on b is the range of the ADC of the lowest b with "
    "each higher one; repeatability the standard deviation over the repeated series, over their mean.",
    "Random error is 1.96 SD over the root of the number of voxels, over the mean of the area.",
    "The ratio of signal to noise is the mean over the standard deviation in the area: shading lowers it.",
    "Limits follow the QIBA diffusion-weighted MRI profile. Water: Holz, Heil, Sacco 2000. PVP: a quadratic "
    "in its share, whose authors state 0.035 × 10⁻³ mm²/s about it: nearly the limit of bias itself.",
)


CHECK_COLUMNS: Final = ("bias", "random error", "repeatability", "dependence on b", "SNR")


def show_checks(scan: PhantomScan) -> list[tuple[str, ...]]:
    """One row for each vial: its number and name, each check's value (marked where it fails), the verdict."""
    rows = []
    for number, vial in enumerate(scan.vials, start=1):
        failed = any(check.verdict == "fail" for check in vial.checks)
        rows.append(
            (
                f"{number} · {vial.name}",
                *(_show(check) for check in vial.checks),
                VERDICTS["fail" if failed else "pass"],
            )
        )
    return rows


def show_limits(scan: PhantomScan) -> tuple[str, ...]:
    """What each check allows, as sentences."""
    seen: dict[str, str] = {}
    for vial in scan.vials:
        for check in vial.checks:
            sign = "at least" if check.name == "snr" else "at most"
            seen.setdefault(check.name, f"{NAMES[check.name]}: {sign} {_number(check, check.limit)}")
            if check.why:
                seen.setdefault(f"{check.name}/why", f"{NAMES[check.name]} is not judged: {check.why}")
    return tuple(f"{said[0].upper()}{said[1:]}." for said in seen.values())


def _show(check: PhantomCheck) -> str:
    if check.value is None:
        return "–"
    return _number(check, check.value) + (" ✗" if check.verdict == "fail" else "")


def _day(date: str) -> str:
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 else "no date"


def _number(check: PhantomCheck, value: float) -> str:
    sign = "+" if value == check.value else ""
    if check.name == "bias":
        return f"{1e3 * value:{sign}.3f}"
    if check.name == "offset-bias":
        return f"{100 * value:{sign}.2f} %"
    return f"{value:.0f}" if check.name == "snr" else f"{100 * value:.2f} %"


def write_phantom_report(
    scan: PhantomScan,
    image: Floats,
    discs: tuple[Disc, ...],
    pixel_mm: tuple[float, float],
    bias_limit: float,
    folder: Path,
    version: str,
    encode: EncodeFigures = encode_figures,
) -> Path:
    """Write ``report.html``, its figure with the numbers behind it, and ``scan.json``.

    Raises
    ------
    OutputError
        ``output.not-writable``
    """
    make_folder(folder)
    encoded = encode({"vials": render_phantom_scan(scan, image, discs, pixel_mm, bias_limit)})
    measured = [
        (
            f"{number} · {vial.name}",
            f"{1e3 * vial.true_adc:.3f}",
            f"{1e3 * vial.mean:.3f}",
            f"{1e3 * vial.sd:.3f}",
            "–" if vial.scanner_mean is None else f"{1e3 * vial.scanner_mean:.3f}",
            str(vial.n_voxels),
        )
        for number, vial in enumerate(scan.vials, start=1)
    ]
    head = ("vial", "true", "measured", "SD", "scanner's map", "voxels")
    sections = [
        Section(
            "verdict",
            "Verdict",
            (
                Paragraph(f"The scan {VERDICTS[scan.verdict]}.", _TONES[scan.verdict]),
                *(Paragraph(one.sentence, "warning") for one in scan.findings),
                Table(
                    "Checks of each vial; bias in 10⁻³ mm²/s at the isocentre, in percent off it",
                    ("vial", *CHECK_COLUMNS, "verdict"),
                    body_rows(show_checks(scan)),
                    "lrrrrrl",
                    anchor="checks",
                    notes=show_limits(scan),
                ),
                Table("ADC of each vial (10⁻³ mm²/s)", head, body_rows(measured), "lrrrrr", anchor="adc"),
            ),
        ),
        Section(
            "picture",
            "Where it was measured",
            (
                Picture(
                    "vials",
                    "Vials and their bias",
                    "Orange: passes every check; vermilion: fails one. Cross: the scanner's own map.",
                    describe_phantom_scan(scan),
                ),
            ),
        ),
        Section("how", "How this was made", (Bullets(_HOW),)),
    ]
    scheme = "-".join(f"{b:g}" for b in scan.b_values)
    page = render_page(
        sections,
        {"vials": encoded["vials"]["svg"].decode()},
        kicker="Adcurate phantom scan",
        title=f"{scan.scanner}, {scan.fluid}",
        facts=f"{_day(scan.date)} · {scan.temperature_c:g} °C · b {scheme} · {scan.n_repeats} series",
        version=version,
    )
    for kind, content in encoded["vials"].items():
        write_atomically(folder / f"figures/vials.{kind}", content)
    table = tabulate_phantom_scan(scan)
    write_atomically(folder / "figures/vials.csv", write_csv(table.columns, table.rows))
    write_atomically(folder / "scan.json", (json.dumps(scan.as_json(), indent=1) + "\n").encode())
    write_atomically(folder / REPORT_NAME, page.encode())
    return folder / REPORT_NAME
