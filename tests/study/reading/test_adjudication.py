"""Where readers differ: told after both locked, decided once, and counted as it was decided."""

from __future__ import annotations

import pytest
from tests.reading_room import ANNA, BEN, COORDINATOR, Hand, Somebody, begin, opened_room, square

from adcurate.errors import ReadError
from adcurate.model.contour_record import ContourRecord
from adcurate.model.reading.design import ReadDesign
from adcurate.model.reading.draft import CannotAssess, Draft
from adcurate.study.reading.adjudicate import adjudicate, adjudication_case, adjudication_list
from adcurate.study.reading.amend import amend_reading
from adcurate.study.reading.design import start_reading
from adcurate.study.reading.next_case import reading_list
from adcurate.study.reading.progress import room_progress
from adcurate.study.reading.same_lesion import is_same_lesion
from adcurate.study.regions.contours import current_contours
from adcurate.study.run import ANALYZED_CHOICE
from adcurate.study.steps import study_steps

DORA = Somebody("dora")
SMALL = "adjudicate_over = 0.001\n"
FREE = 'selection = "free"\n'


def read_both(room, **bens):
    """Anna and Ben read every lesion; Ben draws the last of his cases in another way."""
    anna, ben = Hand(room, ANNA), Hand(room, BEN)
    anna.read_all()
    items = [one.item for one in reading_list(room, "ben").items]
    for item in items[:-1]:
        ben.draw(item)
        ben.lock(item)
    ben.draw(items[-1], **bens)
    ben.lock(items[-1])
    return room.store.reading.designs.item(items[-1])


def counting(room, case):
    return {one.reader for one in current_contours(room.store) if one.subject == case.subject}


def test_a_difference_is_told_only_after_both_are_locked(readable):
    with opened_room(readable(SMALL)) as room:
        begin(room, adjudicators=("dora", "anna"))
        anna, ben = Hand(room, ANNA), Hand(room, BEN)
        for item in (one.item for one in reading_list(room, "anna").items):
            anna.draw(item)
            anna.lock(item)
            assert adjudication_list(room, DORA) == ()
        items = [one.item for one in reading_list(room, "ben").items]
        for item in items:
            ben.draw(item, half=4.2 if item != items[0] else 9.2)
            ben.lock(item)
        (one,) = adjudication_list(room, DORA)
        assert (one.reason, one.state, one.label) == ("difference", "open", "Difference 1")
        assert adjudication_list(room, BEN) == () == adjudication_list(room, COORDINATOR)
        view = adjudication_case(room, DORA, one.id)
        means = [
            next(n["mean"] for n in lock.numbers["numbers"] if n["is_record"])
            for lock in (view.first_lock, view.second_lock)
        ]
        assert view.dispute.difference_mm2_per_s == abs(means[0] - means[1]) > 1e-9
        assert view.first.draft != view.second.draft
        assert not view.shows_numbers, "who decides is led by the means"
        assert room_progress(room, COORDINATOR).n_adjudication_open == 1


def test_who_reads_too_decides_only_when_the_own_cases_are_locked(readable):
    with opened_room(readable(SMALL)) as room:
        begin(room, ("anna", "ben"), adjudicators=("ben",))
        read_both(room, half=9.2)
        (one,) = adjudication_list(room, BEN)
        amend_reading(room, BEN, reading_list(room, "ben").items[0].item, "once more")
        assert adjudication_list(room, BEN) == ()
        with pytest.raises(ReadError, match="nothing of that name"):
            adjudication_case(room, BEN, one.id)


def test_who_reads_too_is_told_of_nobody_else_until_all_is_locked(readable):
    with opened_room(readable(SMALL)) as room:
        begin(room, adjudicators=("dora",))
        ben = Hand(room, BEN)
        items = [one.item for one in reading_list(room, "ben").items]
        Hand(room, ANNA).read_all()
        for item in items[:-1]:
            ben.draw(item, half=9.2)
            ben.lock(item)
        told, whole = room_progress(room, ANNA), room_progress(room, COORDINATOR)
        assert [one.reader for one in told.readers] == ["anna"] and told.is_own_only
        assert (told.n_adjudication_open, told.n_adjudicated) == (None, None)
        assert [one.reader for one in whole.readers] == ["anna", "ben"] and whole.n_adjudication_open == 3
        steps = {one.name: one for one in study_steps(room, ANNA).steps}
        assert (steps["reading"].n_done, steps["reading"].n_all) == (4, 4) and not steps["reading"].is_done
        assert steps["decisions"].n_all == 0
        ben.read_all(half=9.2)
        assert room_progress(room, ANNA) == room_progress(room, COORDINATOR)


@pytest.mark.parametrize("choice", ["first", "second", "mean", "new", "not-same-lesion"])
def test_a_decision_counts_as_what_it_says_and_is_final(readable, choice):
    with opened_room(readable(SMALL)) as room:
        begin(room, adjudicators=("dora",))
        case = read_both(room, half=9.2)
        (one,) = adjudication_list(room, DORA)
        draft = Draft((square(room, case.study_instance_uid, half=6.2),)) if choice == "new" else None
        for wrong in (Draft() if draft is None else None,):
            with pytest.raises(ReadError) as error:
                adjudicate(room, DORA, one.id, choice, "because", wrong)
            assert error.value.code == "read.choice"
        adjudicate(room, DORA, one.id, choice, "because", draft)
        assert adjudication_list(room, DORA)[0].state == "decided"
        with pytest.raises(ReadError, match="decided already"):
            adjudicate(room, DORA, one.id, "mean", "other", None)
        consensus = [one for one in current_contours(room.store) if one.reader == "consensus"]
        own = {"anna", "ben"} if choice != "not-same-lesion" else set()
        taken = choice in ("first", "second", "new")
        assert counting(room, case) == own | ({"consensus"} if taken else set())
        if choice in ("first", "second"):
            name = {"first": "anna", "second": "ben"}[choice]
            (theirs,) = [
                c for c in current_contours(room.store) if (c.subject, c.reader) == (case.subject, name)
            ]
            assert consensus[0].points_lps_mm == theirs.points_lps_mm
        (told,) = room.store.audit.done("reading.adjudicate")
        assert (told.person, told.reason) == ("id-dora", "because")


