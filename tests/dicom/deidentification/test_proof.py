"""The proof notices whatever changes a b-value, a direction, a scale, a position or a pixel."""

from __future__ import annotations

import hashlib
import io
import json
import struct

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian
from tests.dicom.conftest import HeldObject

from adcurate.dicom.deidentification import deidentify, kept_values
from adcurate.dicom.deidentification.keep_list import KEPT, KEPT_PRIVATE
from adcurate.dicom.deidentification.proof import topic_of
from adcurate.dicom.reading.frames import SCAN_TAGS
from adcurate.dicom.received.ingest_object import Prepared, Refusal, prepare_object
from adcurate.dicom.vendors import VENDOR_TAGS
from adcurate.model import Pseudonyms

KEY = Pseudonyms(b"a secret of thirty-two bytes or more")
# Read to sort and name series; none of them is a fact that must not change.
NO_FACTS = {
    *(0x00080008, 0x00080016, 0x00080018, 0x00080020, 0x00080060, 0x00080070, 0x0008103E, 0x00081090),
    *(
        0x00089208,
        0x00089209,
        0x00100020,
        0x00180010,
        0x00180020,
        0x00180021,
        0x00180024,
        0x00180080,
        0x00180081,
    ),
    *(0x00180082, 0x00180087, 0x00181020, 0x00181030, 0x00189005, 0x00189008, 0x00189018, 0x0020000D),
    *(0x0020000E, 0x00200011, 0x00200013, 0x00200052, 0x00281054),
}


def result_of(received: Dataset, written) -> Prepared | Refusal:
    return prepare_object(HeldObject("file 1", written(received)), KEY)


def rich(make_mr) -> Dataset:
    received = make_mr(
        RescaleSlope="0.00015", RescaleIntercept="-2", SpacingBetweenSlices="4.4", DiffusionBValue=400.0
    )
    received.DiffusionGradientOrientation = [0.6, 0.0, 0.8]
    philips = received.private_block(0x2005, "Philips MR Imaging DD 001", create=True)
    philips.add_new(0x0E, "FL", 0.0269)
    return received


def test_an_account_counts_what_was_proved(make_mr, written) -> None:
    received = rich(make_mr)
    result = result_of(received, written)
    assert isinstance(result, Prepared)
    account = json.loads(result.account)
    assert account["proof"]["facts"] == {"b-values": 2, "directions": 2, "scaling": 3, "geometry": 12}
    assert account["proof"]["pixels"] == hashlib.sha256(received.PixelData).hexdigest()
    assert account["removed"] == {"patient": 1, "time": 1, "unlisted": 1}
    assert account["replaced"] == {"dates": 2, "descriptions": 1, "subject": 2, "uids": 4}


CORRUPT = {
    0x0019100C: b"401 ",
    0x0019100E: struct.pack("<3d", 0.6, 0.0, -0.8),
    0x00189087: struct.pack("<d", 401.0),
    0x00189089: struct.pack("<3d", 0.6, 0.0, -0.8),
    0x00281053: b"0.00016 ",
    0x00281052: b"2 ",
    0x2005100E: struct.pack("<f", 0.027),
    0x00200032: b"-100.5\\-90.25\\13 ",
    0x00200037: b"1\\0\\0\\0\\0\\1 ",
    0x00280030: b"1.5\\1.6 ",
    0x00180088: b"4.5 ",
}


@pytest.mark.parametrize("tag", CORRUPT)
@pytest.mark.parametrize("how", ["changed", "lost"])
def test_a_fact_that_would_change_or_be_lost_quarantines_the_object(
    make_mr, written, monkeypatch, tag: int, how: str
) -> None:
    real = kept_values.ValueKeeper.keep

    def wrong(self, kept, element, raw):
        value = real(self, kept, element, raw)
        if element.tag != tag or value is None:
            return value
        return None if how == "lost" else (value[0], CORRUPT[tag])

    monkeypatch.setattr(kept_values.ValueKeeper, "keep", wrong)
    refused = result_of(rich(make_mr), written)
    assert isinstance(refused, Refusal)
    assert refused.code == "dicom.not-kept"
    assert f"({tag >> 16:04X},{tag & 0xFFFF:04X})" in refused.sentence


