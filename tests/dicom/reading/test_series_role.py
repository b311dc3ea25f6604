"""Which series stands where a reader looks, of several that could."""

from __future__ import annotations

import typing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.room_study import prescription

from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.series_role import coverage, series_beside, volumes_of
from adcurate.dicom.received.sources import find_objects
from adcurate.model import Exam, Frame, Series
from adcurate.phantom import Dialect, simulate_exam, write_exam


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    folder = tmp_path_factory.mktemp("exam")
    write_exam(simulate_exam(prescription("ROLE1", 3)), folder)
    return read_exams(find_objects([folder]).sources).exams[0]


def planes(exam: Exam) -> list:
    return [frame.plane for frame in exam.of_kind("adc")[0].frames]


def other(series: Series, **changes: object) -> Series:
    """The same series again, under another UID."""
    return replace(series, series_instance_uid="2.25.9", number=99, **changes)  # type: ignore[arg-type]


def moved(series: Series, mm: float) -> tuple[Frame, ...]:
    frames = []
    for frame in series.frames:
        x, y, z = frame.plane.origin
        frames.append(replace(frame, plane=replace(frame.plane, origin=(x, y, z + mm))))
    return tuple(frames)


def turned(series: Series) -> tuple[Frame, ...]:
    """The same images as a coronal stack."""
    return tuple(
        replace(
            frame,
            plane=replace(
                frame.plane,
                row_direction=(1.0, 0.0, 0.0),
                column_direction=(0.0, 0.0, -1.0),
                origin=(0.0, 5.0 * at, 0.0),
            ),
        )
        for at, frame in enumerate(series.frames)
    )


@pytest.mark.parametrize("dialect", typing.get_args(Dialect))
def test_every_makers_t2_and_contrast_enhanced_t1_are_found(dialect, tmp_path):
    write_exam(simulate_exam(prescription("ROLE2", 4, dialect=dialect)), tmp_path)
    exam = read_exams(find_objects([tmp_path]).sources).exams[0]
    assert [one.kind for one in series_beside(exam, ("t2",), planes(exam))] == ["t2"]
    assert [one.kind for one in series_beside(exam, ("t1_ce", "t1"), planes(exam))] == ["t1_ce"]


def test_the_t2_of_a_real_exam_is_found(samples: Path):
    exam = read_exams(find_objects([samples / "prostatex_0001"]).sources).exams[0]
    (found,) = series_beside(exam, ("t2",), planes(exam))
    assert found.number == 6
    assert series_beside(exam, ("t1_ce", "t1"), planes(exam)) == ()


def test_an_axial_series_over_the_lesion_comes_before_others(exam):
    (t2,) = exam.of_kind("t2")
    worse = {
        "another frame of reference": other(t2, frame_of_reference_uid="2.25.1"),
        "another direction": other(t2, frames=turned(t2)),
        "elsewhere": other(t2, frames=moved(t2, 60.0)),
        "computed": other(t2, kind_evidence=(*t2.kind_evidence, "derived image")),
        "a higher number": other(t2),
    }
    for why, one in worse.items():
        both = replace(exam, series=(one, *exam.series))
        found = series_beside(both, ("t2",), planes(exam))
        assert [each.series_instance_uid for each in found] == [t2.series_instance_uid, "2.25.9"], why


def test_with_contrast_comes_before_without(exam):
    (t1_ce,) = exam.of_kind("t1_ce")
    plain = replace(t1_ce, series_instance_uid="2.25.9", number=1, kind="t1")
    found = series_beside(replace(exam, series=(plain, *exam.series)), ("t1_ce", "t1"), planes(exam))
    assert [one.kind for one in found] == ["t1_ce", "t1"]


def test_a_scout_is_not_offered(exam):
    (t2,) = exam.of_kind("t2")
    both = replace(exam, series=(*exam.series, other(t2, frames=t2.frames[:2])))
    assert series_beside(both, ("t2",), planes(exam)) == (t2,)


def test_a_dynamic_series_is_cut_into_its_phases(exam):
    (t1_ce,) = exam.of_kind("t1_ce")
    n = len(t1_ce.frames)
    later = tuple(replace(one, sop_instance_uid=f"2.25.7.{i}") for i, one in enumerate(t1_ce.frames))
    later = tuple(replace(one, instance_number=(one.instance_number or 0) + n) for one in later)
    first, second = volumes_of(replace(t1_ce, frames=later + t1_ce.frames))
    assert {one.sop_instance_uid for one in first.frames} == set(t1_ce.sop_instance_uids)
    assert {one.sop_instance_uid for one in second.frames} == {one.sop_instance_uid for one in later}
    assert volumes_of(t1_ce) == (t1_ce,)


def test_coverage_is_the_share_of_the_maps_slices(exam):
    (t2,) = exam.of_kind("t2")
    assert coverage(t2, planes(exam)) == 1.0
    assert coverage(replace(t2, frames=t2.frames[:6]), planes(exam)) == 0.5
    assert coverage(t2, []) == 0.0
