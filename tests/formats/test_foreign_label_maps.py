"""Label maps of other tools: positions against nibabel and SimpleITK, and every lie of a header refused."""

from __future__ import annotations

import contextlib
import gzip
import struct

import nibabel
import numpy as np
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.study.region_files import write_nifti_labels, write_nrrd_labels

from adcurate.errors import ForeignRegionError
from adcurate.formats.regions.nifti_labels import is_nifti, read_nifti_labels
from adcurate.formats.regions.nrrd_labels import is_nrrd, read_nrrd_labels

AXIS = np.array([0.3, -0.5, 0.8]) / np.linalg.norm([0.3, -0.5, 0.8])


def oblique():
    """A rotation about an odd axis, unequal spacings, an odd origin."""
    turn, cross = 0.7, np.array([[0, -AXIS[2], AXIS[1]], [AXIS[2], 0, -AXIS[0]], [-AXIS[1], AXIS[0], 0]])
    rotation = np.eye(3) + np.sin(turn) * cross + (1 - np.cos(turn)) * cross @ cross
    affine = np.eye(4)
    affine[:3, :3] = rotation * (1.5, 2.25, 4.0)
    affine[:3, 3] = (-103.2, 58.9, 12.4)
    return affine


@pytest.fixture(scope="module")
def volume():
    labels = np.zeros((9, 7, 5), dtype=np.uint8)
    labels[2:5, 3:6, 1:4] = 1
    labels[6, 1, 0] = 4
    return labels


def centres(found, label):
    (region,) = [one for one in found.regions if one.label == label]
    return region.mask.centres()


def matching(found, expected):
    """Equal sets of points."""
    apart = np.linalg.norm(found[:, None] - expected[None], axis=-1)
    return len(found) == len(expected) and apart.min(axis=1).max() < 1e-3


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_nifti_voxels_lie_where_nibabel_says(volume, dtype, tmp_path):
    content = write_nifti_labels(volume, oblique(), dtype)
    (tmp_path / "l.nii.gz").write_bytes(content)
    image = nibabel.load(tmp_path / "l.nii.gz")
    for label in (1, 4):
        index = np.argwhere(np.asarray(image.dataobj) == label)
        ras = nibabel.affines.apply_affine(image.affine, index)
        assert matching(centres(read_nifti_labels(content), str(label)), ras * (-1, -1, 1))


@pytest.mark.parametrize("encoding", ["raw", "gzip", "ascii"])
@pytest.mark.parametrize("space", ["left-posterior-superior", "right-anterior-superior"])
def test_nrrd_voxels_lie_where_simpleitk_says(volume, encoding, space, tmp_path):
    content = write_nrrd_labels(volume, oblique(), encoding, space)
    path = tmp_path / "l.nrrd"
    path.write_bytes(content)
    image = SimpleITK.ReadImage(str(path))
    array = SimpleITK.GetArrayFromImage(image)
    expected = np.array(
        [image.TransformIndexToPhysicalPoint([int(i), int(j), int(k)]) for k, j, i in np.argwhere(array == 1)]
    )
    assert matching(centres(read_nrrd_labels(content), "1"), expected)


def test_what_simpleitk_writes_is_read(volume, tmp_path):
    image = SimpleITK.GetImageFromArray(np.transpose(volume, (2, 1, 0)))
    affine = oblique()
    image.SetSpacing(np.linalg.norm(affine[:3, :3], axis=0).tolist())
    image.SetDirection((affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)).ravel().tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    for name, read in (("l.nrrd", read_nrrd_labels), ("l.nii.gz", read_nifti_labels)):
        SimpleITK.WriteImage(image, str(tmp_path / name), useCompression=True)
        index = np.argwhere(volume == 1)
        expected = index @ affine[:3, :3].T + affine[:3, 3]
        assert matching(centres(read((tmp_path / name).read_bytes()), "1"), expected), name


def test_segments_of_slicer_keep_their_names_and_layers(volume):
    names = [
        "Segment0_Name:=lesion one",
        "Segment0_LabelValue:=1",
        "Segment0_Layer:=0",
        "Segment1_Name:=never drawn",
        "Segment1_LabelValue:=9",
    ]
    found = read_nrrd_labels(write_nrrd_labels(volume, oblique(), more=names))
    assert [(one.label, one.mask is not None) for one in found.regions] == [
        ("lesion one", True),
        ("never drawn", False),
    ]


def header_at(content, form, offset, value):
    changed = bytearray(content)
    struct.pack_into("<" + form, changed, offset, value)
    return bytes(changed)


def plain(volume, dtype=np.uint8):
    return write_nifti_labels(volume, oblique(), dtype, packed=False)


def half_label(volume):
    return write_nifti_labels(volume.astype(np.float32) * 0.9999, oblique(), np.float32)


