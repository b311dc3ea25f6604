"""What starts and what does not, and one room served from the command line."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.dicom.network.certificates import write_certificate
from tests.web.room.visiting import PASSWORD, Visitor, new_study

from adcurate.errors import AdcurateError, ServeError, StoreError
from adcurate.study.people.log import HEADS_NAME, read_heads
from adcurate.web.room import serve
from adcurate.web.room.safe_serving import TOKEN_VARIABLE, Serving, check_serving
from adcurate.web.room.serve import served_room

COMMAND = [sys.executable, "-c", "from adcurate.cli.entry import main; main()"]
NETWORK = "0.0.0.0"
PROXIED: dict[str, Any] = {"behind_proxy": True, "public_url": "https://reading.example.org"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Certificates, tokens and providers, good and bad."""
    folder = tmp_path_factory.mktemp("files")
    certificate, key = write_certificate(folder)
    key.chmod(0o600)

    def write(name: str, text: str, mode: int = 0o600) -> Path:
        (folder / name).write_text(text)
        (folder / name).chmod(mode)
        return folder / name

    provider = '[providers.house]\nlabel = "House"\nissuer = "{}"\nclient_id = "adcurate"\n{}'
    write("secret", "a secret")
    write("open-secret", "a secret", 0o644)
    return {
        "certificate": certificate,
        "key": key,
        "open key": write("open.pem", key.read_text(), 0o644),
        "text": write("text.pem", "no key"),
        "none": folder / "none",
        "token": write("token", "0123456789abcdef" * 2),
        "short token": write("short", "0123456789"),
        "open token": write("open-token", "0123456789abcdef" * 2, 0o644),
        "empty token": write("empty", "\n"),
        "providers": write("p1.toml", provider.format("https://id.example.org", 'secret_file = "secret"')),
        "plain provider": write("p2.toml", provider.format("http://id.example.org", "")),
        "open provider": write(
            "p3.toml", provider.format("https://id.example.org", 'secret_file = "open-secret"')
        ),
        "no provider": write("p4.toml", "schema_version = 1\n"),
    }


# What is asked for, and the code of the refusal ("": it starts). Words name files of `files`.
CONFIGURATIONS: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"host": "localhost"}, ""),
    ({"host": "::1"}, ""),
    ({"tls_cert": "certificate", "tls_key": "key"}, ""),
    ({"host": NETWORK}, "serve.open-address"),
    ({"host": "192.0.2.7"}, "serve.open-address"),
    ({"host": "::"}, "serve.open-address"),
    ({"host": "reading.example.org"}, "serve.open-address"),
    ({"host": NETWORK, "public_url": "https://reading.example.org"}, "serve.public-url"),
    ({"host": NETWORK, "tls_cert": "certificate", "tls_key": "key"}, ""),
    ({"host": NETWORK, "tls_cert": "certificate"}, "serve.certificate"),
    ({"host": NETWORK, "tls_key": "key"}, "serve.certificate"),
    ({"host": NETWORK, "tls_cert": "certificate", "tls_key": "open key"}, "serve.certificate"),
    ({"host": NETWORK, "tls_cert": "certificate", "tls_key": "text"}, "serve.certificate"),
    ({"host": NETWORK, "tls_cert": "none", "tls_key": "key"}, "serve.certificate"),
    ({"host": NETWORK, "tls_cert": "certificate", "tls_key": "none"}, "serve.certificate"),
    ({"host": NETWORK, "behind_proxy": True}, "serve.public-url"),
    ({"host": NETWORK, **PROXIED}, ""),
    ({**PROXIED}, ""),
    ({**PROXIED, "public_url": "http://reading.example.org"}, "serve.public-url"),
    ({**PROXIED, "public_url": "https://user@reading.example.org"}, "serve.public-url"),
    ({**PROXIED, "public_url": "https://reading.example.org/room"}, "serve.public-url"),
    ({**PROXIED, "public_url": "https://"}, "serve.public-url"),
    ({**PROXIED, "public_url": "https://host:port"}, "serve.public-url"),
    ({"token_file": "token"}, ""),
    ({"token_file": "short token"}, "serve.token"),
    ({"token_file": "open token"}, "serve.token"),
    ({"token_file": "empty token"}, "serve.token"),
    ({"token_file": "none"}, "serve.token"),
    ({"providers_file": "providers"}, ""),
    ({"providers_file": "plain provider"}, "serve.provider"),
    ({"providers_file": "open provider"}, "serve.provider"),
    ({"providers_file": "no provider"}, "serve.provider"),
    ({"providers_file": "none"}, "input.missing"),
]


@pytest.mark.parametrize(("asked", "code"), CONFIGURATIONS)
def test_what_is_unsafe_does_not_start(files: dict[str, Path], asked: dict[str, Any], code: str) -> None:
    given = {
        name: files[value] if name.endswith(("_file", "_cert", "_key")) else value
        for name, value in asked.items()
    }
    found = ""
    try:
        check_serving(Serving(**given))
    except AdcurateError as trouble:
        found = trouble.code
    assert found == code


def test_a_token_of_the_environment_must_be_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "short")
    with pytest.raises(ServeError):
        check_serving(Serving())
    monkeypatch.setenv(TOKEN_VARIABLE, "0123456789abcdef" * 2)
    assert check_serving(Serving()).dicomweb_token == "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("asked", "url", "hosts"),
    [
        ({}, "http://127.0.0.1:8600", {"localhost", "127.0.0.1", "[::1]"}),
        ({"host": "::1"}, "http://[::1]:8600", {"localhost", "127.0.0.1", "[::1]"}),
        ({"host": NETWORK, **PROXIED}, "https://reading.example.org", {"reading.example.org"}),
        ({**PROXIED, "public_url": "https://R.example:8443"}, "https://r.example:8443", {"r.example"}),
    ],
)
def test_links_name_the_address_that_browsers_use(asked: dict[str, Any], url: str, hosts: set[str]) -> None:
    reach = check_serving(Serving(**asked)).reach(8600)
    assert (reach.base_url, reach.hosts) == (url, hosts)


