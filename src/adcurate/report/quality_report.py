"""One page for each exam's image quality, and one that lists them all, the gravest first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adcurate.model.quality import ExamQuality, QualityPicture
from adcurate.report.figures.exam_quality import describe_exam_quality, render_exam_quality
from adcurate.report.figures.save import encode_figure
from adcurate.report.files import make_folder, write_atomically
from adcurate.report.html import render_page
from adcurate.report.page import Block, Bullets, Paragraph, Picture, Row, Section, Table, body_rows
from adcurate.report.svg import REPORT_NAME
from adcurate.report.words import TONES

_WORDS: Final = {"": "good", "note": "notes", "warning": "look at it", "serious": "serious"}
_NOISE: Final = {
    "background": "air around the body",
    "second-difference": "the image itself (an upper bound)",
    "none": "not known",
}
_NOTE: Final = (
    "Signal to noise: the body's median at the lowest and the highest b. Shift: the largest of any slice "
    "against the lowest b. Noise floor: voxels of the regions."
)
_HOW: Final = (
    "Noise is told from the quietest corner of the images of the lowest b-value, where it is Rayleigh's; "
    "where the scanner has blackened the air, from second differences within the image.",
    "Movement is the in-plane shift that brings the edges of a slice onto those of the lowest b-value. "
    "Distortion by eddy currents moves edges too. Movement across slices is not told.",
    "A voxel is on the noise floor where the signal at the highest b is below three standard deviations of "
    "the noise (vermilion): noise replaces signal there, and ADC reads too low.",
    "A pixel is saturated where it stands, with others, at the largest value its bits can hold.",
    "What the header calls pixel padding is no image: neither noise, nor saturated, nor on the noise floor.",
    "Series whose repetition times differ by more than 5 %, or echo times by more than 1 %, are not taken "
    "together. Both limits are our choice, not a standard's.",
)


def quality_row(quality: ExamQuality) -> tuple[str, ...]:
    """An exam in a line.

    Signal to noise is that of the body at the lowest and the highest b, the shift the largest of any slice,
    the noise floor that of the regions' voxels.
    """
    ratios = [image.snr for image in quality.images if image.snr is not None]
    shifts = [image.largest_shift_mm for image in quality.images if image.largest_shift_mm is not None]
    floor = sum(region.n_noise_floor for region in quality.regions)
    voxels = sum(region.n_voxels for region in quality.regions)
    return (
        quality.subject,
        quality.scanner,
        "-".join(f"{b:.4g}" for b in quality.b_values) or "–",
        f"{ratios[0]:.0f} to {ratios[-1]:.0f}" if ratios else "–",
        f"{max(shifts):.1f}" if shifts else "–",
        f"{floor} of {voxels}" if voxels else "–",
        _WORDS[quality.worst],
    )


QUALITY_HEAD: Final = (
    "subject",
    "scanner",
    "b-values",
    "signal to noise",
    "shift (mm)",
    "noise floor",
    "verdict",
)


def exam_page_name(quality: ExamQuality, number: int) -> str:
    """The file of an exam's page; subjects may have several."""
    return f"{quality.subject}-{number}.html"


@dataclass(frozen=True, slots=True)
class ExamPage:
    """One exam's page as HTML with its pictures inside, and the same pictures as PNG by name."""

    text: str
    pictures: Mapping[str, bytes]


def write_exam_page(
    quality: ExamQuality, pictures: Sequence[QualityPicture], folder: Path, number: int, version: str
) -> Path:
    """Write one exam's page and its pictures.

    Raises
    ------
    OutputError
        ``output.not-writable``
    """
    make_folder(folder)
    file = folder / exam_page_name(quality, number)
    page = render_exam_page(quality, pictures, version)
    for name, content in page.pictures.items():
        write_atomically(folder / "figures" / f"{file.stem}-{name}.png", content)
    write_atomically(file, page.text.encode())
    return file


