"""The second gate for burned-in text: how much it sees, and that it leaves images of scanners alone."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.dicom.conftest import HeldObject

from adcurate.dicom.deidentification.burned_text import looks_written_on
from adcurate.dicom.received.ingest_object import Prepared, Refusal, prepare_object
from adcurate.model import Pseudonyms
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam

KEY = Pseudonyms(b"a secret of thirty-two bytes or more")
NAMES = ("KOWALSKA ANNA", "DOE^JANE 19600101", "ID 1234567", "Nowak J. 12.03.1971")


def anatomy(rng: np.random.Generator, size: int = 128) -> np.ndarray:
    """A noisy body with organs of different brightness."""
    rows, columns = np.mgrid[:size, :size] / size - 0.5
    image = 300.0 * ((rows / 0.4) ** 2 + (columns / 0.45) ** 2 < 1)
    for _ in range(6):
        r, c, radius = rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3), rng.uniform(0.03, 0.15)
        image += rng.uniform(50, 500) * ((rows - r) ** 2 + (columns - c) ** 2 < radius**2)
    return np.hypot(image + rng.normal(0, 20, image.shape), rng.normal(0, 20, image.shape)).astype("<u2")


def write_on(image: np.ndarray, text: str, size: int, row: int, edges: str) -> np.ndarray:
    canvas = Image.new("L", image.shape[::-1], 0)
    draw = ImageDraw.Draw(canvas)
    draw.fontmode = "1" if edges == "hard" else "L"
    draw.text((2, row), text, fill=255, font=ImageFont.load_default(size))
    ink = np.asarray(canvas) / 255
    return (image * (1 - ink) + float(image.max()) * ink).astype(image.dtype)


@pytest.mark.parametrize(("edges", "least"), [("hard", 0.85), ("soft", 0.6)])
def test_most_names_drawn_into_an_image_are_seen(edges: str, least: float) -> None:
    rng = np.random.default_rng(5)
    seen = [
        looks_written_on(
            write_on(anatomy(rng), NAMES[n % 4], int(rng.integers(10, 22)), int(rng.integers(100)), edges)
        )
        for n in range(120)
    ]
    assert np.mean(seen) >= least, np.mean(seen)


def test_images_without_text_pass() -> None:
    rng = np.random.default_rng(6)
    assert not any(looks_written_on(anatomy(rng)) for _ in range(300))


@pytest.mark.parametrize("kind", ["noise", "clipped map", "blocks", "constant", "empty", "one bright dot"])
def test_odd_images_without_text_pass(kind: str) -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        image = rng.integers(0, 4096, (160, 160)).astype("<u2")
        if kind == "clipped map":
            image = np.clip(anatomy(rng) / np.maximum(rng.normal(0.2, 0.1, (128, 128)), 0.01), 0, 4095)
        elif kind == "blocks":
            image = np.kron(rng.integers(1, 19, (8, 18)), np.ones((16, 20))).astype("<u2")
        elif kind in ("constant", "empty"):
            image = np.full((64, 64), 900 * (kind == "constant"), "<u2")
        elif kind == "one bright dot":
            image[50, 50] = 60_000
        assert not looks_written_on(image)


def test_a_name_in_a_plain_mr_image_is_quarantined(make_mr, written) -> None:
    image = write_on(anatomy(np.random.default_rng(8)), "KOWALSKA", 16, 20, "hard")
    changes = {"Rows": 128, "Columns": 128, "PixelData": image.tobytes()}
    refused = prepare_object(HeldObject("file 1", written(make_mr(**changes))), KEY)
    assert isinstance(refused, Refusal)
    assert refused.code == "dicom.pixel-text-risk"
    source = HeldObject("file 1", written(make_mr(**changes)))
    looked_at = prepare_object(source, KEY, drawn_text="looked-at")
    assert isinstance(looked_at, Prepared)
    assert "deid.looked-at" in {finding.code for finding in looked_at.findings}
    assert isinstance(prepare_object(HeldObject("x", looked_at.content), KEY), Prepared)


def test_a_name_in_one_frame_of_many_is_quarantined(make_mr, written) -> None:
    rng = np.random.default_rng(9)
    frames = [anatomy(rng) for _ in range(5)]
    frames[3] = write_on(frames[3], "DOE^JANE", 16, 100, "hard")
    changes = {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.4.1",
        "NumberOfFrames": 5,
        "Rows": 128,
        "Columns": 128,
        "PixelData": np.stack(frames).tobytes(),
    }
    refused = prepare_object(HeldObject("file 1", written(make_mr(**changes))), KEY)
    assert isinstance(refused, Refusal)
    assert refused.code == "dicom.pixel-text-risk"


@pytest.mark.parametrize("dialect", ["siemens-classic", "ge", "philips"])
def test_no_phantom_is_taken_for_text(tmp_path: Path, dialect: str) -> None:
    prescription = ExamPrescription(
        patient_id="A1",
        patient_name="SYNTHETIC^A1",
        birth_date="19600101",
        sex="F",
        exam_date="20240102",
        dialect=dialect,  # type: ignore[arg-type]
        model="Scanner",
        field_strength_t=3.0,
        b_values=(0.0, 800.0),
        lesions=(LesionPrescription("1", "liver", 0.0010, 0.0007),),
    )
    write_exam(simulate_exam(prescription), tmp_path)
    contents = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    results = [prepare_object(HeldObject("x", content), KEY) for content in contents]
    assert all(isinstance(result, Prepared) for result in results)


@pytest.mark.samples
def test_no_image_of_a_real_scanner_is_taken_for_text_and_written_pixels_are(samples: Path) -> None:
    n_images = 0
    for path in sorted(path for path in samples.rglob("*") if path.is_file()):
        if "phi_" in str(path) or "bad_and_edge" in str(path):
            continue
        try:
            header = pydicom.dcmread(path)
            pixels = np.atleast_3d(header.pixel_array) if header.Modality == "MR" else None
        except Exception:
            continue
        if pixels is not None and header.get("SamplesPerPixel", 1) == 1:
            frames = header.pixel_array.reshape(-1, header.Rows, header.Columns)
            n_images += len(frames)
            assert not any(looks_written_on(frame) for frame in frames), path.name
    assert n_images > 1000
    burned = pydicom.dcmread(io.BytesIO((samples / "phi_presidio_pixel_text/2_ORIGINAL.dcm").read_bytes()))
    assert looks_written_on(burned.pixel_array)
