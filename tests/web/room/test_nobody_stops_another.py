"""What one person or one stranger does keeps nobody else from signing in, signing and saving."""

from __future__ import annotations

import contextlib
import copy
import itertools
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.room_client import MEANING, drawn_like, place_pointers
from tests.room_study import make_study, prescription
from tests.web.room.visiting import PASSWORD, Answer, Served, Visitor, new_study, serving

from adcurate.study.people.sign_in import sign_in
from adcurate.study.people.tries import MOST_WRONG, WINDOW_S
from adcurate.web.room import bodies, serve
from adcurate.web.room.safe_serving import Serving, check_serving
from adcurate.web.room.serve import served_room

PROTOCOL = '\n[reading]\nshow_numbers = "live"\n'
KEYS = (f"key-{number:08d}" for number in itertools.count())


@dataclass
class Begun:
    """A reading that has begun: two readers who are signed in, a case of each, and what is drawn in it."""

    served: Served
    visitors: dict[str, Visitor]
    items: dict[str, str]
    draft: dict[str, Any]

    def ask(self, name: str, what: str, body: dict[str, Any], method: str = "POST") -> Answer:
        """Somebody's request about the own case, from a tab of its own."""
        tab = copy.copy(self.visitors[name])
        return tab.ask(method, f"/api/reading/items/{self.items[name]}/{what}", body)

    def save(self, name: str, base: int) -> Answer:
        return self.ask(name, "draft", {"base_revision": base, "key": next(KEYS), "draft": self.draft}, "PUT")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    exams = [prescription(f"CALM{at}", at) for at in (1, 2)]
    study, simulated = make_study(tmp_path_factory.mktemp("calm"), exams, protocol=PROTOCOL)
    with serving(study) as served:
        served.add_first()
        for name, role in {"cora": "coordinator", "rita": "reader", "rob": "reader"}.items():
            served.add(name, role)  # type: ignore[arg-type]
        visitors = {name: served.visitor(name) for name in ("cora", "rita", "rob")}
        cora = visitors["cora"]

        def told(path: str, body: Any = None, status: int = 200, method: str = "POST") -> Any:
            answer = cora.ask(method, path, body or {})
            assert answer.status == status, answer.body
            return answer.json if answer.body else None

        get = SimpleNamespace(get=lambda path: cora.ask("GET", path).json, post=told)
        place_pointers(get, simulated)  # type: ignore[arg-type]
        design = {"readers": ["rita", "rob"], "training": [], "adjudicators": [], "seed": 7}
        told("/api/coordinator/design", design, method="PUT")
        told("/api/coordinator/start")
        items = {name: visitors[name].ask("GET", "/api/reading").json["next"] for name in ("rita", "rob")}
        case = visitors["rita"].ask("GET", f"/api/reading/items/{items['rita']}").json
        yield Begun(served, visitors, items, drawn_like(next(iter(simulated.values())), case))


def many(draft: dict[str, Any], contours: int) -> dict[str, Any]:
    one = draft["contours"][0]
    return {**draft, "contours": [{**one, "id": f"c{number}"} for number in range(contours)]}


def test_a_save_is_quick_while_another_reader_asks_for_thirty_measurements(begun: Begun) -> None:
    begun.ask("rita", "numbers", {"draft": begun.draft})
    begun.ask("rob", "numbers", {"draft": begun.draft})
    answers: list[Answer] = []
    heavy = {"draft": many(begun.draft, 150)}
    crowd = [
        threading.Thread(target=lambda: answers.append(begun.ask("rob", "numbers", heavy))) for _ in range(30)
    ]
    for one in crowd:
        one.start()
    time.sleep(0.3)
    took = []
    for base in range(3):
        at = time.monotonic()
        assert begun.save("rita", base).status == 200
        took.append(time.monotonic() - at)
    for one in crowd:
        one.join()
    assert sorted(took)[1] < 1.0, took
    codes = [answer.code for answer in answers]
    assert set(codes) == {"", "web.busy"} and codes.count("") < 15
    busy = next(answer for answer in answers if answer.code)
    assert (busy.status, busy.headers["retry-after"]) == (503, "10")
    assert begun.ask("rob", "numbers", {"draft": begun.draft}).json["valid"] is True


