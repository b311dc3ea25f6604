"""What of an exam a reader is shown: the right pixels in the right place, and nothing that tells."""

from __future__ import annotations

import functools
import threading
from dataclasses import replace

import numpy as np
import pytest
from tests.room_study import make_study, prescription

from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.received.sources import find_objects
from adcurate.errors import ReadError
from adcurate.model import content_digest
from adcurate.model.protocol import AdcRule, RegionRule
from adcurate.phantom import SyntheticExam
from adcurate.store import StudyStore
from adcurate.study.exam_task import ExamTask
from adcurate.study.folder import StudyFolder
from adcurate.study.reading import images
from adcurate.study.reading.images import ImageCache
from adcurate.study.reading.room_exam import RoomExam, load_room_exam


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[StudyFolder, dict[str, SyntheticExam]]:
    exams = [
        prescription("ROOM1", 1),
        prescription("ROOM2", 2, dialect="philips"),
        prescription("ROOM3", 3, dialect="uih-mosaic"),
    ]
    return make_study(tmp_path_factory.mktemp("room"), exams)


@pytest.fixture(scope="module")
def store(study):
    with study[0].open_store() as opened:
        yield opened


VENDORS = {"ROOM1": "siemens", "ROOM2": "philips", "ROOM3": "uih"}


@functools.cache
def _vendors(store: StudyStore) -> dict[str, str]:
    """The study's exams by who made the scanner, which here tells them apart."""
    uids = sorted({record.study_uid for record in store.instances.all()})
    with ImageCache(store, AdcRule(), RegionRule()) as cache:
        return {cache.exam(uid).maps.exam.series[0].vendor: uid for uid in uids}


def uid_of(store: StudyStore, simulated: SyntheticExam) -> str:
    """The study's exam that holds a simulated one."""
    return _vendors(store)[VENDORS[simulated.prescription.patient_id]]


@pytest.fixture(scope="module")
def opened(study, store) -> dict[str, RoomExam]:
    with ImageCache(store, AdcRule(), RegionRule()) as cache:
        return {name: cache.exam(uid_of(store, exam)) for name, exam in study[1].items()}


def only(exam: RoomExam, role: str):
    return [one for one in exam.series if one.role == role]


@pytest.mark.parametrize("subject", ["ROOM1", "ROOM2", "ROOM3"])
def test_the_four_places_show_what_the_scanner_made(study, opened, subject):
    simulated, exam = study[1][subject], opened[subject]
    assert [one.role for one in exam.series] == ["t2", "dwi", "dwi", "adc", "adc", "t1"]
    t2, high, low, record, beside, t1 = exam.series
    assert record.is_record and record.label == "ADC, scanner" and not beside.is_record
    assert high.b_value > low.b_value and high.label.startswith("DWI b ")
    estimated = simulated.adc > 0
    np.testing.assert_array_equal(np.isfinite(record.values), estimated)
    np.testing.assert_allclose(record.values[estimated], simulated.adc[estimated], rtol=1e-6)
    assert (record.unit, record.pixel_type, t2.unit) == ("mm2/s", "f32", "")
    if subject != "ROOM2":  # Philips rescales its signals
        np.testing.assert_array_equal(t2.values, simulated.t2)
        np.testing.assert_array_equal(high.values, simulated.dwi[800.0])
        np.testing.assert_array_equal(t1.values, simulated.t1_ce)
        assert {one.pixel_type for one in (t2, high, low, t1)} == {"u16"}


def test_positions_are_those_of_the_scanner(study, opened):
    simulated, exam = study[1]["ROOM1"], opened["ROOM1"]
    for role, grid in (("t2", simulated.t2_grid), ("adc", simulated.grid), ("t1", simulated.t1_grid)):
        shown = only(exam, role)[0]
        assert [one.number for one in shown.frames] == list(range(1, grid.n_slices + 1))
        for at, frame in enumerate(shown.frames):
            assert frame.plane.origin == pytest.approx(grid.position_mm(at), abs=1e-3)
            assert frame.plane.row_spacing_mm == pytest.approx(grid.pixel_mm)
        assert shown.is_linked


@pytest.mark.parametrize("subject", ["ROOM1", "ROOM3"])
def test_an_image_leads_to_the_object_behind_it_and_back(opened, subject):
    exam = opened[subject]
    for shown in exam.series:
        for frame in shown.frames:
            assert exam.frame(shown.series_id, frame.number) is frame
            found = exam.locate(frame.origin.sop_instance_uid, frame.origin.frame_number, frame.plane.origin)
            assert found is not None
            there = exam.frame(*found)
            assert there.origin == frame.origin and there.plane.origin == frame.plane.origin


def test_pixels_are_the_images_one_after_the_other_little_endian(opened):
    exam = opened["ROOM1"]
    for shown in exam.series:
        sent = exam.pixels(shown.series_id, 3, 5)
        dtype = {"u16": "<u2", "i16": "<i2", "f32": "<f4"}[shown.pixel_type]
        got = np.frombuffer(sent, dtype).reshape(3, *shown.values.shape[1:])
        np.testing.assert_array_equal(got, shown.values[2:5])


@pytest.mark.parametrize(
    ("series", "first", "last"), [("s9", 1, 1), ("s1", 0, 1), ("s1", 3, 2), ("s1", 1, 99)]
)
def test_an_image_that_is_not_there_is_refused(opened, series, first, last):
    with pytest.raises(ReadError, match="no such image") as refused:
        opened["ROOM1"].pixels(series, first, last)
    assert refused.value.code == "read.no-frame"


def test_labels_are_made_here_and_quote_no_header(opened):
    for exam in opened.values():
        words = {one.label for one in exam.series}
        said = {part for one in exam.maps.exam.series for part in one.description.split() if len(part) > 3}
        assert words and not [word for word in words for part in said if part in word]


