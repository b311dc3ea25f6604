"""Sixty screened, by the page's use cases: every box of the flow adds up, and no exam is joined wrongly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.screened_study import (
    FOREIGN,
    HEADERS,
    N_DOUBTED,
    N_EXCLUDED,
    N_OPEN,
    N_SCREENED,
    N_TWICE,
    WRONG_PATIENT,
    arrivals,
    empty_study,
    let_exams_arrive,
    listed_day,
    number,
    pasted,
)

from adcurate.errors import ReadError, StudyError
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.reading.blinding import blinding_of
from adcurate.study.screening.exams import arrived_exams, choose_exam, requests_for
from adcurate.study.screening.grid import ListChange, change_list, enter_list, screened_list
from adcurate.study.screening.table import TableChoices, propose_table, take_table
from adcurate.study.status import study_status


@dataclass(frozen=True)
class Carla:
    """The coordinator."""

    name: str = "carla"
    id: str = "id-carla"


CARLA = Carla()


def take_pasted(study: StudyFolder, **choices: object) -> None:
    content = pasted().encode()
    columns = [one.column for one in propose_table(study, content).columns]
    columns[0] = "subject"
    version = screened_list(study, CARLA).version
    take_table(
        study,
        CARLA,
        content,
        TableChoices(version, tuple(columns), date_order="dmy", **choices),  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def entered(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    """The list pasted and entered, and every exam arrived."""
    folder = tmp_path_factory.mktemp("sixty")
    study = empty_study(folder)
    take_pasted(study)
    enter_list(study, CARLA, screened_list(study, CARLA).version)
    let_exams_arrive(study, folder)
    return study


def test_unknown_headers_are_asked_once_and_remembered(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    first = propose_table(study, pasted().encode())
    assert [one.how for one in first.columns[1:]] == ["known"] * (len(HEADERS) - 1)
    assert first.columns[0].how in ("like", "unknown") and first.columns[0].shapes == ("999999",)
    assert first.asks_dates and not first.asks_decimal and first.n_rows == N_SCREENED
    take_pasted(study)
    again = propose_table(study, pasted().encode())
    assert (again.columns[0].column, again.columns[0].how) == ("subject", "remembered")


def test_every_box_adds_up_and_no_exam_is_joined_wrongly(entered: StudyFolder) -> None:
    told = arrived_exams(entered)
    screened, included, eligible = told.flow.stages
    assert screened.n == N_SCREENED and sum(n for _, n in screened.left_out) == N_EXCLUDED
    assert included.n == N_SCREENED - N_EXCLUDED
    assert included.n - sum(n for _, n in included.left_out) == eligible.n
    with entered.open_store("read") as store:
        vault = entered.open_vault(store)
        code, shift = vault.pseudonyms.subject_code, vault.pseudonyms.shift_date
        exam_days = {one.study_uid: one.exam_date for one in store.instances.all()}
        days = {
            code(number(at)): shift(listed_day(at), code(number(at))).strftime("%Y%m%d")
            for at in range(N_SCREENED)
        }
        codes = {number(at): code(number(at)) for at in range(N_SCREENED)}
        foreign = code(FOREIGN)
    matched = [one for one in told.visits if one.status == "matched"]
    for visit in matched:
        taken = [one for one in visit.exams if one.standing == "taken"]
        assert [exam_days[one.evidence.study_instance_uid] for one in taken] == [days[visit.subject]]
    counts = {
        status: sum(one.status == status for one in told.visits)
        for status in ("matched", "awaited", "ambiguous", "unrequested")
    }
    n_included = N_SCREENED - N_EXCLUDED
    assert counts == {
        "matched": n_included - 2 - N_OPEN - N_DOUBTED,
        "awaited": 2,
        "ambiguous": N_OPEN + N_DOUBTED,
        "unrequested": 1,
    }
    assert eligible.n == counts["matched"]
    unrequested = next(one for one in told.visits if one.status == "unrequested")
    assert unrequested.subject == foreign
    assert {one.subject for one in told.visits if one.birth_dates_differ} == {codes[number(WRONG_PATIENT)]}
    assert sum(len(one.exams) for one in told.visits) == len(arrivals())  # the losers are kept and shown
    assert sum(len(one.exams) == 2 for one in matched) == N_TWICE - N_OPEN


def test_two_dates_of_birth_under_a_number_wait_for_a_person(entered: StudyFolder) -> None:
    told = arrived_exams(entered)
    (doubted,) = [one for one in told.visits if one.birth_dates_differ]
    assert doubted.status == "ambiguous" and "date of birth" in doubted.reason
    assert {one.standing for one in doubted.exams} == {"open"}  # nearness would propose the wrong one
    assert any("date of birth" in one.reason for one in study_status(entered).links)


def test_the_rule_proposes_and_only_a_person_takes(entered: StudyFolder, tmp_path: Path) -> None:
    told = arrived_exams(entered)
    visit = next(one for one in told.visits if one.status == "ambiguous" and one.proposed)
    proposed = next(one for one in visit.exams if one.standing == "proposed")
    assert proposed.evidence.days_from_histology == -18 and proposed.evidence.days_from_row == 2
    assert visit.proposed == "nearest to the histology: 18 days before it"
    uid = proposed.evidence.study_instance_uid
    after = choose_exam(entered, CARLA, visit.subject, visit.visit, uid, "Looked up in the PACS.")
    now = next(one for one in after.visits if one.subject == visit.subject)
    assert (now.status, now.decided_by, now.why) == ("matched", "person", "Looked up in the PACS.")
    assert [one.standing for one in now.exams] == ["taken", "not taken"]
    assert after.flow.stages[-1].n == told.flow.stages[-1].n + 1
    with pytest.raises(StudyError, match="0 exams"):
        choose_exam(entered, CARLA, visit.subject, visit.visit, "9.9.9", "No such exam.")
    with entered.open_store("read") as store:
        assert [one.reason for one in store.audit.done("link.decide")] == ["Looked up in the PACS."]


def test_numbers_come_in_and_never_out(entered: StudyFolder) -> None:
    shown = screened_list(entered, CARLA)
    said = json.dumps([dict(line.texts) for line in shown.lines])
    assert not [number(at) for at in range(N_SCREENED) if number(at) in said]
    assert shown.is_entered and not shown.faults
    # The one file that names people is the request list, and the log says who took it.
    assert requests_for(entered, CARLA)[:2] == b"PK"
    with entered.open_store("read") as store:
        taken = [one.person for one in store.audit.done("requests.take")]
        assert taken == [CARLA.id]
        assert not [one for one in store.audit.entries() if number(5) in json.dumps(one.after)]


def test_who_opens_the_list_saw_its_outcomes_once(entered: StudyFolder) -> None:
    ben = Carla("ben", "id-ben")
    screened_list(entered, ben)
    screened_list(entered, ben)
    with entered.open_store("read") as store:
        seen = [one for one in store.audit.done("outcomes.seen") if one.person == ben.id]
        assert len(seen) == 1 and len(seen[0].after["lesions"]) == N_SCREENED - N_EXCLUDED  # type: ignore[index,call-overload]
        assert blinding_of(store).n_unnamed == 0


def test_a_removed_row_and_a_changed_number_come_back_as_they_were(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    take_pasted(study)
    before = screened_list(study, CARLA)
    first, second = before.lines[:2]
    without = tuple(line.id for line in before.lines[1:])
    removed = change_list(study, CARLA, ListChange(before.version, {second.id: {"subject": "777"}}, without))
    codes = [line.subject for line in screened_list(study, CARLA).lines]
    assert first.subject not in codes and second.subject not in codes
    back = {second.id: {"subject": second.subject}}
    change_list(study, CARLA, ListChange(removed.version, back, tuple(line.id for line in before.lines)))
    after = screened_list(study, CARLA)
    assert after.lines == before.lines
    enter_list(study, CARLA, after.version)
    with study.open_store("read") as store:
        vault = study.open_vault(store)
        rows = {row.subject for row in store.worksheets.latest().rows}  # type: ignore[union-attr]
        assert vault.pseudonyms.subject_code(number(0)) in rows
        assert len(rows) == N_SCREENED


def test_a_change_of_another_list_is_refused(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    version = screened_list(study, CARLA).version
    change_list(study, CARLA, ListChange(version, {"a1": {"subject": "55"}}))
    with pytest.raises(StudyError, match="another window"):
        change_list(study, CARLA, ListChange(version, {"a2": {"subject": "56"}}))


def test_faulty_cells_stay_and_say_why(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    version = screened_list(study, CARLA).version
    cells = {"subject": "55", "status": "excluded", "mri_date": "3/4/2020"}
    changed = change_list(study, CARLA, ListChange(version, {"a1": cells}))
    assert {(one.row, one.fault.column, one.fault.code) for one in changed.faults} == {
        ("a1", "mri_date", "worksheet.date"),
        ("a1", "exclusion_reason", "worksheet.missing"),
    }
    with pytest.raises(StudyError, match="No row of the list is complete"):
        enter_list(study, CARLA, changed.version)


def test_the_list_is_closed_while_outcomes_are_sealed(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    take_pasted(study)
    enter_list(study, CARLA, screened_list(study, CARLA).version)
    with StudyStore.open(study.store) as store:
        store.reading.seals.seal(("grade",), "twelve letters and more", "dora", "id-dora")
    with pytest.raises(ReadError, match="sealed"):
        screened_list(study, CARLA)
