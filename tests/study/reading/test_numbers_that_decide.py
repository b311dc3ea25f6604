"""The ruler, the reference tissue and the decisions of the reading room decide what ``study run`` says."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.reading_room import (
    ANNA,
    BEN,
    Clock,
    Hand,
    Somebody,
    adc_series,
    amend_where_frozen,
    begin,
    opened_room,
    square,
)

from adcurate.errors import ReadError
from adcurate.model.reading.draft import CannotAssess, Draft, Ruler
from adcurate.study.folder import StudyFolder
from adcurate.study.reading.account import reading_account
from adcurate.study.reading.adjudicate import adjudicate, adjudication_case, adjudication_list
from adcurate.study.reading.amend import amend_reading
from adcurate.study.reading.blinding import note_outcomes_seen
from adcurate.study.reading.next_case import reading_list
from adcurate.study.report import report_study
from adcurate.study.run import run_study
from adcurate.study.show import TracedRatio, show_measurement
from adcurate.study.status import study_status

DORA = Somebody("dora")
ASKED = ("trend", "agreement", "assessability")
NORMALIZED = """
[[markers]]
name = "nADC"
measure = "mean_over_reference"
direction = "low"
"""


def edited(study, *changes):
    """The protocol with these texts put in the place of others."""
    text = study.protocol_file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    study.protocol_file.write_text(text, encoding="utf-8")
    amend_where_frozen(study)
    return study


@pytest.fixture
def readable(readable):
    """The studies of this folder, with the questions that are looked at here and short bootstraps."""

    def make(*arguments, **options):
        study = readable(*arguments, **options)
        text = study.protocol_file.read_text(encoding="utf-8")
        plan, asked, rest = text.partition("[[plan.questions]]")
        blocks = rest.partition("[reading]")[0].split("[[plan.questions]]")
        kept = [one for one in blocks if any(f'kind = "{kind}"' in one for kind in ASKED)]
        text = plan + "".join(asked + one for one in kept) + "\n[reading]" + text.partition("[reading]")[2]
        text = text.replace("bootstrap_resamples = 10000", "bootstrap_resamples = 100")
        study.protocol_file.write_text(text, encoding="utf-8")
        return study

    return make


def by_ruler(study):
    return edited(study, ('lesion_size = "worksheet"', 'lesion_size = "ruler"'))


def with_value(study, value):
    return edited(study, ('value = "first-reader"', f'value = "{value}"'))


def ruler(room, uid, length_mm, axis="long"):
    """A line of that length on the map of record."""
    series = adc_series(room, uid)
    start = series.frames[0].plane.to_lps(np.array([[20.0, 20.0]]))[0]
    end = series.frames[0].plane.to_lps(np.array([[20.0, 30.0]]))[0]
    end = start + (end - start) / np.linalg.norm(end - start) * length_mm
    return Ruler(axis, axis, series.series_id, 1, tuple(map(float, start)), tuple(map(float, end)))


def read(room, who, draft_of):
    """One reader reads every case; `draft_of` gives the draft of a case."""
    hand = Hand(room, who)
    for item in [one.item for one in reading_list(room, who.name).items]:
        case = room.store.reading.designs.item(item)
        hand.save(item, draft_of(case))
        hand.lock(item)


def subjects(room):
    return sorted({one.subject for one in room.store.reading.designs.items()})


def reasons(results):
    return {reason: n for stage in results.flow.stages for reason, n in stage.left_out}


def values(results, marker="avgADC"):
    (analysis,) = [one for one in results.of_record if one.marker == marker]
    return {one.subject: one.value for one in analysis.values}


def means(results, subject):
    """The mean on the map of record of each reader of a subject's lesion."""
    return {
        one.reader: one.values["mean"]
        for one in results.measurements
        if one.subject == subject and one.map_source == "scanner" and one.lesion == "1"
    }


def codes(results, code):
    return {one.where.get("subject") for one in results.findings if one.code == code}


def read_with_rulers(room, who, lengths, half=4.2):
    def draft_of(case):
        length = lengths.get(case.subject)
        lines = () if length is None else (ruler(room, case.study_instance_uid, length),)
        return Draft((square(room, case.study_instance_uid, half=half),), lines)

    read(room, who, draft_of)


