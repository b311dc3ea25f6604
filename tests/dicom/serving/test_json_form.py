"""Headers as DICOM JSON, and which of them a query asks for."""

from __future__ import annotations

import pytest

from adcurate.dicom.serving.json_form import chosen, element, header_json, matches, tag_of, values_of
from adcurate.errors import DicomError, WebError

FORM = {
    **element("PatientID", "S-0042"),
    **element("PatientName", "S-0042"),
    **element("StudyDate", "20240115"),
    **element("StudyInstanceUID", "2.25.7"),
    **element("SeriesNumber", 3),
    **element("AccessionNumber"),
}


def test_elements_are_written_as_the_standard_writes_them():
    assert FORM["00100020"] == {"vr": "LO", "Value": ["S-0042"]}
    assert FORM["00100010"] == {"vr": "PN", "Value": [{"Alphabetic": "S-0042"}]}
    assert FORM["00080050"] == {"vr": "SH"}
    assert chosen(FORM, ["PatientID", "StudyID"]) == {
        "00100020": FORM["00100020"],
        "00200010": {"vr": "SH"},
    }
    assert values_of([FORM, FORM], "SeriesNumber") == (3,)


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({}, True),
        ({"PatientID": "S-0042"}, True),
        ({"PatientID": "s-0042"}, True),
        ({"PatientID": "S-00*"}, True),
        ({"PatientID": "S-004?"}, True),
        ({"PatientID": "*"}, True),
        ({"PatientID": ""}, True),
        ({"PatientID": "S-0043"}, False),
        ({"PatientID": "S-004[2]"}, False),
        ({"PatientName": "S-0042"}, True),
        ({"00100020": "S-0042"}, True),
        ({"StudyDate": "20240115"}, True),
        ({"StudyDate": "20240101-20240131"}, True),
        ({"StudyDate": "-20240131"}, True),
        ({"StudyDate": "20240116-"}, False),
        ({"StudyInstanceUID": "2.25.7"}, True),
        ({"StudyInstanceUID": "2.25.6,2.25.7"}, True),
        ({"StudyInstanceUID": "2.25.*"}, False),
        ({"SeriesNumber": "3"}, True),
        ({"AccessionNumber": "7"}, False),
        ({"StudyID": "7"}, False),
        ({"PatientID": "S-0042", "SeriesNumber": "4"}, False),
    ],
)
def test_a_query_fits_by_value_wildcard_list_and_range(asked, fits):
    assert matches(FORM, {tag_of(name): value for name, value in asked.items()}) is fits


def test_an_attribute_that_dicom_does_not_have_is_refused():
    with pytest.raises(WebError) as refused:
        tag_of("NoSuchAttribute")
    assert refused.value.code == "web.malformed"


def test_what_is_no_object_is_refused():
    with pytest.raises(DicomError):
        header_json(b"no DICOM at all")
