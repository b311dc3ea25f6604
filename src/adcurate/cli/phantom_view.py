"""How phantom scans look in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcurate.cli.console import show_findings, show_lines, show_next, show_table

if TYPE_CHECKING:
    from adcurate.model.phantom_scan import PhantomScan
    from adcurate.study.phantoms.log import KeptScan


def show_scan(scan: PhantomScan) -> None:
    """The checks of each vial, their limits, then the verdict."""
    from adcurate.report.phantom_report import CHECK_COLUMNS, VERDICTS, show_checks, show_limits

    show_table(
        f"{scan.scanner}, {scan.fluid} at {scan.temperature_c:g} °C (bias in 10⁻³ mm²/s)",
        ["vial", *CHECK_COLUMNS, "verdict"],
        show_checks(scan),
    )
    show_findings(scan.findings)
    show_lines([*show_limits(scan), f"The scan {VERDICTS[scan.verdict]}."])


def show_log(kept: Sequence[KeptScan]) -> None:
    """One row for each kept scan, and how each scanner varies over time."""
    from adcurate.study.phantoms.log import LONG_TERM, long_term_variation

    if not kept:
        show_lines(["The study keeps no phantom scan yet."])
        show_next("adcurate phantom scan /path/to/scan --study FOLDER")
        return
    rows = [
        [one.scanner, one.day or "–", one.record["fluid"], str(len(one.record["vials"])), one.verdict]
        for one in kept
    ]
    show_table("Phantom scans", ["scanner", "date", "fluid", "vials", "verdict"], rows)
    for scanner, variation in long_term_variation(kept).items():
        said = "within" if variation <= LONG_TERM else "ABOVE"
        show_lines(
            [f"{scanner}: {100 * variation:.2f} % over time, {said} the {100 * LONG_TERM:g} % allowed."]
        )
