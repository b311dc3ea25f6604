"""What a blinded reader can get: nothing that is secret, and the same bytes whatever the outcome is."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi.routing import APIRoute
from tests.room_client import MEANING, PASSWORD, OpenedRoom, drawn_like, opened_room, place_pointers
from tests.room_study import make_study, prescription

from adcurate.phantom import SyntheticExam
from adcurate.store.reading import person_rows
from adcurate.study.folder import StudyFolder
from adcurate.study.rows import current_rows
from adcurate.web.room import app as room_app
from adcurate.web.room import case_routes, wording

PROTOCOL = '\n[reading]\nshow_numbers = "after_lock"\n'
PEOPLE = {"cora": "coordinator", "rita": "reader", "sentinelreader": "reader"}
N_EXAMS = 2


@dataclass(frozen=True)
class World:
    """What may not matter: grades, site, dates, scanner, who else reads and how far they are."""

    grades: tuple[str, ...] = ("G1",)
    ki67: str = "1"
    site: str = "North"
    exam_date: str = "20240102"
    institution: str = "Synthetic Phantom Hospital"
    model: str = "Aera"
    age: float = 58.0
    comments: str = "nothing"
    primary_site: str = "pancreas"
    other_name: str = "Other Reader"
    other_reads: bool = False


PLAIN = World()
SECRET = World(
    grades=("G3", "G2"),
    ki67="83",
    site="SENTINELSITE",
    exam_date="20190717",
    institution="SENTINELHOSPITAL",
    model="SENTINELMODEL",
    age=77.0,
    comments="SENTINELCOMMENT",
    primary_site="SENTINELORGAN",
    other_name="SENTINELNAME",
    other_reads=True,
)


def build(folder: Path, world: World) -> tuple[StudyFolder, dict[str, SyntheticExam]]:
    exams = [
        prescription(
            f"SENTINELPATIENT{at}",
            at,
            exam_date=world.exam_date,
            institution=world.institution,
            model=world.model,
        )
        for at in range(1, N_EXAMS + 1)
    ]
    study, simulated = make_study(
        folder,
        exams,
        grades=world.grades,
        protocol=PROTOCOL,
        ki67=world.ki67,
        site=world.site,
        age=world.age,
        comments=world.comments,
        primary_site=world.primary_site,
    )
    with study.open_store() as store:
        store.protocols.add(study.protocol_file.read_text(encoding="utf-8"), "study.toml")
    return study, simulated


@contextmanager
def reading_begun(study: StudyFolder, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenedRoom]:
    """The study served with clock and ids frozen, and its reading begun."""
    numbers, people = itertools.count(1), itertools.count(1)
    monkeypatch.setattr(person_rows, "new_id", lambda: f"person{next(people):020d}")
    with opened_room(
        study,
        PEOPLE,
        clock=lambda: "2026-01-01T09:00:00+00:00",
        new_id=lambda: f"item{next(numbers):022d}",
        display_names={"sentinelreader": world.other_name},
    ) as room:
        place_pointers(room["cora"], {})
        design = {"readers": ["rita", "sentinelreader"], "seed": 3, "training": [], "adjudicators": []}
        room["cora"].post("/api/coordinator/design", design, method="PUT")
        room["cora"].post("/api/coordinator/start")
        if world.other_reads:
            other = room["sentinelreader"]
            for one in other.get("/api/reading")["items"]:
                draft = {"comment": "SENTINELDRAFT", "cannot_assess": {"reason": "artefact", "text": ""}}
                other.lock(one["item"], other.save(one["item"], draft, 0))
        yield room


@dataclass(frozen=True)
class Got:
    """One answer: what was asked, and all of what came."""

    asked: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def of(cls, asked: str, answer: httpx.Response) -> Got:
        return cls(asked, answer.status_code, tuple(sorted(answer.headers.items())), answer.content)


def routes() -> list[tuple[str, str]]:
    """Every method and path of the application."""
    return [
        (method, route.path)
        for router in (*room_app.ROUTERS, *room_app.make_routes().router.routes)
        for route in (getattr(router, "routes", None) or [router])
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def crawl(room: OpenedRoom, name: str) -> list[Got]:
    """Everything a reader's browser can ask for: each route, with what the reader knows put into its path."""
    reader = room[name]
    own = [one["item"] for one in reader.get("/api/reading")["items"]]
    others = [one.item for one in room.room.store.reading.designs.items() if one.reader != name]
    records = room.room.store.instances.all()
    known = {
        "item": [*own, others[0], "x"],
        "series": ["s1", "s2", "s4", "s6", "s9", records[0].series_uid],
        "first": ["1"],
        "last": ["1", "12", "99"],
        "key": ["x/1", f"{records[0].subject}/1"],
        "study": [records[0].study_uid],
        "instance": [records[0].sop_instance_uid],
        "frames": ["1"],
        "dispute": ["x"],
        "work": ["x"],
        "kind": ["csv", "xlsx", "x"],
        "exam": ["x", records[0].study_uid],
        "upload": ["x"],
        "code": ["x", records[0].subject],
        "folder": ["x"],
        "name": ["report.html", "cases.csv", "x"],
        "token": ["x"],
        "person_id": ["x", room["cora"].person.id],
        "provider_id": ["x"],
        "path": ["", "index.html", "api/../study.toml", "../store/study.sqlite", "reading"],
    }
    got = []
    for method, path in routes():
        names = [part.split(":")[0] for part in _parameters(path)]
        for values in itertools.product(*(known[one] for one in names)):
            asked = path
            for part, value in zip(_parameters(path), values, strict=True):
                asked = asked.replace("{" + part + "}", value)
            if path.startswith("/api/session") and method in ("DELETE", "POST", "PUT"):
                continue  # signs out, or asks for a password
            got.append(
                Got.of(f"{method} {asked}", reader.ask(method, asked, None if method == "GET" else {}))
            )
    return got


