"""The receiver as a hospital's programs meet it: DCMTK, pynetdicom, Orthanc, and bytes by hand."""

from __future__ import annotations

import errno
import io
import json
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import urllib.error
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import JPEGBaseline8Bit, SecondaryCaptureImageStorage
from pynetdicom.dsutils import encode
from tests.dicom.network.certificates import write_certificate
from tests.dicom.network.sending import (
    MR_IMAGE,
    Keeper,
    associate,
    command,
    connect,
    data_unit,
    file_of,
    is_cut,
    mr_object,
    read_unit,
    request_unit,
    send,
    store_command,
)
from tests.orthanc import Orthanc

from adcurate.dicom.network.file_form import file_head
from adcurate.dicom.network.limits import ReceiverLimits
from adcurate.dicom.network.negotiation import TRANSFER_SYNTAXES, agree
from adcurate.dicom.network.peers import AllowList, Peer, shown_title
from adcurate.dicom.network.received_as import ReceivedAs
from adcurate.dicom.network.receiver import ConnectionNote, Listening, Receiver
from adcurate.dicom.network.tls import server_context
from adcurate.errors import ReceiverError

DCMTK = "/usr/bin"  # pynetdicom installs programs of the same names beside Python
CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
REPORT = "1.2.840.10008.5.1.4.1.1.88.33"
ANY_PORT = Listening(port=0)
SOME_DATA = data_unit(b"\0\0", control=2)


def _written(image: pydicom.Dataset, folder: Path, name: str) -> str:
    path = folder / name
    path.write_bytes(file_of(image))
    return str(path)


def test_dcmtk_gets_an_echo_and_stores(program: Callable[[str, str], str], tmp_path: Path) -> None:
    program("storescu", "dcmtk")
    kept = Keeper()
    images = [mr_object(number) for number in range(1, 6)]
    files = [_written(image, tmp_path, f"{n}.dcm") for n, image in enumerate(images)]
    with Receiver(ANY_PORT, kept) as receiver:
        where = ["-aec", "ADCURATE", "127.0.0.1", str(receiver.port)]
        subprocess.run([f"{DCMTK}/echoscu", *where], check=True, timeout=30)
        subprocess.run([f"{DCMTK}/storescu", *where, *files], check=True, timeout=30)
    received = [pydicom.dcmread(io.BytesIO(content)) for content in kept.contents]
    assert received == images


def test_an_object_arrives_byte_for_byte(tmp_path: Path) -> None:
    kept = Keeper()
    image = mr_object(rows=2000)
    with Receiver(
        ANY_PORT, kept, limits=ReceiverLimits(memory_bytes=1000), spool_folder=tmp_path
    ) as receiver:
        assert send(receiver.port, [image]) == [0]
    (content,) = kept.contents
    head = file_head(str(MR_IMAGE), image.SOPInstanceUID, TRANSFER_SYNTAXES[0])
    assert content == head + (encode(image, is_implicit_vr=False, is_little_endian=True) or b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("received", "status"),
    [
        (ReceivedAs("stored"), 0x0000),
        (ReceivedAs("duplicate"), 0x0000),
        (ReceivedAs("quarantined", "dicom.rescale"), 0xB007),
        (ReceivedAs("skipped", "not-mr"), 0x0122),
        (ReceivedAs("no-room", "store.disk-full"), 0xA700),
        (ReceivedAs("failed", "internal.bug"), 0x0110),
    ],
)
def test_the_sender_hears_what_became_of_its_object(received: ReceivedAs, status: int) -> None:
    with Receiver(ANY_PORT, Keeper(received)) as receiver:
        assert send(receiver.port, [mr_object()]) == [status]
        with associate(receiver.port) as connection:
            connection.sendall(data_unit(store_command(), control=3) + data_unit(b"\0" * 8, control=2))
            kind, body = read_unit(connection)
    assert kind == 4
    assert received.code.encode() in body