def test_one_changed_bit_of_the_pixels_quarantines_the_object(make_mr, written, monkeypatch) -> None:
    real = deidentify.native_pixels

    def flipped(walked, layout, run_limited):
        pixels, high = real(walked, layout, run_limited)
        return bytes([pixels[0] ^ 1]) + pixels[1:], high

    monkeypatch.setattr(deidentify, "native_pixels", flipped)
    refused = result_of(make_mr(), written)
    assert isinstance(refused, Refusal)
    assert refused.code == "dicom.not-kept"


def test_pixels_that_were_not_swapped_are_noticed(make_mr, monkeypatch) -> None:
    received = make_mr()
    values = np.frombuffer(received.PixelData, "<u2")
    received.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    received.file_meta.MediaStorageSOPClassUID = received.SOPClassUID
    received.file_meta.MediaStorageSOPInstanceUID = received.SOPInstanceUID
    received.PixelData = values.astype(">u2").tobytes()
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, received, enforce_file_format=True)
    source = HeldObject("file 1", stream.getvalue())
    assert isinstance(prepare_object(source, KEY), Prepared)
    monkeypatch.setattr(
        deidentify,
        "native_pixels",
        lambda walked, layout, _: (walked.raw(walked.elements[layout.tag]), False),
    )
    refused = prepare_object(source, KEY)
    assert isinstance(refused, Refusal)
    assert refused.code == "dicom.not-kept"


def test_a_fact_deep_in_the_functional_groups_is_proved(make_mr, written, monkeypatch) -> None:
    received = make_mr(SOPClassUID="1.2.840.10008.5.1.4.1.1.4.1", NumberOfFrames="2")
    received.PixelData = received.PixelData * 2
    groups = []
    for b_value in (0.0, 800.0):
        diffusion, group = Dataset(), Dataset()
        diffusion.DiffusionBValue = b_value
        group.MRDiffusionSequence = [diffusion]
        groups.append(group)
    received.PerFrameFunctionalGroupsSequence = groups
    assert isinstance(result_of(received, written), Prepared)
    real = kept_values.ValueKeeper.keep

    def swaps(self, kept, element, raw):
        value = real(self, kept, element, raw)
        return ("FD", struct.pack("<d", 800.0)) if element.tag == 0x00189087 else value

    monkeypatch.setattr(kept_values.ValueKeeper, "keep", swaps)
    refused = result_of(received, written)
    assert isinstance(refused, Refusal)
    assert refused.code == "dicom.not-kept"


def test_a_value_in_a_form_that_cannot_be_written_refuses_instead_of_losing_it(make_mr, written) -> None:
    received = make_mr()
    block = received.private_block(0x0019, "SIEMENS MR HEADER")
    block.add_new(0x0C, "US", 400)
    refused = result_of(received, written)
    assert isinstance(refused, Refusal)
    assert refused.code == "dicom.not-kept"


def test_text_where_a_number_belongs_is_no_fact(make_mr, written) -> None:
    content = written(make_mr(SpacingBetweenSlices="4.444444")).replace(b"4.444444", b"********")
    result = prepare_object(HeldObject("file 1", content), KEY)
    assert isinstance(result, Prepared)
    assert [finding.code for finding in result.findings] == ["deid.value-dropped"]


def test_every_standard_tag_that_the_reader_needs_is_a_fact_or_known_to_be_none() -> None:
    unproved = {
        int(tag)
        for tag in SCAN_TAGS
        if not int(tag) >> 16 & 1 and int(tag) in KEPT and topic_of(KEPT[int(tag)], int(tag)) is None
    }
    sequences = {tag for tag in unproved if KEPT[tag].rule == "sequence"}
    assert unproved - sequences <= NO_FACTS


def test_every_vendor_attribute_with_a_diffusion_fact_is_proved() -> None:
    silent = {
        kept.name
        for kept in KEPT_PRIVATE.values()
        if kept.rule in ("number", "terms") and topic_of(kept, 0x00190000) is None
    }
    words = ("b-value", "direction", "slope", "scale", "position", "matrix", "normal")
    assert not [name for name in silent if any(word in name for word in words)]


def test_every_private_element_that_a_dialect_reads_may_stay() -> None:
    kept = {(group, element) for group, _, element in KEPT_PRIVATE} | {(0x0029, 0x10)}
    read = {
        (int(tag) >> 16, int(tag) & 0xFF)
        for tag in VENDOR_TAGS
        if int(tag) >> 16 & 1 and int(tag) & 0xFFFF > 0xFF
    }
    assert read - kept == set()
