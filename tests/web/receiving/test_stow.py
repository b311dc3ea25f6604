"""Store over the web as senders do it: dicomweb-client, and requests by hand on a bare connection."""

from __future__ import annotations

import contextlib
import errno
import http.client
import io
import json
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest
from tests.dicom.network.sending import MR_IMAGE, ROOT, Keeper, file_of, is_cut, mr_object
from tests.orthanc import Orthanc

from adcurate.dicom.network.received_as import ReceivedAs
from adcurate.dicom.network.receiver import ConnectionNote
from adcurate.errors import ReceiverError
from adcurate.web.receiving.app import make_app
from adcurate.web.receiving.guard import Access
from adcurate.web.receiving.limits import WebLimits
from adcurate.web.receiving.serve import WebServer, read_access

TYPE = 'multipart/related; type="application/dicom"; boundary=edge'
STUDIES = "/dicom-web/studies"
TOKEN = "0123456789abcdef" * 2


@contextlib.contextmanager
def serving(
    kept: Any = None, *, access: Access | None = None, limits: WebLimits | None = None, **settings: Any
) -> Iterator[int]:
    """A server on loopback; gives its port."""
    app = make_app(kept or Keeper(), access=access or Access(), limits=limits)
    with WebServer(app, limits=limits, **settings) as server:
        yield server.port


def body_of(*files: bytes, kind: str = "application/dicom") -> bytes:
    """A multipart body with these parts."""
    return b"".join(
        b"--edge\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + one + b"\r\n" for one in files
    ) + (b"--edge--\r\n")


