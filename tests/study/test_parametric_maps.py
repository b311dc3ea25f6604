"""An exam whose only ADC map is a Parametric Map: measured as any map, under the scanner of its images."""

from __future__ import annotations

import hashlib
import io

import numpy as np
from tests.dicom.objects.exams_to_write import Held, exam_in
from tests.dicom.reading.test_parametric_maps import images_of, map_of

from adcurate.dicom.reading.exams import read_exams
from adcurate.model.protocol import AdcRule, RegionRule
from adcurate.study.derive import derive_exam
from adcurate.study.exam_task import ExamTask


def derived(sources: tuple[Held, ...]):
    (exam,) = read_exams(sources).exams
    task = ExamTask(
        study_instance_uid=exam.study_instance_uid,
        subject=exam.subject,
        sources=sources,
        digests=tuple(hashlib.sha256(one.content).hexdigest() for one in sources),
        contours=(),
        adc=AdcRule(),
        region=RegionRule(),
    )
    return derive_exam(task)


def images_without_map() -> tuple[Held, ...]:
    images = images_of("siemens-classic")
    (exam,) = read_exams(images).exams
    (own,) = exam.of_kind("adc")
    names = {frame.source.name for frame in own.frames}
    return tuple(one for one in images if one.name not in names)


def scanner_map(found):
    (one,) = [each for each in found.maps if each.source == "scanner"]
    return np.load(io.BytesIO(one.content))


def codes(found):
    return [one["code"] for one in found.facts["findings"]]


def test_it_is_measured_in_mm2_per_s_and_the_exam_s_scanner_is_the_scanner():
    found = derived((Held("map", map_of("siemens-classic")), *images_without_map()))
    np.testing.assert_allclose(scanner_map(found), exam_in("siemens-classic").values, rtol=1e-6)
    assert found.facts["unit"]["evidence"] == "refit"
    assert found.facts["scanner"]["vendor"] == "siemens"
    assert found.facts["scanner"]["model"] == "Model"
    assert "adc-map.computed" in codes(found)


def test_beside_the_scanner_s_map_it_is_named_and_not_used():
    images = images_of("siemens-classic")
    with_it = derived((Held("map", map_of("siemens-classic")), *images))
    np.testing.assert_array_equal(scanner_map(with_it), scanner_map(derived(images)))
    assert "adc-map.several" in codes(with_it)
    assert "adc-map.computed" not in codes(with_it)