def test_titles_that_are_not_known_are_rejected_by_the_standards_words() -> None:
    peers = (Peer.parse("PACS1@127.0.0.1"),)
    notes: list[ConnectionNote] = []
    with Receiver(Listening(port=0, peers=peers), Keeper(), watch=notes.append) as receiver:
        for called, calling, reason in [
            (b"SOMEBODY", b"PACS1", bytes((0, 1, 1, 7))),
            (b"ADCURATE", b"PACS2", bytes((0, 1, 1, 3))),
        ]:
            with connect(receiver.port) as connection:
                connection.sendall(request_unit(called, calling))
                assert read_unit(connection) == (3, reason)
        with connect(receiver.port) as connection:
            connection.sendall(b"\1\0\0\0\0\x48" + bytes(0x48))
            assert read_unit(connection) == (3, bytes((0, 1, 2, 2)))
        assert send(receiver.port, [mr_object()], calling="PACS1") == [0]
    assert [note.word for note in notes][:3] == ["called-title", "calling-title", "version"]


def test_an_address_that_is_no_peers_is_closed_before_a_word() -> None:
    peers = (Peer.parse("PACS1@127.0.0.9"),)
    notes: list[ConnectionNote] = []
    with Receiver(Listening(port=0, peers=peers), Keeper(), watch=notes.append) as receiver:
        with connect(receiver.port) as connection:
            assert is_cut(connection)
        with connect(receiver.port, source="127.0.0.9") as connection:
            connection.sendall(request_unit(calling=b"PACS1"))
            assert read_unit(connection)[0] == 2
    assert notes[0] == ConnectionNote("turned-away", "", "127.0.0.1", "address")


@pytest.mark.parametrize("text", ["PACS1", "@127.0.0.1", "PACS1@pacs.example", "A" * 17 + "@::1", "A\\B@::1"])
def test_a_peer_that_is_not_written_as_one_is_refused(text: str) -> None:
    with pytest.raises(ReceiverError) as refused:
        Peer.parse(text)
    assert refused.value.code == "receiver.peer"


def test_an_ipv4_peer_is_known_when_it_comes_through_ipv6() -> None:
    allowed = AllowList((Peer.parse("PACS1@192.0.2.17"),))
    assert allowed.knows("PACS1", "::ffff:192.0.2.17")
    assert not allowed.knows("PACS1", "192.0.2.18")


@pytest.mark.parametrize(
    ("listening", "code"),
    [
        (Listening(port=0, address="0.0.0.0"), "receiver.open-address"),
        (Listening(port=0, ae_title="seventeen letters"), "receiver.title"),
        (Listening(port=0, ae_title="LINE\nBREAK"), "receiver.title"),
        (Listening(port=0, address="203.0.113.1", peers=(Peer.parse("A@::1"),)), "receiver.port"),
    ],
)
def test_a_receiver_that_would_be_unsafe_or_cannot_listen_does_not_start(
    listening: Listening, code: str
) -> None:
    with pytest.raises(ReceiverError) as refused, Receiver(listening, Keeper()):
        pass
    assert refused.value.code == code


def test_a_port_that_is_taken_is_said_so() -> None:
    with Receiver(ANY_PORT, Keeper()) as first:
        second = Receiver(Listening(port=first.port), Keeper())
        with pytest.raises(ReceiverError) as refused, second:
            pass
    assert "taken" in refused.value.sentence


def test_titles_are_shown_without_anything_that_steers_a_terminal() -> None:
    assert shown_title(b"PACS\n\x1b[31mred\\   ") == "PACS\\x0a\\x1b[31mred\\x5c"
    notes: list[ConnectionNote] = []
    with Receiver(ANY_PORT, Keeper(), watch=notes.append) as receiver, connect(receiver.port) as connection:
        connection.sendall(request_unit(calling=b"A\nB\x1b[2J\xff"))
        read_unit(connection)
    assert {note.title for note in notes} == {"A\\x0aB\\x1b[2J\\xff"}