def test_a_save_is_quick_while_another_session_sends_sixty_big_drafts(begun: Begun) -> None:
    ring = [[float(at), 0.5, 0.25] for at in range(1000)]
    one = {**begun.draft["contours"][0], "points_lps_mm": ring}
    heavy = {**begun.draft, "contours": [{**one, "id": f"c{number}"} for number in range(60)]}
    assert len(json.dumps(heavy)) > 800_000
    body = {"base_revision": 0, "key": "the-same-key", "draft": heavy}
    answers: list[Answer] = []
    crowd = [
        threading.Thread(target=lambda: answers.append(begun.ask("rob", "draft", body, "PUT")))
        for _ in range(60)
    ]
    base = begun.visitors["rita"].ask("GET", f"/api/reading/items/{begun.items['rita']}").json["revision"]
    for one in crowd:
        one.start()
    time.sleep(0.2)
    took = []
    for revision in range(base, base + 3):
        at = time.monotonic()
        assert begun.save("rita", revision).status == 200
        took.append(time.monotonic() - at)
    for one in crowd:
        one.join()
    print("saves took", took)
    assert sorted(took)[1] < 1.5, took
    codes = [answer.code for answer in answers]
    assert set(codes) <= {"", "read.stale", "web.busy"} and "web.busy" in codes and "" in codes


