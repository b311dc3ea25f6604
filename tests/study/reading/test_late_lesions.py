"""A lesion that came after the reading began reaches the readers, until somebody could know the results."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import contextmanager

import numpy as np
import pytest
from tests.reading_room import (
    ANNA,
    BEN,
    COORDINATOR,
    PROTOCOL,
    Clock,
    Hand,
    adc_series,
    begin,
    opened_room,
    place_all_pointers,
)
from tests.room_study import make_study, prescription, row_of

from adcurate.errors import ReadError
from adcurate.formats.worksheet import WorksheetOptions
from adcurate.formats.worksheet_writing import write_worksheet
from adcurate.model.reading.design import ReadDesign
from adcurate.model.reading.person import Role
from adcurate.phantom import simulate_exam, write_exam
from adcurate.study.reading.design import preview_design, start_reading
from adcurate.study.reading.given_late import given_late
from adcurate.study.reading.late_lesions import give_lesions, late_lesions
from adcurate.study.reading.next_case import reading_list
from adcurate.study.reading.order import late_order
from adcurate.study.reading.pointers import lesions_to_point, place_pointer
from adcurate.study.reading.progress import room_progress
from adcurate.study.reading.seal import all_locked, seal_outcomes, unseal_outcomes
from adcurate.study.receiving.add import add_exams
from adcurate.study.run import ANALYZED_CHOICE
from adcurate.study.steps import study_steps
from adcurate.study.worksheet import import_worksheet

WHY = "The exam came late from the other hospital."


@contextmanager
def begun_without_last(study, clock=None, *, readers: Sequence[str] = ("anna", "ben"), n_late: int = 1):
    """A reading of four lesions that began before the last of them had their pointers."""
    with opened_room(study, clock) as room:
        place_all_pointers(room)
        placed = lesions_to_point(room)[-n_late:]
        keys = {(one.subject, one.lesion) for one in placed}
        everything = room.store.reading.pointers.all

        room.store.reading.pointers.all = lambda: {  # type: ignore[method-assign]
            key: pointer for key, pointer in everything().items() if key not in keys
        }
        design = ReadDesign(readers=tuple(readers), seed=7)
        start_reading(room, COORDINATOR, design, leave_out_without_pointer=True)
        room.store.reading.pointers.all = everything  # type: ignore[method-assign]
        yield room, tuple(one.key for one in placed)


def refusal(call, *args) -> ReadError:
    with pytest.raises(ReadError) as trouble:
        call(*args)
    return trouble.value


def test_a_late_lesion_is_counted_as_waiting_until_every_reader_has_it_behind_the_others(readable):
    with begun_without_last(readable()) as (room, late):
        before = room.store.reading.designs.items("anna")
        for who in (ANNA, BEN):
            Hand(room, who).read_all()
        assert all_locked(room) and len(before) == 3
        found = late_lesions(room)
        assert (found.ready, found.cases, found.too_late) == (late, {"anna": 1, "ben": 1}, "")
        steps = study_steps(room, COORDINATOR)
        reading = next(one for one in steps.steps if one.name == "reading")
        assert (reading.is_done, reading.n_done, reading.n_all) == (False, 6, 8)
        (waited,) = [one for one in steps.waited_for if one.cause == "lesions"]
        assert (waited.who, waited.n, waited.names) == ("coordinator", 1, late)
        assert preview_design(room, ReadDesign(readers=("anna", "ben"))).n_lesions == 3

        stored = give_lesions(room, COORDINATOR, WHY)
        after = room.store.reading.designs.items("anna")
        assert after[:3] == before and after[3].key == late[0] and after[3].position == 4
        listed = reading_list(room, "anna").items
        assert [one.state for one in listed] == ["locked"] * 3 + ["open"] and listed[3].label == "Case 4"
        assert late_lesions(room).ready == () and not all_locked(room)
        assert room_progress(room, COORDINATOR).readers[0].n_total == 4
        entry = room.store.audit.done("design.give")[-1]
        assert (entry.person, entry.object, entry.reason) == (COORDINATOR.id, f"design {stored.version}", WHY)
        assert entry.after["lesions"] == list(late) and set(entry.after["cases"]) == {"anna", "ben"}
        (told,) = given_late(room.store)
        assert told.code == "reading.given-late" and WHY in told.sentence and "1 lesion was" in told.sentence
        assert refusal(give_lesions, room, COORDINATOR, WHY).code == "read.design"
        # Who is added now reads the late lesion like any other.
        start_reading(room, COORDINATOR, ReadDesign(readers=("anna", "ben", "cleo"), seed=7))
        assert {one.key for one in room.store.reading.designs.items("cleo")} == {one.key for one in after}


def test_a_subject_whose_exam_and_row_came_after_the_start_is_given(tmp_path):
    first = [prescription(f"FIRST{at}", at) for at in (1, 2)]
    study, _ = make_study(tmp_path, first, protocol=PROTOCOL)
    third = prescription("THIRD", 3)
    with opened_room(study) as room:
        begin(room, ["anna"])
        held = study.holding(room.store)
        write_exam(simulate_exam(third), tmp_path / "late")
        add_exams(held, [tmp_path / "late"], workers=0)
        rows = [row_of(one, one.lesions[0]) for one in (*first, third)]
        write_worksheet(tmp_path / "more.xlsx", rows)
        import_worksheet(held, tmp_path / "more.xlsx", WorksheetOptions())
        (new,) = late_lesions(room).without_pointer
        one = next(one for one in lesions_to_point(room) if one.key == new)
        frame = adc_series(room, one.study_instance_uid).frames[0]
        point = tuple(frame.plane.to_lps(np.array([[20.0, 20.0]]))[0])
        where = (frame.origin.sop_instance_uid, frame.origin.frame_number)
        place_pointer(room, COORDINATOR, new, *where, point, "liver")
        give_lesions(room, COORDINATOR, WHY)
        assert room.store.reading.designs.items("anna")[-1].key == new
        assert len(Hand(room, ANNA).read_all()) == 3 and all_locked(room)


def test_without_a_reason_and_before_the_start_nothing_is_given(readable):
    with opened_room(readable()) as room:
        assert refusal(give_lesions, room, COORDINATOR, WHY).code == "read.design"
        assert late_lesions(room).ready == ()
    with begun_without_last(readable(name="other")) as (room, _):
        assert refusal(give_lesions, room, COORDINATOR, "  ").code == "read.reason"
        room.store.people.add("anna", "Anna", [Role("reader", "elsewhere")], by="")
        assert "anna may not read" in str(refusal(give_lesions, room, COORDINATOR, WHY))
        assert len(room.store.reading.designs.items("anna")) == 3


def test_an_exam_that_waits_for_its_pointer_is_told_and_not_given(readable):
    with begun_without_last(readable()) as (room, late):
        everything = room.store.reading.pointers.all()
        gone = {key: one for key, one in everything.items() if f"{key[0]}/{key[1]}" not in late}
        room.store.reading.pointers.all = lambda: gone  # type: ignore[method-assign]
        assert late_lesions(room).without_pointer == late and late_lesions(room).ready == ()
        causes = {one.cause: one.n for one in study_steps(room, COORDINATOR).waited_for}
        assert causes["pointers"] == 1 and "lesions" not in causes


def results_made(room):
    room.store.reading.told_results.note("results.make", {"files": {}, "inputs": 0}, COORDINATOR.id)


def study_run(room):
    room.store.choices.add(ANALYZED_CHOICE, {"protocol": "", "read_last": 0})


def seal_broken(room):
    seal_outcomes(room, COORDINATOR, "four words at random")
    unseal_outcomes(room, COORDINATOR, "four words at random", early_reason="a test")


@pytest.mark.parametrize("happens", [results_made, study_run, seal_broken])
def test_once_somebody_could_know_the_results_it_is_too_late_and_said_so(readable, happens):
    with begun_without_last(readable()) as (room, late):
        n_pointers = len(lesions_to_point(room))
        happens(room)
        found = late_lesions(room)
        assert found.ready == late and found.too_late.startswith("It is too late") and not found.is_waiting
        trouble = refusal(give_lesions, room, COORDINATOR, WHY)
        assert trouble.code == "read.too-late" and "because" in str(trouble)
        steps = study_steps(room, COORDINATOR)
        assert "lesions" not in {one.cause for one in steps.waited_for} and n_pointers == 4
        (told,) = [one for one in steps.findings if one.code == "reading.not-given"]
        assert late[0] in told.sentence
        assert len(room.store.reading.designs.items()) == 6


def test_results_of_before_the_reading_do_not_close_it(readable):
    clock = Clock(day=1)
    study = readable()
    with opened_room(study, clock) as room:
        study_run(room)
    clock.day = 2
    with begun_without_last(study, clock) as (room, _):
        assert late_lesions(room).is_waiting


def test_with_a_washout_late_lesions_come_back_no_sooner_than_the_others(readable):
    clock = Clock()
    study = readable("sessions = 2\nwashout_days = 10\nrepeat_fraction = 1.0\n")
    with begun_without_last(study, clock, readers=("anna", "ben")) as (room, late):
        anna, ben = Hand(room, ANNA), Hand(room, BEN)
        anna.read_all()
        ben.read_all()
        clock.day = 12
        anna.draw(reading_list(room, "anna").items[0].item)  # anna has begun the second session, ben has not
        give_lesions(room, COORDINATOR, WHY)

        places = {
            who: [
                (one.session, one.number)
                for one in room.store.reading.designs.items(who)
                if one.key == late[0]
            ]
            for who in ("anna", "ben")
        }
        assert places == {"anna": [(2, 1), (3, 2)], "ben": [(1, 1), (2, 2)]}
        ben.read_all()  # of session 1, on day 12: the washout begins anew
        assert reading_list(room, "ben").opens_at is not None
        clock.day = 21
        assert reading_list(room, "ben").items == ()
        clock.day = 22
        assert len(reading_list(room, "ben").items) == 4
        anna.read_all()
        assert reading_list(room, "anna").session == 3 and reading_list(room, "anna").opens_at is not None


def test_a_session_that_begins_while_lesions_are_given_gets_no_repeat_of_them(readable, monkeypatch):
    clock = Clock()
    study = readable("sessions = 2\nwashout_days = 0\nrepeat_fraction = 1.0\n")
    with begun_without_last(study, clock) as (room, _):
        anna = Hand(room, ANNA)
        anna.read_all()
        add = room.store.reading.designs.give

        def begun_meanwhile(*args, **named):
            anna.draw(reading_list(room, "anna").items[0].item)
            return add(*args, **named)

        monkeypatch.setattr(room.store.reading.designs, "give", begun_meanwhile)
        assert refusal(give_lesions, room, COORDINATOR, WHY).code == "read.design"
        monkeypatch.undo()
        give_lesions(room, COORDINATOR, WHY)


def test_repeats_keep_the_stated_part_of_all_lesions_and_are_drawn_from_the_new_ones(readable):
    study = readable("repeat_fraction = 0.5\n")
    with begun_without_last(study, n_late=2) as (room, late):
        assert len(room.store.reading.designs.items("anna")) == 2 + 1
        give_lesions(room, COORDINATOR, WHY)
        own = room.store.reading.designs.items("anna")
        assert len(own) == 4 + 2
        new = [one for one in own if one.position > 3]
        assert {one.key for one in new} == set(late) and sorted(one.number for one in new) == [1, 1, 2]
        assert all(a.key != b.key for a, b in itertools.pairwise(new))


def test_the_order_of_late_lesions_hangs_on_seed_reader_and_time():
    keys = [f"S{number}/1" for number in range(20)]

    def order(reader="anna", seed=1, version=2):
        return late_order(keys, reader, seed=seed, version=version, sessions=2, n_repeats=5)

    assert order() == order() and len(order()[1]) == 5
    assert len({order(), order("ben"), order(seed=2), order(version=3)}) == 4


def test_the_pointer_of_a_given_lesion_stands(readable):
    with begun_without_last(readable()) as (room, late):
        one = next(one for one in lesions_to_point(room) if one.key == late[0])
        where = (one.pointer.sop_instance_uid, one.pointer.frame_number, one.pointer.point_lps_mm)
        place_pointer(room, COORDINATOR, late[0], *where, "liver")
        give_lesions(room, COORDINATOR, WHY)
        assert (
            refusal(place_pointer, room, COORDINATOR, late[0], *where, "liver").code == "read.design-started"
        )
