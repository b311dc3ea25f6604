"""The list of subjects over HTTP: the same sixty, the same flow, and no hospital number in any answer."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from tests.screened_study import (
    N_DOUBTED,
    N_EXCLUDED,
    N_OPEN,
    N_SCREENED,
    empty_study,
    let_exams_arrive,
    number,
    pasted,
)
from tests.web.room.visiting import serving

from adcurate.study.rows import current_rows, stored_row


def test_sixty_are_pasted_entered_and_joined_without_a_number_coming_back(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    let_exams_arrive(study, tmp_path)
    with serving(study) as served:
        served.add("carla", "coordinator")
        carla = served.visitor("carla")
        answers = []

        def ask(method: str, path: str, body: object = None):
            answer = carla.ask(method, f"/api/patients{path}", body)
            assert answer.status == 200, answer.body
            answers.append(answer.body)
            return answer

        version = ask("GET", "").json["version"]

        def give(path: str, asked: object):
            answer = carla.give(f"/api/patients{path}", asked, pasted().replace("\t", ";").encode())
            assert answer.status == 200, answer.body
            answers.append(answer.body)
            return answer

        proposed = give("/table", {}).json
        assert proposed["n_rows"] == N_SCREENED and proposed["asks_dates"]
        columns = ["subject", *(one["column"] for one in proposed["columns"][1:])]
        said = {"based_on": version, "columns": columns, "date_order": "dmy"}
        taken = give("/table/rows", said).json
        assert len(taken["rows"]) == N_SCREENED and not taken["faults"]["cells"] and not taken["is_entered"]
        first = taken["rows"][0]["id"]
        change = {"based_on": taken["version"], "rows": {first: {"grade": "none such"}}}
        changed = ask("PATCH", "", change).json
        assert [one["row"] for one in changed["faults"]["cells"]] == [first]
        change = {"based_on": changed["version"], "rows": {first: {"grade": "G1"}}}
        version = ask("PATCH", "", change).json["version"]
        entered = ask("POST", "/entry", {"based_on": version}).json
        assert (entered["n_rows"], entered["n_draft_rows"]) == (N_SCREENED, 0)

        told = ask("GET", "/exams").json
        stages = [one["n"] for one in told["flow"]]
        left = [sum(out["n"] for out in one["left_out"]) for one in told["flow"]]
        assert stages[0] == N_SCREENED and left[0] == N_EXCLUDED
        assert [stages[0] - left[0], stages[1] - left[1]] == stages[1:]
        open_visits = [one for one in told["visits"] if one["status"] == "ambiguous"]
        proposed = [one for one in open_visits if one["proposed"]]
        assert (len(open_visits), len(proposed)) == (N_OPEN + N_DOUBTED, N_OPEN)
        for visit in proposed:
            exam = next(one["uid"] for one in visit["exams"] if one["standing"] == "proposed")
            choice = {"subject": visit["subject"], "visit": visit["visit"], "exam": exam, "why": "Confirmed."}
            told = ask("POST", "/exams", choice).json
        assert told["flow"][-1]["n"] == stages[-1] + N_OPEN
        saved = ask("GET", "/list.csv")
        assert saved.body.count(b"\r\n") == N_SCREENED + 1
        assert "with-real-days.csv" in saved.headers["content-disposition"]
        (taken_by,) = served.store.audit.done("list.take")
        assert taken_by.after == {"days": "real", "kind": "csv", "rows": N_SCREENED}
        assert ask("GET", "/list.xlsx").body[:2] == b"PK"
        numbers = [number(at).encode() for at in range(N_SCREENED)]
        assert not [one for one in answers for named in numbers if named in one]
        assert carla.ask("GET", "/api/patients/requests.xlsx").body[:2] == b"PK"


def test_an_old_version_is_refused_and_a_bad_row_id_is_not_repeated(tmp_path: Path) -> None:
    with serving(empty_study(tmp_path)) as served:
        served.add("carla", "coordinator")
        carla = served.visitor("carla")
        answer = carla.ask("PATCH", "/api/patients", {"based_on": "old", "rows": {}})
        assert (answer.status, answer.code) == (409, "study.list-changed")
        named = {"based_on": "old", "rows": {"Doe^John": {"subject": "1234567"}}}
        answer = carla.ask("PATCH", "/api/patients", named)
        assert answer.code == "web.invalid" and b"Doe" not in answer.body and b"1234567" not in answer.body


def test_a_list_that_was_corrected_elsewhere_is_refused_renewed_and_asked_about(tmp_path: Path) -> None:
    with serving(empty_study(tmp_path)) as served:
        served.add("carla", "coordinator")
        carla = served.visitor("carla")

        def ask(method: str, path: str, body: object = None):
            return carla.ask(method, f"/api/patients{path}", body)

        cells = {"subject": "4711", "status": "excluded", "exclusion_reason": "no MRI", "age": "50"}
        changed = ask("PATCH", "", {"based_on": ask("GET", "").json["version"], "rows": {"a1": cells}}).json
        version = ask("POST", "/entry", {"based_on": changed["version"]}).json["version"]
        seen = ask("PATCH", "", {"based_on": version, "rows": {"a1": {"age": "51"}}}).json
        corrected = dataclasses.replace(current_rows(served.store)[0], age=52.0, sex="female")
        served.store.worksheets.add([stored_row(corrected)], {}, "a returned file")
        late = ask("PATCH", "", {"based_on": seen["version"], "rows": {"a1": {"site": "Here"}}})
        assert (late.status, late.code) == (409, "study.list-behind")
        shown = ask("GET", "").json
        (asked,) = shown["questions"]
        assert (asked["column"], asked["here"], asked["there"]) == ("age", "51", "52")
        assert not shown["is_entered"] and "female" in shown["rows"][0]["cells"]
        blocked = ask("POST", "/entry", {"based_on": shown["version"]})
        assert (blocked.status, blocked.code) == (409, "study.list-questions")
        said = {"based_on": shown["version"], "worksheet": shown["worksheet"], "of_study": [asked["id"]]}
        answered = ask("POST", "/questions", said).json
        assert answered["is_entered"] and not answered["questions"]


def test_a_hospital_number_finds_its_subject_and_stands_nowhere_afterwards(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    let_exams_arrive(study, tmp_path)
    with serving(study) as served:
        served.add("carla", "coordinator")
        served.add("rita", "reader")
        carla = served.visitor("carla")

        def find(typed: str):
            return carla.ask("POST", "/api/patients/find", {"typed": typed})

        code = find(f" {number(3)} ").json["subject"]
        assert code == study.open_vault(served.store).pseudonyms.subject_code(number(3))
        assert find(code).json["subject"] == code
        wrong = find("4711007")
        assert (wrong.status, wrong.code) == (404, "study.no-subject") and b"4711007" not in wrong.body
        assert b"Names are not known" in wrong.body
        changed = carla.ask("GET", "/api/patients").json["version"]
        cells = {"a1": {"subject": "4711007"}}
        carla.ask("PATCH", "/api/patients", {"based_on": changed, "rows": cells})
        assert find("4711007").status == 200
        assert served.visitor("rita").ask("POST", "/api/patients/find", {"typed": number(3)}).status == 403
        looked = served.store.audit.done("subject.look-up")
        assert [one.object == "" for one in looked] == [False, True, False]
        assert not [one for one in served.store.audit.entries() if number(3) in repr(one)]


def test_a_withdrawn_subject_is_marked_and_its_exam_is_not_unrequested(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    let_exams_arrive(study, tmp_path)
    with serving(study) as served:
        served.add("carla", "coordinator")
        carla = served.visitor("carla")
        code = carla.ask("POST", "/api/patients/find", {"typed": number(3)}).json["subject"]
        leaving = {"subject": code, "confirmed": code, "why": "asked to", "extent": "stopped"}
        assert carla.ask("POST", "/api/keep/withdrawals", leaving).status == 200
        assert carla.ask("GET", "/api/patients").json["withdrawn"] == [code]
        visits = carla.ask("GET", "/api/patients/exams").json["visits"]
        assert {one["status"] for one in visits if one["subject"] == code} == {"withdrawn"}
        assert "unrequested" in {one["status"] for one in visits}