def test_in_a_crowd_of_unfinished_bodies_the_next_gets_little_time(
    begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "_A_CROWD", 10)
    monkeypatch.setattr(bodies, "_SECONDS_IN_A_CROWD", 0.5)
    port, stranger = begun.served.port, Visitor(begun.served.port)
    stranger.ask("POST", "/api/session", {"name": "nobody", "password": "nothing at all"})
    head = {
        "Host": f"127.0.0.1:{port}",
        "Cookie": "; ".join(f"{name}={value}" for name, value in stranger.cookies.items()),
        "X-Adcurate-CSRF": stranger.csrf,
        "Content-Type": "application/json",
        "Content-Length": "500",
    }
    lines = ["POST /api/session HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.create_connection(("127.0.0.1", port), 30)) for _ in range(14)]
        for one in sockets:
            one.sendall("\r\n".join(lines).encode() + b'{"name": ')
        assert b"web.slow" in b"".join(iter(lambda: sockets[-1].recv(10_000), b""))
        sockets[0].settimeout(0.5)
        with pytest.raises(TimeoutError):
            sockets[0].recv(1)
        assert begun.served.visitor().sign_in("rob").status == 200


def test_a_drawing_that_takes_too_long_to_measure_is_kept_and_told_so(begun: Begun) -> None:
    at = time.monotonic()
    found = begun.ask("rob", "numbers", {"draft": many(begun.draft, 1000)}).json
    assert time.monotonic() - at < 2
    assert [one["code"] for one in found["problems"]] == ["read.too-big"] and not found["valid"]


def test_wrong_sign_ins_of_a_stranger_hold_up_no_signature(begun: Begun) -> None:
    stranger = begun.served.visitor()
    codes = [stranger.sign_in("rita", "not the right one").code for _ in range(MOST_WRONG + 1)]
    assert codes[-1] == "people.too-many-tries"
    revision = begun.save("rita", 6).json["revision"]

    def lock(password: str) -> Answer:
        body = {"base_revision": revision, "key": next(KEYS), "password": password, "meaning": MEANING}
        return begun.ask("rita", "lock", body)

    assert lock("not the right one").code == "people.sign-in"
    assert lock(PASSWORD).status == 200


def test_a_signature_s_own_wrong_tries_hold_it_up(begun: Begun) -> None:
    begun.served.clock.go_on(WINDOW_S + 1)
    body = {"base_revision": 0, "key": next(KEYS), "password": "guess", "meaning": MEANING}
    codes = [begun.ask("rob", "lock", body).code for _ in range(MOST_WRONG + 1)]
    assert codes == ["people.sign-in"] * MOST_WRONG + ["people.too-many-tries"]
    assert begun.served.visitor().sign_in("rob").status == 200


def test_guesses_of_the_passphrase_are_counted_and_told(begun: Begun) -> None:
    cora = begun.visitors["cora"]
    assert (
        cora.ask("POST", "/api/coordinator/outcomes/seal", {"passphrase": "four words at random"}).status
        == 200
    )
    guess = {"passphrase": "four other words", "early_reason": "a look"}
    codes = [cora.ask("POST", "/api/coordinator/outcomes/unseal", guess).code for _ in range(MOST_WRONG + 1)]
    assert codes == ["read.passphrase"] * MOST_WRONG + ["people.too-many-tries"]
    assert len(begun.served.store.audit.done("outcomes.wrong-passphrase")) == MOST_WRONG
    right = {"passphrase": "four words at random", "early_reason": "a look"}
    assert cora.ask("POST", "/api/coordinator/outcomes/unseal", right).code == "people.too-many-tries"
    begun.served.clock.go_on(WINDOW_S + 1)
    cora.sign_in("cora")
    assert cora.ask("POST", "/api/coordinator/outcomes/unseal", right).status == 200


def test_strangers_elsewhere_keep_nobody_out_who_signed_in_from_here_before(tmp_path: Path) -> None:
    with serving(new_study(tmp_path)) as served:
        served.add("rita", "reader")
        sign_in(served.store, "rita", PASSWORD, source="192.0.2.1")

        def code(source: str, password: str = PASSWORD) -> str:
            try:
                sign_in(served.store, "rita", password, source=source)
            except Exception as trouble:
                return getattr(trouble, "code", repr(trouble))
            return ""

        tried = [code(f"198.51.100.{number}", "a wrong one") for number in range(MOST_WRONG + 1)]
        assert tried[-1] == "people.too-many-tries"
        assert code("192.0.2.9") == "people.too-many-tries"
        assert code("192.0.2.1") == ""
        here = [code("192.0.2.1", "a wrong one") for _ in range(MOST_WRONG + 1)]
        assert here == ["people.sign-in"] * MOST_WRONG + ["people.too-many-tries"]
        served.clock.go_on(31 * 86_400)
        for number in range(MOST_WRONG):
            code(f"198.51.100.{number}", "a wrong one")
        assert code("192.0.2.1") == "people.too-many-tries"


@pytest.mark.parametrize("n", [300, 1100])
def test_half_requests_from_one_address_close_the_room_to_nobody(tmp_path: Path, n: int) -> None:
    with served_room(new_study(tmp_path), check_serving(Serving(port=0))) as room:
        port = int(room.url.rpartition(":")[2])
        held = []
        for _ in range(n):
            held.append(socket.create_connection(("127.0.0.1", port), 5))
            held[-1].sendall(b"POST /api/session HTTP/1.1\r\nX-A: ")
        at = time.monotonic()
        assert Visitor(port).ask("GET", "/api/session").status == 200
        assert time.monotonic() - at < 3
        for one in held:
            one.close()


@pytest.mark.parametrize("behind_proxy", [False, True])
def test_one_address_gets_a_part_of_the_connections_unless_it_is_the_proxy_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behind_proxy: bool
) -> None:
    seen = []

    class Seen(serve.WebServer):
        def __init__(self, app: Any, *, limits: Any, **more: Any) -> None:
            seen.append(limits)
            super().__init__(app, limits=limits, **more)

    monkeypatch.setattr(serve, "WebServer", Seen)
    url = "https://reading.example.org" if behind_proxy else ""
    asked = check_serving(Serving(port=0, behind_proxy=behind_proxy, public_url=url))
    with served_room(new_study(tmp_path), asked):
        pass
    share = seen[0].connections_per_address / seen[0].connections
    assert share == 1 if behind_proxy else share <= 0.25