def test_a_window_holds_what_is_seen(opened):
    for shown in opened["ROOM1"].series:
        centre, width = shown.window
        middle = shown.values[len(shown.values) // 2]
        lit = middle[np.isfinite(middle) & (middle > 0)]
        assert np.mean((lit >= centre - width / 2) & (lit <= centre + width / 2)) > 0.8


def test_the_map_of_record_comes_first_whichever_it_is(study, store):
    with ImageCache(store, AdcRule(map_of_record="refit"), RegionRule()) as cache:
        exam = cache.exam(uid_of(store, study[1]["ROOM1"]))
    record, beside = only(exam, "adc")
    assert (record.label, record.is_record) == ("ADC, refit", True)
    assert (beside.label, beside.is_record) == ("ADC, scanner", False)


def test_each_exam_is_loaded_once_for_all_who_ask(study, store, monkeypatch):
    loads = []
    real = images.load_room_exam

    def counted(task):
        loads.append(task.study_instance_uid)
        return real(task)

    monkeypatch.setattr(images, "load_room_exam", counted)
    uid = uid_of(store, study[1]["ROOM1"])
    loads.clear()
    with ImageCache(store, AdcRule(), RegionRule()) as cache:
        got = []
        threads = [threading.Thread(target=lambda: got.append(cache.exam(uid))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(got) == 8 and len({id(one) for one in got}) == 1
    assert loads == [uid]


def test_the_exam_asked_for_longest_ago_makes_room(study, store, monkeypatch):
    uids = [uid_of(store, exam) for exam in study[1].values()]
    with ImageCache(store, AdcRule(), RegionRule()) as cache:
        sizes = [cache.exam(uid).n_bytes for uid in uids]
        assert cache.n_bytes == sum(sizes)
    with ImageCache(store, AdcRule(), RegionRule(), limit_bytes=sizes[0] + sizes[2]) as cache:
        first = cache.exam(uids[0])
        cache.exam(uids[1])
        assert cache.exam(uids[0]) is not first or cache.n_bytes <= sizes[0] + sizes[2]
        cache.exam(uids[2])
        assert cache.n_bytes <= sizes[0] + sizes[2]
    with ImageCache(store, AdcRule(), RegionRule(), limit_bytes=1) as cache:
        kept = cache.exam(uids[1])
        assert cache.exam(uids[1]) is kept


def test_what_was_loaded_ahead_is_there(study, store, monkeypatch):
    uid = uid_of(store, study[1]["ROOM2"])
    cache = ImageCache(store, AdcRule(), RegionRule())
    cache.prefetch(uid)
    cache.prefetch("2.25.404")  # what is wrong with it is said to who opens it
    with pytest.raises(ReadError):
        cache.exam("2.25.404")
    ahead = cache.exam(uid)
    cache.close()
    cache.prefetch("2.25.405")
    assert cache.exam(uid) is ahead


def test_an_exam_that_fails_is_tried_again_when_asked_again(study, store, monkeypatch):
    uid = uid_of(store, study[1]["ROOM1"])
    real = images.load_room_exam
    with ImageCache(store, AdcRule(), RegionRule()) as cache:
        monkeypatch.setattr(images, "load_room_exam", lambda task: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            cache.exam(uid)
        monkeypatch.setattr(images, "load_room_exam", real)
        assert cache.exam(uid).series


def test_a_series_in_another_frame_of_reference_is_shown_but_not_linked(study, store):
    from adcurate.findings import Finding
    from adcurate.study.exam_maps import load_exam_maps
    from adcurate.study.reading.room_series import series_beside_maps

    with ImageCache(store, AdcRule(), RegionRule()) as cache:
        task = cache.exam(uid_of(store, study[1]["ROOM1"])).task
    findings: list[Finding] = []
    maps = load_exam_maps(task, findings)
    away = tuple(
        replace(one, frame_of_reference_uid="2.25.1") if one.kind == "t2" else one for one in maps.exam.series
    )
    elsewhere = replace(maps, exam=replace(maps.exam, series=away))
    (t2,) = series_beside_maps(elsewhere, "t2", findings)
    assert not t2.is_linked


def test_a_real_exam_stands_in_its_places(samples):
    sources = find_objects([samples / "prostatex_0001"]).sources
    digests = tuple(content_digest(one.read()) for one in sources)
    exams = read_exams(sources).exams
    (uid,) = {one.study_instance_uid for one in exams}
    exam = load_room_exam(ExamTask(uid, exams[0].subject, sources, digests, (), AdcRule(), RegionRule()))
    shown = [(one.role, one.label, one.values.shape) for one in exam.series]
    assert shown == [
        ("t2", "T2", (19, 384, 384)),
        ("dwi", "DWI b 800", (19, 128, 84)),
        ("dwi", "DWI b 50", (19, 128, 84)),
        ("adc", "ADC, scanner", (19, 128, 84)),
        ("adc", "ADC, refit", (19, 128, 84)),
    ]
    record = exam.series[3]
    gland = record.values[9, 50:80, 30:55]
    assert 1000 < np.nanmedian(gland) < 1800  # whole gland by an independent reading: 1330


def test_another_rule_for_the_map_makes_other_maps_at_once(study, store):
    uid = uid_of(store, study[1]["ROOM1"])
    with ImageCache(store, AdcRule(), RegionRule()) as cache:
        first = cache.exam(uid)
        cache.use(AdcRule(), RegionRule())
        assert cache.exam(uid) is first
        cache.use(AdcRule(map_of_record="refit"), RegionRule())
        assert [one.label for one in only(cache.exam(uid), "adc") if one.is_record] != ["ADC, scanner"]
        cache.forget()
        assert cache.n_bytes == 0
