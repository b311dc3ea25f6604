"""The map's rules are amended in mid-reading: nobody is compared by two, and the report says what moved."""

from __future__ import annotations

import dataclasses

import pytest
from tests.reading_room import ANNA, BEN, Hand, Somebody, adc_series, begin, opened_room, square

from adcurate.errors import ReadError
from adcurate.model.reading.draft import Draft
from adcurate.model.reading.kept import SIGNATURE_MEANING
from adcurate.study.protocol.amend import amend_protocol
from adcurate.study.reading.adjudicate import adjudicate, adjudication_case, adjudication_list
from adcurate.study.reading.case import open_case
from adcurate.study.reading.disputes import disputes, mean_of
from adcurate.study.reading.lock import lock_reading
from adcurate.study.reading.measure import measure_draft, measure_whole
from adcurate.study.reading.next_case import reading_list
from adcurate.study.reading.save import save_draft
from adcurate.study.run import run_study

DORA = Somebody("dora")
STRICT = "adjudicate_over = 0.000001\nshow_numbers = 'after_lock'\n"


def amend(room, old='map_of_record = "scanner"', new='map_of_record = "refit"'):
    """What the page does on a save of the protocol."""
    file = room.study.protocol_file
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    amend_protocol(room.study, room.store, "The other map.")
    protocol = room.protocol()
    room.images.use(protocol.adc, protocol.region)


def test_readings_locked_before_and_after_an_amendment_are_compared_by_one_rule(readable):
    with opened_room(readable(STRICT)) as room:
        begin(room, adjudicators=("dora",))
        Hand(room, ANNA).read_all()
        amend(room)
        Hand(room, BEN).read_all()
        locks = [
            room.store.reading.locks.status(one.item).lock
            for one in room.store.reading.designs.items()
            if one.subject == room.store.reading.designs.items()[0].subject
        ]
        assert len({mean_of(one.numbers) for one in locks}) == 2, (
            "the two maps say the same: nothing is tested"
        )
        assert disputes(room) == ()


def test_a_locked_case_shows_the_numbers_of_the_map_that_is_shown_now(readable):
    with opened_room(readable(STRICT)) as room:
        begin(room, adjudicators=("dora",))
        item = Hand(room, ANNA).read_all()[0]
        signed = room.store.reading.locks.status(item).lock
        amend(room)
        shown = open_case(room, "anna", item).locked.numbers
        case = room.store.reading.designs.item(item)
        draft = room.store.reading.drafts.latest(item).draft
        (record,) = [one for one in shown["numbers"] if one["is_record"]]
        assert record["map"] == "refit"
        assert shown["numbers"] == measure_whole(room, case, draft).numbers.as_json()["numbers"]
        assert mean_of(signed.numbers) != record["mean"]
        assert room.store.reading.locks.status(item).lock == signed


def test_what_was_decided_stays_decided_by_the_rules_of_now(readable):
    with opened_room(readable(STRICT)) as room:
        begin(room, adjudicators=("dora",))
        Hand(room, ANNA).read_all()
        ben = Hand(room, BEN)
        items = [one.item for one in reading_list(room, "ben").items]
        ben.draw(items[0], half=9.2)
        ben.lock(items[0])
        ben.read_all()
        (one,) = adjudication_list(room, DORA)
        adjudicate(room, DORA, one.id, "first", "the second holds a vessel")
        before = adjudication_case(room, DORA, one.id)
        amend(room)
        assert [(each.id, each.state) for each in adjudication_list(room, DORA)] == [(one.id, "decided")]
        after = adjudication_case(room, DORA, one.id)
        means = [mean_of(numbers) for numbers in (after.first_numbers, after.second_numbers)]
        assert after.dispute.difference_mm2_per_s == abs(means[1] - means[0])
        assert mean_of(before.first_numbers) != means[0]
        file = room.study.protocol_file.read_text(encoding="utf-8")
        amend(room, "adjudicate_over = 0.000001", "adjudicate_over = 100000.0")
        assert file != room.study.protocol_file.read_text(encoding="utf-8")
        assert [each.state for each in adjudication_list(room, DORA)] == ["decided"]


def test_the_report_says_which_locked_readings_say_another_number_now(readable):
    study = readable(STRICT)
    with opened_room(study) as room:
        begin(room, ("anna",), adjudicators=("dora",))
        Hand(room, ANNA).read_all()
        amend(room)
    found = [one for one in run_study(study).results.findings if one.code == "protocol.moved-numbers"]
    assert found[0].sentence.startswith("4 readings were locked under other rules of the map or of regions")
    assert "the mean of 4 of them is another now" in found[0].sentence and found[0].severity == "warning"
    assert found[0].where["readings"].count("anna") == 4


def other_images(room, case):
    """The same exam without its first series: every id means another series."""
    exam = room.images.exam(case.study_instance_uid)
    left = [dataclasses.replace(one, series_id=f"s{at}") for at, one in enumerate(exam.series[1:], start=1)]
    return dataclasses.replace(exam, series=tuple(left))


def test_a_stroke_is_kept_on_the_series_it_was_drawn_on_and_neither_measured_nor_signed_beside_others(
    readable, monkeypatch
):
    with opened_room(readable()) as room:
        begin(room)
        item = reading_list(room, "anna").items[0].item
        case = room.store.reading.designs.item(item)
        images = open_case(room, "anna", item).images
        drawn = square(room, case.study_instance_uid)
        changed = other_images(room, case)
        monkeypatch.setattr(type(room.images), "exam", lambda self, uid: changed)
        for ask in (
            lambda: measure_draft(room, "anna", item, Draft((drawn,)), images=images),
            lambda: lock_reading(room, ANNA, item, 1, "key-to-lock", SIGNATURE_MEANING, images=images),
        ):
            with pytest.raises(ReadError) as error:
                ask()
            assert error.value.code == "read.stale-images"
        assert save_draft(room, ANNA, item, 0, "key-to-save", Draft((drawn,)), images=images) == 1
        again = open_case(room, "anna", item)
        assert again.images != images
        (kept,) = again.draft.contours
        assert kept.series == adc_series(room, case.study_instance_uid).series_id != drawn.series
        assert kept.points_lps_mm == drawn.points_lps_mm
        room.shown.clear()
        assert save_draft(room, ANNA, item, 1, "key-to-keep", Draft((drawn,)), images=images) == 2
        with pytest.raises(ReadError) as error:
            save_draft(room, ANNA, item, 2, "key-of-nobody", Draft((drawn,)), images="sha256:unknown")
        assert error.value.code == "read.stale-images"


def test_a_draft_on_a_series_that_the_case_lacks_is_refused_and_one_that_is_gone_is_not(readable):
    with opened_room(readable()) as room:
        begin(room)
        item = reading_list(room, "anna").items[0].item
        drawn = square(room, room.store.reading.designs.item(item).study_instance_uid)
        with pytest.raises(ReadError) as error:
            save_draft(room, ANNA, item, 0, "key-one-0", Draft((dataclasses.replace(drawn, series="s99"),)))
        assert error.value.code == "read.draft"
        assert (
            save_draft(room, ANNA, item, 0, "key-two-0", Draft((dataclasses.replace(drawn, series="s0"),)))
            == 1
        )


def test_cases_of_one_exam_name_their_images_differently(readable):
    with opened_room(readable()) as room:
        begin(room)
        first, second = (reading_list(room, name).items for name in ("anna", "ben"))
        named = {open_case(room, "anna", one.item).images for one in first}
        named |= {open_case(room, "ben", one.item).images for one in second}
        assert len(named) == len(first) + len(second)
