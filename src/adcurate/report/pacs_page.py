"""The comparison with a PACS as a folder: page, plots, table and JSON; differences put in words."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

from adcurate.model.pacs_comparison import Explanation, PacsComparison, PacsRow, Quantity
from adcurate.report.figures.bland_altman import (
    describe_bland_altman,
    render_bland_altman,
    tabulate_bland_altman,
)
from adcurate.report.figures.save import EncodeFigures, encode_figures
from adcurate.report.files import make_folder, write_atomically
from adcurate.report.html import render_page
from adcurate.report.numbers import show_adc, show_number
from adcurate.report.page import Block, Bullets, Paragraph, Picture, Section, Table, body_rows
from adcurate.report.scale import ADC, MarkerScale
from adcurate.report.svg import REPORT_NAME
from adcurate.report.tables import write_csv
from adcurate.report.words import TONES

SCHEMA_VERSION: Final = 2
_AREA: Final = MarkerScale("mm²", 1.0, 1)
_NAMES: Final[dict[Quantity, str]] = {"mean": "average ADC", "minimum": "minimum ADC", "area": "area"}
_WORDS: Final[dict[str, str]] = {
    "scanner-map": "the PACS shows the scanner's own map",
    "refit-map": "the values are those of the refit, not of the scanner's map",
    "refit-registered-map": "the values are those of the refit after registration",
    "centre": "voxels whose centre lies inside the contour",
    "any-overlap": "every voxel that the contour touches",
    "half": "voxels that the contour covers at least half",
    "area-weighted": "voxels weighted by the part that the contour covers",
    "rim-left-out": "the outermost voxels left out",
    "slice-before": "the same contour on the slice before",
    "slice-after": "the same contour on the slice after",
    "zeros-counted": "zeros of the map counted as values",
    "stored-values": "stored numbers, slope and intercept not applied",
    "interpolated": "read on an enlarged, interpolated picture",
    "median-for-mean": "the median in place of the mean",
    "outline-area": "the area of the drawn outline, not of the voxels",
    "largest-slice": "the largest slice only",
    "cut-off": "the last digit cut off, not rounded",
}


def write_pacs_comparison(
    found: PacsComparison,
    folder: Path,
    *,
    table_name: str,
    version: str,
    encode: EncodeFigures = encode_figures,
) -> Path:
    """Write ``report.html``, ``comparison.csv``, ``comparison.json`` and ``figures/``; the page comes last.

    Raises
    ------
    OutputError
        ``output.not-writable``
    """
    make_folder(folder)
    drawn = {f"bland-altman-{name}": (name, pair) for name, pair in found.agreement.items()}
    files: dict[str, bytes] = {
        "comparison.csv": _csv(found),
        "comparison.json": (
            json.dumps(comparison_json(found, version), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        ).encode(),
    }
    figures = {}
    for name, (quantity, pair) in drawn.items():
        figures[name] = render_bland_altman([pair], _NAMES[quantity], _scale(quantity))
        behind = tabulate_bland_altman([pair], _NAMES[quantity], _scale(quantity))
        files[f"figures/{name}.csv"] = write_csv(behind.columns, behind.rows)
    encoded = encode(figures)
    for name, formats in encoded.items():
        for kind, content in formats.items():
            files[f"figures/{name}.{kind}"] = content
    page = render_page(
        _sections(found),
        {name: formats["svg"].decode() for name, formats in encoded.items()},
        kicker="Adcurate comparison with a PACS",
        title="Values read on the PACS beside ours",
        facts=f"{len(found.rows)} regions of {table_name}, on the {found.map_source} map",
        version=version,
    )
    for name, content in files.items():
        write_atomically(folder / name, content)
    write_atomically(folder / REPORT_NAME, page.encode())
    return folder / REPORT_NAME


def comparison_json(found: PacsComparison, version: str) -> dict[str, Any]:
    """All numbers of the comparison, nothing rounded: mm²/s and mm²."""
    return {
        "schema": "adcurate.pacs-comparison",
        "schema_version": SCHEMA_VERSION,
        "adcurate_version": version,
        "map": found.map_source,
        "stated_unit_mm2_per_s": found.unit_mm2_per_s,
        "stated_unit_mm2": found.unit_mm2,
        "rows": [
            {
                "row": row.row_number,
                "subject": row.subject,
                "lesion": row.lesion,
                "reader": row.reader,
                "measurement_id": row.measurement_id,
                "typed": {name: value.value for name, value in row.theirs.items()},
                "half_of_last_digit": {name: value.half_step for name, value in row.theirs.items()},
                "ours": dict(row.ours),
                "explanations": {name: _explanation_json(one) for name, one in row.explanations.items()},
            }
            for row in found.rows
        ],
        "left_out": [{"row": one.row_number, "reason": one.reason} for one in found.left_out],
        "agreement": {
            name: {
                "n": pair.limits.n,
                "bias": pair.limits.bias,
                "bias_interval": [pair.limits.bias_interval.low, pair.limits.bias_interval.high],
                "limits": [pair.limits.lower_limit, pair.limits.upper_limit],
                "method": pair.limits.method,
            }
            for name, pair in found.agreement.items()
        },
        "findings": [finding.as_json() for finding in found.findings],
    }


def word_explanation(explanation: Explanation) -> str:
    """What explains a difference, in words."""
    parts = []
    if explanation.factor != 1:
        parts.append(f"typed {_factor(explanation.factor)} the stated unit")
    words = [_WORDS[name] for name in explanation.names]
    if explanation.verdict == "agrees":
        return "agrees"
    if explanation.verdict == "not given":
        return "–"
    if explanation.verdict == "possible":
        parts.append("perhaps " + ", or ".join(words) + " (too few digits to tell)")
    elif words:
        parts.append(words[0])
    elif explanation.verdict == "not explained":
        parts.append("not explained")
    return "; ".join(parts)


def summarize_comparison(found: PacsComparison) -> tuple[str, ...]:
    """A sentence for each explanation, most frequent first."""
    sentences = []
    for name, what in _NAMES.items():
        given = [
            row.explanations[name] for row in found.rows if row.explanations[name].verdict != "not given"
        ]
        if not given:
            continue
        counts = Counter(word_explanation(one) for one in given)
        said = "; ".join(f"{words} ({n})" for words, n in counts.most_common())
        sentences.append(f"{what[0].upper()}{what[1:]} of {len(given)} regions: {said}.")
    if found.left_out:
        n = len(found.left_out)
        sentences.append("1 row was not compared." if n == 1 else f"{n} rows were not compared.")
    return tuple(sentences)


def _sections(found: PacsComparison) -> list[Section]:
    first: list[Block] = [Bullets(summarize_comparison(found))]
    first += [Paragraph(finding.sentence, TONES[finding.severity]) for finding in found.findings]
    first.append(
        Paragraph(
            "A habit of the PACS counts as the explanation where it predicts every typed value within its "
            "last digit, and where chance would do so in fewer than 1 of 2,000 rows, or for so many rows in "
            "fewer than 1 of 1,000 tables. Nothing here changes a measurement.",
            "quiet",
        )
    )
    pictures: list[Block] = []
    for name, pair in found.agreement.items():
        pictures.append(
            Picture(
                f"bland-altman-{name}",
                f"Bland-Altman plot of the {_NAMES[name]}",
                "Difference PACS − Adcurate against the mean of the two. Solid: bias; dashed: 95 % limits of "
                "agreement; bands: their 95 % intervals.",
                describe_bland_altman([pair], _NAMES[name], _scale(name)),
            )
        )
    sections = [Section("summary", "What differs, and why", tuple(first))]
    if found.agreement:
        sections.append(Section("agreement", "Agreement over the set", (_agreement(found), *pictures)))
    sections.append(Section("rows", "Every region", (_rows(found),)))
    if found.left_out:
        rows = body_rows([(str(one.row_number), one.reason) for one in found.left_out])
        left = Table("Rows that were not compared", ("Row", "Why"), rows, "rl", "table-left-out")
        sections.append(Section("left-out", "Left out", (left,)))
    return sections


def _agreement(found: PacsComparison) -> Table:
    rows = []
    for name, pair in found.agreement.items():
        scale, limits = _scale(name), pair.limits
        rows.append(
            (
                f"{_NAMES[name]} ({scale.unit})",
                str(limits.n),
                scale.show(limits.bias),
                scale.interval(limits.bias_interval),
                f"{scale.show(limits.lower_limit)} to {scale.show(limits.upper_limit)}",
            )
        )
    head = ("Quantity", "n", "Bias (PACS − Adcurate)", "95 % interval", "Limits of agreement")
    return Table("Bias and limits of agreement", head, body_rows(rows), "lrrrr", "table-agreement")


def _rows(found: PacsComparison) -> Table:
    head = (
        *("Row", "Subject", "Lesion", "Reader", "Mean, PACS", "Mean, ours", "Minimum, PACS", "Minimum, ours"),
        *("Area, PACS", "Area, ours", "Mean", "Minimum", "Area"),
    )
    rows = [
        (
            *(str(row.row_number), row.subject, row.lesion, row.reader),
            *(text for name in ("mean", "minimum") for text in _both(row, name)),
            *_both(row, "area"),
            *(word_explanation(row.explanations[name]) for name in _NAMES),
        )
        for row in found.rows
    ]
    note = "ADC in 10⁻³ mm²/s and areas in mm², the unit that was stated applied."
    return Table(
        "Values side by side", head, body_rows(rows), "rlllrrrrrrlll", "table-rows", (note,), "dense"
    )


def _both(row: PacsRow, name: Quantity) -> tuple[str, str]:
    typed, ours = row.theirs.get(name), row.ours.get(name)
    show = (lambda v: show_number(v, 1)) if name == "area" else show_adc
    return show(None if typed is None else typed.value), show(ours)


def _csv(found: PacsComparison) -> bytes:
    head = (
        *("row", "subject", "lesion", "reader", "measurement_id"),
        *(
            f"{name}_{which}_{unit}"
            for name, unit in (("mean", "mm2_per_s"), ("minimum", "mm2_per_s"), ("area", "mm2"))
            for which in ("pacs", "adcurate", "difference")
        ),
        *(f"{name}_{what}" for name in _NAMES for what in ("verdict", "explanation")),
    )
    rows = []
    for row in found.rows:
        numbers: list[float | None] = []
        for name in _NAMES:
            typed, ours = row.theirs.get(name), row.ours.get(name)
            theirs = None if typed is None else typed.value
            apart = None if theirs is None or ours is None else theirs - ours
            numbers += [theirs, ours, apart]
        rows.append(
            (
                *(row.row_number, row.subject, row.lesion, row.reader, row.measurement_id),
                *numbers,
                *(
                    text
                    for name in _NAMES
                    for text in (row.explanations[name].verdict, word_explanation(row.explanations[name]))
                ),
            )
        )
    return write_csv(head, rows)


def _explanation_json(explanation: Explanation) -> dict[str, object]:
    return {
        "verdict": explanation.verdict,
        "conventions": list(explanation.names),
        "unit_factor": explanation.factor,
    }


def _scale(name: Quantity) -> MarkerScale:
    return _AREA if name == "area" else ADC


def _factor(factor: float) -> str:
    return f"{factor:g} times" if factor > 1 else f"1/{1 / factor:g} of"
