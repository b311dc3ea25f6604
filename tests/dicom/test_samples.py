"""Every series of the real scanner samples against the truth that their index states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.dicom.conftest import HeldObject
from tests.dicom.vendors.contract import ingested, science

from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.inspection import inspect_paths
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.received.sources import find_objects
from adcurate.diffusion import fit_adc_loglinear, fit_adc_scanner_formula
from adcurate.model import Exam

pytestmark = pytest.mark.samples

UIH_B0, UIH_B = 1.2512641359237109, 929.7501831337527
TRUTH: dict[str, dict[int, tuple[str, list[float], int]]] = {
    "prostatex_0001": {
        6: ("t2", [], 19),
        7: ("trace", [50, 400, 800], 57),
        8: ("adc", [], 19),
        9: ("calculated_b", [], 19),
    },
    "siemens_xa30_enhanced": {
        17: ("dwi", [0, 2500], 21 * 39),
        19: ("adc", [], 39),
        20: ("trace", [2500], 39),
        21: ("other", [], 39),
    },
    "uih_umr770_dti": {12: ("dwi", [UIH_B0, UIH_B], 17 * 20)},
    "philips_elition_biobank_classic": {701: ("dwi", [0, 1000], 102)},
    "ge_pioneer_dti": {1: ("dwi", [0, 1000], 14), 3: ("dwi", [0, 1000], 14)},
    "canon_galan_v6_classic": {9000: ("dwi", [0, 1500], 104)},
    "siemens_e11_mosaic": {4: ("dwi", [0, 1000], 100)},
}
SCANNER = {
    "prostatex_0001": ("siemens", "Skyra"),
    "siemens_xa30_enhanced": ("siemens", "MAGNETOM Prisma Fit"),
    "uih_umr770_dti": ("uih", "uMR 770"),
    "philips_elition_biobank_classic": ("philips", "Ingenia Elition X"),
    "ge_pioneer_dti": ("ge", "SIGNA Pioneer"),
    "canon_galan_v6_classic": ("canon", "Galan 3T"),
    "siemens_e11_mosaic": ("siemens", "Prisma_fit"),
}


@pytest.mark.parametrize("folder", sorted(TRUTH))
def test_every_series_is_what_the_index_says(folder: str, samples: Path) -> None:
    inspection: Any = inspect_paths([samples / folder]).as_json()
    assert inspection["refused"] == []
    found = {one["number"]: (one["kind"], one["b_values"], one["frames"]) for one in inspection["series"]}
    assert found == {number: (k, [float(x) for x in b], n) for number, (k, b, n) in TRUTH[folder].items()}
    for one in inspection["series"]:
        assert (one["vendor"], one["model"]) == SCANNER[folder]
        assert one["field_strength_t"] == 3.0
        assert [f for f in one["findings"] if f["severity"] == "serious"] == []


@pytest.mark.parametrize("folder", ["prostatex_0001", "siemens_xa30_enhanced"])
def test_the_unit_of_every_scanner_map_is_proved_by_the_refit(folder: str, samples: Path) -> None:
    inspection: Any = inspect_paths([samples / folder]).as_json()
    (unit,) = [one["adc_unit"] for one in inspection["series"] if one["kind"] == "adc"]
    assert (unit["evidence"], unit["mm2_per_s_per_stored_unit"]) == ("refit", 1e-6)
    assert unit["slope"] == pytest.approx(1e6, rel=0.05)
    assert unit["r"] > 0.999
    formula = {
        "prostatex_0001": "siemens-inline-stored",
        "siemens_xa30_enhanced": "geometric-mean-directions",
    }
    assert unit["formula"] == formula[folder]


def test_the_finding_says_what_the_chosen_b_values_would_do_to_an_adc(samples: Path) -> None:
    (series,) = one_exam(samples / "uih_umr770_dti").series
    (finding,) = [one for one in series.findings if one.code == "b-value.nominal-differs"]
    assert float(finding.where["adc_percent"]) == pytest.approx(-7.2, abs=0.1)
    assert "−7.2 %" in finding.sentence


@pytest.mark.parametrize("folder", sorted(TRUTH))
def test_ingest_loses_nothing_of_the_science_of_a_real_exam(folder: str, samples: Path) -> None:
    sources = find_objects([samples / folder]).sources
    before = read_exams(sources).exams[0]
    after = read_exams(ingested([HeldObject(one.name, one.read()) for one in sources])).exams[0]
    assert sorted(map(repr, map(science, before.series))) == sorted(map(repr, map(science, after.series)))


def one_exam(folder: Path) -> Exam:
    (exam,) = read_exams(find_objects([folder]).sources).exams
    return exam


def series_number(exam: Exam, number: int) -> Any:
    (series,) = [one for one in exam.series if one.number == number]
    return series


def test_prostatex_map_follows_the_formula_of_the_index(samples: Path) -> None:
    exam = one_exam(samples / "prostatex_0001")
    scanner = load_adc_map(series_number(exam, 8)).values
    stack = load_diffusion([series_number(exam, 7)])
    signal = np.stack(stack.volumes, axis=-1).astype(np.float64)
    lowest = signal[..., 0]
    mask = (lowest > 0.1 * np.percentile(lowest, 99.5)) & (scanner > 0) & (signal.min(axis=-1) > 0)
    plain = fit_adc_loglinear(signal[mask], stack.b_values).adc * 1e6
    lifted = fit_adc_scanner_formula(signal[mask], stack.b_values, formula="siemens-inline-stored").adc * 1e6
    assert np.mean(plain - scanner[mask]) == pytest.approx(49.0, abs=3)
    assert np.mean(lifted - scanner[mask]) == pytest.approx(2.5, abs=1)
    assert np.corrcoef(plain, scanner[mask])[0, 1] == pytest.approx(0.9994, abs=2e-4)
    assert np.mean(scanner == 0) == pytest.approx(0.601, abs=0.001)


def test_xa30_map_is_the_geometric_mean_of_the_directions(samples: Path) -> None:
    exam = one_exam(samples / "siemens_xa30_enhanced")
    scanner = load_adc_map(series_number(exam, 19)).values
    stack = load_diffusion([series_number(exam, 17)])
    assert stack.averaging == "directions-geometric-mean"
    lowest = np.asarray(stack.volumes[0], dtype=np.float64)
    high = stack.volumes[1]
    mask = (lowest > 0.1 * np.percentile(lowest, 99.5)) & (scanner > 0) & (high > 5)
    own = np.log(lowest[mask] / high[mask]) / 2500 * 1e6
    difference = own - scanner[mask]
    assert np.mean(difference) == pytest.approx(-0.3, abs=0.3)
    assert np.abs(difference).max() < 8.3
    assert np.corrcoef(own, scanner[mask])[0, 1] > 0.9999
    trace = load_diffusion([series_number(exam, 20)]).volumes[0]
    assert np.abs(np.floor(high[mask] + 1e-9) - trace[mask]).max() <= 1


@pytest.mark.parametrize(
    ("folder", "median"), [("philips_elition_biobank_classic", 723), ("canon_galan_v6_classic", 804)]
)
def test_a_refit_gives_the_median_adc_of_the_index(folder: str, median: float, samples: Path) -> None:
    stack = load_diffusion(one_exam(samples / folder).series)
    signal = np.stack(stack.volumes, axis=-1).astype(np.float64)
    lowest = signal[..., 0]
    mask = (lowest > 0.1 * np.percentile(lowest, 99.5)) & (signal.min(axis=-1) > 0)
    adc = fit_adc_loglinear(signal[mask], stack.b_values).adc * 1e6
    assert np.median(adc) == pytest.approx(median, rel=0.02)


@pytest.mark.parametrize(
    ("folder", "tile", "slices", "step"),
    [("siemens_e11_mosaic", (128, 128), 25, 5.2), ("uih_umr770_dti", (64, 64), 20, 4.2)],
)
def test_mosaics_become_evenly_spaced_slices(
    folder: str, tile: tuple[int, int], slices: int, step: float, samples: Path
) -> None:
    stack = load_diffusion(one_exam(samples / folder).series)
    assert stack.volumes[0].shape == (slices, *tile)
    steps = [b.distance_mm([a.origin])[0] for a, b in zip(stack.planes, stack.planes[1:], strict=False)]
    assert np.abs(steps) == pytest.approx(step, abs=0.01)


def test_the_odd_files_of_others_stop_nothing(samples: Path) -> None:
    for folder in ("bad_and_edge_pydicom", "phi_deid_data", "phi_presidio_pixel_text", "dcmqi"):
        result = read_exams(find_objects([samples / folder]).sources)
        assert {one.code for one in result.refused} <= {
            "dicom.uid-conflict",
            "dicom.pixel-length",
            "dicom.truncated",
        }