def test_the_ruler_of_the_reader_who_counts_decides_who_is_eligible(readable):
    study = by_ruler(readable())
    with opened_room(study) as room:
        begin(room)
        small, enough, large, other = subjects(room)
        annas = {small: 9.9, enough: 10.0, large: 25.0, other: 30.0}
        read_with_rulers(room, ANNA, annas)
        read_with_rulers(room, BEN, {**annas, small: 12.1, enough: 7.0})
    results = run_study(study, workers=0).results
    assert reasons(results) == {"lesion smaller than 1 cm by the ruler": 1}
    assert {one.subject for one in results.members} == {enough, large, other}
    assert {one.subject: one.row.lesion_size_mm for one in results.members}[enough] == 10.0
    assert codes(results, "eligibility.size-disagrees") == {small}
    status = study_status(study)
    assert (status.ruler.n_lesions, status.ruler.n_measured, status.ruler.n_smaller) == (4, 4, 1)
    assert status.done == ("add", "worksheet", "contours", "run")
    # Ben's ruler, then the mean of both: 11.0 and 8.5 mm.
    with_value(study, "ben")
    results = run_study(study, workers=0).results
    assert {one.subject for one in results.members} == {small, large, other}
    edited(study, ('value = "ben"', 'value = "mean"'))
    results = run_study(study, workers=0).results
    assert {one.subject for one in results.members} == {small, large, other}
    assert {one.subject: one.row.lesion_size_mm for one in results.members}[small] == pytest.approx(11.0)


def test_a_lesion_that_was_not_measured_is_named_and_never_silently_in(readable):
    study = readable()
    with opened_room(study) as room:
        begin(room, ["anna"])
        without, *others = subjects(room)
        read_with_rulers(room, ANNA, dict.fromkeys(others, 20.0))
    by_ruler(study)
    results = run_study(study, workers=0).results
    assert reasons(results) == {"long axis not measured": 1}
    assert codes(results, "eligibility.no-ruler") == {without}
    # The worksheet decides where the protocol says so, and the ruler only tells.
    edited(study, ('lesion_size = "ruler"', 'lesion_size = "worksheet"'))
    results = run_study(study, workers=0).results
    assert reasons(results) == {} and codes(results, "eligibility.no-ruler") == set()


def test_a_lesion_that_could_not_be_assessed_is_not_made_ineligible_by_that(readable):
    study = by_ruler(readable())
    with opened_room(study) as room:
        begin(room, ["anna"])
        lost, *others = subjects(room)
        measured = dict.fromkeys(others, 20.0)

        def draft_of(case):
            uid = case.study_instance_uid
            if case.subject == lost:
                return Draft(cannot_assess=CannotAssess("artefact"))
            return Draft((square(room, uid),), (ruler(room, uid, measured[case.subject]),))

        read(room, ANNA, draft_of)
    results = run_study(study, workers=0).results
    assert reasons(results) == {"no region drawn": 1}
    assert codes(results, "eligibility.size-of-worksheet") == {lost}


def with_reference(room, case, *, middle=(45.0, 45.0), half=4.2):
    uid = case.study_instance_uid
    beside = square(room, uid, middle=middle, half=2.2, name="c2", role="reference")
    return Draft((square(room, uid, half=half), beside))


