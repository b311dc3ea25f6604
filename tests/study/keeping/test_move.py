"""An exam under the wrong subject becomes the right one's; what was made of it is made again or marked."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from tests.reading_room import ANNA, opened_room

from adcurate.dicom.reading.exams import read_exams
from adcurate.errors import StudyError
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping.move import MovedExam, move_exam
from adcurate.study.keeping.numbers import recorded_numbers
from adcurate.study.reading.next_case import reading_list
from adcurate.study.receiving.verify import verify_study
from adcurate.study.run import run_study


def codes(study: StudyFolder) -> list[str]:
    with study.open_store("read") as store:
        pseudonyms = study.open_vault(store).pseudonyms
        return [pseudonyms.subject_code(f"READ{number}") for number in (1, 2, 3, 4)]


def exam_of(study: StudyFolder, subject: str) -> str:
    with study.open_store("read") as store:
        return store.instances.all(subject=subject)[0].study_uid


def moved(study: StudyFolder) -> tuple[str, str, str, MovedExam]:
    """The exam of the second subject given to the first."""
    first, second, *_ = codes(study)
    exam = exam_of(study, second)
    return first, second, exam, move_exam(study, exam, first, "the label was wrong")


def test_the_objects_are_the_other_subjects_with_its_days_and_the_same_pixels(study: StudyFolder):
    with study.open_store("read") as store:
        before = {record.sop_instance_uid: record for record in store.instances.all()}
        accounts = {one.sop_instance_uid: one.account for one in store.accounts.all()}
    first, second, exam, done = moved(study)
    assert (done.before, done.after, done.n_readings, done.n_locked) == (second, first, 2, 2)
    with study.open_store("read") as store:
        pseudonyms = study.open_vault(store).pseudonyms
        change = datetime.timedelta(days=pseudonyms.shift_days(second) - pseudonyms.shift_days(first))
        records = store.instances.all(study_uid=exam)
        assert {record.subject for record in records} == {first}
        assert len(records) == done.n_objects
        for record in records:
            was = before[record.sop_instance_uid]
            day = datetime.datetime.strptime(was.exam_date, "%Y%m%d") + change
            assert record.exam_date == day.strftime("%Y%m%d")
            assert (record.received_digest, record.series_uid) == (was.received_digest, was.series_uid)
            content = store.blobs.get(record.blob)
            assert second.encode() not in content
            assert first.encode() in content
        assert {one.sop_instance_uid: one.account for one in store.accounts.all()} == accounts
        assert len(read_exams(store.instances.sources(study_uid=exam)).exams) == 1
        (entry,) = store.audit.done("exam.move")
        assert (entry.object, entry.reason) == (exam, "the label was wrong")
        assert store.audit.check().faults == ()
        named = {record.blob for record in store.instances.all()} | {
            blob for _, blob in store.derived.blobs()
        }
        assert {source.digest for source in store.blobs} == named
    assert verify_study(study).is_whole


def test_drawings_no_longer_count_and_nobody_is_given_the_case_again(study: StudyFolder):
    with opened_room(study) as room:
        before = len(reading_list(room, ANNA.name).items)
    _, second, _, done = moved(study)
    assert done.regions
    assert {key.split("/")[0] for key in done.regions} == {second}
    with opened_room(study) as room:
        assert len(reading_list(room, ANNA.name).items) == before - 1
        assert (second, "1") not in room.store.reading.pointers.all()
        assert room.store.contours.latest(done.regions[0]).payload == []
        assert len(room.store.contours.history(done.regions[0])) == 2
    with study.open_store("read") as store:
        recorded = recorded_numbers(store)
    assert any(second in name for name in recorded)
    results = run_study(study, workers=0).results
    assert second not in {one.subject for one in results.measurements}


def test_moved_back_every_object_is_what_it_was(study: StudyFolder):
    with study.open_store("read") as store:
        before = store.instances.all()
    _, second, exam, _ = moved(study)
    move_exam(study, exam, second, "it was right")
    with study.open_store("read") as store:
        assert store.instances.all() == before
    with opened_room(study) as room:
        assert (second, "1") in room.store.reading.pointers.all()


@pytest.mark.parametrize(
    ("part", "to", "code"),
    [("2.25.", 0, "study.unmatched"), ("", 0, "study.unmatched"), (None, 1, "study.no-subject")],
)
def test_what_is_not_clear_is_refused_and_nothing_changes(
    study: StudyFolder, part: str | None, to: int, code: str
):
    subjects = codes(study)
    exam = exam_of(study, subjects[1]) if part is None else part
    with pytest.raises(StudyError) as trouble:
        move_exam(study, exam, subjects[to], "why")
    assert trouble.value.code == code
    with pytest.raises(StudyError) as unknown:
        move_exam(study, exam_of(study, subjects[1]), "S-AAAAA-AAAAA", "why")
    assert unknown.value.code == "study.no-subject"


def test_a_move_that_fails_midway_leaves_the_study_as_it_was(
    study: StudyFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    from adcurate.store import moving

    with study.open_store("read") as store:
        before = store.instances.all()

    def broken(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(moving, "append", broken)
        with pytest.raises(KeyboardInterrupt):
            moved(study)
    with study.open_store() as store:
        assert store.instances.all() == before
        assert store.audit.done("exam.move") == ()
    assert verify_study(study).is_whole
