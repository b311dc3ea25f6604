"""What is no plain MR image never passes by default: it is left alone, or quarantined by name."""

from __future__ import annotations

import pytest
from tests.dicom.conftest import HeldObject

from adcurate.dicom.received.ingest_object import Prepared, Refusal, prepare_object
from adcurate.dicom.received.sources import Skipped
from adcurate.model import Pseudonyms

KEY = Pseudonyms(b"a secret of thirty-two bytes or more")
STORAGE = "1.2.840.10008.5.1.4.1.1."
CAPTURES = ("7", "7.1", "7.2", "7.3", "7.4")
REPORTS = {
    **{f"88.{n}": "SR" for n in (1, 2, 3, 4, 11, 22, 33, 34, 40, 50, 59, 65, 67, 68, 69, 70, 71, 72, 76)},
    **{f"104.{n}": "DOC" for n in (1, 2, 3, 4, 5)},
    **{f"11.{n}": "PR" for n in (1, 2, 3, 4, 5, 6, 7, 8)},
    **{"4.2": "MR", "66": "MR", "66.1": "REG", "66.2": "FID", "66.3": "REG", "9.1.1": "ECG"},
}
OTHER_IMAGES = {
    **{"1": "CR", "1.1": "DX", "1.2": "MG", "2": "CT", "2.1": "CT", "3.1": "US", "6.1": "US", "6.2": "US"},
    **{"12.1": "XA", "12.2": "RF", "20": "NM", "128": "PT", "130": "PT", "66.4": "SEG", "481.1": "RTIMAGE"},
    **{"77.1.1": "ES", "77.1.4": "XC", "77.1.4.1": "XC", "77.1.6": "SM", "4.3": "MR"},
}
WITH_TEXT = {
    "burned in": {"BurnedInAnnotation": "YES"},
    "burned in, lower case": {"BurnedInAnnotation": "yes "},
    "scanned": {"ConversionType": "SD"},
    "captured": {"ConversionType": "WSD"},
    "screen save": {"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]},
    "csa report": {"ImageType": ["DERIVED", "SECONDARY", "OTHER", "CSA REPORT"]},
    "dose report": {"ImageType": ["DERIVED", "SECONDARY", "DOSE_REPORT"]},
    "snapshot": {"ImageType": ["DERIVED", "PRIMARY", "SNAPSHOT"]},
    "capture": {"ImageType": ["DERIVED", "SECONDARY", "SCREEN CAPTURE"]},
    "colour": {"PhotometricInterpretation": "RGB"},
    "palette": {"PhotometricInterpretation": "PALETTE COLOR"},
    "video colour": {"PhotometricInterpretation": "YBR_FULL_422"},
    "three samples": {"SamplesPerPixel": 3},
}


def taken(make_mr, written, **changes: object) -> object:
    return prepare_object(HeldObject("file 1", written(make_mr(**changes))), KEY)


def test_there_are_more_than_sixty_of_them() -> None:
    assert 2 * len(CAPTURES) + len(REPORTS) + len(OTHER_IMAGES) + len(WITH_TEXT) >= 60


@pytest.mark.parametrize("modality", ["MR", "OT"])
@pytest.mark.parametrize("kind", CAPTURES)
def test_a_capture_never_passes(make_mr, written, kind: str, modality: str) -> None:
    result = taken(make_mr, written, SOPClassUID=STORAGE + kind, Modality=modality)
    assert not isinstance(result, Prepared)
    if modality == "MR":
        assert isinstance(result, Refusal)
        assert result.code == "dicom.pixel-text-risk"


@pytest.mark.parametrize("kind", REPORTS)
def test_a_report_or_document_is_left_alone_even_if_it_calls_itself_mr(make_mr, written, kind: str) -> None:
    for modality in {REPORTS[kind], "MR"}:
        received = make_mr(SOPClassUID=STORAGE + kind, Modality=modality)
        received.EncapsulatedDocument = b"%PDF-1.7 Zwiebelkuchen "
        for keyword in ("PixelData", "Rows", "Columns"):
            delattr(received, keyword)
        result = prepare_object(HeldObject("file 1", written(received)), KEY)
        assert isinstance(result, Skipped), result


@pytest.mark.parametrize("kind", OTHER_IMAGES)
def test_another_kind_of_image_is_left_alone_even_if_it_calls_itself_mr(make_mr, written, kind: str) -> None:
    for modality in {OTHER_IMAGES[kind], "MR"}:
        assert isinstance(
            taken(make_mr, written, SOPClassUID=STORAGE + kind, Modality=modality), (Skipped, Refusal)
        )


@pytest.mark.parametrize("what", WITH_TEXT)
def test_an_mr_image_that_may_hold_text_is_quarantined(make_mr, written, what: str) -> None:
    result = taken(make_mr, written, **WITH_TEXT[what])
    assert isinstance(result, Refusal)
    assert result.code in ("dicom.pixel-text-risk", "dicom.pixel-geometry")


def test_a_document_inside_an_image_does_not_pass_with_it(make_mr, written) -> None:
    received = make_mr()
    received.EncapsulatedDocument = b"%PDF-1.7 Zwiebelkuchen "
    result = prepare_object(HeldObject("file 1", written(received)), KEY)
    assert isinstance(result, Prepared)
    assert b"PDF" not in result.content
