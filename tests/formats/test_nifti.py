"""A map as NIfTI: every voxel where DICOM says, in the coordinates that NIfTI uses."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest

from adcurate.formats.nifti import write_nifti

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