BAD_NIFTI = {
    "a bomb": (
        "foreign.bomb",
        lambda v: gzip.compress(header_at(header_at(plain(v), "h", 42, 32_000), "h", 44, 32_000)),
    ),
    "more than declared": ("foreign.bomb", lambda v: gzip.compress(plain(v) + bytes(10_000))),
    "fewer than declared": ("foreign.header", lambda v: gzip.compress(plain(v)[:-5])),
    "no gzip stream": ("foreign.header", lambda v: b"\x1f\x8b" + plain(v)),
    "a gzip stream cut short": ("foreign.header", lambda v: gzip.compress(plain(v))[:-12]),
    "negative side": ("foreign.header", lambda v: header_at(plain(v), "h", 42, -9)),
    "sides that overflow": (
        "foreign.bomb",
        lambda v: header_at(header_at(header_at(plain(v), "h", 42, 32767), "h", 44, 32767), "h", 46, 32767),
    ),
    "voxels past the end": ("foreign.header", lambda v: header_at(plain(v), "f", 108, 100_000.0)),
    "voxels that begin nowhere": ("foreign.header", lambda v: header_at(plain(v), "f", 108, float("nan"))),
    "a type with other bits": ("foreign.header", lambda v: header_at(plain(v), "h", 72, 16)),
    "complex voxels": ("foreign.header", lambda v: header_at(plain(v), "h", 70, 32)),
    "a scale that is no number": ("foreign.header", lambda v: header_at(plain(v), "f", 112, float("nan"))),
    "a scale that makes halves": ("foreign.labels", lambda v: header_at(plain(v), "f", 112, 0.5)),
    "labels of 0.9999": ("foreign.labels", half_label),
    "both form codes 0": (
        "foreign.affine",
        lambda v: header_at(header_at(plain(v), "h", 252, 0), "h", 254, 0),
    ),
    "two places": ("foreign.affine", lambda v: header_at(header_at(plain(v), "h", 252, 1), "f", 268, 99.0)),
    "a flat axis": (
        "foreign.affine",
        lambda v: header_at(
            header_at(header_at(header_at(plain(v), "h", 252, 0), "f", 280, 0.0), "f", 296, 0.0),
            "f",
            312,
            0.0,
        ),
    ),
    "a fourth dimension": ("foreign.header", lambda v: write_nifti_labels(np.stack([v, v], 3), oblique())),
    "a unit that does not exist": ("foreign.header", lambda v: header_at(plain(v), "B", 123, 5)),
    "two files": ("foreign.header", lambda v: plain(v)[:344] + b"ni1\0" + plain(v)[348:]),
    "two dimensions": ("foreign.header", lambda v: header_at(plain(v), "h", 40, 2)),
}


@pytest.mark.parametrize("what", BAD_NIFTI)
def test_a_nifti_that_lies_is_refused_by_name(volume, what):
    code, make = BAD_NIFTI[what]
    with pytest.raises(ForeignRegionError) as caught:
        read_nifti_labels(make(volume))
    assert caught.value.code == code


def test_a_scale_of_zero_means_none_and_an_unsaid_unit_is_a_finding(volume):
    content = header_at(header_at(plain(volume), "f", 112, 0.0), "B", 123, 0)
    found = read_nifti_labels(content)
    assert [one.label for one in found.regions] == ["1", "4"]
    assert [one.code for one in found.findings] == ["foreign.unit-unsaid"]


def changed(volume, old, new, encoding="gzip"):
    content = write_nrrd_labels(volume, oblique(), encoding)
    assert old in content
    return content.replace(old, new, 1)


BAD_NRRD = {
    "voxels in another file": (
        "foreign.header",
        lambda v: changed(v, b"endian: little", b"data file: l.raw"),
    ),
    "an unknown packing": ("foreign.header", lambda v: changed(v, b"encoding: gzip", b"encoding: hex")),
    "a bomb": ("foreign.bomb", lambda v: changed(v, b"sizes: 9 7 5", b"sizes: 9000 70000 5")),
    "more than declared": ("foreign.bomb", lambda v: changed(v, b"sizes: 9 7 5", b"sizes: 9 7 4")),
    "fewer than declared": (
        "foreign.header",
        lambda v: changed(v, b"sizes: 9 7 5", b"sizes: 9 7 6", "raw"),
    ),
    "no space": ("foreign.affine", lambda v: changed(v, b"space: left-posterior-superior", b"space: voxels")),
    "no origin": ("foreign.affine", lambda v: changed(v, b"space origin: (", b"space origin: (x,")),
    "a line twice": ("foreign.header", lambda v: changed(v, b"endian: little", b"type: float")),
    "bytes left out": ("foreign.header", lambda v: changed(v, b"endian: little", b"byte skip: 9")),
    "a type without use": (
        "foreign.header",
        lambda v: changed(v, b"type: unsigned char", b"type: block"),
    ),
    "an end that never comes": ("foreign.header", lambda v: write_nrrd_labels(v, oblique())[:60]),
    "two sizes": ("foreign.header", lambda v: changed(v, b"dimension: 3", b"dimension: 4")),
}


@pytest.mark.parametrize("what", BAD_NRRD)
def test_a_nrrd_that_lies_is_refused_by_name(volume, what):
    code, make = BAD_NRRD[what]
    with pytest.raises(ForeignRegionError) as caught:
        read_nrrd_labels(make(volume))
    assert caught.value.code == code


SEEDS = [
    ("nifti", write_nifti_labels(np.eye(6, dtype=np.uint8)[:, :, None] + np.zeros(3, np.uint8), oblique())),
    ("nifti", plain(np.ones((5, 4, 3), dtype=np.uint8))),
    ("nrrd", write_nrrd_labels(np.ones((5, 4, 3), dtype=np.uint8), oblique())),
    ("nrrd", write_nrrd_labels(np.ones((5, 4, 3), dtype=np.uint8), oblique(), "ascii")),
]


@settings(max_examples=300, deadline=2000)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
    st.floats(0, 1),
)
def test_mutated_label_maps_are_read_or_refused_never_a_crash(seed, changes, cut):
    kind, content = seed
    mutated = bytearray(content)
    for place, value in changes:
        mutated[int(place * (len(mutated) - 1))] = value
    mutated = mutated[: max(20, int(len(mutated) * (0.4 + cut)))]
    read = read_nifti_labels if kind == "nifti" else read_nrrd_labels
    is_nifti(bytes(mutated))
    is_nrrd(bytes(mutated))
    with contextlib.suppress(ForeignRegionError):
        read(bytes(mutated))
