"""A map as NIfTI: every voxel where DICOM says, in the coordinates that NIfTI uses."""

from __future__ import annotations

import json

import nibabel
import numpy as np
import pytest
import SimpleITK

from adcurate.formats.nifti import nifti_bytes, sidecar_bytes, write_nifti

# Slices 6 mm apart to the head, rows 2 mm to posterior, columns 3 mm to the left, from (-100, -80, 40) LPS.
AFFINE_LPS = ((0.0, 0.0, 3.0, -100.0), (0.0, 2.0, 0.0, -80.0), (6.0, 0.0, 0.0, 40.0), (0.0, 0.0, 0.0, 1.0))


@pytest.fixture
def written(tmp_path):
    values = np.arange(2 * 4 * 5, dtype=np.float32).reshape(2, 4, 5)
    values[0, 0, 0] = np.nan
    write_nifti(tmp_path / "map.nii", values, AFFINE_LPS)
    return values, nibabel.load(tmp_path / "map.nii")


def test_a_voxel_lies_where_dicom_says_with_left_and_posterior_turned(written):
    values, image = written
    # Slice 1, row 2, column 3 lies at LPS (-91, -76, 46), which is RAS (91, 76, 46).
    assert image.affine @ [3, 2, 1, 1] == pytest.approx([91.0, 76.0, 46.0, 1.0])
    assert image.get_fdata()[3, 2, 1] == values[1, 2, 3]


def test_values_are_float32_and_what_is_not_estimated_stays_nan(written):
    values, image = written
    assert image.get_data_dtype() == np.float32
    assert np.array_equal(np.transpose(image.get_fdata(), (2, 1, 0)), values, equal_nan=True)
    assert nibabel.aff2axcodes(image.affine) == ("L", "P", "S")


def test_an_older_file_is_replaced_whole(written, tmp_path):
    values, _ = written
    write_nifti(tmp_path / "map.nii", values + 1, AFFINE_LPS)
    assert nibabel.load(tmp_path / "map.nii").get_fdata()[1, 1, 1] == values[1, 1, 1] + 1
    assert [path.name for path in tmp_path.iterdir()] == ["map.nii"]


def test_both_matrices_say_the_same_and_the_values_are_unscaled(written):
    _, image = written
    assert (int(image.header["sform_code"]), int(image.header["qform_code"])) == (1, 1)
    assert image.get_qform() == pytest.approx(image.get_sform(), abs=1e-5)
    assert image.header["scl_slope"] in (0.0, 1.0) or np.isnan(image.header["scl_slope"])
    assert image.header.get_xyzt_units()[0] == "mm"


def test_slices_that_are_shifted_sideways_are_said_by_the_matrix_alone():
    sheared = np.array(AFFINE_LPS)
    sheared[1, 0] = 2.0
    image = nibabel.Nifti1Image.from_bytes(nifti_bytes(np.zeros((2, 4, 5), dtype=np.float32), sheared))
    assert (int(image.header["sform_code"]), int(image.header["qform_code"])) == (1, 0)
    assert image.affine @ [3, 2, 1, 1] == pytest.approx([91.0, 74.0, 46.0, 1.0])


def test_itk_puts_every_voxel_of_a_turned_grid_where_dicom_does(tmp_path):
    about_x, about_z = np.radians(17), np.radians(-28)
    turn = np.array(
        [[1, 0, 0], [0, np.cos(about_x), -np.sin(about_x)], [0, np.sin(about_x), np.cos(about_x)]]
    ) @ np.array([[np.cos(about_z), -np.sin(about_z), 0], [np.sin(about_z), np.cos(about_z), 0], [0, 0, 1]])
    affine = np.eye(4)
    affine[:3, :3] = (turn @ np.array(AFFINE_LPS)[:3, :3]).round(12)
    affine[:3, 3] = (12.5, -33.0, 71.25)
    values = np.arange(2 * 4 * 5, dtype=np.float32).reshape(2, 4, 5) * np.float32(1e-6)
    write_nifti(tmp_path / "map.nii", values, affine)
    image = SimpleITK.ReadImage(str(tmp_path / "map.nii"))
    for index in np.ndindex(values.shape):
        place = tuple(float(one) for one in (affine @ [*index, 1])[:3])
        found = image.TransformPhysicalPointToIndex(place)
        assert found == index[::-1]
        assert image.GetPixel(found) == values[index]


def test_a_mask_keeps_its_bytes():
    mask = np.zeros((2, 4, 5), dtype=np.uint8)
    mask[1, 2, 3] = 1
    image = nibabel.Nifti1Image.from_bytes(nifti_bytes(mask, AFFINE_LPS))
    assert image.get_data_dtype() == np.uint8
    assert np.argwhere(np.asarray(image.dataobj)).tolist() == [[3, 2, 1]]


def test_the_same_volume_gives_the_same_bytes():
    values = np.ones((2, 4, 5), dtype=np.float32)
    assert nifti_bytes(values, AFFINE_LPS) == nifti_bytes(values, AFFINE_LPS)


def test_the_sidecar_says_what_it_is_and_refuses_nan():
    told = json.loads(sidecar_bytes({"unit": "mm2/s"}))
    assert told == {"schema": "adcurate.nifti-sidecar", "schema_version": 1, "unit": "mm2/s"}
    with pytest.raises(ValueError, match="JSON"):
        sidecar_bytes({"b": float("nan")})