def test_the_plainest_encoding_is_taken_and_other_classes_are_not_even_sent() -> None:
    from pynetdicom import AE

    with Receiver(ANY_PORT, Keeper()) as receiver:
        sender = AE("SENDER")
        sender.add_requested_context(MR_IMAGE, [JPEGBaseline8Bit, *TRANSFER_SYNTAXES[::-1]])
        sender.add_requested_context(SecondaryCaptureImageStorage, JPEGBaseline8Bit)
        sender.add_requested_context(CT_IMAGE)
        sender.add_requested_context(REPORT)
        sender.add_requested_context(ENHANCED_MR, "1.2.840.10008.1.2.4.100")  # a video
        association = sender.associate("127.0.0.1", receiver.port, ae_title="ADCURATE")
        accepted = {str(one.abstract_syntax): one.transfer_syntax for one in association.accepted_contexts}
        refused = {str(one.abstract_syntax): one.result for one in association.rejected_contexts}
        association.release()
    assert accepted == {
        str(MR_IMAGE): [TRANSFER_SYNTAXES[0]],
        str(SecondaryCaptureImageStorage): [JPEGBaseline8Bit],
    }
    assert refused == {CT_IMAGE: 3, REPORT: 3, ENHANCED_MR: 4}


def test_an_answer_keeps_to_the_senders_unit_length() -> None:
    with Receiver(ANY_PORT, Keeper()) as receiver, associate(receiver.port, unit_bytes=32) as connection:
        connection.sendall(data_unit(command(0x30, x0800=b"\1\1"), control=3))
        bodies = []
        while not bodies or not bodies[-1][5] & 2:
            bodies.append(read_unit(connection)[1])
    assert all(len(body) <= 32 for body in bodies)
    answer = b"".join(body[6:] for body in bodies)
    assert struct.pack("<HHIH", 0, 0x0900, 2, 0) in answer


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (data_unit(command(0x20, x0800=b"\1\1"), control=3), 0x0211),
        (
            data_unit(command(1, x0002=b"1.2.3\0", x1000=b"1.2."), control=3) + data_unit(b"\0\0", control=2),
            0x0122,
        ),
        (
            data_unit(command(1, x0002=MR_IMAGE.encode() + b"\0"), control=3) + data_unit(b"\0\0", control=2),
            0xC000,
        ),
        (data_unit(store_command(), control=3) + data_unit(b"", control=2), 0xC000),
    ],
    ids=["another operation", "another class", "no instance", "no data set"],
)
def test_a_request_that_cannot_be_served_is_answered_by_name(sent: bytes, status: int) -> None:
    kept = Keeper()
    with Receiver(ANY_PORT, kept) as receiver, associate(receiver.port) as connection:
        connection.sendall(sent)
        assert struct.pack("<HHIH", 0, 0x0900, 2, status) in read_unit(connection)[1]
    assert kept.contents == []


def test_an_object_that_is_broken_off_is_not_kept() -> None:
    kept = Keeper()
    with Receiver(ANY_PORT, kept) as receiver:
        for ending in (b"", struct.pack(">BxI", 7, 4) + bytes(4), struct.pack(">BxI", 5, 4) + bytes(4)):
            connection = associate(receiver.port)
            connection.sendall(
                data_unit(store_command(), control=3) + data_unit(b"\0" * 500, control=0) + ending
            )
            connection.close()
        assert send(receiver.port, [mr_object()]) == [0]
        _until(lambda: receiver.n_associations == 0)
    assert len(kept.contents) == 1


