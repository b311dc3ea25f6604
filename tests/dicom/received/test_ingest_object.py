"""One object on its way in: what leaves for the store, the vault and the quarantine."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import ImplicitVRLittleEndian

from adcurate.dicom.reading.decoding import read_pixels
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.received.ingest_object import Prepared, Refusal, prepare_object
from adcurate.dicom.received.sources import Skipped, find_objects
from adcurate.errors import InputError
from adcurate.model import Exam, Pseudonyms

KEY = Pseudonyms(b"a secret of thirty-two bytes or more")


@dataclass(frozen=True)
class Held:
    content: bytes
    name: str = "file 1"

    def read(self) -> bytes:
        return self.content


@dataclass(frozen=True)
class Gone:
    name: str = "file 2"

    def read(self) -> bytes:
        raise InputError("input.not-readable", "file 2 cannot be read.", remedy="Check it.")


def test_an_object_goes_through_a_worker_unchanged(make_mr, written) -> None:
    result = prepare_object(Held(written(make_mr())), KEY)
    assert pickle.loads(pickle.dumps(result)) == result


@pytest.mark.parametrize(
    ("character_set", "name"),
    [("ISO_IR 192", "Żółć^Łukasz"), ("ISO_IR 101", "Żółć^Łukasz"), ("ISO_IR 100", "Müller^Jörg")],
)
def test_identity_is_decoded_with_the_object_s_own_character_set(
    make_mr, written, character_set: str, name: str
) -> None:
    content = written(make_mr(SpecificCharacterSet=character_set, PatientName=name))
    result = prepare_object(Held(content), KEY)
    assert isinstance(result, Prepared)
    assert result.identity.patient_name == name
    assert (result.identity.birth_date, result.identity.exam_date) == ("19600101", "20190402")


def test_the_same_bytes_are_known_again_and_only_with_the_key(make_mr, written) -> None:
    content = written(make_mr())
    digests = {
        prepare_object(Held(content), key).received_digest for key in (KEY, KEY, Pseudonyms(b"x" * 32))
    }
    assert len(digests) == 2


def test_what_is_no_mr_image_is_skipped_with_its_reason(make_mr, written) -> None:
    content = written(make_mr(SOPClassUID="1.2.840.10008.5.1.4.1.1.2", Modality="CT"))
    assert prepare_object(Held(content), KEY) == Skipped("file 1", "not-mr")


def test_a_source_that_cannot_be_read_is_refused_by_name() -> None:
    refused = prepare_object(Gone(), KEY)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.content) == ("input.not-readable", b"")


def test_two_sources_that_cannot_be_read_are_two_refusals() -> None:
    first, second = (prepare_object(Gone(name), KEY) for name in ("file 2", "file 3"))
    assert first.received_digest != second.received_digest


def test_oddities_of_real_files_are_findings(make_mr, written) -> None:
    received = make_mr()
    received.preamble = b"II*\0" + bytes(124)
    result = prepare_object(Held(written(received) + b"more"), KEY)
    assert isinstance(result, Prepared)
    assert {finding.code for finding in result.findings} == {"dicom.preamble", "dicom.trailing-bytes"}


def science_of(exams: tuple[Exam, ...]) -> list[object]:
    facts: list[object] = []
    for exam in exams:
        for series in exam.series:
            frames = [
                (
                    frame.plane,
                    frame.b_value,
                    frame.directionality,
                    frame.direction,
                    (frame.rescale_slope, frame.rescale_intercept, frame.scale_slope),
                    frame.real_world and (frame.real_world.slope, frame.real_world.unit),
                )
                for frame in series.frames
            ]
            facts.append((series.number, series.kind, series.vendor, series.model, series.b_values, frames))
    return sorted(facts, key=lambda fact: fact[0])  # type: ignore[index]


@pytest.mark.samples
@pytest.mark.parametrize(
    "folder",
    [
        "canon_galan_v6_classic",
        "ge_pioneer_dti",
        "philips_elition_biobank_classic",
        "prostatex_0001",
        "siemens_e11_mosaic",
        "siemens_xa30_enhanced",
        "uih_umr770_dti",
    ],
)
def test_a_research_object_reads_like_the_object_it_came_from(samples: Path, folder: str) -> None:
    found = find_objects([samples / folder])
    results = [prepare_object(source, KEY) for source in found.sources]
    kept = [
        Held(result.content, f"object {n}")
        for n, result in enumerate(results)
        if isinstance(result, Prepared)
    ]
    assert len(kept) == len(found.sources)
    assert str(science_of(read_exams(kept).exams)) == str(science_of(read_exams(found.sources).exams))


def test_a_signal_in_the_upper_bits_goes_in_and_reads_the_same(make_mr, written) -> None:
    truth = np.arange(16 * 12, dtype="<u2")
    content = written(make_mr(HighBit=15, PixelData=(truth * 16).tobytes()))
    prepared = prepare_object(Held(content), KEY)
    assert isinstance(prepared, Prepared)
    assert np.array_equal(read_pixels(Held(prepared.content)).ravel(), truth)


def test_the_bits_of_an_overlay_below_the_signal_do_not_go_in(make_mr, written) -> None:
    truth = np.arange(16 * 12, dtype="<u2")
    received = make_mr(HighBit=15, PixelData=(truth * 16 + 8).tobytes())
    received.add_new(0x60000100, "US", 16)
    received.add_new(0x60000102, "US", 3)
    prepared = prepare_object(Held(written(received)), KEY)
    assert isinstance(prepared, Prepared)
    assert "deid.high-bits" in {finding.code for finding in prepared.findings}
    assert prepared.content.endswith((truth * 16).tobytes())


@pytest.mark.parametrize("vr", ["US", "SS"])
@pytest.mark.parametrize("implicit", [False, True])
def test_padding_goes_in_with_the_image(make_mr, written, vr: str, *, implicit: bool) -> None:
    received = make_mr(PixelRepresentation=1, BitsStored=16, HighBit=15)
    received.add_new(0x00280120, vr, -32768 if vr == "SS" else 0x8000)
    received.add_new(0x00280121, vr, -32000 if vr == "SS" else 0x8300)
    if implicit:
        received.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    prepared = prepare_object(Held(written(received)), KEY)
    assert isinstance(prepared, Prepared)
    (series,) = read_exams([Held(prepared.content)]).exams[0].series
    assert series.frames[0].padding == (-32768, -32000)