def test_one_who_could_not_assess_and_one_who_could_are_a_dispute(readable):
    with opened_room(readable("adjudicate_over = 1000.0\n")) as room:
        begin(room, adjudicators=("dora",))
        Hand(room, ANNA).read_all()
        ben = Hand(room, BEN)
        items = [one.item for one in reading_list(room, "ben").items]
        for item in items[1:]:
            ben.draw(item)
            ben.lock(item)
        ben.save(items[0], Draft(cannot_assess=CannotAssess("artefact")))
        ben.lock(items[0])
        assert [one.reason for one in adjudication_list(room, DORA)] == ["cannot-assess"]


def test_in_free_selection_readings_of_two_lesions_count_nowhere_until_decided(readable):
    with opened_room(readable(FREE)) as room:
        begin(room, adjudicators=("dora",))
        case = read_both(room, middle=(45.0, 45.0))
        assert counting(room, case) == set()
        others = {one.subject for one in current_contours(room.store)}
        assert len(others) == 3 and case.subject not in others
        (one,) = adjudication_list(room, DORA)
        assert one.reason == "not-same-lesion"
        adjudicate(room, DORA, one.id, "second", "the first is a cyst")
        assert counting(room, case) == {"ben", "consensus"}


def test_a_mismatch_that_its_reader_amends_counts_again(readable):
    with opened_room(readable(FREE)) as room:
        begin(room, adjudicators=("dora",))
        case = read_both(room, middle=(45.0, 45.0))
        ben = Hand(room, BEN, keys=iter(range(500, 600)))
        amend_reading(room, BEN, case.item, "took the cyst for it")
        ben.draw(case.item)
        ben.lock(case.item)
        assert counting(room, case) == {"anna", "ben"} and adjudication_list(room, DORA) == ()


def test_an_amended_reading_opens_its_dispute_again_and_takes_the_consensus_back(readable):
    with opened_room(readable(SMALL)) as room:
        begin(room, adjudicators=("dora",))
        case = read_both(room, half=9.2)
        (before,) = adjudication_list(room, DORA)
        adjudicate(room, DORA, before.id, "first", "clear")
        amend_reading(room, BEN, case.item, "wrong edge")
        ben = Hand(room, BEN, keys=iter(range(500, 600)))
        ben.draw(case.item, half=8.2)
        ben.lock(case.item)
        (after,) = adjudication_list(room, DORA)
        assert after.id != before.id and after.state == "open"
        assert counting(room, case) == {"anna", "ben"}


def ring(x: float, y: float, half: float, role: str = "lesion") -> ContourRecord:
    points = tuple((x + half * a, y + half * b, 3.0) for a, b in ((-1, -1), (-1, 1), (1, 1), (1, -1)))
    return ContourRecord("S", "1", "r", role, "1.2", points)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ([ring(0, 0, 5)], [ring(7, 0, 5)], True),
        ([ring(0, 0, 5)], [ring(7.2, 0, 5)], False),
        ([ring(0, 0, 1)], [ring(6, 0, 5)], True),
        ([ring(0, 0, 5)], [], False),
        ([], [], True),
        ([ring(0, 0, 5), ring(90, 0, 5, "exclusion")], [ring(1, 0, 5)], True),
    ],
)
def test_regions_are_of_one_lesion_when_their_middles_lie_within_the_larger_radius(first, second, same):
    assert is_same_lesion(first, second) is same is is_same_lesion(second, first)


def test_who_opened_a_difference_does_not_amend_the_own_reading_of_it(readable):
    with opened_room(readable(SMALL)) as room:
        begin(room, ("anna", "ben"), adjudicators=("ben",))
        case = read_both(room, half=9.2)
        (one,) = adjudication_list(room, BEN)
        others = [item.item for item in reading_list(room, "ben").items if item.item != case.item]
        adjudication_case(room, BEN, one.id)
        adjudication_case(room, BEN, one.id)
        assert len(room.store.audit.done("dispute.open")) == 1
        with pytest.raises(ReadError) as refused:
            amend_reading(room, BEN, case.item, "now that I have seen hers")
        assert refused.value.code == "read.seen"
        amend_reading(room, BEN, others[0], "another lesion")
        amend_reading(room, ANNA, reading_list(room, "anna").items[0].item, "she has seen nothing")


def test_readings_that_stand_go_on_standing_when_a_reader_is_added(readable):
    with opened_room(readable()) as room:
        begin(room, ["anna"])
        item = Hand(room, ANNA).read_all()[0]
        room.store.choices.add(ANALYZED_CHOICE, {"protocol": "digest"})
        start_reading(room, COORDINATOR, ReadDesign(("anna", "ben"), seed=1))
        with pytest.raises(ReadError) as refused:
            amend_reading(room, ANNA, item, "once more")
        assert refused.value.code == "read.closed"