def test_an_object_for_which_the_disk_has_no_room_is_answered_so_and_the_next_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(**settings: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    kept = Keeper()
    limits = ReceiverLimits(memory_bytes=1000)
    with Receiver(ANY_PORT, kept, limits=limits) as receiver:
        with monkeypatch.context() as planted:
            planted.setattr(tempfile, "TemporaryFile", full)
            assert send(receiver.port, [mr_object(1, rows=4000), mr_object(2)]) == [0xA700, 0]
        assert send(receiver.port, [mr_object(1, rows=4000)]) == [0]
    assert len(kept.contents) == 2


@pytest.mark.parametrize("wire", ["plain", "tls"])
def test_an_object_that_is_being_stored_when_the_receiver_stops_is_answered_for(
    wire: str, tmp_path: Path
) -> None:
    certificate, key = write_certificate(tmp_path)
    tls = server_context(certificate, key) if wire == "tls" else None
    trusting = ssl.create_default_context(cafile=str(certificate)) if tls else None
    entered, go_on = threading.Event(), threading.Event()

    def before() -> None:
        entered.set()
        go_on.wait(10)

    kept = Keeper(before=before)
    receiver = Receiver(ANY_PORT, kept, tls=tls)
    with receiver:
        statuses: list[list[int]] = []

        def send_one() -> None:
            secured = (trusting, "localhost") if trusting else None
            statuses.append(send(receiver.port, [mr_object()], tls=secured))

        sender = threading.Thread(target=send_one)
        sender.start()
        assert entered.wait(10)
        threading.Timer(0.3, go_on.set).start()
    sender.join(10)
    assert statuses == [[0]]
    assert receiver.n_associations == 0


def test_orthanc_sends_an_exam(orthanc: Orthanc) -> None:
    kept = Keeper()
    images = [mr_object(number) for number in range(1, 8)]
    for image in images:
        orthanc.store(file_of(image))
    with Receiver(Listening(port=0, peers=(Peer.parse("ORTHANC@127.0.0.1"),)), kept) as receiver:
        orthanc.know_receiver("adcurate", "ADCURATE", receiver.port)
        assert orthanc.call("POST", "/modalities/adcurate/echo", b"{}") is not None
        (study,) = orthanc.call("GET", "/studies")
        job = orthanc.call("POST", "/modalities/adcurate/store", json.dumps([study]).encode())
    assert job["FailedInstancesCount"] == 0
    received = [pydicom.dcmread(io.BytesIO(content)) for content in kept.contents]
    assert {one.SOPInstanceUID for one in received} == {one.SOPInstanceUID for one in images}


def test_it_speaks_tls_and_then_nothing_else(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    kept = Keeper()
    limits = ReceiverLimits(request_seconds=1)
    with Receiver(ANY_PORT, kept, tls=server_context(certificate, key), limits=limits) as receiver:
        trusting = ssl.create_default_context(cafile=str(certificate))
        assert send(receiver.port, [mr_object()], tls=(trusting, "localhost")) == [0]
        with connect(receiver.port) as connection:
            connection.sendall(request_unit())
            assert is_cut(connection)
        with connect(receiver.port) as connection:  # a handshake that never comes
            assert is_cut(connection)
    assert len(kept.contents) == 1


def test_a_certificate_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    for pair in [(key, certificate), (certificate, tmp_path / "none")]:
        with pytest.raises(ReceiverError) as refused:
            server_context(*pair)
        assert refused.value.code == "receiver.certificate"


def test_a_proposal_that_cannot_be_read_ends_in_one_named_way() -> None:
    from adcurate.dicom.network.units import ConnectionCutError

    whole = request_unit()
    assert agree(whole).contexts == {1: (str(MR_IMAGE), TRANSFER_SYNTAXES[0])}
    for end in range(80, len(whole) - 1):
        try:
            agree(whole[:end])
        except ConnectionCutError as cut:
            assert cut.reason == "request"


def _until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_sender_that_breaks_off_at_a_report_gets_through_when_others_are_accepted(orthanc: Orthanc) -> None:
    orthanc.empty()
    report = mr_object(50)
    report.SOPClassUID = report.file_meta.MediaStorageSOPClassUID = REPORT
    report.SeriesInstanceUID = report.SeriesInstanceUID + ".8"
    for image in (mr_object(1), mr_object(2), report):
        orthanc.store(file_of(image))
    (study,) = orthanc.call("GET", "/studies")

    def keep(content: bytes, name: str) -> ReceivedAs:
        kept.append(content)
        return ReceivedAs("skipped", "not-image") if REPORT.encode() in content else ReceivedAs("stored")

    outcomes = {}
    for others in ("refuse", "accept"):
        kept: list[bytes] = []
        with Receiver(Listening(port=0, others=others), keep) as receiver:  # type: ignore[arg-type]
            orthanc.know_receiver("adcurate", "ADCURATE", receiver.port)
            try:
                orthanc.call("POST", "/modalities/adcurate/store", json.dumps([study]).encode())
                outcomes[others] = ("done", len(kept))
            except urllib.error.HTTPError:
                outcomes[others] = ("broken off", -1)
    assert outcomes == {"refuse": ("broken off", -1), "accept": ("done", 3)}
