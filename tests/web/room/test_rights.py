"""Who may call what: the whole table, made from the application; a route that is not in it fails."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from tests.web.room.visiting import TOKEN, Served

from adcurate.model.reading.person import RoleName
from adcurate.web.room.app import ROUTERS, make_routes
from adcurate.web.room.rights import open_to_all, require, stated_rights

ALL, SIGNED_IN = "all", "signed in"
# What each route asks for, written by hand: the routes themselves must say the same.
RIGHTS = {
    "GET /api/session": ALL,
    "POST /api/session": ALL,
    "DELETE /api/session": ALL,
    "POST /api/first-administrator": ALL,
    "GET /api/invitations/{token}": ALL,
    "POST /api/invitations/{token}": ALL,
    "GET /api/oidc/{provider_id}": ALL,
    "GET /api/oidc-return": ALL,
    "POST /api/session/password": SIGNED_IN,
    "POST /api/session/second-factor/secret": SIGNED_IN,
    "PUT /api/session/second-factor": SIGNED_IN,
    "DELETE /api/session/second-factor": SIGNED_IN,
    "GET /api/people": "administrator",
    "POST /api/people": "administrator",
    "PATCH /api/people/{person_id}": "administrator",
    "POST /api/people/{person_id}/invitation": "administrator",
    "GET /api/door": "administrator of the whole study",
    "POST /api/door": "administrator of the whole study",
    "DELETE /api/door": "administrator of the whole study",
    "POST /api/keep/places": "coordinator of the whole study",
    "POST /api/keep/key": "coordinator of the whole study",
    "GET /api/audit": "auditor, administrator of the whole study",
    "GET /api/audit/check": "auditor, administrator of the whole study",
    "GET /api/audit/log.csv": "auditor, administrator of the whole study",
    "GET /api/audit/log.jsonl": "auditor, administrator of the whole study",
    "GET /api/results": "statistician of the whole study",
    "POST /api/results": "statistician of the whole study",
    "GET /api/results/files/{name}": "statistician of the whole study",
    "GET /api/results/report": "statistician of the whole study",
    "GET /api/results/protocol": "statistician of the whole study",
    "GET /api/results/view": "statistician of the whole study",
    "POST /api/results/what-if": "statistician of the whole study",
    "DELETE /api/results/what-if/{work}": "statistician of the whole study",
    "GET /api/results/lesions/{key:path}": "statistician of the whole study",
    "GET /api/reading": "reader",
    "GET /api/reading/items/{item}": "reader",
    "GET /api/reading/items/{item}/series/{series}/frames/{first}-{last}": "reader",
    "PUT /api/reading/items/{item}/draft": "reader",
    "POST /api/reading/items/{item}/numbers": "reader",
    "POST /api/reading/items/{item}/repair": "reader",
    "POST /api/reading/items/{item}/lock": "reader",
    "POST /api/reading/items/{item}/amend": "reader",
    "GET /api/coordinator/design": "coordinator of the whole study",
    "PUT /api/coordinator/design": "coordinator of the whole study",
    "POST /api/coordinator/design/preview": "coordinator of the whole study",
    "POST /api/coordinator/start": "coordinator of the whole study",
    "POST /api/coordinator/late-lesions": "coordinator of the whole study",
    "GET /api/coordinator/progress": "coordinator of the whole study",
    "GET /api/coordinator/lesions": "coordinator",
    "GET /api/coordinator/lesions/{key:path}/case": "coordinator",
    "GET /api/coordinator/lesions/{key:path}/series/{series}/frames/{first}-{last}": "coordinator",
    "PUT /api/coordinator/lesions/{key:path}/pointer": "coordinator",
    "POST /api/coordinator/outcomes/seal": "coordinator of the whole study",
    "POST /api/coordinator/outcomes/unseal": "coordinator of the whole study",
    "GET /api/coordinator/blinding": "coordinator of the whole study",
    "GET /api/adjudication": "reader, coordinator",
    "GET /api/adjudication/{dispute}": "reader, coordinator",
    "GET /api/adjudication/{dispute}/series/{series}/frames/{first}-{last}": "reader, coordinator",
    "POST /api/adjudication/{dispute}": "reader, coordinator",
    "GET /api/work": "coordinator of the whole study",
    "GET /api/work/{work}": "coordinator of the whole study",
    "DELETE /api/work/{work}": "coordinator of the whole study",
    "GET /api/protocol": "coordinator of the whole study",
    "PUT /api/protocol": "coordinator of the whole study",
    "POST /api/protocol/check": "coordinator of the whole study",
    "GET /api/protocol/document-facts": "coordinator of the whole study",
    "PUT /api/protocol/document-facts": "coordinator of the whole study",
    "GET /api/protocol/document": "coordinator of the whole study",
    "GET /api/images": "coordinator of the whole study",
    "GET /api/images/exams": "coordinator of the whole study",
    "GET /api/images/exams/{exam}": "coordinator of the whole study",
    "PUT /api/images/exams/{exam}/series/{series}/kind": "coordinator of the whole study",
    "GET /api/images/exams/{exam}/series/{series}/{kind}/thumbnail": "coordinator of the whole study",
    "GET /api/images/exams/{exam}/quality": "coordinator of the whole study",
    "POST /api/images/look": "coordinator of the whole study",
    "POST /api/images/folder": "coordinator of the whole study",
    "POST /api/images/quarantine/try-again": "coordinator of the whole study",
    "POST /api/images/uploads": "coordinator of the whole study",
    "POST /api/images/uploads/{upload}/files": "coordinator of the whole study",
    "POST /api/images/uploads/{upload}/left-alone": "coordinator of the whole study",
    "DELETE /api/images/uploads/{upload}": "coordinator of the whole study",
    "GET /api/home": "coordinator of the whole study",
    "GET /api/keep": "coordinator of the whole study",
    "PUT /api/keep/schedule": "coordinator of the whole study",
    "DELETE /api/keep/schedule": "coordinator of the whole study",
    "POST /api/keep/backups": "coordinator of the whole study",
    "POST /api/keep/drills": "coordinator of the whole study",
    "POST /api/keep/checks": "coordinator of the whole study",
    "GET /api/keep/subjects/{code}": "coordinator of the whole study",
    "POST /api/keep/withdrawals": "coordinator of the whole study",
    "POST /api/keep/moves": "coordinator of the whole study",
    "GET /api/hand-over": "coordinator of the whole study",
    "POST /api/hand-over": "coordinator of the whole study",
    "POST /api/hand-over/draft": "coordinator of the whole study",
    "GET /api/hand-over/{folder}.zip": "coordinator of the whole study",
    "GET /api/hand-over/{folder}/files/{name:path}": "coordinator of the whole study",
    "POST /api/hand-over/returned/columns": "coordinator of the whole study",
    "POST /api/hand-over/returned": "coordinator of the whole study",
    "GET /api/patients": "coordinator of the whole study",
    "PATCH /api/patients": "coordinator of the whole study",
    "POST /api/patients/table": "coordinator of the whole study",
    "POST /api/patients/table/rows": "coordinator of the whole study",
    "POST /api/patients/find": "coordinator of the whole study",
    "POST /api/patients/questions": "coordinator of the whole study",
    "POST /api/patients/entry": "coordinator of the whole study",
    "GET /api/patients/list.{kind}": "coordinator of the whole study",
    "GET /api/patients/exams": "coordinator of the whole study",
    "POST /api/patients/exams": "coordinator of the whole study",
    "GET /api/patients/requests.xlsx": "coordinator of the whole study",
}
ROLE_NAMES = get_args(RoleName)
STATED = {f"{one.method} {one.path}": one for one in stated_rights(ROUTERS)}
API = sorted(name for name in STATED if not name.split()[1].startswith("/dicom-web"))
DICOMWEB = sorted(set(STATED) - set(API))


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, str]:
    """Somebody of each role, for the whole study and for one site only."""
    for role in ROLE_NAMES:
        served.add(role, role)
        served.add(f"{role}-rome", role, site="Rome")
    served.add("guest")
    return {f"{role}{where}": role for role in ROLE_NAMES for where in ("", "-rome")} | {"guest": ""}


def address(name: str) -> tuple[str, str]:
    """A call of the route, for things that are not there."""
    method, path = name.split()
    path = path.replace("{first}-{last}", "1-2")
    return method, re.sub(r"\{[^}]+\}", "aaaaaaaaaaaaaaaaaaaaaaaaaa", path)


def test_every_route_stands_in_the_table_and_says_the_same() -> None:
    assert {name: STATED[name].right.who for name in API} == RIGHTS


def test_the_application_has_no_route_beside_those_that_state_a_right() -> None:
    included = make_routes().routes
    assert len(included) == len(ROUTERS) + 2
    assert not any(isinstance(one, APIRoute) or hasattr(one, "path") for one in included)


def test_a_route_that_states_no_right_or_two_starts_no_application() -> None:
    for dependencies in ([], [require("reader"), open_to_all()]):
        router = APIRouter()
        router.add_api_route("/api/new", lambda: None, dependencies=dependencies)
        with pytest.raises(LookupError, match="/api/new"):
            stated_rights([router])
    with pytest.raises(LookupError):
        require("owner")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", API)
def test_who_may_call_it_and_nobody_else(served: Served, people: dict[str, str], name: str) -> None:
    method, path = address(name)
    stated = STATED[name].right.who
    for person in ("", *people):
        visitor = served.visitor(person)
        answer = visitor.ask(method, path, {} if method in ("POST", "PUT", "PATCH") else None)
        role = people.get(person, "")
        if stated == ALL:
            may = True
        elif stated == SIGNED_IN:
            may = person != ""
        else:
            may = role in stated.removesuffix(" of the whole study").split(", ")
            may = may and not (stated.endswith("whole study") and person.endswith("-rome"))
        seen = (
            "signed out"
            if answer.code_is("web.signed-out")
            else "no right"
            if answer.code_is("web.no-right")
            else ""
        )
        expected = "" if may else ("no right" if person else "signed out")
        assert seen == expected, (person, answer.status)
        assert answer.status < 500, (person, answer.body)
        if not may:
            assert answer.status == (403 if person else 401)


@pytest.mark.parametrize("name", DICOMWEB)
def test_the_archive_s_addresses_open_by_their_token_only(
    served: Served, people: dict[str, str], name: str
) -> None:
    method, path = address(name)
    for person in ("", *people):
        assert served.visitor(person).ask(method, path).status == 401, person
    wrong = served.visitor().send(method, path, Authorization=f"Bearer {TOKEN}x")
    assert (wrong.status, wrong.headers["www-authenticate"]) == (401, "Bearer")
    right = served.visitor().send(method, path, Authorization=f"Bearer {TOKEN}")
    assert right.status not in (401, 403) and right.status < 500


def test_the_archive_s_token_opens_nothing_else(served: Served) -> None:
    for name in API:
        method, path = address(name)
        if STATED[name].right.who != ALL:
            answer = served.visitor().ask(method, path, Authorization=f"Bearer {TOKEN}")
            assert answer.status == 401, name


def test_somebody_who_is_not_there_and_somebody_else_s_are_the_same_answer(
    served: Served, people: dict[str, str]
) -> None:
    local = served.visitor("administrator-rome")
    elsewhere = served.store.people.named("reader")
    assert elsewhere is not None
    for suffix, method in (("", "PATCH"), ("/invitation", "POST")):
        bodies = {
            local.ask(method, f"/api/people/{one}{suffix}", {} if method == "PATCH" else None).body
            for one in (elsewhere.id, "a" * 26, "nobody")
        }
        assert len(bodies) == 1 and b"web.not-found" in bodies.pop()


def test_an_administrator_of_a_site_gives_no_rights_beyond_it(served: Served, people: dict[str, str]) -> None:
    local = served.visitor("administrator-rome")
    mine = {one["name"] for one in local.ask("GET", "/api/people").json["people"]}
    assert mine == {f"{role}-rome" for role in ROLE_NAMES}
    person = {"name": "roman", "display_name": "Roman"}
    refused: list[list[dict[str, str]]] = [
        [],
        [{"role": "reader", "site": ""}],
        [{"role": "reader", "site": "Oslo"}],
        [{"role": "reader", "site": "Rome"}, {"role": "administrator", "site": ""}],
    ]
    for roles in refused:
        assert local.ask("POST", "/api/people", {**person, "roles": roles}).code == "web.no-right"
    rome = [{"role": "reader", "site": "Rome"}]
    made = local.ask("POST", "/api/people", {**person, "roles": rome})
    assert made.status == 201
    path = f"/api/people/{made.json['id']}"
    for roles in refused:
        assert local.ask("PATCH", path, {"roles": roles}).code == "web.no-right"
    assert local.ask("PATCH", path, {"display_name": "R. R."}).json["display_name"] == "R. R."
    assert local.ask("POST", f"{path}/invitation").status == 200


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(served: Served) -> None:
    person, root = served.add("former", "auditor"), served.visitor("root")
    former = served.visitor("former")
    assert former.ask("GET", "/api/audit").status == 200
    root.ask("PATCH", f"/api/people/{person}", {"roles": [{"role": "reader", "site": ""}]})
    assert former.ask("GET", "/api/audit").code == "web.no-right"


def test_the_log_comes_in_parts_and_names_people_not_ids(served: Served) -> None:
    root = served.visitor("root")
    first = root.ask("GET", "/api/audit?limit=3").json
    assert [one["sequence"] for one in first["entries"]] == [1, 2, 3]
    assert first["next"] == 3 and first["entries"][0]["person"] == "root"
    last = root.ask("GET", f"/api/audit?after={served.store.audit.head().sequence}").json
    assert (last["entries"], last["next"]) == ([], None)
    assert root.ask("GET", "/api/audit/check").json["faults"] == []


def test_no_body_takes_a_field_that_is_not_described() -> None:
    described = make_routes().openapi()
    bodies = [
        operation["requestBody"]
        for path in described["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
    ]
    waiting = set(re.findall(r"#/components/schemas/(\w+)", repr(bodies)))
    seen: set[str] = set()
    while waiting - seen:
        name = (waiting - seen).pop()
        seen.add(name)
        schema = described["components"]["schemas"][name]
        assert schema.get("additionalProperties") is False or "enum" in schema, name
        waiting |= set(re.findall(r"#/components/schemas/(\w+)", repr(schema)))
    assert len(bodies) > 15 and "SignInMessage" in seen


@pytest.mark.parametrize("name", [one for one in API if one.split()[0] in ("POST", "PUT", "PATCH")])
def test_what_a_person_may_not_set_is_no_field(served: Served, people: dict[str, str], name: str) -> None:
    method, path = address(name)
    described = make_routes().openapi()["paths"][name.split()[1].replace(":path", "")][method.lower()]
    if "application/json" not in described.get("requestBody", {}).get("content", {}):
        return
    roles = STATED[name].right.who.removesuffix(" of the whole study")
    visitor = served.visitor("" if roles == ALL else "guest" if roles == SIGNED_IN else roles.split(", ")[0])
    for field in ("id", "reader_id", "grade", "locked", "created_at", "person"):
        answer = visitor.ask(method, path, {field: "other"})
        assert (answer.status, answer.code) == (422, "web.invalid"), field
        assert field in answer.json["error"]["sentence"]
