"""Sealed outcomes are nowhere in the study; who saw them before a lock is told from the log."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.reading_room import ANNA, BEN, COORDINATOR, Hand, Somebody, begin, opened_room
from tests.room_study import prescription, row_of

from adcurate.errors import ReadError
from adcurate.formats.worksheet import WorksheetOptions
from adcurate.formats.worksheet_writing import write_worksheet
from adcurate.model.reading.person import Role
from adcurate.study.reading.adjudicate import adjudicate, adjudication_case, adjudication_list
from adcurate.study.reading.blinding import blinding, blinding_findings, note_outcomes_seen
from adcurate.study.reading.next_case import reading_list
from adcurate.study.reading.seal import current_seal, seal_outcomes, unseal_outcomes
from adcurate.study.rows import current_rows
from adcurate.study.run import ANALYZED_CHOICE, run_study
from adcurate.study.worksheet import import_worksheet

SEALER = Somebody("sara")
DORA = Somebody("dora")
PASSPHRASE = "correct horse battery staple"
SECRET = "SENTINELG3"
ROW_OF_SOMEBODY = row_of(prescription("READ1", 1), prescription("READ1", 1).lesions[0])


def code_of(call, *arguments, **options) -> str:
    with pytest.raises(ReadError) as error:
        call(*arguments, **options)
    return error.value.code


def with_secret(room):
    """Put a word that nothing else holds where the Ki-67 stands."""
    version = room.store.worksheets.latest()
    rows = [replace(row, values={**row.values, "ki67": SECRET}) for row in version.rows]
    room.store.worksheets.add(rows, version.columns, "with a sentinel")


def test_what_is_sealed_stands_in_no_file_of_the_store_and_comes_back_as_it_was(readable):
    study = readable()
    with opened_room(study) as room:
        with_secret(room)
        before = current_rows(room.store)
        worksheet = next(n for n in study.open_vault(room.store).names() if n.startswith("worksheet/"))
        received = study.open_vault(room.store).get_bytes(worksheet)
        files = [path for path in study.store.rglob("*") if path.is_file()]
        assert any(SECRET.encode() in path.read_bytes() for path in files), "the sentinel was never there"
        seal = seal_outcomes(room, SEALER, PASSPHRASE)
        assert (seal.sealer, seal.n_rows, seal.opened_at) == ("sara", 4, "")
        assert not any(SECRET.encode() in path.read_bytes() for path in files if path.exists())
        assert all((row.grade, row.ki67) == (None, None) for row in current_rows(room.store))
        vault = study.open_vault(room.store)
        assert vault.get_bytes(worksheet) != received
        begin(room)
        for who in (ANNA, BEN):
            Hand(room, who).read_all()
        assert code_of(unseal_outcomes, room, SEALER, "another passphrase") == "read.passphrase"
        opened = unseal_outcomes(room, SEALER, PASSPHRASE)
        assert opened.opened_at and current_seal(room) is None
        assert current_rows(room.store) == before
        assert vault.get_bytes(worksheet) == received
        assert not blinding(room).seal_broken_early
        assert code_of(unseal_outcomes, room, SEALER, PASSPHRASE) == "read.not-sealed"


def test_a_seal_holds_until_the_last_lock_unless_it_is_broken_with_a_reason(readable):
    with opened_room(readable()) as room:
        seal_outcomes(room, SEALER, PASSPHRASE)
        begin(room)
        Hand(room, ANNA).read_all()
        assert code_of(unseal_outcomes, room, SEALER, PASSPHRASE) == "read.too-early"
        unseal_outcomes(room, SEALER, PASSPHRASE, early_reason="a patient is in danger")
        assert blinding(room).seal_broken_early
        assert "reading.seal-broken" in {one.code for one in blinding_findings(room.store)}
        (told,) = room.store.audit.done("outcomes.open")
        assert (told.person, told.reason) == ("id-sara", "a patient is in danger")


def test_a_seal_also_waits_for_what_is_to_be_decided_and_a_later_decision_is_not_blinded(readable):
    with opened_room(readable("adjudicate_over = 0.001\n")) as room:
        seal_outcomes(room, SEALER, PASSPHRASE)
        begin(room, adjudicators=("dora",))
        for who, half in ((ANNA, 4.2), (BEN, 9.2)):
            hand = Hand(room, who)
            for one in reading_list(room, who.name).items:
                hand.draw(one.item, half=half)
                hand.lock(one.item)
        first, *others = adjudication_list(room, DORA)
        adjudicate(room, DORA, first.id, "mean", "as near")
        assert others and code_of(unseal_outcomes, room, SEALER, PASSPHRASE) == "read.too-early"
        opened = unseal_outcomes(room, SEALER, PASSPHRASE, early_reason="a patient is in danger")
        assert opened.opened_by == "sara" and blinding(room).seal_broken_early
        adjudicate(room, DORA, others[0].id, "mean", "as near")
        report = blinding(room)
        assert (report.n_decisions, report.n_decisions_not_blinded) == (2, 1)
        assert (report.outcomes_opened_by, report.outcomes_opened_at) == ("sara", opened.opened_at)
        assert "reading.decided-unblinded" in {one.code for one in blinding_findings(room.store)}


def test_a_reader_a_short_passphrase_and_a_second_seal_are_refused(readable):
    with opened_room(readable()) as room:
        begin(room)
        assert code_of(seal_outcomes, room, ANNA, PASSPHRASE) == "read.sealer"
        assert code_of(seal_outcomes, room, SEALER, "short") == "read.passphrase"
        seal_outcomes(room, SEALER, PASSPHRASE)
        assert code_of(seal_outcomes, room, SEALER, PASSPHRASE) == "read.sealed"


def test_while_outcomes_are_sealed_no_worksheet_comes_in_and_maps_are_made_all_the_same(readable):
    study = readable()
    with opened_room(study) as room:
        seal_outcomes(room, SEALER, PASSPHRASE)
        begin(room)
        Hand(room, ANNA).read_all()
    assert code_of(run_study, study, workers=0) == "read.sealed"
    with study.open_store("read") as store:
        assert len(store.derived.of_kind("measurement")) == 8
    write_worksheet(study.path.parent / "again.xlsx", [ROW_OF_SOMEBODY])
    refused = code_of(import_worksheet, study, study.path.parent / "again.xlsx", WorksheetOptions())
    assert refused == "read.sealed"


def test_an_analysed_study_is_too_late_to_seal(readable):
    with opened_room(readable()) as room:
        room.store.choices.add(ANALYZED_CHOICE, {"protocol": "digest"})
        assert code_of(seal_outcomes, room, SEALER, PASSPHRASE) == "read.too-late"


def test_a_reading_is_not_blinded_when_its_reader_saw_the_outcome_before_the_lock(readable):
    with opened_room(readable()) as room:
        begin(room)
        cases = [room.store.reading.designs.item(one.item) for one in reading_list(room, "anna").items]
        note_outcomes_seen(room, ANNA, [cases[0].key], "entered")
        note_outcomes_seen(room, COORDINATOR, [one.key for one in cases], "seen")
        Hand(room, ANNA).read_all()
        note_outcomes_seen(room, ANNA, [cases[1].key], "seen")
        Hand(room, BEN).read_all()
        report = blinding(room)
        by_name = {one.reader: one for one in report.readers}
        assert (by_name["anna"].n_readings, by_name["anna"].n_not_blinded) == (4, 1)
        assert by_name["anna"].lesions == (cases[0].key,)
        (told,) = (one for one in blinding_findings(room.store) if one.code == "reading.not-blinded")
        assert told.sentence.startswith("1 of 4 readings of anna") and told.where["lesions"] == cases[0].key
        assert by_name["ben"].n_not_blinded == 0
        assert report.log_head == room.store.audit.head().hash and report.n_unnamed == 1


def test_who_also_coordinates_is_counted_apart_from_the_log_whatever_the_role_is_now(readable):
    with opened_room(readable()) as room:
        people = room.store.people
        people.add("oda", "Oda", [Role("administrator")], by="")
        anna = people.add("anna", "Anna", [Role("reader"), Role("coordinator", "North")], by="")
        ben = people.add("ben", "Ben", [Role("reader")], by="")
        begin(room)
        items = [one.item for one in reading_list(room, "anna").items]
        hand = Hand(room, anna)
        hand.draw(items[0])
        hand.lock(items[0])
        people.change(anna.id, by="", roles=[Role("reader")])
        hand.read_all()
        Hand(room, ben).read_all()
        people.change(ben.id, by="", roles=[Role("reader"), Role("auditor")])
        of_anna, of_ben = blinding(room).readers
        assert (of_anna.n_knew_subjects, of_anna.telling_roles) == (4, ("coordinator",))
        assert (of_ben.n_knew_subjects, of_ben.telling_roles, of_anna.n_not_blinded) == (0, (), 0)
        (told,) = (one for one in blinding_findings(room.store) if one.code == "reading.knew-subjects")
        assert told.sentence.startswith("4 of 4 readings of anna were locked by somebody who was coordinator")


def test_what_a_reader_knew_otherwise_is_counted_too(readable):
    with opened_room(readable("adjudicate_over = 0.001\n")) as room:
        people = room.store.people
        people.add("oda", "Oda", [Role("administrator")], by="")
        anna = people.add("anna", "Anna", [Role("reader"), Role("statistician")], by="")
        ben = people.add("ben", "Ben", [Role("reader")], by="")
        begin(room, adjudicators=("anna",))
        items = Hand(room, anna).read_all()
        hand = Hand(room, ben)
        for item in [one.item for one in reading_list(room, "ben").items]:
            hand.draw(item, half=9.2)
            hand.lock(item)
        first = room.store.reading.designs.item(items[0])
        disputed = {
            adjudication_case(room, anna, one.id).item.key: one for one in adjudication_list(room, anna)
        }
        assert first.key in disputed
        # Locked before the other's was seen: independent, until one locks again.
        assert blinding(room).readers[0].n_saw_others == 0
        room.store.reading.locks.amend(items[0], "anna", "a closer look", anna.id)
        Hand(room, anna, keys=iter(range(500, 600))).lock(items[0])
        room.store.reading.told_results.note("results.take", {"file": "report.html"}, anna.id)
        room.store.reading.locks.amend(items[1], "anna", "another look", anna.id)
        of_anna, of_ben = blinding(room).readers
        assert (of_anna.n_saw_others, of_anna.n_amended_known, of_anna.n_not_blinded) == (1, 1, 0)
        assert (of_anna.telling_roles, of_anna.n_knew_subjects) == (("statistician",), 4)
        assert (of_ben.n_saw_others, of_ben.n_amended_known, of_ben.n_knew_subjects) == (0, 0, 0)
        codes = {one.code for one in blinding_findings(room.store)}
        assert {"reading.saw-others", "reading.amended-known", "reading.knew-subjects"} <= codes