def test_normalized_adc_is_the_lesion_over_the_readers_own_reference(readable):
    study = readable()
    with opened_room(study) as room:
        begin(room)
        lacking = subjects(room)[0]
        read(room, ANNA, lambda case: with_reference(room, case))
        read(
            room,
            BEN,
            lambda case: (
                Draft((square(room, case.study_instance_uid, half=3.3),))
                if case.subject == lacking
                else with_reference(room, case, middle=(20.0, 45.0), half=3.3)
            ),
        )
    edited(study, ("\n[analysis]", NORMALIZED + "\n[analysis]"))
    written = report_study(study, workers=0)
    results = written.results
    measured = {(one.subject, one.lesion, one.reader, one.map_source): one for one in results.measurements}
    for subject, ratio in values(results, "nADC").items():
        lesion = measured[subject, "1", "anna", "scanner"].values["mean"]
        reference = measured[subject, "1 reference", "anna", "scanner"].values["mean"]
        assert ratio == lesion / reference
    (told,) = [one for one in results.findings if one.code == "region.no-reference"]
    assert (told.where["subject"], told.where["reader"]) == (lacking, "ben")
    (agreement,) = [one.answer for one in results.answers if one.question.kind == "agreement"]
    assert {"avgADC", "minADC", "nADC"} <= set(agreement.markers)

    (analysis,) = [one for one in results.of_record if one.marker == "nADC"]
    first = analysis.values[0]
    traced = show_measurement(study, first.measurement_id[:12])
    assert isinstance(traced, TracedRatio)
    assert traced.lesion.measurement.lesion + " reference" == traced.reference.measurement.lesion
    assert traced.lesion.contours and traced.reference.contours
    assert traced.lesion.contours != traced.reference.contours
    assert {traced.normalized.of_lesion, traced.normalized.of_reference} == {
        traced.lesion.measurement.measurement_id,
        traced.reference.measurement.measurement_id,
    }
    said = json.loads((study.results / "analysis.json").read_text(encoding="utf-8"))
    assert said["maps"]["scanner"]["nADC"]["unit"] == "1"
    assert "unit" not in said["maps"]["scanner"]["avgADC"]
    page = written.html.read_text(encoding="utf-8")
    assert "over the mean ADC of reference tissue" in page and "table-normalized" in page
    head = (study.results / "tables" / "cohort.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert "nADC_ratio" in head and "avgADC_mm2_per_s" in head


def test_what_the_analysis_needs_is_asked_for_before_a_lock(readable):
    study = by_ruler(edited(readable(), ("\n[analysis]", NORMALIZED + "\n[analysis]")))
    with opened_room(study) as room:
        begin(room, ["anna"])
        anna, item = Hand(room, ANNA), reading_list(room, "anna").next_item
        anna.draw(item)
        with pytest.raises(ReadError) as error:
            anna.lock(item)
    assert error.value.code == "read.incomplete"
    assert "the long axis and a region of reference tissue" in error.value.sentence


def test_a_changed_reference_changes_the_id_of_the_analysis_and_no_other(readable):
    ids = []
    for middle in ((45.0, 45.0), (20.0, 45.0)):
        study = edited(readable(name=f"study{middle[0]}"), ("\n[analysis]", NORMALIZED + "\n[analysis]"))
        with opened_room(study) as room:
            begin(room, ["anna"])
            read(room, ANNA, lambda case, at=middle, room=room: with_reference(room, case, middle=at))
        ids.append({one.marker: one.analysis_id for one in run_study(study, workers=0).results.of_record})
    assert ids[0]["avgADC"] == ids[1]["avgADC"] and ids[0]["nADC"] != ids[1]["nADC"]


def test_every_decision_completes_the_consensus_and_an_open_one_blocks_its_lesion_by_name(readable):
    study = with_value(readable("adjudicate_over = 0.001\n"), "consensus")
    with opened_room(study) as room:
        begin(room, adjudicators=("dora",))
        Hand(room, ANNA).read_all()
        Hand(room, BEN).read_all(half=9.2)
        first, second, mean, new = sorted(adjudication_list(room, DORA), key=lambda one: one.id)
        lesion_of = {}
        for one, choice in ((first, "first"), (second, "second"), (mean, "mean"), (new, "new")):
            view = adjudication_case(room, DORA, one.id)
            lesion_of[choice] = view.item.subject
            uid = view.item.study_instance_uid
            draft = Draft((square(room, uid, half=6.2),)) if choice == "new" else None
            if choice != "new":
                adjudicate(room, DORA, one.id, choice, "because", draft)
            else:
                drawn, last = draft, one.id
    results = run_study(study, workers=0).results
    assert reasons(results) == {"readers differ, and nobody has decided": 1}
    assert codes(results, "reading.undecided") == {lesion_of["new"]}
    with opened_room(study) as room:
        adjudicate(room, DORA, last, "new", "because", drawn)
    results = run_study(study, workers=0).results
    assert reasons(results) == {} and len(results.members) == 4
    found = values(results)
    own = {choice: means(results, subject) for choice, subject in lesion_of.items()}
    assert found[lesion_of["first"]] == own["first"]["anna"] == own["first"]["consensus"]
    assert found[lesion_of["second"]] == own["second"]["ben"]
    assert found[lesion_of["mean"]] == pytest.approx(np.mean([own["mean"]["anna"], own["mean"]["ben"]]))
    assert found[lesion_of["new"]] == own["new"]["consensus"] not in (own["new"]["anna"], own["new"]["ben"])
    (agreement,) = [one.answer for one in results.answers if one.question.kind == "agreement"]
    assert set(agreement.readers) == {"anna", "ben"}
    (trend,) = [one.answer for one in results.answers if one.question.kind == "trend"]
    assert trend is not None


@pytest.mark.parametrize(("rule", "taken"), [("mean", ("anna", "ben")), ("first-reader", ("anna",))])
def test_a_lesion_on_which_readers_agree_has_what_the_protocol_says(readable, rule, taken):
    study = with_value(readable(f'where_agreed = "{rule}"\nadjudicate_over = 100000.0\n'), "consensus")
    with opened_room(study) as room:
        begin(room, adjudicators=("dora",))
        Hand(room, ANNA).read_all()
        Hand(room, BEN).read_all(half=9.2)
    results = run_study(study, workers=0).results
    for subject, value in values(results).items():
        own = means(results, subject)
        assert value == pytest.approx(np.mean([own[reader] for reader in taken]))
    (told,) = [one for one in results.findings if one.code == "reading.consensus"]
    assert "Of 4 lesions, 4 needed no decision" in told.sentence


def test_a_reading_that_is_amended_or_not_locked_blocks_its_lesion(readable):
    study = with_value(readable("adjudicate_over = 100000.0\n"), "consensus")
    with opened_room(study) as room:
        begin(room, adjudicators=("dora",))
        items = Hand(room, ANNA).read_all()
        Hand(room, BEN).read_all()
        amend_reading(room, ANNA, items[0], "wrong edge")
        subject = room.store.reading.designs.item(items[0]).subject
    results = run_study(study, workers=0).results
    assert reasons(results) == {"not locked by every reader": 1}
    assert codes(results, "reading.not-locked") == {subject}
    assert subject not in values(results)


def test_a_decision_for_one_who_could_not_assess_is_counted_as_not_assessed(readable):
    study = with_value(readable("adjudicate_over = 100000.0\n"), "consensus")
    with opened_room(study) as room:
        begin(room, adjudicators=("dora",))
        lost = subjects(room)[0]
        Hand(room, ANNA).read_all()
        read(
            room,
            BEN,
            lambda case: (
                Draft(cannot_assess=CannotAssess("artefact"))
                if case.subject == lost
                else Draft((square(room, case.study_instance_uid),))
            ),
        )
        (one,) = adjudication_list(room, DORA)
        adjudicate(room, DORA, one.id, "second", "motion")
    results = run_study(study, workers=0).results
    assert reasons(results) == {"could not be assessed, by decision": 1}
    (answer,) = [one.answer for one in results.answers if one.question.kind == "assessability"]
    assert answer.markers[0].n_positive_not_assessed + answer.markers[0].n_negative_not_assessed == 1


def test_the_report_says_of_each_reader_what_the_log_says(readable):
    study = readable("sessions = 2\nrepeat_fraction = 0.5\nwashout_days = 14\n")
    clock = Clock()
    with opened_room(study, clock) as room:
        begin(room)
        anna = Hand(room, ANNA)
        listed = [one.item for one in reading_list(room, "anna").items]
        known = room.store.reading.designs.item(listed[0]).key
        note_outcomes_seen(room, ANNA, [known], "seen")
        # The last case before its turn, then the others; the first of them is amended.
        for item in (listed[-1], *listed[:-1]):
            if item == listed[1]:
                anna.save(item, Draft(cannot_assess=CannotAssess("artefact")))
            else:
                anna.draw(item)
            anna.lock(item)
            if item == listed[0]:
                amend_reading(room, ANNA, item, "wrong edge")
                anna.draw(item, half=5.2)
                anna.lock(item)
        Hand(room, BEN).read_all()
        clock.day = 16
        anna.read_all()
        head = room.store.audit.head()
        # A repeat of that lesion is not blinded either.
        n_known = sum(one.key == known for one in room.store.reading.designs.items("anna"))
    results = report_study(study, workers=0).results
    account = results.reading
    annas, bens = account.readers
    assert (annas.n_lesions, annas.n_repeats, annas.n_not_blinded) == (4, 2, n_known)
    assert (annas.n_amended, annas.n_cannot_assess, annas.n_before_their_turn) == (1, 1, 1)
    assert (annas.shortest_pause_days, annas.washout_kept) == (15.0, True)
    assert (bens.n_lesions, bens.n_repeats, bens.washout_kept, bens.n_cases) == (4, 0, None, 6)
    assert annas.order_digest != bens.order_digest and len(annas.order_digest) == 64
    assert (account.seed, account.log_head, account.n_log_entries) == (1, head.hash, head.sequence)
    page = (study.results / "report.html").read_text(encoding="utf-8")
    for words in (head.hash, annas.order_digest, "kept: 15.0 days, 14 asked", "4 (2 cases not locked)"):
        assert words in page
    table = (study.results / "tables" / "readers.csv").read_text(encoding="utf-8-sig").splitlines()
    assert table[1].startswith("anna,6,4,2,") and annas.order_digest in table[1]


def test_the_pause_between_sessions_is_counted_from_the_log(readable):
    """The room gives nobody a session before its time; a log that tells otherwise is believed."""
    study = readable("sessions = 2\nrepeat_fraction = 0.5\n")
    clock = Clock()
    with opened_room(study, clock) as room:
        begin(room, ["anna"])
        Hand(room, ANNA).read_all()
        clock.day = 3
        Hand(room, ANNA, keys=iter(range(500, 600))).read_all()
        (kept,) = reading_account(room, {}).readers
    edited(study, ("sessions = 2\n", "sessions = 2\nwashout_days = 14\n"))
    with opened_room(study) as room:
        stricter = StudyFolder(study.path).protocol()
        (broken,) = reading_account(Strict(room, stricter), {}).readers
    assert (kept.shortest_pause_days, kept.washout_kept) == (2.0, True)
    assert (broken.shortest_pause_days, broken.washout_kept) == (2.0, False)


class Strict:
    """A room under another protocol than the frozen one."""

    def __init__(self, room, protocol):
        self.store, self._protocol = room.store, protocol

    def rules(self):
        return self._protocol.reading
