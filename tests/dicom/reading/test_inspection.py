from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adcurate.dicom.reading.inspection import inspect_paths
from adcurate.phantom import load_reconstructed_cohort, prescribe_exam, simulate_exam, write_exam

Build = Callable[..., Any]


@pytest.mark.parametrize("dialect", ["siemens-classic", "siemens-xa", "ge", "philips"])
def test_inspection_of_a_phantom_proves_its_unit_and_names_nobody(dialect: str, tmp_path: Path) -> None:
    prescription = next(
        p for p in (prescribe_exam(row, 5) for row in load_reconstructed_cohort()) if p.dialect == dialect
    )
    write_exam(simulate_exam(prescription), tmp_path / "exam")
    (tmp_path / "exam" / "DICOMDIR").write_bytes(b"\0" * 200)
    (tmp_path / "exam" / "readme.txt").write_text("junk")
    inspection = inspect_paths([tmp_path]).as_json()
    text = json.dumps(inspection, allow_nan=False)
    assert inspection["schema_version"] == 1
    assert inspection["refused"] == []
    assert inspection["skipped"]
    series: Any = inspection["series"]
    (adc,) = [one for one in series if one["kind"] == "adc"]
    assert adc["adc_unit"]["evidence"] == "refit"
    assert adc["adc_unit"]["mm2_per_s_per_stored_unit"] == 1e-6
    assert adc["adc_unit"]["r"] > 0.999
    assert adc["b_values"] == []
    (dwi,) = [one for one in series if one["kind"] in ("dwi", "trace")]
    assert dwi["b_values"] == list(prescription.b_values)
    assert dwi["frames"] == prescription.n_slices * len(prescription.b_values)
    assert sum(row["frames"] for row in dwi["ledger"]) == dwi["frames"]
    for secret in (
        prescription.patient_id,
        prescription.patient_name,
        prescription.birth_date,
        prescription.exam_date,
        prescription.institution,
        "2.25.",
        str(tmp_path),
    ):
        assert secret not in text


def test_an_unreadable_map_is_a_finding_and_the_rest_is_inspected(tmp_path: Path, mr_object: Build) -> None:
    adc = ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]
    for n in range(4):
        (tmp_path / f"{n}").write_bytes(mr_object(n, z_mm=n // 2, ImageType=adc).content)
    (one,) = inspect_paths([tmp_path]).series
    assert one.adc_unit is not None
    assert one.adc_unit.evidence == "unknown"
    assert {f.code for f in one.findings} >= {"geometry.slice-twice", "adc-unit.unreadable"}


def test_the_series_entry_has_the_documented_keys(tmp_path: Path, mr_object: Build) -> None:
    (tmp_path / "object").write_bytes(mr_object(1).content)
    (one,) = inspect_paths([tmp_path]).series
    page = Path(__file__).parents[3] / "docs" / "inspect.md"
    described = page.read_text(encoding="utf-8")
    assert all(f"`{key}`" in described for key in one.as_json())
