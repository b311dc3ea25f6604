"""What other pages, other hosts and odd bodies can do: nothing."""

from __future__ import annotations

import http.client
import json
import socket
import time
from pathlib import Path

import pytest
from tests.web.room.visiting import PASSWORD, Served, Visitor, new_study, serving

from adcurate.errors import WebError
from adcurate.web.room.app import ROUTERS
from adcurate.web.room.rights import stated_rights
from adcurate.web.room.security import check_json
from adcurate.web.room.state import Reach

UNSAFE = sorted(
    {(one.method, one.path) for one in stated_rights(ROUTERS) if one.method not in ("GET", "HEAD")}
)
JSON = "application/json"


@pytest.fixture
def root(served: Served) -> Visitor:
    visitor = served.visitor("root")
    visitor.ask("GET", "/api/session")
    return visitor


def attacks(visitor: Visitor) -> list[dict[str, str | None]]:
    """Headers as a browser sends them when another page makes it send something."""
    own = f"http://127.0.0.1:{visitor.port}"
    token = visitor.csrf
    return [
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded", "Origin": "https://evil.example"},
        {"Content_Type": "multipart/form-data; boundary=x", "Origin": "null"},
        {"Content_Type": JSON},
        {"Content_Type": JSON, "X_Adcurate_CSRF": ""},
        {"Content_Type": JSON, "X_Adcurate_CSRF": "0" * 64, "Origin": own},
        {"Content_Type": JSON, "X_Adcurate_CSRF": token, "Origin": "https://evil.example"},
        {"Content_Type": JSON, "X_Adcurate_CSRF": token, "Origin": "null"},
        {"Content_Type": JSON, "X_Adcurate_CSRF": token, "Origin": own.replace("127.0.0.1", "localhost")},
        {"Content_Type": JSON, "X_Adcurate_CSRF": token, "Origin": own.replace("http:", "https:")},
        {"Content_Type": JSON, "X_Adcurate_CSRF": token, "Origin": f"http://127.0.0.1:{visitor.port + 1}"},
        {"Content_Type": JSON, "X_Adcurate_CSRF": token, "Sec_Fetch_Site": "cross-site"},
        {"Content_Type": JSON, "X_Adcurate_CSRF": token, "Sec_Fetch_Site": "same-site"},
    ]


@pytest.mark.parametrize(("method", "path"), UNSAFE)
def test_no_other_page_can_change_anything(root: Visitor, served: Served, method: str, path: str) -> None:
    before = served.store.audit.head()
    address = path.replace("{", "").replace("}", "")
    for headers in attacks(root):
        answer = root.send(method, address, b'{"name": "x"}', **headers)
        assert (answer.status, answer.code) == (403, "web.cross-site"), headers
    assert served.store.audit.head() == before


def test_the_right_token_is_let_through(root: Visitor) -> None:
    told = {"name": "one", "display_name": "One", "roles": []}
    assert root.ask("POST", "/api/people", told, Sec_Fetch_Site="same-origin").status == 201
    assert root.ask("POST", "/api/people", {**told, "name": "two"}, Origin=None).status == 201


def test_a_token_of_another_session_does_not_fit(root: Visitor, served: Served) -> None:
    other = served.visitor("root")
    root.csrf, told = other.csrf, {"name": "three", "display_name": "T", "roles": []}
    assert root.ask("POST", "/api/people", told).code == "web.cross-site"
    assert root.ask("POST", "/api/people", told, Cookie="").code == "web.cross-site"


def test_a_method_that_a_header_names_is_not_the_method(root: Visitor, served: Served) -> None:
    before = served.store.audit.head()
    for name in ("X_HTTP_Method_Override", "X_Method_Override"):
        assert root.send("GET", "/api/people", **{name: "POST"}).status == 200
    assert root.send("GET", "/api/people?_method=POST").status == 200
    assert served.store.audit.head() == before


def test_reading_from_another_page_is_refused_too(root: Visitor) -> None:
    assert root.send("GET", "/api/people", Sec_Fetch_Site="cross-site").code == "web.cross-site"
    assert root.send("GET", "/api/people", Sec_Fetch_Site="none").status == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "192.0.2.7:80"])
def test_a_name_that_leads_here_by_a_trick_is_refused(root: Visitor, host: str) -> None:
    answer = root.send("GET", "/api/session", Host=host or " ")
    assert answer.code == "web.forbidden" or answer.status == 400