def _parameters(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def a_day(room: OpenedRoom, simulated: dict[str, SyntheticExam], name: str) -> list[Got]:
    """Save, measure, lock and amend every case, with what is answered on the way."""
    reader, got = room[name], []

    def ask(method: str, path: str, body: object = None) -> Any:
        answer = reader.ask(method, path, body)
        got.append(Got.of(f"{method} {path}", answer))
        return json.loads(answer.content)

    for at, one in enumerate(ask("GET", "/api/reading")["items"]):
        path = f"/api/reading/items/{one['item']}"
        case = ask("GET", path)
        exam = _shown(room, simulated, one["item"])
        draft = drawn_like(exam, case)
        ask("POST", f"{path}/numbers", {"draft": draft})
        save = {"base_revision": 0, "key": f"save-of-{at:04d}", "draft": draft}
        revision = ask("PUT", f"{path}/draft", save)["revision"]
        ask("PUT", f"{path}/draft", save | {"key": "a-stale-save"})
        lock = {"key": f"lock-of-{at:04d}", "password": PASSWORD, "meaning": MEANING}
        ask("POST", f"{path}/lock", {"base_revision": revision} | lock)
        ask("GET", path)
        ask("POST", f"{path}/numbers", {"draft": draft})
        ask("POST", f"{path}/amend", {"reason": "again"})
    ask("GET", "/api/adjudication")
    return got


def _shown(room: OpenedRoom, simulated: dict[str, SyntheticExam], item: str) -> SyntheticExam:
    found = room.room.store.reading.designs.item(item)
    assert found is not None
    shown = room.room.reading.images.exam(found.study_instance_uid)
    values = next(one for one in shown.series if one.role == "t2").values
    return next(one for one in simulated.values() if np.array_equal(one.t2, values))


def secrets_of(room: OpenedRoom) -> set[bytes]:
    """Every word of the study that says who, where, when or what."""
    store = room.room.store
    records = store.instances.all()
    words = {"SENTINEL", "sentinel", "83", "G3", "cora"}
    words |= {one.subject for one in records} | {one.study_uid for one in records}
    words |= {one.series_uid for one in records} | {one.sop_instance_uid for one in records}
    words |= {one.exam_date for one in records} | {str(room.room.study.path)}
    words |= {one.blob for one in records} | {
        one.person.id for name, one in room.people.items() if name != "rita"
    }
    words |= {one.item for one in store.reading.designs.items() if one.reader != "rita"}
    return {one.encode() for one in words if one}


def leaks(got: list[Got], secrets: set[bytes]) -> list[tuple[str, bytes]]:
    """Where a secret stands in an answer; short ones are looked for in texts as whole values only."""
    found = []
    for one in got:
        path = one.asked.split(" ", 1)[1].encode()
        headers = "\n".join(f"{name}: {value}" for name, value in one.headers).encode()
        is_text = b"json" in headers or b"html" in headers
        for secret in secrets:
            if len(secret) < 8:
                marked = b'"' + secret + b'"'
                hit = is_text and marked in one.body
            else:
                hit = secret in one.body or secret in headers
            if hit and secret not in path:
                found.append((one.asked, secret))
    return found


Made = tuple[StudyFolder, dict[str, SyntheticExam]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[World, Made]:
    return {world: build(tmp_path_factory.mktemp("world"), world) for world in (SECRET, PLAIN)}


@pytest.fixture
def study_of(built: dict[World, Made], tmp_path: Path) -> Callable[[World], Made]:
    """A copy of a world's study for one test."""

    def copy(world: World) -> Made:
        study, simulated = built[world]
        place = tmp_path / world.site
        shutil.copytree(study.path, place)
        return StudyFolder(place), simulated

    return copy


def test_no_route_gives_a_reader_a_secret(study_of, monkeypatch):
    study, simulated = study_of(SECRET)
    with reading_begun(study, SECRET, monkeypatch) as room:
        before = crawl(room, "rita")
        assert sum(one.status == 200 for one in before) > 3 * N_EXAMS
        day = a_day(room, simulated, "rita")
        after = crawl(room, "rita")
        secrets = secrets_of(room)
    assert len(secrets) > 50
    assert leaks([*before, *day, *after], secrets) == []


def test_the_crawl_would_find_a_leak(study_of, monkeypatch):
    """Leaks planted on purpose: a series' UID, a subject's code, a header."""
    study, _ = study_of(SECRET)
    real = wording.series_message
    with reading_begun(study, SECRET, monkeypatch) as room:
        secrets = secrets_of(room)

        def with_uid(series: Any, **said: Any) -> Any:
            return real(replace(series, label=series.name), **said)

        with monkeypatch.context() as planted:
            planted.setattr(wording, "series_message", with_uid)
            assert leaks(crawl(room, "rita"), secrets)
        assert not leaks(crawl(room, "rita"), secrets)
        opened = case_routes.open_case

        def with_code(*given: Any) -> Any:
            case = opened(*given)
            return replace(case, label=f"Case of {case.exam.task.subject}")

        with monkeypatch.context() as planted:
            planted.setattr(case_routes, "open_case", with_code)
            assert leaks(crawl(room, "rita"), secrets)
        one = room.room.store.instances.all()[0]
        assert leaks([Got("GET /x", 200, (("x-served", one.study_uid),), b"")], secrets)


def test_two_worlds_give_a_reader_the_same_bytes(study_of, monkeypatch):
    told = []
    for world in (SECRET, PLAIN):
        study, simulated = study_of(world)
        with reading_begun(study, world, monkeypatch) as room:
            told.append(_without_uids([*crawl(room, "rita"), *a_day(room, simulated, "rita")]))
    first, second = told
    assert [one.asked for one in first] == [one.asked for one in second]
    differ = [one.asked for one, other in zip(first, second, strict=True) if one != other]
    assert differ == []


def _without_uids(got: list[Got]) -> list[Got]:
    """The same answers, asked for by what a reader knows: UIDs that the test put into a path are not."""
    return [replace(one, asked="outside") if "2.25." in one.asked else one for one in got]


def test_two_worlds_would_differ_if_an_outcome_leaked(study_of, monkeypatch):
    """A leak planted on purpose: the order of cases turns with the first row's grade."""
    real = case_routes.reading_list

    def by_grade(room: Any, reader: str) -> Any:
        listed = real(room, reader)
        grade = min(str(row.grade) for row in current_rows(room.store))
        return replace(listed, items=listed.items[::-1] if grade == "G1" else listed.items)

    told = []
    for world in (SECRET, PLAIN):
        with reading_begun(study_of(world)[0], world, monkeypatch) as room, monkeypatch.context() as planted:
            planted.setattr(case_routes, "reading_list", by_grade)
            told.append(Got.of("list", room["rita"].ask("GET", "/api/reading")))
    assert told[0] != told[1]
