"""Signing in with the account of a house, against npm's oidc-provider; and what a false provider can do."""

from __future__ import annotations

import contextlib
import html
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from tests.web.room.visiting import Served, Visitor, new_study, serving

from adcurate.errors import PeopleError
from adcurate.model.reading.provider import ProviderSettings
from adcurate.web.room.providers import Provider

PACKAGE = "oidc-provider@9.13.3"
SECRET = "a secret of the test"


def _missing(reason: str) -> None:
    if os.environ.get("ADCURATE_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def package(program: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which npm has put oidc-provider."""
    npm, folder = program("npm", "npm"), tmp_path_factory.mktemp("npm")
    (folder / "package.json").write_text("{}")
    done = subprocess.run(
        [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", PACKAGE],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        _missing(f"npm could not fetch {PACKAGE}")
    return folder


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def provider_for(package: Path, redirect: str, mode: str = "right") -> Iterator[ProviderSettings]:
    """A running provider, and how it is named in our settings."""
    port = _free_port()
    script = Path(__file__).with_name("provider.mjs")
    node = shutil.which("node") or "node"
    process = subprocess.Popen(
        [node, script, package, str(port), redirect, mode],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None and "listening" in process.stdout.readline()
        yield ProviderSettings("house", "House", f"http://127.0.0.1:{port}", "adcurate", SECRET, None)
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def room_with(package: Path, folder: Path, mode: str = "right", **changed: Any) -> Iterator[Served]:
    """A served room that lets a running provider vouch for people."""
    with serving(new_study(folder)) as served:
        served.add_first()
        base = served.room.reach.base_url
        with provider_for(package, f"{base}/api/oidc-return", mode) as settings:
            served.room.providers["house"] = Provider(replace(settings, **changed), base)  # type: ignore[index]
            yield served


class House(Visitor):
    """The browser at the provider: another host, with cookies of its own."""

    def sign_in_at(self, address: str, name: str) -> str:
        """Type the name in and agree; gives the address to which the provider sends the browser back."""
        for _ in range(12):
            parts = urlsplit(address)
            if parts.path == "/api/oidc-return":
                return f"{parts.path}?{parts.query}"
            answer = self.send("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
            if answer.status == 200:
                page = answer.body.decode()
                prompt = re.search(r'name="prompt" value="(\w+)"', page)
                action = re.search(r'action="([^"]+)"', page)
                assert prompt and action, page[:500]
                form = urlencode({"prompt": prompt[1], "login": name, "password": "any"}).encode()
                answer = self.send(
                    "POST",
                    urlsplit(html.unescape(action[1])).path,
                    form,
                    Content_Type="application/x-www-form-urlencoded",
                )
            address = answer.headers["location"]
        raise AssertionError("the provider sends the browser in circles")


def go(visitor: Visitor, name: str, query: str = "") -> str:
    """Out to the provider; gives where it sends the browser back to."""
    out = visitor.send("GET", f"/api/oidc/house{query}", Sec_Fetch_Site="same-origin")
    assert out.status == 303, out.body
    address = out.headers["location"]
    return House(urlsplit(address).port or 0).sign_in_at(address, name)


def come_back(visitor: Visitor, path: str) -> str:
    """Follow the provider's answer; gives the place inside the page."""
    answer = visitor.send("GET", path, Sec_Fetch_Site="cross-site")
    assert answer.status == 303
    return answer.headers["location"]


def invitation(served: Served, name: str) -> tuple[str, str]:
    """A person who was invited: the id, and the link's secret."""
    root = served.visitor("root")
    told = {"name": name, "display_name": name, "roles": [{"role": "reader", "site": ""}]}
    person = root.ask("POST", "/api/people", told).json["id"]
    return person, root.ask("POST", f"/api/people/{person}/invitation").json["link"].rpartition("/")[2]


def test_an_invited_person_signs_in_with_the_account_of_the_house(package: Path, tmp_path: Path) -> None:
    with room_with(package, tmp_path) as served:
        listed = served.visitor().ask("GET", "/api/session").json["oidc"]
        assert listed == [{"id": "house", "label": "House"}]

        stranger = served.visitor()
        assert come_back(stranger, go(stranger, "account-1")) == "/?refused=people.sign-in"
        assert stranger.ask("GET", "/api/session").json["person"] is None

        person, token = invitation(served, "reader.one")
        guest = served.visitor()
        assert come_back(guest, go(guest, "account-1", f"?invitation={token}")) == "/"
        assert guest.ask("GET", "/api/session").json["person"]["name"] == "reader.one"
        assert guest.ask("GET", "/api/reading").status != 401

        again = served.visitor()
        back = go(again, "account-1")
        assert parse_qs(urlsplit(back).query).keys() == {"code", "state", "iss"}
        thief = served.visitor()
        assert come_back(thief, back) == "/?refused=people.sign-in"
        assert thief.ask("GET", "/api/session").json["person"] is None
        assert come_back(again, back) == "/"
        assert again.ask("GET", "/api/session").json["person"]["id"] == person
        assert come_back(again, back) == "/?refused=people.sign-in"

        _, link = invitation(served, "another")
        other = served.visitor()
        back = go(other, "account-1", f"?invitation={link}")
        assert come_back(other, back) == "/?refused=people.name-taken"

        served.store.people.change(person, by="", disabled=True)
        late = served.visitor()
        assert come_back(late, go(late, "account-1")) == "/?refused=people.sign-in"
        told = [one.after for one in served.store.audit.about(person, actions=["session.begin"])]
        assert told == [{"by": "provider house"}] * 2


def test_an_answer_with_another_state_issuer_or_code_lets_nobody_in(package: Path, tmp_path: Path) -> None:
    with room_with(package, tmp_path) as served:
        _, token = invitation(served, "reader.one")
        visitor = served.visitor()
        come_back(visitor, go(visitor, "account-1", f"?invitation={token}"))
        for change in (
            {"state": "x"},
            {"iss": "https://evil.example"},
            {"code": "x"},
            {"code": ""},
            {"state": ""},
        ):
            visitor = served.visitor()
            asked = parse_qs(urlsplit(go(visitor, "account-1")).query)
            query = urlencode({name: values[0] for name, values in asked.items()} | change)
            assert come_back(visitor, f"/api/oidc-return?{query}").startswith("/?refused=people."), change
            assert visitor.ask("GET", "/api/session").json["person"] is None


@pytest.mark.parametrize(
    ("mode", "changed"),
    [
        ("symmetric", {}),
        ("right", {"secret": "another"}),
        ("right", {"secret": ""}),
    ],
)
def test_a_provider_that_does_not_fit_its_settings_lets_nobody_in(
    package: Path, tmp_path: Path, mode: str, changed: dict[str, str]
) -> None:
    with room_with(package, tmp_path, mode, **changed) as served:
        _, token = invitation(served, "reader.one")
        visitor = served.visitor()
        back = go(visitor, "account-1", f"?invitation={token}")
        assert come_back(visitor, back) == "/?refused=people.provider"
        assert visitor.ask("GET", "/api/session").json["person"] is None


def test_a_provider_that_is_not_there_is_named_as_such(tmp_path: Path) -> None:
    settings = ProviderSettings("house", "House", f"http://127.0.0.1:{_free_port()}", "adcurate", "", None)
    with serving(new_study(tmp_path)) as served:
        served.room.providers["house"] = Provider(settings, served.room.reach.base_url)  # type: ignore[index]
        answer = served.visitor().send("GET", "/api/oidc/house")
        assert (answer.status, answer.headers["location"]) == (303, "/?refused=people.provider")
        assert served.visitor().send("GET", "/api/oidc/other").status == 404


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another client"},
        {"aud": ["adcurate", "other"], "azp": "other"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": None},
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_is_refused(claims: dict[str, Any]) -> None:
    import time

    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet, RSAKey

    key = RSAKey.generate_key(2048, parameters={"kid": "k"})
    provider = Provider(
        ProviderSettings("house", "House", "https://id.example", "adcurate", "", None), "http://127.0.0.1:1"
    )
    now = int(time.time())
    right = {
        "iss": "https://id.example",
        "aud": "adcurate",
        "nonce": "n",
        "exp": now + 60,
        "iat": now,
        "sub": "account-1",
    }
    keys = KeySet([key]).as_dict(private=False)

    def subject(told: dict[str, Any], **header: str) -> str:
        token = jwt.encode(
            {"alg": "RS256", "kid": "k", **header}, {k: v for k, v in told.items() if v is not None}, key
        )
        return provider._subject(token, keys, "n")

    assert subject(right) == "account-1"
    with pytest.raises((PeopleError, JoseError)):
        subject(right | claims)
