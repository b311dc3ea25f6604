"""DICOMweb: one host alone is ever spoken to, every refusal has its name, no answer is ever shown."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.dicom.network.http_archive import content, http_archive, status

from adcurate.dicom.network.archive import ExamQuery
from adcurate.dicom.network.fetch_web import WebArchive
from adcurate.dicom.network.opening import open_archive
from adcurate.errors import AdcurateError, InputError, NetworkError
from adcurate.model.endpoint import FetchLimits, WebEndpoint

ANYBODY = ExamQuery(patient_id="QZX008841")
SECRET = "token-PLANTED-8841"
QUICK = FetchLimits(timeout_s=0.5, longest_series_s=1.0, largest_object_bytes=100_000, attempts=1)


def endpoint(port: int, **changes: object) -> WebEndpoint:
    known = {"name": "web", "scheme": "http", "host": "127.0.0.1", "port": port, "root": "/dicom-web"}
    return WebEndpoint(**{**known, "limits": QUICK, **changes})  # type: ignore[arg-type]


def trouble_with(archive: WebArchive) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        archive.find_exams(ANYBODY)
    return caught.value


@pytest.mark.parametrize(
    ("code", "named"),
    [
        (401, "network.unauthorized"),
        (403, "network.unauthorized"),
        (407, "network.unauthorized"),
        (404, "network.not-found"),
        (410, "network.not-found"),
        (500, "network.answer"),
        (400, "network.answer"),
        (503, "network.interrupted"),
        (429, "network.interrupted"),
    ],
)
def test_each_refusal_of_a_server_has_its_name(code: int, named: str) -> None:
    with http_archive(status(code)) as server:
        assert trouble_with(WebArchive(endpoint(server.port))).code == named


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308, 300, 304])
def test_a_redirect_is_followed_by_nobody_and_no_secret_goes_along(code: int, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(SECRET)
    with http_archive(content(b"[]")) as sink:
        elsewhere = f"http://127.0.0.1:{sink.port}/dicom-web/studies"
        with http_archive(status(code, Location=elsewhere, Refresh=f"0; url={elsewhere}")) as server:
            trouble = trouble_with(WebArchive(endpoint(server.port, token_file=token)))
        assert trouble.code == "network.redirect"
        assert str(sink.port) not in trouble.sentence
        assert server.requests[0][1]["Authorization"] == f"Bearer {SECRET}"
        assert sink.requests == []


def test_the_redirect_harness_sees_a_client_that_does_follow() -> None:
    """The planted bug: urllib follows, and the sink must tell."""
    import urllib.request

    with http_archive(content(b"[]")) as sink:
        elsewhere = f"http://127.0.0.1:{sink.port}/stolen"
        with http_archive(status(302, Location=elsewhere)) as server:
            asked = urllib.request.Request(f"http://127.0.0.1:{server.port}/")
            asked.add_header("Authorization", f"Bearer {SECRET}")
            urllib.request.urlopen(asked, timeout=5).read()
    assert sink.requests[0][0] == "/stolen"
    assert SECRET in str(sink.requests[0][1])


def test_addresses_inside_an_answer_are_not_followed() -> None:
    with http_archive(content(b"[]")) as sink:
        address = f"http://127.0.0.1:{sink.port}/bulk"
        answer = {
            "0020000D": {"vr": "UI", "Value": ["1.2.3"]},
            "00100020": {"vr": "LO", "BulkDataURI": address},
            "00081190": {"vr": "UR", "Value": [address]},
            "00080060": {"vr": "CS", "BulkDataURI": address},
        }
        with http_archive(content(json.dumps([answer]).encode())) as server:
            archive = WebArchive(endpoint(server.port))
            assert archive.find_exams(ANYBODY) == ()
            [exam] = archive.find_exams(ExamQuery(study_uid="1.2.3"))
            assert exam.study_uid == "1.2.3"
            archive.find_series("1.2.3")
        assert sink.requests == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with http_archive(content(b"[]")) as proxy, http_archive(content(b"[]")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        WebArchive(endpoint(server.port)).check()
        assert len(server.requests) == 1
        assert proxy.requests == []


def test_nobody_listening_and_a_server_that_says_nothing_are_told_apart() -> None:
    from tests.orthanc import free_port

    assert trouble_with(WebArchive(endpoint(free_port()))).code == "network.unreachable"
    with http_archive(lambda _: time.sleep(3)) as server:
        began = time.monotonic()
        assert trouble_with(WebArchive(endpoint(server.port))).code == "network.timeout"
        assert time.monotonic() - began < 2


def test_a_server_that_drips_is_cut_off_when_its_time_is_up() -> None:
    def drip(handler: object) -> None:
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 500:
            handler.wfile.write(bytes([letter]))  # type: ignore[attr-defined]
            time.sleep(0.05)

    with http_archive(drip) as server:
        began = time.monotonic()
        trouble = trouble_with(WebArchive(endpoint(server.port)))
        assert trouble.code == "network.timeout"
        assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "body", [b"", b"<html>PLANTED^NAME</html>", b'{"a": 1}', b"[" * 100_000, b"[1, null, {}]", b"\xff\xfe"]
)
def test_an_answer_that_is_no_dicom_json_is_named_or_says_nothing(body: bytes) -> None:
    with http_archive(content(body)) as server:
        archive = WebArchive(endpoint(server.port))
        try:
            assert archive.find_exams(ANYBODY) == ()
        except NetworkError as trouble:
            assert trouble.code == "network.answer"
            assert "PLANTED" not in f"{trouble.as_json()}"


@pytest.mark.parametrize(
    ("body", "kind", "said", "named"),
    [
        (b"x", "text/html", None, "network.answer"),
        (b"x" * 50, 'multipart/related; boundary="b"', None, "network.interrupted"),
        (b"--b\r\n\r\n" + b"x" * 50, 'multipart/related; boundary="b"', 10_000, "network.interrupted"),
        (b"--b\r\n\r\n" + b"x" * 300_000, 'multipart/related; boundary="b"', None, "network.too-big"),
        (b"--bXX", 'multipart/related; boundary="b"', None, "network.answer"),
        (b"--b--", "multipart/related", None, "network.answer"),
    ],
)
def test_an_answer_that_is_no_whole_series_is_named(
    body: bytes, kind: str, said: int | None, named: str
) -> None:
    with http_archive(content(body, kind, said=said)) as server, pytest.raises(NetworkError) as caught:
        WebArchive(endpoint(server.port)).fetch("1.2", "1.2.3", lambda *_: None)
    assert caught.value.code == named


@pytest.mark.parametrize("uid", ["../../1.2", "1.2/rendered", "1.2?x", "", "a" * 65, "1.2\r\nX: y"])
def test_an_identifier_that_is_no_uid_never_becomes_a_path(uid: str) -> None:
    with http_archive(content(b"[]")) as server:
        with pytest.raises(NetworkError) as caught:
            WebArchive(endpoint(server.port)).fetch("1.2", uid, lambda *_: None)
        assert caught.value.code == "network.answer"
        assert server.requests == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"[" + b"{}," * 5_000_000 + b"{}]", "network.too-big"),
        (b"[" + b"[" * 1_200_000 + b"]", "network.too-big"),
        (b'["' + b"x" * (17 * 2**20) + b'"]', "network.too-big"),
        (b"[" + b"{}," * 25_000 + b"{}]", "network.answer"),
    ],
)
def test_an_answer_that_would_fill_the_memory_is_never_unpacked(body: bytes, named: str) -> None:
    import tracemalloc

    with http_archive(content(body)) as server:
        archive = WebArchive(endpoint(server.port, limits=FetchLimits(timeout_s=10.0, attempts=1)))
        tracemalloc.start()
        try:
            assert trouble_with(archive).code == named
            assert tracemalloc.get_traced_memory()[1] < 2.5 * 17 * 2**20
        finally:
            tracemalloc.stop()


def test_as_many_answers_as_an_archive_may_give_are_read_at_once() -> None:
    body = json.dumps([{"0020000D": {"vr": "UI", "Value": [f"1.2.{k}"]}} for k in range(20_000)]).encode()
    with http_archive(content(body)) as server:
        archive = WebArchive(endpoint(server.port, limits=FetchLimits(timeout_s=10.0, attempts=1)))
        assert archive.find_exams(ANYBODY) == ()


def test_a_hospital_number_travels_escaped_and_is_compared_again_here() -> None:
    numbers = ("QZX0088410", "QZX 8841")
    others = [{"00100020": {"Value": [n]}, "0020000D": {"Value": ["1.2"]}} for n in numbers]
    with http_archive(content(json.dumps(others).encode())) as server:
        archive = WebArchive(endpoint(server.port))
        assert archive.find_exams(ExamQuery(patient_id="A&B=C/é ü#1")) == ()
        path = server.requests[0][0]
        assert "PatientID=A%26B%3DC/%C3%A9%20%C3%BC%231&" in path
        assert archive.find_exams(ANYBODY) == ()


@pytest.mark.parametrize("number", ["QZX*", "QZX?8841", "A\\B", "x" * 65, "a\nb", ""])
def test_a_number_that_an_archive_reads_as_a_pattern_is_never_asked(number: str) -> None:
    with http_archive(content(b"[]")) as server:
        with pytest.raises(NetworkError) as caught:
            WebArchive(endpoint(server.port)).find_exams(ExamQuery(patient_id=number))
        assert caught.value.code == "network.query"
        assert server.requests == []


def test_pages_are_read_to_the_end_and_an_archive_without_pages_is_left() -> None:
    def exams(first: int, last: int) -> list[dict[str, object]]:
        return [{"0020000E": {"Value": [f"1.2.{n}"]}, "00200011": {"Value": [n]}} for n in range(first, last)]

    def paged(handler: object) -> None:
        offset = int(handler.path.split("offset=")[1].split("&")[0])  # type: ignore[attr-defined]
        content(json.dumps(exams(offset, min(offset + 100, 250))).encode())(handler)  # type: ignore[arg-type]

    with http_archive(paged) as server:
        assert len(WebArchive(endpoint(server.port)).find_series("1.2")) == 250
    with http_archive(content(json.dumps(exams(0, 5)).encode())) as server:
        assert len(WebArchive(endpoint(server.port)).find_series("1.2")) == 5
        assert len(server.requests) == 2


@pytest.mark.parametrize("secret", ["", "two\nlines\nhere", "tab\tinside", "x" * 20_000])
def test_a_secret_that_is_not_one_line_is_refused_without_being_shown(secret: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(secret)
    with pytest.raises(InputError) as caught:
        open_archive(endpoint(1, token_file=file))
    assert not secret or secret not in str(caught.value.as_json())


def test_a_password_is_sent_as_basic_credentials_to_the_endpoint_alone(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("geheim\n")
    with http_archive(content(b"[]")) as server:
        WebArchive(endpoint(server.port, user="me", password_file=tmp_path / "password")).check()
        assert server.requests[0][1]["Authorization"] == "Basic bWU6Z2VoZWlt"


def test_a_certificate_that_nobody_vouches_for_is_refused(
    tmp_path: Path, program: Callable[[str, str], str]
) -> None:
    import ssl
    import subprocess
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    pem = tmp_path / "pem"
    made = [program("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    made += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made += ["-keyout", str(pem), "-out", str(tmp_path / "crt")]
    subprocess.run(made, check=True, capture_output=True)
    pem.write_bytes(pem.read_bytes() + (tmp_path / "crt").read_bytes())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content(b"[]")(self)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        port = server.server_address[1]
        known = {"scheme": "https", "host": "localhost"}
        assert trouble_with(WebArchive(endpoint(port, **known))).code == "network.certificate"
        WebArchive(endpoint(port, **known, certificate=tmp_path / "crt")).check()
    finally:
        server.shutdown()
        server.server_close()


def test_a_certificate_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "crt").write_text("nothing")
    with pytest.raises(AdcurateError) as caught:
        open_archive(endpoint(1, certificate=tmp_path / "crt"))
    assert caught.value.code == "input.not-readable"