def test_a_second_server_of_one_study_is_refused_and_the_port_goes_back(tmp_path: Path) -> None:
    study = new_study(tmp_path)
    with served_room(study, check_serving(Serving(port=0))) as room:
        port = int(room.url.rpartition(":")[2])
        with pytest.raises(StoreError) as caught, served_room(study, check_serving(Serving(port=0))):
            pass
        assert caught.value.code == "store.locked"
        with (
            pytest.raises(ServeError) as taken,
            served_room(new_study(tmp_path / "b"), check_serving(Serving(port=port))),
        ):
            pass
        assert taken.value.code == "serve.port"
        with study.open_store("read") as reader:
            assert reader.people.all() == ()
    with served_room(study, check_serving(Serving(port=port))) as again:
        assert again.url == room.url and again.first_link != room.first_link


def test_a_log_that_was_tampered_with_is_told_at_the_start(tmp_path: Path) -> None:
    import sqlite3

    study = new_study(tmp_path)
    with served_room(study, check_serving(Serving(port=0))) as room:
        link, port = room.first_link.rpartition("#")[2], int(room.url.rpartition(":")[2])
        told = {"token": link, "name": "root", "display_name": "R", "password": PASSWORD}
        assert Visitor(port).ask("POST", "/api/first-administrator", told).status == 200
    with sqlite3.connect(study.store / "study.sqlite", isolation_level=None) as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET reason = 'because' WHERE sequence = 1")
    with served_room(study, check_serving(Serving(port=0))) as room:
        assert [one.sequence for one in room.log_faults] == [0, 1]
        assert room.first_link == ""


def test_the_log_s_head_is_kept_outside_while_the_room_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "HEAD_EVERY_S", 0.05)
    study = new_study(tmp_path)
    heads = study.store / HEADS_NAME
    with served_room(study, check_serving(Serving(port=0))) as room:
        assert [one.sequence for one in read_heads(heads)] == [0]
        link, port = room.first_link.rpartition("#")[2], int(room.url.rpartition(":")[2])
        told = {"token": link, "name": "root", "display_name": "R", "password": PASSWORD}
        visitor = Visitor(port)
        assert visitor.ask("POST", "/api/first-administrator", told).status == 200
        begun = time.monotonic()
        while read_heads(heads)[-1].sequence < 3 and time.monotonic() - begun < 30:
            time.sleep(0.05)
        assert read_heads(heads)[-1].sequence == 3
        monkeypatch.setattr(serve, "HEAD_EVERY_S", 3600.0)
        assert visitor.ask("DELETE", "/api/session").status == 204
    assert read_heads(heads)[-1].sequence == 4


def test_a_room_with_a_certificate_speaks_https_only(tmp_path: Path, files: dict[str, Path]) -> None:
    asked = Serving(port=0, tls_cert=files["certificate"], tls_key=files["key"])
    with served_room(new_study(tmp_path), check_serving(asked)) as room:
        assert room.url.startswith("https://127.0.0.1:")
        port = int(room.url.rpartition(":")[2])
        trusting = ssl._create_unverified_context()
        line = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=trusting)
        line.request("GET", "/api/session")
        answer = line.getresponse()
        assert (answer.status, answer.headers["set-cookie"].partition("=")[0]) == (200, "__Host-adcurate")
        line.close()
        plain = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with pytest.raises((http.client.HTTPException, OSError)):
            plain.request("GET", "/api/session")
            plain.getresponse()


def test_the_command_prints_the_link_serves_and_ends_at_ctrl_c(tmp_path: Path) -> None:
    study = new_study(tmp_path)
    process = subprocess.Popen(
        [*COMMAND, "serve", str(study.path), "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        begun = time.monotonic()
        while "Ctrl-C" not in "".join(lines) and time.monotonic() - begun < 60:
            lines.append(process.stdout.readline())
        shown = "".join(lines)
        found = re.search(r"http://127\.0\.0\.1:(\d+)/first-administrator#([\w-]{43})\s", shown)
        assert found is not None, shown
        told = {"token": found[2], "name": "root", "display_name": "R", "password": PASSWORD}
        assert Visitor(int(found[1])).ask("POST", "/api/first-administrator", told).status == 200
    finally:
        process.send_signal(signal.SIGINT)
        rest, trouble = process.communicate(timeout=60)
    assert (process.returncode, trouble) == (0, "")
    assert "Closed" in rest
    with study.open_store() as store:
        assert [one.name for one in store.people.all()] == ["root"]


def test_a_program_that_starts_it_gets_the_addresses_as_json(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "serve", str(new_study(tmp_path).path), "--no-browser", "--port", "0", "--json", "-"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        while lines[-1] not in ("}\n", ""):
            lines.append(process.stdout.readline())
        told = json.loads("".join(lines))
        assert told["first_link"].startswith(told["url"]) and told["log_faults"] == []
    finally:
        process.terminate()
        rest, _ = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "")


def test_a_refusal_of_the_command_names_what_to_do(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from adcurate.cli import entry

    study = new_study(tmp_path)
    assert entry.run(["serve", str(study.path), "--host", NETWORK]) == 2
    shown = capfd.readouterr().err
    assert "serve.open-address" in shown and "--tls-cert" in shown
    assert entry.run(["serve", str(tmp_path / "nothing")]) == 3
    assert entry.run(["serve", str(study.path), "--token", "x"]) == 2
