"""Regions packed by a worker: they come back as they were, and bytes that do not add up are no file."""

from __future__ import annotations

import json
import struct
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from adcurate.findings import Finding
from adcurate.formats.regions.packed_file import pack_foreign_file, unpack_foreign_file
from adcurate.model.foreign_region import (
    ForeignContour,
    ForeignFile,
    ForeignMask,
    ForeignRegion,
    ImageName,
    RegionFault,
)

NOISE = np.random.default_rng(7)
FILE = ForeignFile(
    "SEG",
    (
        ForeignRegion(
            "left, “apex”\n\udc80",
            contours=(
                ForeignContour((NOISE.normal(size=(5, 3)), NOISE.normal(size=(3, 3))), "lps"),
                ForeignContour((NOISE.normal(size=(4, 2)),), "pixel", ImageName("1.2.3", 4, None)),
                ForeignContour((NOISE.normal(size=(3, 2)),), "pixel", ImageName(number_in_series=17)),
            ),
        ),
        ForeignRegion(
            "mask",
            mask=ForeignMask(
                np.array([[0, 1, 2], [1, 3, 4]]),
                NOISE.normal(size=(2, 3)),
                NOISE.normal(size=3),
                NOISE.normal(size=3),
                (4, 5),
                ((ImageName("1.2"), ImageName("1.3")), ()),
            ),
        ),
        ForeignRegion("open", faults=(RegionFault("foreign.empty", "It is empty.", "Draw it.", "open"),)),
    ),
    patient_id="P1",
    frame_of_reference_uid="1.9",
    findings=(Finding("foreign.unit-unsaid", "No unit.", "note", {"file": "2"}),),
)


def same(one, other) -> bool:
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other)) and one.dtype.kind == other.dtype.kind
    if isinstance(one, tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if is_dataclass(one):
        return type(one) is type(other) and all(
            same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)
        )
    return bool(one == other)


def test_what_was_packed_comes_back_to_the_last_bit():
    assert same(unpack_foreign_file(pack_foreign_file(FILE)), FILE)
    empty = ForeignFile("ImageJ", ())
    assert same(unpack_foreign_file(pack_foreign_file(empty)), empty)
    other = ForeignFile("SEG", FILE.regions[1:])
    assert not same(other, FILE)


def test_bytes_cut_anywhere_or_longer_are_no_file():
    content = pack_foreign_file(FILE)
    for cut in (*range(0, len(content), 7), len(content) - 1):
        with pytest.raises(ValueError):
            unpack_foreign_file(content[:cut])
    with pytest.raises(ValueError):
        unpack_foreign_file(content + b"x")


def changed(change) -> bytes:
    content = pack_foreign_file(FILE)
    n_text, n_floats, n_wholes = struct.unpack_from("<3Q", content)
    head = json.loads(content[24 : 24 + n_text])
    change(head)
    text = json.dumps(head).encode()
    return struct.pack("<3Q", len(text), n_floats, n_wholes) + text + content[24 + n_text :]


LIES = {
    "a format that does not exist": lambda h: h.update(format="pickle"),
    "more points than there are": lambda h: h["regions"][0]["contours"][0].__setitem__(2, [5_000_000]),
    "fewer points than there are": lambda h: h["regions"][0]["contours"][0].__setitem__(2, [5]),
    "a negative count": lambda h: h["regions"][0]["contours"][0].__setitem__(2, [9, -1]),
    "a space that does not exist": lambda h: h["regions"][0]["contours"][0].__setitem__(0, "ras"),
    "a grid without the voxels": lambda h: h["regions"][1]["mask"].update(shape=[3, 5]),
    "no regions": lambda h: h.pop("regions"),
    "regions that are none": lambda h: h.update(regions=[3]),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_head_that_lies_is_no_file(lie):
    assert same(unpack_foreign_file(changed(lambda _: None)), FILE)
    with pytest.raises(ValueError):
        unpack_foreign_file(changed(LIES[lie]))


def test_bytes_changed_at_random_are_a_file_or_a_refusal():
    content = pack_foreign_file(FILE)
    noise = np.random.default_rng(11)
    for _ in range(2000):
        bad = bytearray(content)
        for place in noise.integers(0, len(content), 3):
            bad[place] = noise.integers(0, 256)
        try:
            found = unpack_foreign_file(bytes(bad))
        except ValueError:
            continue
        assert isinstance(found, ForeignFile)