def test_every_answer_carries_its_headers(root: Visitor) -> None:
    for path in ("/api/session", "/api/people", "/api/nothing", "/", "/assets/none.js", "/dicom-web/studies"):
        headers = root.send("GET", path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy, path
        assert "unsafe-eval" not in policy.replace("'wasm-unsafe-eval'", "")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "server" not in headers and "x-powered-by" not in headers
        if path.startswith("/api"):
            assert headers["cache-control"] == "no-store"


def test_over_https_the_cookie_is_kept_to_the_host_and_the_browser_to_https(tmp_path: Path) -> None:
    reach = Reach("https://reading.example.org", frozenset(["reading.example.org"]))
    with serving(new_study(tmp_path), reach=reach) as served:
        served.add_first()
        visitor = served.visitor()
        assert visitor.send("GET", "/api/session").code == "web.forbidden"
        page = {"Host": "reading.example.org", "Origin": "https://reading.example.org"}
        csrf = visitor.send("GET", "/api/session", Host=page["Host"]).json["csrf"]
        told = json.dumps({"name": "root", "password": PASSWORD}).encode()
        page |= {"X_Adcurate_CSRF": csrf, "Content_Type": JSON}
        plain = visitor.send("POST", "/api/session", told, **{**page, "Origin": "http://reading.example.org"})
        assert plain.code == "web.cross-site"
        answer = visitor.send("POST", "/api/session", told, **page)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-adcurate=")
        assert {one.strip() for one in cookie.split(";")[1:]} == {
            "HttpOnly",
            "Path=/",
            "SameSite=strict",
            "Secure",
        }
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"name": NaN}', 400),
        (b'{"name": Infinity}', 400),
        (b'{"name": "a", "name": "b"}', 400),
        (b'{"a": ' + b"[" * 21 + b"]" * 21 + b"}", 400),
        (b"[" * 100_000, 400),
        (b'{"name": "a"}', 422),
        (b'{"name": "a", "display_name": "b", "roles": [], "id": "me"}', 422),
        (b'{"name": "a", "display_name": "b", "roles": [{"role": "owner"}]}', 422),
        (b'{"name": 7, "display_name": "b", "roles": []}', 422),
        (b'{"name": "a", "display_name": "b", "roles": "reader"}', 422),
        (b"[]", 422),
    ],
)
def test_a_body_that_could_be_read_in_two_ways_is_refused(root: Visitor, body: bytes, status: int) -> None:
    answer = root.send("POST", "/api/people", body, Content_Type=JSON, X_Adcurate_CSRF=root.csrf)
    assert (answer.status, answer.code) == (status, "web.malformed" if status == 400 else "web.invalid")


def test_brackets_inside_a_text_are_no_depth() -> None:
    check_json(json.dumps({"comment": 'see [[[[[[[[[[[[[[[[[[[[[[[[[[ "quoted\\" {{{{{{'}).encode())
    with pytest.raises(WebError):
        check_json(b'{"a": ' * 21 + b"1" + b"}" * 21)


def test_a_refusal_repeats_nothing_of_what_was_sent(root: Visitor) -> None:
    secret = "hunter2hunter2hunter2"
    body = {"name": secret, "password": [secret], secret + " field": secret}
    answer = root.ask("POST", "/api/session", body)
    assert answer.status == 422
    assert secret not in answer.body.decode()


def test_a_body_that_is_too_large_is_refused_before_it_is_read(root: Visitor) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", root.port, timeout=10)
    connection.putrequest("POST", "/api/people")
    for name, value in (
        ("Cookie", "; ".join(f"{key}={value}" for key, value in root.cookies.items())),
        ("X-Adcurate-CSRF", root.csrf),
        ("Content-Type", JSON),
        ("Content-Length", str(2**30)),
    ):
        connection.putheader(name, value)
    connection.endheaders()
    begun = time.perf_counter()
    answer = connection.getresponse()
    assert answer.status == 413
    assert time.perf_counter() - begun < 5
    connection.close()


def test_an_endless_body_without_a_length_is_cut_off(root: Visitor) -> None:
    with socket.create_connection(("127.0.0.1", root.port), timeout=10) as line:
        cookie = "; ".join(f"{key}={value}" for key, value in root.cookies.items())
        line.sendall(
            f"POST /api/people HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
            f"X-Adcurate-CSRF: {root.csrf}\r\nContent-Type: {JSON}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        chunk = b"100000\r\n" + b" " * 2**20 + b"\r\n"
        answer = b""
        try:
            for _ in range(8):
                line.sendall(chunk)
            answer = line.recv(65536)
        except OSError:
            answer = answer or b"cut"
    assert answer.startswith((b"HTTP/1.1 413", b"cut"))


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", ""])
def test_a_body_that_is_no_json_is_refused_by_its_type(root: Visitor, kind: str) -> None:
    answer = root.send("POST", "/api/people", b"{}", Content_Type=kind, X_Adcurate_CSRF=root.csrf)
    assert answer.code == "web.media-type"


def test_unknown_addresses_and_methods_answer_in_the_one_shape(root: Visitor) -> None:
    assert root.send("GET", "/api/nothing").code == "web.not-found"
    assert root.send("GET", "/api/../../etc/passwd").code == "web.not-found"
    assert root.send("GET", "/assets/%2e%2e/%2e%2e/pyproject.toml").code == "web.not-found"
    assert root.ask("PUT", "/api/people", {}).code == "web.method"
    assert root.send("GET", "/api/audit?limit=1000000000").code == "web.invalid"
    assert root.send("GET", "/api/audit?after=-1").code == "web.invalid"
    assert root.send("POST", "/anything", b"x").code == "web.cross-site"
