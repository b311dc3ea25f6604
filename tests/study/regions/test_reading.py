"""Files of other tools are read elsewhere: what a reader does to its process costs one file, by name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.formats.test_packed_file import same
from tests.study import region_files as write

from adcurate.errors import AdcurateError, ForeignRegionError, InputError
from adcurate.findings import Finding
from adcurate.formats.regions.imagej import read_imagej
from adcurate.formats.regions.nifti_labels import read_nifti_labels
from adcurate.formats.regions.nrrd_labels import read_nrrd_labels
from adcurate.formats.regions.packed_file import pack_foreign_file
from adcurate.model import content_digest
from adcurate.model.foreign_region import ForeignFile, ForeignRegion
from adcurate.study.regions import reading
from adcurate.study.regions.reading import answer_of_file, read_foreign_file, read_within_limits

SQUARE = np.array([[2.5, 3.5], [2.5, 9.5], [7.5, 9.5], [7.5, 3.5]])
MASK = np.zeros((9, 8, 5), np.uint8)
MASK[2:5, 3:6, 1:4] = 2
BESIDE_WINDOWS = pytest.mark.skipif(
    sys.platform == "win32", reason="memory and processor time are not limited there"
)


@pytest.mark.parametrize(
    ("name", "content", "read"),
    [
        ("one.roi", write.roi_bytes(SQUARE, position=4), lambda content: read_imagej(content, "one")),
        ("a.nii.gz", write.write_nifti_labels(MASK, np.eye(4)), read_nifti_labels),
        ("a.nrrd", write.write_nrrd_labels(MASK, np.diag([2.0, 3.0, 4.0, 1.0])), read_nrrd_labels),
    ],
    ids=["imagej", "nifti", "nrrd"],
)
def test_a_file_read_elsewhere_is_the_file_read_here(tmp_path, name, content, read):
    path = tmp_path / name
    path.write_bytes(content)
    found, digest = read_foreign_file(path)
    assert same(found, read(content))
    assert found.regions
    assert digest == content_digest(content)


def refusal(path: Path, answer=answer_of_file) -> AdcurateError:
    with pytest.raises(AdcurateError) as caught:
        read_within_limits(answer, path)
    return caught.value


def test_a_refusal_comes_home_with_its_code_words_and_facts(tmp_path):
    volume = write.write_nifti_labels(MASK, np.eye(4), packed=False)
    (tmp_path / "cut.nii").write_bytes(volume[:-5])
    (tmp_path / "other.pdf").write_bytes(b"%PDF")
    huge = tmp_path / "huge.nrrd"
    huge.write_bytes(write.write_nrrd_labels(MASK, np.eye(4)).replace(b"sizes: 9 8 5", b"sizes: 900 900 900"))
    found = refusal(huge)
    assert (type(found), found.code) == (ForeignRegionError, "foreign.bomb")
    assert found.facts == {"n_voxels": 900**3}
    with pytest.raises(ForeignRegionError) as here:
        read_nrrd_labels(huge.read_bytes())
    assert here.value.as_json() == found.as_json()
    assert refusal(tmp_path / "cut.nii").code == "foreign.header"
    assert refusal(tmp_path / "other.pdf").code == "foreign.format"
    missing = refusal(tmp_path / "missing.nii")
    assert (type(missing), missing.code) == (InputError, "input.missing")


def who(_: str) -> bytes:
    pid = str(os.getpid())
    return b"+" + b"0" * 64 + pack_foreign_file(ForeignFile("NIfTI", (ForeignRegion(pid),)))


def die(_: str) -> bytes:
    os.abort()


def hang(_: str) -> bytes:
    while True:
        pass


def swell(_: str) -> bytes:
    return bytes(4 * 2**30)


def trip(_: str) -> bytes:
    raise KeyError("KOWALSKA^JANINA")


def lie(_: str) -> bytes:
    return who(_)[:-3]


def accuse(_: str) -> bytes:
    return b'-{"code": "vault.key", "sentence": "", "remedy": "", "facts": {}}'


def test_many_files_are_read_by_one_other_process(tmp_path):
    pids = {read_within_limits(who, tmp_path)[0].regions[0].label for _ in range(20)}
    assert len(pids) == 1
    assert str(os.getpid()) not in pids


@BESIDE_WINDOWS
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (die, "foreign.limit"),
        (hang, "foreign.limit"),
        (swell, "foreign.limit"),
        (trip, "foreign.header"),
        (lie, "foreign.header"),
        (accuse, "foreign.header"),
    ],
)
def test_a_reader_that_comes_to_harm_is_a_refusal_and_the_next_file_is_read(
    tmp_path, monkeypatch, answer, code
):
    path = tmp_path / "one.roi"
    path.write_bytes(write.roi_bytes(SQUARE))
    with monkeypatch.context() as hasty:
        if answer is hang:
            hasty.setattr(reading, "SECONDS", 1.0)
        found = refusal(path, answer)
    assert found.code == code
    assert "KOWALSKA" not in f"{found}{found.as_json()}"
    assert len(read_foreign_file(path)[0].regions) == 1


def test_findings_and_faults_cross_over(tmp_path):
    content = bytearray(write.write_nifti_labels(MASK, np.eye(4), packed=False))
    content[123] = 0  # no unit of length
    path = tmp_path / "labels.nii"
    path.write_bytes(content)
    (finding,) = read_foreign_file(path)[0].findings
    assert isinstance(finding, Finding)
    assert finding.code == "foreign.unit-unsaid"
    path.write_bytes(write.roi_bytes(SQUARE)[:70])
    (fault,) = read_foreign_file(path)[0].regions[0].faults
    assert (fault.code, fault.label) == ("foreign.header", "labels")
