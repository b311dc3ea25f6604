"""People on other computers come in by an encrypted address, whose links and fingerprint the page shows."""

from __future__ import annotations

import hashlib
import http.client
import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.dicom.network.certificates import write_certificate
from tests.web.room.visiting import PASSWORD, Visitor, new_study

from adcurate.study.folder import StudyFolder
from adcurate.study.people import kept_door
from adcurate.web.room.safe_serving import Serving, check_serving
from adcurate.web.room.serve import OpenRoom, served_room

HERE = {"name": "127.0.0.1"}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyFolder:
    monkeypatch.setattr(kept_door, "user_config_path", lambda _: tmp_path / "settings")
    return new_study(tmp_path)


def serving(**more: Any) -> Any:
    return served_room(study=more.pop("study"), serving=check_serving(Serving(port=0, **more)))


def administrator(opened: OpenRoom) -> Visitor:
    visitor = Visitor(int(opened.url.rpartition(":")[2]))
    if opened.first_link:
        who = {"name": "root", "display_name": "Root", "password": PASSWORD}
        token = opened.first_link.partition("#")[2]
        visitor.ask("POST", "/api/first-administrator", {"token": token, **who})
    assert visitor.sign_in("root").status == 200
    return visitor


@pytest.fixture
def opened(study: StudyFolder) -> Iterator[OpenRoom]:
    with serving(study=study) as opened:
        yield opened


def elsewhere(url: str, path: str, method: str = "GET", **headers: str) -> tuple[int, Any, str]:
    """What a browser on another computer gets, and the fingerprint of the certificate that it is shown."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(url.split("/")[2], timeout=20, context=context)
    connection.request(method, path, headers=headers)
    shown = hashlib.sha256(connection.sock.getpeercert(binary_form=True)).hexdigest().upper()
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    try:
        return answer.status, json.loads(content), shown
    except ValueError:
        return answer.status, content, shown


def test_links_say_this_computer_alone_until_the_door_is_open_and_carry_its_address_then(
    opened: OpenRoom,
) -> None:
    root = administrator(opened)
    mia = root.ask("POST", "/api/people", {"name": "mia", "display_name": "Mia", "roles": []}).json["id"]
    link = root.ask("POST", f"/api/people/{mia}/invitation").json
    assert link["only_here"] and link["link"].startswith("http://127.0.0.1")
    assert root.ask("GET", "/api/door").json["state"] == "shut"

    door = root.ask("POST", "/api/door", HERE).json
    assert (door["state"], door["url"][:18]) == ("open", "https://127.0.0.1:")
    link = root.ask("POST", f"/api/people/{mia}/invitation").json
    assert not link["only_here"] and link["link"].startswith(door["url"])
    token = link["link"].rpartition("/")[2]
    status, invited, shown = elsewhere(door["url"], f"/api/invitations/{token}")
    assert (status, invited["name"]) == (200, "mia")
    assert shown == link["fingerprint"].replace(":", "") == door["fingerprint"].replace(":", "")
    done = [one["action"] for one in root.ask("GET", "/api/audit").json["entries"]]
    assert "door.open" in done


def test_a_request_that_names_another_computer_is_turned_away_at_the_door(opened: OpenRoom) -> None:
    url = administrator(opened).ask("POST", "/api/door", HERE).json["url"]
    assert elsewhere(url, "/api/session")[0] == 200
    assert elsewhere(url, "/api/session", Host="evil.example")[0] == 403


def test_who_comes_through_the_door_cannot_move_it(opened: OpenRoom) -> None:
    root = administrator(opened)
    url = root.ask("POST", "/api/door", HERE).json["url"]
    _, session, _ = elsewhere(url, "/api/session")
    assert session["person"] is None
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    guest = http.client.HTTPSConnection(url.split("/")[2], timeout=20, context=context)
    guest.request("GET", "/api/session")
    answer = guest.getresponse()
    cookie, csrf = answer.headers["set-cookie"].split(";")[0], json.loads(answer.read())["csrf"]
    sent = {"Cookie": cookie, "X-Adcurate-CSRF": csrf, "Origin": url, "Content-Type": "application/json"}
    guest.request("POST", "/api/session", json.dumps({"name": "root", "password": PASSWORD}).encode(), sent)
    answer = guest.getresponse()
    sent["Cookie"] = answer.headers["set-cookie"].split(";")[0]
    sent["X-Adcurate-CSRF"] = json.loads(answer.read())["csrf"]
    guest.request("GET", "/api/door", headers=sent)
    assert json.loads(guest.getresponse().read())["may_change"] is False
    guest.request("DELETE", "/api/door", headers=sent)
    assert json.loads(guest.getresponse().read())["error"]["code"] == "web.no-right"
    guest.close()


def test_the_door_opens_again_with_the_same_certificate_until_it_is_shut(study: StudyFolder) -> None:
    with serving(study=study) as opened:
        first = administrator(opened).ask("POST", "/api/door", HERE).json
    with pytest.raises(OSError):
        elsewhere(first["url"], "/api/session")
    with serving(study=study) as opened:
        root = administrator(opened)
        again = root.ask("GET", "/api/door").json
        assert (again["state"], again["url"], again["fingerprint"]) == (
            "open",
            first["url"],
            first["fingerprint"],
        )
        assert root.ask("DELETE", "/api/door").json["state"] == "shut"
        with pytest.raises(OSError):
            elsewhere(first["url"], "/api/session")
    with serving(study=study) as opened:
        assert opened.door.opened is None and opened.door.trouble is None


def test_an_address_that_is_no_longer_ours_is_told_and_hinders_nobody_here(study: StudyFolder) -> None:
    kept_door.keep_door(study, kept_door.KeptDoor("203.0.113.9", 8643))
    with serving(study=study) as opened:
        door = administrator(opened).ask("GET", "/api/door").json
        assert door["state"] == "shut" and "not its own now" in door["trouble"]


def test_a_certificate_of_the_it_department_must_be_good_and_for_the_name(
    opened: OpenRoom, tmp_path: Path
) -> None:
    root = administrator(opened)
    certificate, key = write_certificate(tmp_path)
    given = {"name": "localhost", "certificate": str(certificate), "key": str(key)}
    key.chmod(0o644)
    assert root.ask("POST", "/api/door", given).code == "serve.certificate"
    key.chmod(0o600)
    assert root.ask("POST", "/api/door", {**given, "name": "room.example.org"}).code == "serve.certificate"
    assert root.ask("POST", "/api/door", {**given, "name": "no name"}).status == 422
    opened_at = root.ask("POST", "/api/door", given).json
    assert opened_at["url"].startswith("https://localhost:") and opened_at["fingerprint"] == ""


def test_the_key_lies_outside_the_study_and_only_its_owner_reads_it(
    opened: OpenRoom, study: StudyFolder
) -> None:
    administrator(opened).ask("POST", "/api/door", HERE)
    key = kept_door.door_folder(study) / "key.pem"
    assert key.stat().st_mode & 0o077 == 0 and not key.is_relative_to(study.path)
    assert not list(study.path.rglob("*.pem"))
