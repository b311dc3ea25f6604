"""Signing in: who gets a session, how long it lasts, and what a guesser learns."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.web.room.visiting import PASSWORD, Served, Visitor, new_study, serving

from adcurate.errors import PeopleError
from adcurate.study.people import tries
from adcurate.study.people.second_factor import code_at
from adcurate.study.people.sign_in import sign_in
from adcurate.study.people.tries import MOST_WRONG, WINDOW_S
from adcurate.web.room.state import Reach

MINUTE = 60


def cookie_of(visitor: Visitor) -> str:
    (value,) = visitor.cookies.values()
    return value


def test_the_printed_link_makes_the_administrator_once(tmp_path: Path) -> None:
    from adcurate.study.people.first_administrator import make_first_link

    with serving(new_study(tmp_path)) as served:
        early, link = make_first_link(served.store), make_first_link(served.store)
        visitor = served.visitor()
        assert visitor.ask("GET", "/api/session").json["needs_first_administrator"] is True
        told = {"name": " Reader.One ", "display_name": "Reader One", "password": PASSWORD}
        assert visitor.ask("POST", "/api/first-administrator", {"token": early, **told}).status == 404
        weak = {**told, "password": "reader.one-reader.one"}
        assert (
            visitor.ask("POST", "/api/first-administrator", {"token": link, **weak}).code == "people.password"
        )
        made = visitor.ask("POST", "/api/first-administrator", {"token": link, **told})
        assert (made.status, made.json["person"]["name"]) == (200, "reader.one")
        assert {one["role"] for one in made.json["person"]["roles"]} == {"administrator", "coordinator"}
        again = served.visitor().ask("POST", "/api/first-administrator", {"token": link, **told})
        assert again.code == "people.link"
        late = make_first_link(served.store)
        other = {**told, "name": "other"}
        assert (
            served.visitor().ask("POST", "/api/first-administrator", {"token": late, **other}).status == 404
        )
        assert visitor.ask("GET", "/api/session").json["needs_first_administrator"] is False


def test_a_link_that_was_not_used_in_time_is_gone(tmp_path: Path) -> None:
    from adcurate.study.people.first_administrator import LINK_LASTS_S, make_first_link

    with serving(new_study(tmp_path)) as served:
        link = make_first_link(served.store)
        served.clock.go_on(LINK_LASTS_S)
        told = {"token": link, "name": "root", "display_name": "Root", "password": PASSWORD}
        assert served.visitor().ask("POST", "/api/first-administrator", told).code == "people.link"


def test_signing_in_makes_a_new_secret_and_signing_out_ends_it(served: Served) -> None:
    visitor = served.visitor()
    visitor.ask("GET", "/api/session")
    before = cookie_of(visitor)
    assert visitor.sign_in("ROOT ").status == 200
    during = cookie_of(visitor)
    assert before != during and len(during) == 43
    assert visitor.ask("GET", "/api/people").status == 200
    assert Visitor(served.port, {next(iter(visitor.cookies)): before}).ask("GET", "/api/people").status == 401
    assert visitor.ask("DELETE", "/api/session").status == 204
    stolen = Visitor(served.port, {next(iter(visitor.cookies)): during})
    assert stolen.ask("GET", "/api/people").code == "web.signed-out"


def test_a_secret_that_somebody_else_planted_is_not_the_session_s(served: Served) -> None:
    attacker = served.visitor()
    attacker.ask("GET", "/api/session")
    victim = Visitor(served.port, dict(attacker.cookies))
    assert victim.sign_in("root").status == 200
    assert attacker.ask("GET", "/api/people").status == 401


def test_the_cookie_says_what_browsers_must_keep_to(served: Served) -> None:
    answer = served.visitor().sign_in("root")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"adcurate-{served.port}=")
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=strict"}


def test_a_session_ends_when_it_lies_unused_and_when_it_is_old(served: Served) -> None:
    idle, busy = served.visitor("root"), served.visitor("root")
    for _ in range(7):
        served.clock.go_on(59 * MINUTE)
        assert busy.ask("GET", "/api/people").status == 200
    assert idle.ask("GET", "/api/people").status == 401
    for _ in range(4):
        served.clock.go_on(59 * MINUTE)
        assert busy.ask("GET", "/api/people").status == 200
    served.clock.go_on(72 * MINUTE)
    assert busy.ask("GET", "/api/people").status == 401
    fresh = served.visitor("root")
    for _ in range(14):
        served.clock.go_on(50 * MINUTE)
        assert fresh.ask("GET", "/api/people").status == 200
    served.clock.go_on(20 * MINUTE)
    assert fresh.ask("GET", "/api/people").code == "web.signed-out"


def test_who_is_disabled_is_out_at_once(served: Served) -> None:
    person, root = served.add("leaver", "auditor"), served.visitor("root")
    leaver = served.visitor("leaver")
    assert leaver.ask("GET", "/api/audit").status == 200
    assert root.ask("PATCH", f"/api/people/{person}", {"disabled": True}).json["disabled"] is True
    assert leaver.ask("GET", "/api/audit").status == 401
    assert served.visitor().sign_in("leaver").code == "people.sign-in"
    root.ask("PATCH", f"/api/people/{person}", {"disabled": False})
    assert leaver.ask("GET", "/api/audit").status == 401


def test_all_wrong_sign_ins_get_the_same_answer(served: Served) -> None:
    served.add("known", "reader")
    disabled = served.add("gone", "reader")
    served.store.people.change(disabled, by="", disabled=True)
    invited = served.visitor("root").ask(
        "POST", "/api/people", {"name": "invited", "display_name": "I", "roles": []}
    )
    assert invited.status == 201
    answers = {
        (answer.status, answer.body, tuple(sorted(answer.headers)))
        for answer in (
            served.visitor().sign_in("known", "not the right one"),
            served.visitor().sign_in("nobody", PASSWORD),
            served.visitor().sign_in("gone", PASSWORD),
            served.visitor().sign_in("invited", ""),
            served.visitor().sign_in("invited", "something or other"),
            served.visitor().sign_in("known", "x" * 1024),
        )
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 401


def test_thousands_of_guesses_get_ten_tries_and_lock_nobody_else(served: Served) -> None:
    served.add("target", "reader")
    served.add("bystander", "reader")
    served.clock.go_on(WINDOW_S)
    checked, begun = 0, served.clock.now
    for number in range(3_000):
        try:
            sign_in(served.store, "Target", f"guess number {number}")
        except PeopleError as trouble:
            checked += trouble.code == "people.sign-in"
        if number % 30 == 29:
            served.clock.go_on(6)
    assert (served.clock.now - begun).total_seconds() <= WINDOW_S
    assert checked == MOST_WRONG
    refused = served.visitor().sign_in("target")
    assert (refused.status, refused.code, refused.headers["retry-after"]) == (
        429,
        "people.too-many-tries",
        "900",
    )
    assert served.visitor().sign_in("bystander").status == 200
    wrong = served.store.audit.about(served.store.people.named("target").id, actions=["sign-in.wrong"])
    assert len(wrong) == MOST_WRONG
    served.clock.go_on(WINDOW_S + 1)
    assert served.visitor().sign_in("target").status == 200


def test_a_name_that_nobody_has_is_locked_just_the_same(served: Served) -> None:
    codes = []
    for _ in range(MOST_WRONG + 1):
        with pytest.raises(PeopleError) as caught:
            sign_in(served.store, "phantasm", "whatever it may be")
        codes.append(caught.value.code)
    assert codes == ["people.sign-in"] * MOST_WRONG + ["people.too-many-tries"]


def test_many_names_from_one_address_are_held_up_and_other_addresses_are_not(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "MOST_WRONG_FROM", 12)
    served.add("innocent", "reader")
    served.clock.go_on(WINDOW_S + 1)
    seen = [_refusal(served, f"name{number}", "192.0.2.7") for number in range(14)]
    assert seen == ["people.sign-in"] * 12 + ["people.too-many-tries"] * 2
    assert _refusal(served, "innocent", "192.0.2.7", PASSWORD) == "people.too-many-tries"
    assert sign_in(served.store, "innocent", PASSWORD, source="192.0.2.8").person.name == "innocent"
    held = served.store.audit.done("sign-in.held")
    assert held[-1].after == {"limit": "address", "from": "192.0.2.7"}
    assert sum(one.after == held[-1].after for one in held) == 1
    served.clock.go_on(WINDOW_S + 1)
    assert sign_in(served.store, "innocent", PASSWORD, source="192.0.2.7").person.name == "innocent"


def test_the_addresses_of_one_network_of_ipv6_are_counted_as_one(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "MOST_WRONG_FROM", 12)
    served.clock.go_on(WINDOW_S + 1)
    for number in range(12):
        _refusal(served, f"six{number}", f"2001:db8::{number + 1:x}")
    assert _refusal(served, "six", "2001:db8:0:0:ffff::1") == "people.too-many-tries"
    assert _refusal(served, "six", "2001:db8:0:1::1") == "people.sign-in"


def test_a_wrong_try_for_an_unknown_name_is_in_the_log_without_what_was_typed(served: Served) -> None:
    served.clock.go_on(WINDOW_S + 1)
    typed = "MyPasswordTypedAsAName"
    assert served.visitor().sign_in(typed, "x").code == "people.sign-in"
    entry = served.store.audit.done("sign-in.wrong")[-1]
    assert (entry.person, entry.object) == ("", "")
    assert entry.after == {"known": False, "from": "127.0.0.1"}
    content = b"".join(one.read_bytes() for one in served.store.folder.glob("study.sqlite*"))
    assert typed.lower().encode() not in content.lower()


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "source"),
    [
        (False, "198.51.100.9", "127.0.0.1"),
        (True, "198.51.100.9", "198.51.100.9"),
        (True, "203.0.113.5, 198.51.100.9", "198.51.100.9"),
        (True, "198.51.100.9, no address", ""),
        (True, None, ""),
    ],
)
def test_a_forwarded_address_is_believed_behind_a_proxy_only_and_then_the_proxy_s_own(
    tmp_path: Path, behind_proxy: bool, forwarded: str | None, source: str
) -> None:
    with serving(new_study(tmp_path), reach=Reach("http://127.0.0.1:1", behind_proxy=behind_proxy)) as room:
        room.add_first()
        asked = room.visitor().ask(
            "POST",
            "/api/session",
            {"name": "x", "password": "y"},
            X_Forwarded_For=forwarded,
            Origin=f"http://127.0.0.1:{room.port}",
        )
        assert asked.code == "people.sign-in"
        assert room.store.audit.done("sign-in.wrong")[-1].after == {"known": False, "from": source}


def _refusal(served: Served, name: str, source: str, password: str = "a wrong one") -> str:
    with pytest.raises(PeopleError) as caught:
        sign_in(served.store, name, password, source=source)
    return caught.value.code


def test_an_invitation_sets_the_password_once_and_replaces_an_earlier_one(served: Served) -> None:
    root = served.visitor("root")
    person = root.ask("POST", "/api/people", {"name": "late", "display_name": "L", "roles": []}).json["id"]
    early = root.ask("POST", f"/api/people/{person}/invitation").json["link"]
    link = root.ask("POST", f"/api/people/{person}/invitation").json["link"]
    assert link.startswith(f"http://127.0.0.1:{served.port}/invitation/")
    path, stale = ("/api/invitations/" + one.rpartition("/")[2] for one in (link, early))
    assert served.visitor().ask("POST", stale, {"password": PASSWORD}).code == "people.link"
    assert served.visitor().ask("POST", path, {"password": "short"}).code == "people.password"
    guest = served.visitor()
    assert guest.ask("POST", path, {"password": PASSWORD}).json["person"]["name"] == "late"
    assert guest.ask("GET", "/api/session").json["person"]["name"] == "late"
    assert served.visitor().ask("POST", path, {"password": PASSWORD}).code == "people.link"


def test_a_new_password_ends_every_other_session(served: Served) -> None:
    served.add("careful", "reader")
    here, elsewhere = served.visitor("careful"), served.visitor("careful")
    new = "another four words here"
    wrong = here.ask("POST", "/api/session/password", {"present": "no", "password": new})
    assert wrong.code == "people.sign-in"
    assert here.ask("POST", "/api/session/password", {"present": PASSWORD, "password": new}).status == 200
    assert here.ask("GET", "/api/session").json["person"]["name"] == "careful"
    assert elsewhere.ask("GET", "/api/session").json["person"] is None
    assert served.visitor().sign_in("careful").status == 401
    assert served.visitor().sign_in("careful", new).status == 200


def test_a_second_factor_is_asked_for_and_a_code_works_once(served: Served) -> None:
    served.add("double", "reader")
    visitor = served.visitor("double")
    secret = visitor.ask("POST", "/api/session/second-factor/secret").json["secret"]
    now = int(served.clock.now.timestamp())
    told = {"password": PASSWORD, "secret": secret, "code": "000000"}
    assert visitor.ask("PUT", "/api/session/second-factor", told).code == "people.second-factor"
    told["code"] = code_at(secret, now // 30)
    assert visitor.ask("PUT", "/api/session/second-factor", told).status == 204
    assert served.visitor().sign_in("double").code == "people.sign-in"
    assert served.visitor().sign_in("double", totp=told["code"]).code == "people.sign-in"
    served.clock.go_on(30)
    fresh = code_at(secret, now // 30 + 1)
    assert served.visitor().sign_in("double", totp=fresh).status == 200
    assert served.visitor().sign_in("double", totp=fresh).code == "people.sign-in"
    dropped = visitor.ask("DELETE", "/api/session/second-factor", {"password": PASSWORD})
    assert dropped.status == 204
    assert served.visitor().sign_in("double").status == 200


def test_the_log_holds_no_secret(served: Served) -> None:
    told = repr(served.store.audit.entries())
    assert "argon2" not in told and PASSWORD not in told
    assert served.store.audit.check().faults == ()


def test_an_invitation_says_whom_it_is_for_and_stays_unused(served: Served) -> None:
    told = {"name": "rita.west", "display_name": "Rita West", "roles": []}
    person = served.visitor("root").ask("POST", "/api/people", told).json["id"]
    made = served.visitor("root").ask("POST", f"/api/people/{person}/invitation").json["link"]
    path = "/api/invitations/" + made.rpartition("/")[2]
    guest = served.visitor()
    for _ in range(2):
        assert guest.ask("GET", path).json == {"name": "rita.west", "display_name": "Rita West"}
    guest.ask("GET", "/api/session")
    assert guest.ask("POST", path, {"password": PASSWORD}).json["person"]["name"] == "rita.west"
    assert guest.ask("GET", path).code == "people.link"
    assert guest.ask("GET", "/api/invitations/nobodys").code == "people.link"
