"""A reader study from its design to its last lock: who reads what, when, and what then counts."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace

import pytest
from tests.reading_room import (
    ANNA,
    BEN,
    COORDINATOR,
    Clock,
    Hand,
    begin,
    opened_room,
    place_all_pointers,
    square,
)

from adcurate.errors import ReadError
from adcurate.model.reading.design import ReadDesign
from adcurate.model.reading.draft import CannotAssess, Draft, Ruler
from adcurate.model.reading.person import Role
from adcurate.study.reading.amend import amend_reading
from adcurate.study.reading.amended_late import amended_late
from adcurate.study.reading.design import preview_design, set_design, start_reading
from adcurate.study.reading.lock import lock_reading
from adcurate.study.reading.next_case import item_of, reading_list, saved_draft, shows_numbers
from adcurate.study.reading.pointers import lesion_item, lesions_to_point, place_pointer, pointer_of
from adcurate.study.reading.progress import room_progress
from adcurate.study.reading.save import save_draft
from adcurate.study.regions.contours import FIRST_READING_CHOICE, current_contours
from adcurate.study.run import ANALYZED_CHOICE

DESIGN = ReadDesign(readers=("anna", "ben"))


def refused(code: str):
    """The context of a call that is refused with this code."""

    class Context:
        def __enter__(self):
            return self

        def __exit__(self, kind, error, trace):
            assert isinstance(error, ReadError) and error.code == code, error
            return True

    return Context()


def test_a_reader_for_one_site_is_not_given_the_cases_of_another(readable):
    with opened_room(readable()) as room:
        place_all_pointers(room)
        room.store.people.add("anna", "Anna", [Role("reader", "elsewhere")], by="")
        room.store.people.add("ben", "Ben", [Role("reader")], by="")
        assert preview_design(room, DESIGN).problems == ("anna may not read for every site that has cases.",)
        with refused("read.design"):
            start_reading(room, COORDINATOR, DESIGN)


def test_reading_begins_only_when_readers_can_tell_which_lesion_is_meant(readable):
    with opened_room(readable()) as room:
        with refused("read.pointer-missing"):
            start_reading(room, COORDINATOR, DESIGN, leave_out_without_pointer=False)
        seen = preview_design(room, DESIGN)
        assert len(seen.without_pointer) == 4 and seen.problems == ("No lesion is ready to be read.",)
        place_all_pointers(room)
        assert preview_design(room, DESIGN).cases == {"anna": (4,), "ben": (4,)}
        start_reading(room, COORDINATOR, DESIGN)
        with refused("read.design-started"):
            start_reading(room, COORDINATOR, DESIGN)
        with refused("read.design-started"):
            set_design(room, COORDINATOR, ReadDesign(readers=("anna",)))


def test_the_start_freezes_the_protocol_and_dates_the_plan(readable):
    with opened_room(readable()) as room:
        begin(room)
        latest = room.store.protocols.latest()
        assert latest.frozen_at and "[reading]" in latest.text
        assert room.store.choices.latest(FIRST_READING_CHOICE).payload == {"protocol_version": latest.version}
        text = room.study.protocol_file.read_text(encoding="utf-8")
        room.study.protocol_file.write_text(text + 'show_numbers = "live"\n', encoding="utf-8")
        assert room.rules().show_numbers == "after_lock"


def test_reading_does_not_begin_on_maps_of_an_older_rule(readable):
    with opened_room(readable()) as room:
        place_all_pointers(room)
        text = room.study.protocol_file.read_text(encoding="utf-8")
        changed = text.replace('fit = "loglinear"', 'fit = "weighted"')
        assert changed != text
        room.study.protocol_file.write_text(changed, encoding="utf-8")
        with refused("read.design"):
            start_reading(room, COORDINATOR, DESIGN)


def test_a_reader_who_is_added_later_gets_the_same_cases_and_moves_nobody(readable):
    with opened_room(readable()) as room:
        begin(room)
        before = room.store.reading.designs.items("anna")
        start_reading(room, COORDINATOR, ReadDesign(readers=("anna", "ben", "cleo")))
        assert room.store.reading.designs.items("anna") == before
        keys = {one.key for one in room.store.reading.designs.items("cleo")}
        assert keys == {one.key for one in before}


@pytest.mark.parametrize(
    ("design", "says"),
    [
        (ReadDesign(), "no reader"),
        (ReadDesign(readers=("anna", "anna")), "twice"),
        (ReadDesign(readers=("consensus",)), "consensus"),
        (ReadDesign(readers=("anna#2",)), "#"),
        (ReadDesign(readers=("anna",), training=("S/1",)), "training cases"),
    ],
)
def test_a_design_that_cannot_be_is_refused_with_what_is_wrong(readable, design, says):
    with opened_room(readable()) as room, pytest.raises(ReadError, match=says):
        set_design(room, COORDINATOR, design)


def test_a_pointer_lies_on_an_image_of_its_exam_and_stands_once_reading_began(readable):
    with opened_room(readable()) as room:
        place_all_pointers(room)
        one = lesions_to_point(room)[0]
        there = one.pointer
        where = (there.sop_instance_uid, there.frame_number)
        far = (there.point_lps_mm[0] + 500, *there.point_lps_mm[1:])
        off = (*there.point_lps_mm[:2], there.point_lps_mm[2] + 40)
        for point in (far, off):
            with refused("read.pointer"):
                place_pointer(room, COORDINATOR, one.key, *where, point, "liver")
        with refused("read.pointer"):
            place_pointer(room, COORDINATOR, one.key, "1.2.3", 1, there.point_lps_mm, "liver")
        with refused("read.item"):
            lesion_item(room, "nobody/1")
        moved = place_pointer(room, COORDINATOR, one.key, *where, there.point_lps_mm, "pancreas")
        assert (moved.version, moved.organ, moved.person) == (2, "pancreas", "carla")
        start_reading(room, COORDINATOR, DESIGN)
        with refused("read.design-started"):
            place_pointer(room, COORDINATOR, one.key, *where, there.point_lps_mm, "liver")
        case = room.store.reading.designs.items("anna")[0]
        assert pointer_of(room, case).lesion == case.lesion


def test_a_case_of_another_reader_and_one_that_is_not_there_give_one_error(readable):
    with opened_room(readable()) as room:
        begin(room)
        bens = reading_list(room, "ben").next_item
        errors = []
        for item in (bens, "no-such-item"):
            with pytest.raises(ReadError) as error:
                item_of(room, "anna", item)
            errors.append(error.value.as_json())
            with refused("read.item"):
                save_draft(room, ANNA, item, 0, "a-key-of-mine", Draft())
        assert errors[0] == errors[1]


def test_a_locked_reading_counts_stands_and_can_be_amended_with_a_reason(readable):
    with opened_room(readable()) as room:
        begin(room)
        anna = Hand(room, ANNA)
        item = reading_list(room, "anna").next_item
        case = room.store.reading.designs.item(item)
        anna.draw(item)
        assert current_contours(room.store) == ()
        done = anna.lock(item)
        assert done.numbers["numbers"][0]["is_record"] and done.next_item != item
        (drawn,) = current_contours(room.store)
        assert (drawn.reader, drawn.subject, drawn.lesion) == ("anna", case.subject, case.lesion)
        with refused("read.locked"):
            anna.draw(item)
        with refused("read.locked"):
            anna.lock(item)
        with refused("read.reason"):
            amend_reading(room, ANNA, item, "  ")
        revision = amend_reading(room, ANNA, item, "the edge was wrong")
        assert current_contours(room.store) == (drawn,)
        assert anna.draw(item, half=6.3) == revision + 1
        anna.lock(item)
        (after,) = current_contours(room.store)
        assert after.points_lps_mm != drawn.points_lps_mm
        versions = room.store.reading.locks.of(item)
        assert [one.version for one in versions] == [1, 2]
        assert (
            room.store.reading.drafts.at(item, versions[0].revision).draft.digest == versions[0].draft_digest
        )
        (why,) = room.store.audit.done("reading.amend")
        assert (why.person, why.reason) == ("id-anna", "the edge was wrong")


def test_what_cannot_be_measured_is_kept_and_not_locked(readable):
    with opened_room(readable("wants_confidence = true\nwants_ruler = true\n")) as room:
        begin(room)
        anna = Hand(room, ANNA)
        item = reading_list(room, "anna").next_item
        with refused("read.nothing-drawn"):
            lock_reading(room, ANNA, item, 0, "key-12345", "I drew this region and it is my reading.")
        anna.save(item, Draft())
        with refused("read.nothing-drawn"):
            anna.lock(item)
        crossed = square(room, anna.exam_of(item), crossed=True)
        anna.save(item, Draft((crossed,)))
        with refused("read.incomplete"):
            anna.lock(item)
        series, ends = crossed.series, crossed.points_lps_mm
        ruler = Ruler("r1", "long", series, 1, ends[0], ends[1])
        anna.save(item, Draft((crossed,), (ruler,), 4))
        with pytest.raises(ReadError, match="crosses") as error:
            anna.lock(item)
        assert error.value.facts == {"problem": "contour.self-crossing", "contour": "c1"}
        base = room.store.reading.locks.status(item).revision
        with refused("read.meaning"):
            lock_reading(room, ANNA, item, base, "key-12345", "Fine.")
        anna.save(item, Draft((square(room, anna.exam_of(item)),), (ruler,), 4))
        anna.lock(item)
        assert len(room.store.reading.drafts.history(item)) == 4


def test_a_lesion_that_cannot_be_assessed_is_a_reading_without_numbers(readable):
    with opened_room(readable("wants_confidence = true\n")) as room:
        begin(room)
        anna = Hand(room, ANNA)
        item = reading_list(room, "anna").next_item
        anna.save(item, Draft(cannot_assess=CannotAssess("artefact", "metal")))
        done = anna.lock(item)
        assert done.numbers["cannot_assess"] == "artefact" and done.numbers["numbers"] == []
        assert current_contours(room.store) == ()
        assert room_progress(room, COORDINATOR).readers[0].n_cannot_assess == 1


def test_the_second_session_opens_after_the_washout_with_the_stated_part(readable):
    clock = Clock()
    study = readable("sessions = 2\nwashout_days = 14\nrepeat_fraction = 0.5\n")
    with opened_room(study, clock) as room:
        begin(room)
        anna = Hand(room, ANNA)
        first = anna.read_all()
        assert len(first) == 4
        clock.day = 14
        waiting = reading_list(room, "anna")
        assert (waiting.session, waiting.items) == (2, ())
        assert waiting.opens_at == "2030-01-15T08:00:00+00:00"
        again = [one for one in room.store.reading.designs.items("anna") if one.session == 2]
        with refused("read.item"):
            item_of(room, "anna", again[0].item)
        clock.day = 15
        assert [one.item for one in reading_list(room, "anna").items] == [one.item for one in again]
        assert {one.reading_name for one in again} == {"anna#2"} and len(again) == 2
        with refused("read.item"):
            item_of(room, "anna", first[0])
        anna.read_all(half=3.3)
        names = {one.reader for one in current_contours(room.store)}
        assert names == {"anna", "anna#2"}
        assert reading_list(room, "ben").session == 1


def test_an_earlier_session_can_be_amended_and_the_report_says_when_that_was_late(readable):
    clock = Clock()
    with opened_room(readable("sessions = 2\nwashout_days = 14\nrepeat_fraction = 1.0\n"), clock) as room:
        begin(room, ("anna",))
        anna = Hand(room, ANNA)
        first = anna.read_all()
        assert [one.label for one in reading_list(room, "anna").earlier] == [f"Case {n}" for n in range(1, 5)]
        clock.day = 8
        amend_reading(room, ANNA, first[0], "the wrong slice, seen in time")
        anna.lock(first[0])
        assert reading_list(room, "anna").opens_at == "2030-01-22T08:00:00+00:00"
        assert amended_late(room.store) == ()
        clock.day = 22
        second = [one.item for one in reading_list(room, "anna").items]
        anna.draw(second[0])
        with refused("read.item"):
            item_of(room, "anna", first[1])
        amend_reading(room, ANNA, first[1], "the wrong slice, seen late")
        assert item_of(room, "anna", first[1]).session == 1
        anna.draw(first[1], half=3.0)
        anna.lock(first[1])
        now = reading_list(room, "anna")
        assert (now.session, now.opens_at, now.earlier[1].state) == (2, None, "locked")
        (told,) = amended_late(room.store)
        assert told.sentence.startswith("anna amended 1 reading of session 1 after having begun")
        with refused("read.item"):
            amend_reading(room, BEN, first[1], "somebody else's")


def test_readings_stand_once_all_are_locked_and_the_results_are_known(readable):
    with opened_room(readable()) as room:
        begin(room)
        first = Hand(room, ANNA).read_all()
        room.store.choices.add(ANALYZED_CHOICE, {"protocol": "digest"})
        amend_reading(room, ANNA, first[0], "others still read")
        Hand(room, ANNA).lock(first[0])
        Hand(room, BEN).read_all()
        with refused("read.closed"):
            amend_reading(room, ANNA, first[0], "too late")
        assert room.store.reading.locks.status(first[0]).state == "locked"


def test_a_repeat_within_one_session_makes_an_amendment_late_too(readable):
    with opened_room(readable("repeat_fraction = 0.25\n")) as room:
        begin(room, ("anna",))
        Hand(room, ANNA).read_all()
        items = room.store.reading.designs.items("anna")
        (again,) = (one for one in items if one.number == 2)
        (once,) = (one.item for one in items if one.key == again.key and one.number == 1)
        others = [one.item for one in items if one.key != again.key]
        amend_reading(room, ANNA, others[0], "read once only")
        assert amended_late(room.store) == ()
        amend_reading(room, ANNA, once, "read again meanwhile")
        assert len(amended_late(room.store)) == 1


def test_while_repeats_are_to_come_no_locked_reading_is_shown(readable):
    with opened_room(readable("repeat_fraction = 0.25\n")) as room:
        begin(room)
        anna = Hand(room, ANNA)
        items = [one.item for one in reading_list(room, "anna").items]
        assert len(items) == 5
        for item in items:
            case = room.store.reading.designs.item(item)
            anna.draw(item)
            assert saved_draft(room, case) is not None
            done = anna.lock(item)
            is_last = item == items[-1]
            assert reading_list(room, "anna").hides_locked == (not is_last)
            assert (saved_draft(room, case) is not None) == is_last == shows_numbers(room, case)
            assert (done.numbers is not None) == is_last
        labels = [one.label for one in reading_list(room, "anna").items]
        assert labels == [f"Case {number}" for number in range(1, 6)]


def test_training_comes_first_gives_feedback_and_counts_nowhere(readable):
    with opened_room(readable("training_cases = 1\n")) as room:
        place_all_pointers(room)
        key = lesions_to_point(room)[1].key
        subject, lesion = key.split("/")
        uid = lesions_to_point(room)[1].study_instance_uid
        model = square(room, uid, half=5.2)
        origin = room.images.exam(uid).frame(model.series, 1).origin
        room.store.contours.add(
            f"{key}/master",
            [
                {
                    "subject": subject,
                    "lesion": lesion,
                    "reader": "master",
                    "role": "lesion",
                    "sop_instance_uid": origin.sop_instance_uid,
                    "frame_number": origin.frame_number,
                    "points_lps_mm": [list(point) for point in model.points_lps_mm],
                    "holes_lps_mm": [],
                }
            ],
        )
        design = ReadDesign(("anna",), training=(key,), training_reference="master")
        start_reading(room, COORDINATOR, design)
        listed = reading_list(room, "anna").items
        assert [one.kind for one in listed] == ["training", "read", "read", "read"]
        assert listed[0].label == "Training case 1" and listed[1].label == "Case 1"
        anna = Hand(room, ANNA)
        anna.draw(listed[0].item)
        told = anna.lock(listed[0].item).feedback
        inside, whole = 9 * 9, 11 * 11
        assert told["overlap"] == pytest.approx(2 * inside / (inside + whole))
        assert told["difference"] == told["reader"] - told["reference"]
        assert {one.reader for one in current_contours(room.store)} == {"master"}
        anna.draw(listed[1].item)
        assert anna.lock(listed[1].item).feedback is None


def test_readers_of_two_worlds_get_the_same_cases_in_the_same_order(readable):
    seen = []
    for name, grades in (("one", ("G1", "G3", "G2", "G1")), ("two", ("G3", None, "G1", "NEC"))):
        study = readable(name=name)
        with opened_room(study, Clock()) as room:
            regrade(room, grades)
            begin(room)
            Hand(room, ANNA).read_all()
            lists = [reading_list(room, reader) for reader in ("anna", "ben")]
            items = room.store.reading.designs.items()
            numbers = [room.store.reading.locks.status(one.item) for one in items]
            seen.append((lists, items, numbers, lesions_to_point(room), room_progress(room, COORDINATOR)))
    assert seen[0] == seen[1]


def regrade(room, grades):
    """Other grades, and nothing else, in the worksheet that counts."""
    version = room.store.worksheets.latest()
    rows = [
        replace(row, values={**row.values, "grade": grade, "ki67": None if grade is None else "3"})
        for row, grade in zip(version.rows, itertools.cycle(grades), strict=False)
    ]
    room.store.worksheets.add(rows, version.columns, "regraded")


def test_two_readers_lock_at_once_and_neither_is_lost(readable):
    with opened_room(readable()) as room:
        begin(room)
        hands = [Hand(room, ANNA), Hand(room, BEN)]
        threads = [threading.Thread(target=hand.read_all) for hand in hands]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert room_progress(room, COORDINATOR).all_locked
        assert len(current_contours(room.store)) == 8
        assert room.store.audit.check().faults == ()
