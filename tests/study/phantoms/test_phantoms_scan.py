"""Phantom scans judged: a good scanner passes, and each fault fails the check that is made for it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from pydicom import dcmread

from adcurate.diffusion.reference_fluids import pvp_adc, water_adc
from adcurate.errors import AdcurateError
from adcurate.model.phantom_scan import PhantomScan
from adcurate.phantom.fluids import Vial, write_fluid_phantom
from adcurate.study.create import create_study
from adcurate.study.phantoms.log import keep_scan, long_term_variation, read_log
from adcurate.study.phantoms.scan import scan_phantom

PERCENT = (0, 10, 20, 30, 40, 50)


def vials(temperature_c: float = 0.0) -> list[Vial]:
    places = [(0.0, 0.0), *((50 * math.cos(k), 50 * math.sin(k)) for k in range(1, 6))]
    return [Vial(pvp_adc(p, temperature_c), place, 13) for p, place in zip(PERCENT, places, strict=True)]


def ice_water(folder: Path, **changes: object) -> PhantomScan:
    write_fluid_phantom([Vial(water_adc(0.0))], folder, **changes)  # type: ignore[arg-type]
    return scan_phantom([folder], "ice-water").scan


def verdicts(scan: PhantomScan) -> dict[str, str]:
    return {check.name: check.verdict for check in scan.vials[0].checks}


def test_a_good_scanner_passes_every_check_in_ice_water(tmp_path: Path) -> None:
    scan = ice_water(tmp_path / "good")
    assert scan.verdict == "pass" and set(verdicts(scan).values()) == {"pass"}
    assert scan.vials[0].mean == pytest.approx(1.099e-3, rel=0.005)
    assert scan.vials[0].centre_lps_mm == pytest.approx((0, 0, 0), abs=0.5)
    assert (scan.n_repeats, scan.date, scan.b_values) == (4, "20000101", (0, 500, 900, 2000))


def test_gradients_that_are_six_percent_too_strong_fail_the_bias_alone(tmp_path: Path) -> None:
    found = verdicts(ice_water(tmp_path / "strong", b_error=0.06))
    assert [name for name, verdict in found.items() if verdict == "fail"] == ["bias"]


def test_too_much_noise_fails_the_ratio(tmp_path: Path) -> None:
    assert verdicts(ice_water(tmp_path / "noisy", snr=30))["snr"] == "fail"


def test_one_series_with_two_b_values_leaves_two_checks_unjudged(tmp_path: Path) -> None:
    found = verdicts(ice_water(tmp_path / "one", n_repeats=1, b_values=(0, 1000)))
    assert found["repeatability"] == found["b-dependence"] == "not-judged"


def test_six_vials_are_told_apart_by_their_adc_and_judged_off_the_isocentre(tmp_path: Path) -> None:
    write_fluid_phantom(list(reversed(vials(20.0))), tmp_path / "pvp", snr=200)
    scan = scan_phantom([tmp_path / "pvp"], "pvp", temperature_c=20.0, pvp_percent=PERCENT).scan
    for vial, made in zip(scan.vials, vials(20.0), strict=True):
        assert vial.centre_lps_mm[:2] == pytest.approx(made.centre_mm, abs=1.5)
        assert vial.mean == pytest.approx(made.adc, rel=0.02)
    assert [vial.checks[0].name for vial in scan.vials] == ["bias", *["offset-bias"] * 5]


def test_a_bias_keeps_its_sign_on_and_off_the_isocentre(tmp_path: Path) -> None:
    write_fluid_phantom(vials(), tmp_path / "low", snr=200, b_error=-0.06)
    scan = scan_phantom([tmp_path / "low"], "pvp", pvp_percent=PERCENT).scan
    values = [vial.checks[0].value for vial in scan.vials]
    assert all(value is not None and value < 0 for value in values)
    assert {vial.checks[0].verdict for vial in scan.vials} == {"fail"}


def test_another_temperature_than_stated_fails(tmp_path: Path) -> None:
    write_fluid_phantom([Vial(water_adc(20.0))], tmp_path / "warm", b_values=(0, 500, 900))
    assert verdicts(scan_phantom([tmp_path / "warm"], "ice-water").scan)["bias"] == "fail"


def test_a_scan_of_the_phantom_that_was_told_has_no_finding(tmp_path: Path) -> None:
    assert ice_water(tmp_path / "noisy", snr=20, b_error=0.06).findings == ()
    write_fluid_phantom(vials(20.0), tmp_path / "pvp", snr=50, n_repeats=1)
    assert (
        scan_phantom([tmp_path / "pvp"], "pvp", temperature_c=20.0, pvp_percent=PERCENT).scan.findings == ()
    )


def test_a_fluid_that_is_another_than_told_is_unlikely_and_water_says_its_temperature(tmp_path: Path) -> None:
    write_fluid_phantom([Vial(water_adc(20.0))], tmp_path / "warm", b_values=(0, 500, 900), n_repeats=1)
    (finding,) = scan_phantom([tmp_path / "warm"], "ice-water").scan.findings
    assert finding.code == "phantom.unlikely" and "Water has such an ADC at 20 °C" in finding.sentence
    write_fluid_phantom(vials(20.0), tmp_path / "pvp", snr=200, n_repeats=1)
    (finding,) = scan_phantom([tmp_path / "pvp"], "pvp", temperature_c=0.0, pvp_percent=PERCENT).scan.findings
    assert finding.code == "phantom.unlikely" and "percentages" in finding.sentence


def test_a_patient_is_no_phantom(samples: Path) -> None:
    scan = scan_phantom([samples / "prostatex_0001"], "ice-water").scan
    assert [one.code for one in scan.findings] == ["phantom.unlikely"]
    assert "patient" in scan.findings[0].sentence
    assert scan.as_json()["findings"] == [one.as_json() for one in scan.findings]
    brain = scan_phantom([samples / "siemens_xa30_enhanced"], "ice-water", temperature_c=21.5).scan
    assert [("patient" in one.sentence, one.code) for one in brain.findings] == [(True, "phantom.unlikely")]


def test_slices_far_from_the_isocentre_are_measured_at_the_nearest(tmp_path: Path) -> None:
    write_fluid_phantom([Vial(water_adc(0.0))], tmp_path / "far", n_repeats=1)
    for path in sorted((tmp_path / "far").rglob("*.dcm")):
        header = dcmread(path)
        header.ImagePositionPatient = [*header.ImagePositionPatient[:2], header.ImagePositionPatient[2] + 300]
        header.save_as(path)
    scan = scan_phantom([tmp_path / "far"], "ice-water").scan
    assert scan.vials[0].checks[0].name == "offset-bias"
    assert scan.slice_index == 0


def test_what_is_no_such_phantom_is_refused_by_name(tmp_path: Path) -> None:
    write_fluid_phantom(vials()[:3], tmp_path / "three", n_repeats=1)
    with pytest.raises(AdcurateError) as trouble:
        scan_phantom([tmp_path / "three"], "pvp", pvp_percent=PERCENT)
    assert trouble.value.code == "input.not-a-phantom" and trouble.value.facts["n_found"] == 3
    with pytest.raises(AdcurateError) as trouble:
        scan_phantom([tmp_path / "three"], "pvp")
    assert trouble.value.code == "usage.option"
    write_fluid_phantom([], tmp_path / "nothing", n_repeats=1)
    with pytest.raises(AdcurateError) as trouble:
        scan_phantom([tmp_path / "nothing"], "ice-water")
    assert trouble.value.code == "input.not-a-phantom"


def test_a_study_keeps_each_scan_once_and_shows_how_a_scanner_varies(tmp_path: Path) -> None:
    study = create_study(tmp_path / "study", key_file=tmp_path / "key").folder
    first = ice_water(tmp_path / "first")
    later = ice_water(tmp_path / "later", b_error=0.05, date="20000301")
    for scan in (first, later, first):
        keep_scan(study, scan)
    kept = read_log(study)
    assert [(one.date, one.verdict) for one in kept] == [("20000101", "pass"), ("20000301", "fail")]
    assert long_term_variation(kept) == {"Fluid phantom 3 T": pytest.approx(0.05 / math.sqrt(2), rel=0.1)}
