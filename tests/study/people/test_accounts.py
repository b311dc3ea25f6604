"""What accounts stand on: passwords, codes, names, and the heads of the log."""

from __future__ import annotations

import base64
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adcurate.errors import PeopleError
from adcurate.model.reading.audit_entry import AuditHead
from adcurate.model.reading.person import Person, Role
from adcurate.store import StudyStore
from adcurate.study.people.first_administrator import make_first_administrator, make_first_link
from adcurate.study.people.invite import accept_invitation, invite
from adcurate.study.people.log import HEADS_NAME, check_log, keep_head, read_heads
from adcurate.study.people.names import checked_display_name, checked_name
from adcurate.study.people.passwords import hash_password, is_password
from adcurate.study.people.roles import add_person, change_person
from adcurate.study.people.second_factor import code_at, is_secret, link_for_app, new_secret, step_of
from adcurate.study.people.sign_in import sign_in

PASSWORD = "four words nobody guesses"
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StudyStore]:
    with StudyStore.create(tmp_path / "store") as store:
        yield store


def add_root(store: StudyStore) -> Person:
    return make_first_administrator(store, make_first_link(store), "root", "Root", PASSWORD)


def test_a_hash_is_argon2id_and_differs_each_time() -> None:
    one, other = hash_password(PASSWORD), hash_password(PASSWORD)
    assert one != other
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert is_password(PASSWORD, one) and not is_password(PASSWORD + " ", one)


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$broken"])
def test_what_is_no_hash_lets_nobody_in(stored: str) -> None:
    assert not is_password("", stored)
    assert not is_password(stored, stored)


@pytest.mark.parametrize(
    ("password", "name"),
    [
        ("eleven more", ""),
        ("x" * 257, ""),
        ("abababababab", ""),
        ("AaAaAaAaBbBbCc", ""),
        ("my name is reader.ONE here", "reader.one"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str, name: str) -> None:
    with pytest.raises(PeopleError) as caught:
        hash_password(password, name=name)
    assert caught.value.code == "people.password"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert code_at(RFC_SECRET, seconds // 30) == code
    assert step_of(RFC_SECRET, f" {code[:3]} {code[3:]}", seconds) == seconds // 30
    assert step_of(RFC_SECRET, code, seconds + 30) == seconds // 30
    assert step_of(RFC_SECRET, code, seconds + 90) is None


def test_a_secret_is_one_that_an_app_takes() -> None:
    secret = new_secret()
    assert is_secret(secret) and not is_secret(secret[:16]) and not is_secret("no secret")
    assert (
        link_for_app(secret, "reader one")
        == f"otpauth://totp/Adcurate:reader%20one?secret={secret}&issuer=Adcurate"
    )


@pytest.mark.parametrize("name", ["", "consensus", "a b", "ä", "-a", "a#2", "a/b", "x" * 41, "a\nb", "<b>"])
def test_a_name_that_could_be_read_in_two_ways_is_refused(name: str) -> None:
    with pytest.raises(PeopleError) as caught:
        checked_name(name)
    assert caught.value.code == "people.name"


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\x00b", "a\u202eb"])
def test_a_shown_name_holds_nothing_that_steers_a_page(name: str) -> None:
    with pytest.raises(PeopleError):
        checked_display_name(name)


def test_a_name_that_is_there_takes_as_long_as_one_that_is_not(store: StudyStore) -> None:
    add_root(store)

    def seconds(name: str) -> float:
        begun = time.process_time()
        with pytest.raises(PeopleError):
            sign_in(store, name, "a wrong password of some length")
        return time.process_time() - begun

    seconds("warm")
    pairs = [(seconds("root"), seconds(f"absent{number}")) for number in range(5)]
    there, absent = (statistics.median(one) for one in zip(*pairs, strict=True))
    assert 0.8 < there / absent < 1.25


def test_the_study_is_never_without_an_administrator(store: StudyStore) -> None:
    root = add_root(store)
    for change in ({"disabled": True}, {"roles": []}, {"roles": [Role("administrator", "Rome")]}):
        with pytest.raises(PeopleError) as caught:
            change_person(store, root.id, by=root.id, **change)  # type: ignore[arg-type]
        assert caught.value.code == "people.last-administrator"
    assert store.people.find(root.id) == root
    other = add_person(store, "other", "Other", [Role("administrator")], by=root.id)
    changed = change_person(store, root.id, by=other.id, roles=[Role("auditor", "Rome")])
    assert changed is not None and changed.roles == (Role("auditor", "Rome"),)
    told = store.audit.about(root.id, actions=["person.change"])
    assert [(one.person, one.before["roles"], one.after["roles"]) for one in told] == [  # type: ignore[index, call-overload]
        (other.id, [["administrator", ""], ["coordinator", ""]], [["auditor", "Rome"]])
    ]


def test_a_role_at_one_site_is_none_at_another() -> None:
    person = Person("i", "n", "N", (Role("reader", "Rome"), Role("auditor")), False, True, False, False, "")
    assert (
        person.has("reader") and person.has("reader", site="Rome") and not person.has("reader", site="Oslo")
    )
    assert person.has("auditor", site="Oslo") and not person.has("coordinator")


def test_two_names_that_differ_in_capitals_are_one(store: StudyStore) -> None:
    add_root(store)
    with pytest.raises(PeopleError) as caught:
        add_person(store, " ROOT", "Another", [], by="")
    assert caught.value.code == "people.name-taken"


def test_the_invitation_of_somebody_who_was_disabled_does_nothing(store: StudyStore) -> None:
    root = add_root(store)
    person = add_person(store, "guest", "Guest", [], by=root.id)
    token = invite(store, person.id, by=root.id)
    change_person(store, person.id, by=root.id, disabled=True)
    with pytest.raises(PeopleError) as caught:
        accept_invitation(store, token or "", PASSWORD)
    assert caught.value.code == "people.link"
    assert invite(store, "nobody", by=root.id) is None


def test_a_log_that_was_cut_and_regrown_is_found_by_its_heads(store: StudyStore) -> None:
    import sqlite3

    add_root(store)
    keep_head(store)
    kept = keep_head(store)
    path = store.folder / HEADS_NAME
    assert read_heads(path) == (kept,)
    path.write_text(path.read_text() + "a line of somebody else\n")
    assert check_log(store).faults == ()
    with sqlite3.connect(store.folder / "study.sqlite", isolation_level=None) as connection:
        connection.execute("DROP TRIGGER audit_no_delete")
        connection.execute("DELETE FROM audit")
    assert check_log(store).faults[-1].sequence == kept.sequence
    assert store.audit.head() == AuditHead(0, "0" * 64)
