"""What an object repeats of its exam: codes and dates as the study keeps them, and nothing else."""

from __future__ import annotations

import io

import pydicom
import pytest
from tests.dicom.objects.exams_to_write import Held

from adcurate.dicom.objects.exam_context import read_exam_context
from adcurate.dicom.objects.reproducible import NO_DATE, derived_uid, encoded, without_clock
from adcurate.errors import DicomError


def _object(mr_dataset, number: int = 1, **elements) -> Held:
    stream = io.BytesIO()
    mr_dataset(number, **elements).save_as(stream, enforce_file_format=True)
    return Held(f"object {number}", stream.getvalue())


def test_only_the_listed_attributes_come_along(mr_dataset):
    held = _object(mr_dataset, InstitutionName="HOSPITAL", PatientComments="SECRET", PatientAge="061Y")
    context = read_exam_context([held])
    words = str(context.attributes) + str(context.scanner)
    assert "HOSPITAL" not in words
    assert "SECRET" not in words.replace("SECRET^NAME", "").replace("TOP-SECRET-ID", "")
    assert context.attributes.PatientAge == "061Y"


def test_images_keep_the_order_they_came_in(mr_dataset):
    held = [_object(mr_dataset, number) for number in (3, 1, 2)]
    assert list(read_exam_context(held).images) == ["1.2.3.5.3", "1.2.3.5.1", "1.2.3.5.2"]


def test_the_order_of_the_objects_does_not_choose_who_speaks_for_the_exam(mr_dataset):
    first, second = _object(mr_dataset, 1, PatientAge="061Y"), _object(mr_dataset, 2, PatientAge="062Y")
    ages = {read_exam_context(held).attributes.PatientAge for held in ([first, second], [second, first])}
    assert ages == {"061Y"}


def test_an_image_without_a_frame_of_reference_shares_one_with_its_series(mr_dataset):
    held = [_object(mr_dataset, n, leave_out=["FrameOfReferenceUID"]) for n in (1, 2)]
    other = _object(mr_dataset, 1, series=6, leave_out=["FrameOfReferenceUID"])
    spaces = [image.frame_of_reference_uid for image in read_exam_context([*held, other]).images.values()]
    assert spaces[0] == spaces[1] != spaces[2]


def test_an_exam_without_images_is_refused():
    with pytest.raises(DicomError) as refused:
        read_exam_context([])
    assert refused.value.code == "dicom.source-missing"


def test_an_image_of_another_exam_is_refused_by_name(mr_dataset):
    with pytest.raises(DicomError) as refused:
        read_exam_context([_object(mr_dataset)]).image("1.2.3.4.5.6")
    assert refused.value.code == "dicom.source-missing"


def test_an_exam_without_a_date_gets_the_date_that_says_so():
    made = pydicom.Dataset()
    without_clock(made, "")
    assert made.ContentDate == NO_DATE


def test_uids_are_valid_and_depend_on_every_part():
    uids = {derived_uid("a", "b"), derived_uid("b", "a"), derived_uid("ab"), derived_uid("a", "b", "")}
    assert len(uids) == 4
    assert all(pydicom.uid.UID(uid).is_valid for uid in uids)


def test_the_file_header_names_us_and_nobody_else(mr_dataset):
    content = encoded(mr_dataset(1))
    meta = pydicom.dcmread(io.BytesIO(content)).file_meta
    assert meta.ImplementationVersionName == "ADCURATE_1"
    assert "SourceApplicationEntityTitle" not in meta
    assert content[:128] == bytes(128)
