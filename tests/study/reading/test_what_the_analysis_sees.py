"""Locked readings in the analysis: repeats are sessions, reference tissue is no lesion."""

from __future__ import annotations

import numpy as np
import pytest
from tests.reading_room import (
    ANNA,
    BEN,
    Clock,
    Hand,
    Somebody,
    amend_where_frozen,
    begin,
    opened_room,
    square,
)

from adcurate.model.reading.draft import Draft
from adcurate.study.reader_of_record import reader_and_session
from adcurate.study.reading.adjudicate import adjudicate, adjudication_list
from adcurate.study.reading.next_case import reading_list
from adcurate.study.run import run_study

DORA = Somebody("dora")
RULES = "sessions = 2\nrepeat_fraction = 1.0\nadjudicate_over = 0.001\n"


@pytest.fixture
def read_twice(readable):
    """Two readers; Anna reads everything again, a difference is adjudicated, reference tissue is drawn."""
    study = readable(RULES)
    with opened_room(study, Clock()) as room:
        begin(room, adjudicators=("dora",))
        for session_half in (4.2, 3.3):
            anna = Hand(room, ANNA, keys=iter(range(int(session_half * 1000), 10_000)))
            for item in [one.item for one in reading_list(room, "anna").items]:
                uid = anna.exam_of(item)
                lesion = square(room, uid, half=session_half)
                beside = square(room, uid, middle=(45.0, 45.0), half=2.2, name="c2", role="reference")
                anna.save(item, Draft((lesion, beside)))
                anna.lock(item)
        Hand(room, BEN).read_all(half=9.2)
        adjudicate(room, DORA, adjudication_list(room, DORA)[0].id, "first", "clear")
    return study


def with_value(study, value):
    text = study.protocol_file.read_text(encoding="utf-8")
    study.protocol_file.write_text(text.replace('value = "first-reader"', f'value = "{value}"'), "utf-8")
    amend_where_frozen(study)


def test_repeats_are_sessions_and_what_was_adjudicated_is_no_further_reader(read_twice):
    results = run_study(read_twice, workers=0).results
    names = {one.reader for one in results.measurements}
    assert names == {"anna", "anna#2", "ben", "consensus"}
    (agreement,) = [one.answer for one in results.answers if one.question.kind == "agreement"]
    assert (set(agreement.readers), set(agreement.sessions)) == ({"anna", "ben"}, {"1", "2"})
    reference = [one for one in results.measurements if one.lesion.endswith(" reference")]
    assert {one.reader for one in reference} == {"anna", "anna#2", "consensus"}
    assert all(np.isfinite(one.values["mean"]) for one in reference)
    codes = [one.code for one in results.findings]
    assert "contour.without-row" not in codes
    (told,) = [one.sentence for one in results.findings if one.code == "reading.blinding"]
    assert "12 of 12 readings were blinded" in told
    first = [one for one in results.findings if one.code == "plan.first-reader"]
    assert "#" not in first[0].sentence and "consensus" not in first[0].sentence


def test_the_mean_is_over_first_readings(read_twice):
    with_value(read_twice, "mean")
    results = run_study(read_twice, workers=0).results
    for member in results.members:
        used = member.readings["scanner"]
        assert {one.reader for one in used} == {"anna", "ben"}


@pytest.mark.parametrize(
    ("name", "whose"), [("anna", ("anna", "1")), ("anna#2", ("anna", "2")), ("a#12", ("a", "12"))]
)
def test_a_repeat_names_its_reader_and_its_number(name, whose):
    assert reader_and_session(name) == whose
