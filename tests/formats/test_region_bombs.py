"""Small files that would open to gigabytes, or ask for hours: refused by name, soon and in little memory."""

from __future__ import annotations

import gzip
import io
import struct
import time
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
from tests.study import region_files as write

from adcurate.errors import ForeignRegionError
from adcurate.formats.regions import label_volume
from adcurate.formats.regions.imagej import is_imagej, read_imagej
from adcurate.formats.regions.nifti_labels import read_nifti_labels
from adcurate.formats.regions.nrrd_labels import read_nrrd_labels

MOST_BYTES = 512 * 2**20
AFFINE = np.eye(4)


def refusal(read, content):
    """The code that a reader refuses a file with, checked for memory and a generous time."""
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(ForeignRegionError) as caught:
            read(content)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
    assert time.process_time() - began < 10
    return caught.value.code


def packed_nifti(plane, n_planes):
    """A gzipped NIfTI of the same plane again and again, without ever being held."""
    small = write.write_nifti_labels(plane[:, :, None], AFFINE, dtype=plane.dtype, packed=False)
    header = bytearray(small[:352])
    struct.pack_into("<h", header, 46, n_planes)
    coder = zlib.compressobj(1, zlib.DEFLATED, 31)
    parts = [coder.compress(bytes(header))]
    parts += [coder.compress(small[352:]) for _ in range(n_planes)]
    return b"".join([*parts, coder.flush()])


def test_a_label_that_fills_a_huge_volume_is_refused():
    content = packed_nifti(np.ones((512, 512), np.uint8), 200)
    assert len(content) < 2_000_000
    assert refusal(read_nifti_labels, content) == "foreign.bomb"


def test_a_volume_of_wide_numbers_is_refused_before_it_is_opened():
    assert refusal(read_nifti_labels, packed_nifti(np.zeros((512, 512), np.float64), 200)) == "foreign.bomb"


def test_what_is_scaled_counts_twice():
    content = bytearray(gzip.decompress(packed_nifti(np.zeros((64, 64), np.uint8), 2)))
    struct.pack_into("<h", content, 46, 20_000)
    struct.pack_into("<2f", content, 112, 2.0, 0.0)
    with pytest.raises(ForeignRegionError) as caught:
        read_nifti_labels(gzip.compress(bytes(content)))
    assert caught.value.code == "foreign.bomb"


def test_a_side_as_long_as_a_volume_is_refused():
    with pytest.raises(ForeignRegionError) as caught:
        label_volume.check_size((1, 1, 70_000), 1)
    assert caught.value.code == "foreign.bomb"


def test_a_stream_of_many_pieces_opens_to_what_was_packed():
    volume = np.random.default_rng(4).integers(0, 2**62, 600_000)
    content = gzip.compress(volume.tobytes(), 1)
    assert len(content) > 3 * 2**20
    assert label_volume.inflate(content, volume.nbytes) == volume.tobytes()
    runs = bytes(3 * 2**20) + b"end"
    assert label_volume.inflate(gzip.compress(runs), len(runs)) == runs
    with pytest.raises(ForeignRegionError):
        label_volume.inflate(content[:-2_000_000], volume.nbytes)


def segments(volume, n):
    more = [f"Segment{k}_{name}" for k in range(n) for name in ("LabelValue:=1", f"Name:=s{k}")]
    return write.write_nrrd_labels(volume, AFFINE, more=more)


def test_many_segments_of_the_same_voxels_are_refused_and_few_are_read_in_one_pass():
    volume = np.zeros((256, 256, 100), np.uint8)
    volume[10:110, 10:110, :10] = 1
    assert refusal(read_nrrd_labels, segments(volume, 60)) == "foreign.bomb"
    assert [one.mask.n_voxels for one in read_nrrd_labels(segments(volume, 3)).regions] == [100_000] * 3
    volume[:] = 0
    volume[3, 4, 5] = 1
    began = time.process_time()
    found = read_nrrd_labels(segments(volume, 3000)).regions
    assert time.process_time() - began < 5
    assert {tuple(one.mask.indices[0]) for one in found} == {(5, 4, 3)}


def zipped(n, member):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for k in range(n):
            archive.writestr(f"{k}.roi", member)
    return stream.getvalue()


@pytest.mark.parametrize(("n", "member"), [(60, bytes(1_900_000)), (10_001, b"")])
def test_a_zip_of_many_regions_is_refused_before_any_is_opened(n, member):
    content = zipped(n, member)
    assert is_imagej(content)
    assert refusal(read_imagej, content) == "foreign.bomb"