def render_exam_page(quality: ExamQuality, pictures: Sequence[QualityPicture], version: str) -> ExamPage:
    """One exam's page and its pictures; nothing is written."""
    svg: dict[str, str] = {}
    png: dict[str, bytes] = {}
    blocks: list[Block] = []
    for picture in pictures:
        name = f"slice-{picture.slice_index + 1}"
        formats = encode_figure(render_exam_quality(picture), ("svg", "png"))
        svg[name] = formats["svg"].decode()
        png[name] = formats["png"]
        caption = (
            "Orange: the region. Vermilion: voxels on the noise floor at the highest b. Grey: no estimate."
        )
        title = f"Slice {picture.slice_index + 1}"
        blocks.append(Picture(name, title, caption, describe_exam_quality(picture)))
    text = render_page(
        [*_sections(quality), *([Section("pictures", "Pictures", tuple(blocks))] if blocks else []), _how()],
        svg,
        kicker="Adcurate image quality",
        title=quality.subject,
        facts=f"{quality.scanner or 'scanner not told'} · {quality.n_slices} slices",
        version=version,
    )
    return ExamPage(text, png)


def write_quality_index(qualities: Sequence[ExamQuality], folder: Path, version: str) -> Path:
    """Write the list of all exams, the gravest first, and ``quality.json``.

    Raises
    ------
    OutputError
        ``output.not-writable``
    """
    from markupsafe import Markup

    order = ["serious", "warning", "note", ""]
    listed = sorted(enumerate(qualities, start=1), key=lambda pair: (order.index(pair[1].worst), pair[0]))
    rows = tuple(
        Row(
            (
                Markup('<a href="{0}">{1}</a>').format(exam_page_name(one, number), one.subject),
                *(_whole(cell) for cell in quality_row(one)[1:]),
            )
        )
        for number, one in listed
    )
    n_bad = sum(one.worst in ("serious", "warning") for one in qualities)
    said = f"{n_bad} of {len(qualities)} exams should be looked at." if n_bad else "No exam stands out."
    table = Table(
        "Every exam, the gravest first", QUALITY_HEAD, rows, "lllrrrl", anchor="exams", width="wide"
    )
    text = render_page(
        [Section("exams", "Exams", (Paragraph(said, "warning" if n_bad else "good"), table)), _how()],
        {},
        kicker="Adcurate image quality",
        title="Image quality of the diffusion images",
        facts=f"{len(qualities)} exams",
        version=version,
    )
    content = {"schema_version": 1, "exams": [one.as_json() for one in qualities]}
    write_atomically(folder / "quality.json", (json.dumps(content, indent=1) + "\n").encode())
    write_atomically(folder / REPORT_NAME, text.encode())
    return folder / REPORT_NAME


def _whole(cell: str) -> str:
    """A cell that is not broken over lines."""
    return cell.replace(" ", "\u00a0").replace("-", "\u2011")


def _sections(quality: ExamQuality) -> list[Section]:
    said: tuple[Block, ...] = tuple(Paragraph(f.sentence, TONES[f.severity]) for f in quality.findings)
    images = [
        (
            f"{image.b_value:.4g}",
            "–" if image.snr is None else f"{image.snr:.1f}",
            "–" if image.shift_mm is None else f"{image.shift_mm[0]:+.1f}, {image.shift_mm[1]:+.1f}",
            "–" if image.largest_shift_mm is None else f"{image.largest_shift_mm:.1f}",
            str(image.n_saturated),
        )
        for image in quality.images
    ]
    head = ("b (s/mm²)", "signal to noise", "median shift down, right (mm)", "largest (mm)", "saturated")
    sections = [Section("findings", "Findings", said or (Paragraph("Nothing was found.", "good"),))]
    noise = "" if quality.sigma is None else f"{quality.sigma:.3g}, from {_NOISE[quality.noise_method]}"
    if images:
        table = Table(
            "Images at each b-value",
            head,
            body_rows(images),
            "rrrrr",
            anchor="images",
            notes=(f"Standard deviation of the noise: {noise or 'not known'}.",),
        )
        sections.append(Section("images", "Images", (table,)))
    if quality.regions:
        rows = [
            (
                region.lesion,
                region.reader,
                str(region.slice_index + 1),
                str(region.n_voxels),
                ", ".join("–" if ratio is None else f"{ratio:.1f}" for ratio in region.snr),
                str(region.n_noise_floor),
                str(region.n_saturated),
            )
            for region in quality.regions
        ]
        regions = Table(
            "Regions",
            ("lesion", "reader", "slice", "voxels", "signal to noise by b", "on the floor", "saturated"),
            body_rows(rows),
            "llrrlrr",
            anchor="regions",
        )
        sections.append(Section("regions", "Regions", (regions,)))
    return sections


def _how() -> Section:
    return Section("how", "How this was told", (Bullets(_HOW),))