def post(
    port: int, body: bytes, path: str = STUDIES, *, method: str = "POST", **headers: str
) -> tuple[int, dict[str, str], Any]:
    """Send a request; status, headers and JSON of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Content-Type": TYPE} | named)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, {key.lower(): value for key, value in answer.headers.items()}, json.loads(content)


def test_dicomweb_client_stores_an_exam() -> None:
    from dicomweb_client import DICOMwebClient

    kept = Keeper()
    images = [pydicom.dcmread(io.BytesIO(file_of(mr_object(number)))) for number in range(1, 21)]
    with serving(kept) as port:
        client = DICOMwebClient(f"http://127.0.0.1:{port}/dicom-web")
        answer = client.store_instances(images, study_instance_uid=f"{ROOT}1")
    assert sorted(kept.contents) == sorted(file_of(image) for image in images)
    stored = {str(item.ReferencedSOPInstanceUID) for item in answer.ReferencedSOPSequence}
    assert stored == {image.SOPInstanceUID for image in images}
    assert "FailedSOPSequence" not in answer


@contextlib.contextmanager
def watched(notes: list[ConnectionNote], *, access: Access | None = None) -> Iterator[int]:
    """A server of whose requests `notes` are taken."""
    app = make_app(Keeper(), access=access or Access(), watch=notes.append)
    with WebServer(app) as server:
        yield server.port


def told(notes: list[ConnectionNote]) -> list[tuple[str, str]]:
    assert {(note.title, note.address) for note in notes} == {("A web sender", "127.0.0.1")}
    return [(note.event, note.word) for note in notes]


def test_who_watches_is_told_who_sends_and_how_it_ended() -> None:
    notes: list[ConnectionNote] = []
    with watched(notes) as port:
        post(port, body_of(file_of(mr_object())))
    assert told(notes) == [("opened", ""), ("ended", "released")]
    notes.clear()
    with watched(notes) as port:
        post(port, body_of(file_of(mr_object()))[:-20])
    assert told(notes) == [("opened", ""), ("ended", "web.malformed")]


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"path": "/studies"}, "web.not-found"),
        ({"method": "PUT"}, "web.method"),
        ({"Origin": "http://page.example"}, "web.forbidden"),
        ({"Accept": "text/html"}, "web.not-acceptable"),
    ],
)
def test_who_watches_is_told_once_who_was_turned_away_and_why(asked: dict[str, str], word: str) -> None:
    notes: list[ConnectionNote] = []
    with watched(notes) as port:
        post(port, body_of(file_of(mr_object())), **asked)
    assert told(notes) == [("turned-away", word)]


def test_who_watches_is_told_of_a_sender_without_the_token() -> None:
    notes: list[ConnectionNote] = []
    with watched(notes, access=Access(TOKEN)) as port:
        assert post(port, body_of(file_of(mr_object())))[0] == 401
    assert told(notes) == [("turned-away", "web.unauthorized")]


def test_a_watcher_that_fails_keeps_nobody_out() -> None:
    def gone(note: ConnectionNote) -> None:
        raise OSError

    app = make_app(Keeper(), access=Access(), watch=gone)
    with WebServer(app) as server:
        assert post(server.port, body_of(file_of(mr_object())))[0] == 200


@pytest.mark.parametrize(
    ("received", "status", "sequence", "reason"),
    [
        (ReceivedAs("stored"), 200, "00081199", None),
        (ReceivedAs("duplicate"), 200, "00081199", None),
        (ReceivedAs("quarantined", "dicom.rescale"), 202, "00081199", {"00081196": 0xB007}),
        (ReceivedAs("skipped", "not-mr"), 409, "00081198", {"00081197": 0x0122}),
        (ReceivedAs("no-room", "store.disk-full"), 507, "00081198", {"00081197": 0xA700}),
        (ReceivedAs("failed", "internal.bug"), 409, "00081198", {"00081197": 0x0110}),
    ],
)
def test_the_answer_says_what_became_of_each_object(
    received: ReceivedAs, status: int, sequence: str, reason: dict[str, int] | None
) -> None:
    image = mr_object()
    with serving(Keeper(received)) as port:
        answered, headers, answer = post(port, body_of(file_of(image)))
    assert answered == status
    assert headers["content-type"].startswith("application/dicom+json")
    expected: dict[str, Any] = {
        "00081150": {"vr": "UI", "Value": [str(MR_IMAGE)]},
        "00081155": {"vr": "UI", "Value": [image.SOPInstanceUID]},
    }
    expected |= {tag: {"vr": "US", "Value": [value]} for tag, value in (reason or {}).items()}
    assert answer == {"00081190": {"vr": "UR"}, sequence: {"vr": "SQ", "Value": [expected]}}


def test_an_object_of_another_study_than_the_address_names_is_refused_alone() -> None:
    kept = Keeper()
    with serving(kept) as port:
        body = body_of(file_of(mr_object(1)), file_of(mr_object(1, exam=2)))
        status, _, answer = post(port, body, f"{STUDIES}/{ROOT}1")
    assert status == 202
    (failed,) = answer["00081198"]["Value"]
    assert failed["00081197"]["Value"] == [0xA900]
    assert failed["00081155"]["Value"] == [f"{ROOT}2.2.1"]
    assert len(kept.contents) == 1


def test_something_unreadable_is_handed_on_and_answered_without_names() -> None:
    kept = Keeper(ReceivedAs("quarantined", "dicom.not-dicom"))
    with serving(kept) as port:
        status, _, answer = post(port, body_of(b"<script>alert(1)</script>"))
    assert status == 202
    assert answer["00081199"]["Value"] == [{"00081196": {"vr": "US", "Value": [0xB007]}}]
    assert kept.contents == [b"<script>alert(1)</script>"]


@pytest.mark.parametrize(
    ("status", "code", "headers", "body", "path"),
    [
        (415, "web.media-type", {"Content_Type": "application/dicom"}, b"x", STUDIES),
        (415, "web.media-type", {"Content_Type": "multipart/form-data; boundary=edge"}, b"x", STUDIES),
        (415, "web.media-type", {"Content_Type": TYPE.replace("/dicom", "/dicom+json")}, b"x", STUDIES),
        (415, "web.media-type", {"Content_Encoding": "gzip"}, b"x", STUDIES),
        (415, "web.media-type", {}, body_of(b"x", kind="text/html"), STUDIES),
        (400, "web.malformed", {"Content_Type": "multipart/related"}, b"x", STUDIES),
        (400, "web.malformed", {}, b"no parts", STUDIES),
        (400, "web.malformed", {}, body_of(b"x")[:-10], STUDIES),
        (400, "web.malformed", {}, b"--edge--\r\n", STUDIES),
        (400, "web.malformed", {}, body_of(b"x"), STUDIES + "/1.2.x"),
        (400, "web.malformed", {}, body_of(b"x"), STUDIES + "/" + "1" * 65),
        (404, "web.not-found", {}, body_of(b"x"), "/dicom-web/studies/1.2/../../secret"),
        (404, "web.not-found", {}, body_of(b"x"), "/<script>"),
        (405, "web.method", {}, b"", "GET"),
        (406, "web.not-acceptable", {"Accept": "text/html"}, body_of(b"x"), STUDIES),
        (413, "web.too-big", {}, body_of(bytes(3000)), STUDIES),
        (413, "web.too-big", {}, body_of(*[b"x"] * 6), STUDIES),
        (413, "web.too-big", {}, bytes(30_000), STUDIES),
        (403, "web.forbidden", {"Origin": "https://evil.example"}, body_of(b"x"), STUDIES),
        (403, "web.forbidden", {"Sec_Fetch_Site": "cross-site"}, body_of(b"x"), STUDIES),
        (403, "web.forbidden", {"Host": "rebound.example"}, body_of(b"x"), STUDIES),
    ],
)
def test_a_request_that_is_refused_is_told_by_name_and_hears_nothing_of_itself(
    status: int, code: str, headers: dict[str, str], body: bytes, path: str
) -> None:
    kept = Keeper()
    limits = WebLimits(part_bytes=2000, parts=5, body_bytes=20_000)
    method, path = ("GET", STUDIES) if path == "GET" else ("POST", path)
    with serving(kept, limits=limits) as port:
        answered, carried, answer = post(port, body, path, method=method, **headers)
    assert (answered, answer["error"]["code"]) == (status, code)
    assert "script" not in json.dumps(answer)
    assert "evil" not in json.dumps(answer)
    assert carried["content-security-policy"].startswith("default-src 'none'")
    assert carried["x-content-type-options"] == "nosniff"
    assert carried["cache-control"] == "no-store"
    assert "server" not in carried


def test_without_the_token_nobody_stores(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    token.chmod(0o600)
    kept = Keeper()
    with serving(kept, access=read_access("192.0.2.1", token)) as port:
        for given in [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}]:
            status, headers, _ = post(port, body_of(b"x"), **given)
            assert (status, headers["www-authenticate"]) == (401, "Bearer")
        assert kept.contents == []
        good = {
            "Authorization": f"Bearer {TOKEN}",
            "Host": "adcurate.hospital.example",
        }
        assert post(port, body_of(file_of(mr_object())), **good)[0] == 200


@pytest.mark.parametrize(
    ("content", "mode", "code"),
    [
        (None, 0, "receiver.open-address"),
        ("", 0o600, "receiver.token"),
        ("too short", 0o600, "receiver.token"),
        ("two words in one token are too many", 0o600, "receiver.token"),
        ("ünguessable" * 5, 0o600, "receiver.token"),
        (TOKEN, 0o644, "receiver.token"),
    ],
)
def test_a_server_that_would_be_unsafe_does_not_start(
    tmp_path: Path, content: str | None, mode: int, code: str
) -> None:
    file = None
    if content is not None:
        file = tmp_path / "token"
        file.write_text(content, encoding="utf-8")
        file.chmod(mode)
    with pytest.raises(ReceiverError) as refused:
        read_access("0.0.0.0", file)
    assert refused.value.code == code


def test_a_length_that_lies_stores_nothing() -> None:
    kept = Keeper()
    body = body_of(file_of(mr_object()))
    limits = WebLimits(silence_seconds=0.5)
    with serving(kept, limits=limits) as port:
        # Longer than what comes: the request falls silent.
        answer = _raw(port, _head(f"Content-Length: {len(body) + 100}") + body[:-20])
        assert b" 408 " in answer.split(b"\r\n")[0]
        # Shorter: the body is cut, and what follows is no request.
        answer = _raw(port, _head(f"Content-Length: {len(body) - 30}") + body)
        assert b" 400 " in answer.split(b"\r\n")[0]
        # Impossible, negative, or not there at all.
        for header in ("Content-Length: 99999999999999999", "Content-Length: -1", "X: y"):
            answer = _raw(port, _head(header) + body)
            assert answer.split(b" ")[1] in (b"411", b"413", b"400")
        assert kept.contents == []
        assert post(port, body)[0] == 200


@pytest.mark.parametrize("begun", [b"", b"--edge\r\n\r\n"], ids=["around the parts", "within a part"])
def test_a_body_without_end_is_cut(begun: bytes) -> None:
    limits = WebLimits(body_bytes=2**20, part_bytes=2**30, silence_seconds=2)
    with serving(limits=limits) as port, socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(_head("Transfer-Encoding: chunked"))
        if begun:
            connection.sendall(b"%x\r\n%s\r\n" % (len(begun), begun))
        sent = 0
        with contextlib.suppress(OSError):
            while sent < 64 * 2**20:
                connection.sendall(b"10000\r\n" + bytes(65536) + b"\r\n")
                sent += 65536
        assert sent < 64 * 2**20


def test_who_trickles_headers_or_body_is_let_go_and_keeps_nobody_out() -> None:
    limits = WebLimits(silence_seconds=1.0, connections=60, connections_per_address=50)
    with serving(limits=limits) as port, contextlib.ExitStack() as exits:
        slow = [exits.enter_context(socket.create_connection(("127.0.0.1", port), 10)) for _ in range(30)]
        for number, connection in enumerate(slow):
            connection.sendall([b"", b"POST / HT", _head("Content-Length: 500"), b"\xff"][number % 4])
        assert post(port, body_of(file_of(mr_object())))[0] == 200
        assert all(is_cut(connection, 6) for connection in slow)


def test_a_second_request_on_one_connection_may_not_trickle_either() -> None:
    with serving(limits=WebLimits(silence_seconds=1.0)) as port:
        connection = socket.create_connection(("127.0.0.1", port), 10)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.recv(10_000)
        connection.sendall(b"POST /dicom-web")
        assert is_cut(connection, 5)
        connection.close()


def test_connections_of_one_address_do_not_use_up_those_of_others() -> None:
    limits = WebLimits(connections=10, connections_per_address=5)
    with serving(limits=limits) as port, contextlib.ExitStack() as exits:
        crowd = [exits.enter_context(socket.create_connection(("127.0.0.1", port), 10)) for _ in range(8)]
        time.sleep(0.3)
        assert [is_cut(connection, 0.2) for connection in crowd] == [True] * 3 + [False] * 5
        other = http.client.HTTPConnection("127.0.0.1", port, timeout=10, source_address=("127.0.0.2", 0))
        other.request("POST", STUDIES, body_of(file_of(mr_object())), {"Content-Type": TYPE})
        assert other.getresponse().status == 200
        other.close()


def test_too_many_requests_at_once_are_asked_to_come_back() -> None:
    go_on = threading.Event()
    kept = Keeper(before=lambda: go_on.wait(20) and None)
    with serving(kept, limits=WebLimits(requests=2)) as port:
        answers: list[int] = []
        body = body_of(file_of(mr_object()))
        senders = [threading.Thread(target=lambda: answers.append(post(port, body)[0])) for _ in range(2)]
        for sender in senders:
            sender.start()
        deadline = time.monotonic() + 10
        status, headers = 200, {}
        while status != 503 and time.monotonic() < deadline:
            time.sleep(0.1)
            status, headers, _ = post(port, b"--edge--")
        assert (status, headers["retry-after"]) == (503, "10")
        go_on.set()
        for sender in senders:
            sender.join(20)
    assert answers == [200, 200]


def test_a_part_that_is_large_waits_on_disk_and_arrives_whole(tmp_path: Path) -> None:
    kept = Keeper()
    content = file_of(mr_object(rows=4000))
    app = make_app(kept, access=Access(), limits=WebLimits(memory_bytes=1000), spool_folder=tmp_path)
    with WebServer(app) as server:
        assert post(server.port, body_of(content, content))[0] == 200
    assert kept.contents == [content, content]
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_answered_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**settings: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    limits = WebLimits(memory_bytes=1000)
    body = body_of(file_of(mr_object(rows=4000)))
    with serving(limits=limits) as port:
        with monkeypatch.context() as planted:
            planted.setattr(tempfile, "TemporaryFile", full)
            status, _, answer = post(port, body)
        assert (status, answer["error"]["code"]) == (507, "store.disk-full")
        assert post(port, body)[0] == 200


def test_a_sender_that_goes_away_leaves_nothing_half_stored() -> None:
    kept = Keeper()
    body = body_of(file_of(mr_object(1)), file_of(mr_object(2)))
    with serving(kept) as port:
        for end in range(100, len(body) - 12, 97):
            with socket.create_connection(("127.0.0.1", port), 10) as connection:
                connection.sendall(_head(f"Content-Length: {len(body)}") + body[:end])
        time.sleep(0.5)
        assert post(port, body)[0] == 200
    assert set(kept.contents) == {file_of(mr_object(1)), file_of(mr_object(2))}


def test_a_bug_is_an_answer_and_not_the_end() -> None:
    def planted(content: bytes, name: str) -> ReceivedAs:
        raise ValueError("Sentinel^Quirina")

    with serving(planted) as port:
        for _ in range(2):
            status, _, answer = post(port, body_of(file_of(mr_object())))
            assert (status, answer["error"]["code"]) == (500, "internal.bug")
            assert "Sentinel" not in json.dumps(answer)


def test_it_speaks_tls(tmp_path: Path) -> None:
    from tests.dicom.network.certificates import write_certificate

    from adcurate.dicom.network.tls import server_context

    certificate, key = write_certificate(tmp_path)
    with serving(tls=server_context(certificate, key)) as port:
        trusting = ssl.create_default_context(cafile=str(certificate))
        connection = http.client.HTTPSConnection("localhost", port, timeout=10, context=trusting)
        connection.request("POST", STUDIES, body_of(file_of(mr_object())), {"Content-Type": TYPE})
        assert connection.getresponse().status == 200
        connection.close()


def _head(*lines: str) -> bytes:
    fixed = (
        "POST /dicom-web/studies HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        f"Content-Type: {TYPE}",
    )
    return "\r\n".join((*fixed, *lines, "", "")).encode()


def _raw(port: int, request: bytes) -> bytes:
    """What comes back for these bytes."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), 10) as connection, contextlib.suppress(OSError):
        connection.sendall(request)
        while piece := connection.recv(65536):
            received += piece
    return received


def test_orthanc_stores_over_the_web(orthanc: Orthanc) -> None:
    kept = Keeper()
    for number in range(1, 6):
        orthanc.store(file_of(mr_object(number)))
    (study,) = orthanc.call("GET", "/studies")
    with serving(kept) as port:
        server = {"Url": f"http://127.0.0.1:{port}/dicom-web/"}
        orthanc.call("PUT", "/dicom-web/servers/adcurate", json.dumps(server).encode())
        wanted = {"Resources": [study], "Synchronous": True}
        orthanc.call("POST", "/dicom-web/servers/adcurate/stow", json.dumps(wanted).encode())
    received = {str(pydicom.dcmread(io.BytesIO(one)).SOPInstanceUID) for one in kept.contents}
    assert received == {mr_object(number).SOPInstanceUID for number in range(1, 6)}
