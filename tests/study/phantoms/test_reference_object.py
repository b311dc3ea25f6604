"""Fits of the digital reference object against the truth, against R, and other programs' maps against it."""

from __future__ import annotations

import json
from pathlib import Path

import nibabel
import numpy as np
import pytest

from adcurate.errors import AdcurateError
from adcurate.phantom.reference_object import ADC_LEVELS, PIXEL_MM, SNR_LEVELS, layout_of_cells
from adcurate.study.phantoms.reference_object import (
    ForeignMap,
    assess_fits,
    foreign_map,
    read_numbers,
    write_dro,
)

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "reference_object.json").read_text())
SIDES = layout_of_cells()[0].shape


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dro") / "noisy"
    write_dro(folder, seed=5)
    return folder


@pytest.fixture(scope="module")
def noiseless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dro") / "noiseless"
    write_dro(folder, noise=False)
    return folder


def test_without_noise_each_fit_gives_the_truth_within_the_rounding_of_the_pixels(noiseless: Path) -> None:
    found = assess_fits(noiseless, b_values=(0, 500), images="averaged")
    top = [i for i, level in enumerate(SNR_LEVELS) if level == 100]
    for fit in found.fits:
        bias = found.grid(fit.found.bias)[top[0]]
        # Half a unit at each end of the decay: 0.5 / S / b.
        s500 = 1000 * np.exp(-500 * np.asarray(ADC_LEVELS))
        assert (np.abs(bias) <= (0.5 / s500 + 0.5 / 1000) / 500 * 1.01).all()


@pytest.mark.parametrize("expected", ORACLE["cells"], ids=lambda cell: f"{cell['snr']}-{cell['adc']}")
def test_the_log_linear_fit_has_the_bias_and_spread_that_r_simulates(
    noisy: Path, expected: dict[str, float], request: pytest.FixtureRequest
) -> None:
    found = request.config.stash.setdefault(_FOUND, {})
    if noisy not in found:
        found[noisy] = assess_fits(noisy, fits=("loglinear",), b_values=(0, 100, 500, 800))
    judged = found[noisy].fits[0].found
    snr = SNR_LEVELS.index(expected["snr"])
    cell = snr * len(ADC_LEVELS) + int(np.argmin(np.abs(np.asarray(ADC_LEVELS) - expected["adc"])))
    n = judged.n_estimated[cell]
    assert n == 4 * 320
    standard_error = expected["sd"] / np.sqrt(n)
    assert abs(judged.mean[cell] - expected["mean"]) < 4 * standard_error
    assert judged.sd[cell] == pytest.approx(expected["sd"], rel=4 / np.sqrt(2 * n))


_FOUND = pytest.StashKey[dict[Path, object]]()


def _write_nifti(path: Path, values: np.ndarray, *, turned: bool = False, moved_mm: float = 0.0) -> None:
    """A map as another program writes it: RAS, the column first; `turned` stores it upside down."""
    rows, columns = SIDES
    x, y = columns / 2 - moved_mm, rows / 2
    affine = np.array([[-PIXEL_MM, 0, 0, x], [0, -PIXEL_MM, 0, y], [0, 0, 4, 0], [0, 0, 0, 1.0]])
    volume = values.T[:, :, None]
    if turned:
        volume = volume[:, ::-1]
        affine = affine @ np.array([[1, 0, 0, 0], [0, -1, 0, rows - 1], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    nibabel.save(nibabel.Nifti1Image(volume, affine), path)


@pytest.mark.parametrize("unit", [1.0, 1e-3, 1e-6])
@pytest.mark.parametrize("turned", [False, True])
def test_a_foreign_map_in_any_unit_and_orientation_is_judged_alike(
    noiseless: Path, tmp_path: Path, unit: float, turned: bool
) -> None:
    truth, _ = layout_of_cells()
    _write_nifti(tmp_path / "theirs.nii.gz", 1.03 * np.nan_to_num(truth) / unit, turned=turned)
    found = assess_fits(noiseless, fits=(), maps=[ForeignMap("theirs", tmp_path / "theirs.nii.gz")])
    assert found.fits[0].found.relative_bias == pytest.approx(0.03, abs=1e-6)


def test_a_map_that_lies_elsewhere_or_in_no_unit_is_refused_by_name(noiseless: Path, tmp_path: Path) -> None:
    truth = np.nan_to_num(layout_of_cells()[0])
    _write_nifti(tmp_path / "moved.nii", truth, moved_mm=0.4)
    _write_nifti(tmp_path / "odd.nii", 4 * truth)
    (tmp_path / "text.nii").write_text("no map")
    for name, sentence in (("moved", "do not lie"), ("odd", "no known unit"), ("text", "no NIfTI")):
        with pytest.raises(AdcurateError, match=sentence):
            assess_fits(noiseless, fits=(), maps=[ForeignMap(name, tmp_path / f"{name}.nii")])


def test_a_folder_that_is_not_the_object_and_b_values_that_it_lacks_are_refused(
    noiseless: Path, tmp_path: Path
) -> None:
    with pytest.raises(AdcurateError) as trouble:
        assess_fits(noiseless / "series-101")
    assert trouble.value.code == "input.not-the-object"
    with pytest.raises(AdcurateError) as trouble:
        assess_fits(noiseless, b_values=(0, 700))
    assert trouble.value.code == "scheme.too-few-b-values"


def test_options_are_read_or_refused() -> None:
    assert read_numbers("0, 500", "--x") == (0.0, 500.0) and read_numbers(" ", "--x") == ()
    assert foreign_map("a=b=c").path == Path("b=c")
    for wrong in ("=x", "x=", "x"):
        with pytest.raises(AdcurateError):
            foreign_map(wrong)
    with pytest.raises(AdcurateError):
        read_numbers("0;500", "--x")
