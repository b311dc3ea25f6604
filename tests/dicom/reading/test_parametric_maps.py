"""ADC maps as Parametric Maps: read as candidates beside the scanner's series, their unit proved like any."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pydicom
import pytest
from tests.dicom.objects.exams_to_write import Held, exam_in
from tests.dicom.received.test_transfer_syntaxes import KEY

from adcurate.dicom.objects.parametric_map import write_parametric_map
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.reading.unit_proof import prove_adc_unit
from adcurate.dicom.received.ingest_object import prepare_object
from adcurate.model import Exam
from adcurate.phantom import write_exam

NUMBER = 9001


@cache
def images_of(dialect: str) -> tuple[Held, ...]:
    with TemporaryDirectory() as folder:
        paths = write_exam(exam_in(dialect).synthetic, Path(folder) / "exam")
        return tuple(Held(path.name, path.read_bytes()) for path in paths)


@cache
def map_of(dialect: str) -> bytes:
    exam = exam_in(dialect)
    return write_parametric_map(exam.map(source="scanner", b_values=()), exam.context, series_number=NUMBER)


def changed(change) -> Held:
    made = pydicom.dcmread(io.BytesIO(map_of("siemens-classic")))
    change(made, made.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0])
    stream = io.BytesIO()
    made.save_as(stream)
    return Held("map", stream.getvalue())


def read(*sources: Held) -> Exam:
    result = read_exams(sources)
    assert result.refused == ()
    (exam,) = result.exams
    return exam


def the_map(exam: Exam):
    (found,) = [one for one in exam.of_kind("adc") if one.number == NUMBER]
    return found


def values_of(exam: Exam):
    """The map in mm²/s, the unit and the codes of what was found."""
    series = the_map(exam)
    proof = prove_adc_unit(series, exam.of_kind("dwi", "trace"))
    found = [one.code for one in (*series.findings, *proof.findings)]
    return load_adc_map(series).values * proof.unit.mm2_per_s_per_stored_unit, proof.unit, found


@pytest.mark.parametrize("dialect", ["siemens-classic", "siemens-xa", "ge", "philips-enhanced", "uih-mosaic"])
def test_the_map_beside_its_exam_is_proved_by_the_refit_and_every_voxel_is_what_was_written(dialect):
    exam = read(Held("map", map_of(dialect)), *images_of(dialect))
    values, unit, found = values_of(exam)
    assert (unit.mm2_per_s_per_stored_unit, unit.evidence) == (1e-6, "refit")
    assert unit.r > 0.9999
    assert found == ["adc-map.computed"]
    np.testing.assert_allclose(values, exam_in(dialect).values, rtol=1e-6)


def test_the_scanner_s_own_series_comes_first_whatever_the_numbers():
    renumbered = changed(lambda made, _: setattr(made, "SeriesNumber", 1))
    exam = read(renumbered, *images_of("siemens-classic"))
    assert [one.number for one in exam.of_kind("adc")] == [7, 1]


def test_alone_its_mapping_says_the_unit():
    values, unit, _ = values_of(read(Held("map", map_of("ge"))))
    assert (unit.mm2_per_s_per_stored_unit, unit.evidence) == (1e-6, "real_world_map")
    np.testing.assert_allclose(values, exam_in("ge").values, rtol=1e-6)


def test_a_mapping_that_says_another_unit_than_the_signals_show_is_not_believed():
    def lie(_, mapping):
        mapping.MeasurementUnitsCodeSequence[0].CodeValue = "10-3.mm2/s"

    values, unit, found = values_of(read(changed(lie), *images_of("siemens-classic")))
    assert (unit.mm2_per_s_per_stored_unit, unit.evidence) == (1e-6, "refit")
    assert "adc-unit.contradiction" in found
    np.testing.assert_allclose(values, exam_in("siemens-classic").values, rtol=1e-6)


def as_doubles(made, _):
    values = np.frombuffer(made.FloatPixelData, "<f4").astype("<f8")
    del made.FloatPixelData
    made.DoubleFloatPixelData, made.BitsAllocated = values.tobytes(), 64


def as_whole_numbers(made, mapping):
    values = np.nan_to_num(np.frombuffer(made.FloatPixelData, "<f4")) * 10
    del made.FloatPixelData
    made.add_new(0x7FE00010, "OW", np.rint(values).astype("<u2").tobytes())
    made.BitsAllocated = made.BitsStored = 16
    made.HighBit, made.PixelRepresentation = 15, 0
    mapping.RealWorldValueSlope = 0.1


@pytest.mark.parametrize(
    ("change", "error", "missing"), [(as_doubles, 1e-9, np.nan), (as_whole_numbers, 6e-8, 0)]
)
def test_doubles_and_whole_numbers_are_read_by_their_mapping(change, error, missing):
    values, unit, _ = values_of(read(changed(change), *images_of("siemens-classic")))
    assert unit.evidence == "refit"
    truth = exam_in("siemens-classic").values
    known = np.isfinite(truth)
    np.testing.assert_allclose(values[known], truth[known], atol=error)
    np.testing.assert_array_equal(values[~known], missing)


def test_a_map_of_something_else_is_counted_and_left():
    def of_anisotropy(made, mapping):
        made.ImageType = ["DERIVED", "PRIMARY", "DIFFUSION", "FA"]
        mapping.QuantityDefinitionSequence[0].ConceptCodeSequence[0].CodeValue = "110808"

    result = read_exams([changed(of_anisotropy), *images_of("siemens-classic")])
    assert result.ignored == {"parametric-map": 1}
    assert [one.number for one in result.exams[0].of_kind("adc")] == [7]


def test_what_ingest_keeps_of_it_gives_the_same_numbers():
    sources = [Held("map", map_of("siemens-classic")), *images_of("siemens-classic")]
    kept = [Held(one.name, prepare_object(one, KEY).content) for one in sources]
    received, stored = values_of(read(*sources)), values_of(read(*kept))
    np.testing.assert_array_equal(stored[0], received[0])
    assert stored[1:] == received[1:]
