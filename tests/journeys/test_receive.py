"""A PACS sends to the installed program: DCMTK and dicomweb-client in, a receipt out, no name anywhere."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pydicom
import pytest
from tests.orthanc import free_port

from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.store import StudyStore
from adcurate.study.create import create_study

SUCCESS = b"Received Store Response (Success)"
SENTINELS = (b"QZX8841", b"PLANTED", b"19610203")
PRESCRIPTION = ExamPrescription(
    patient_id="QZX8841",
    patient_name="SYNTHETIC^PLANTED",
    birth_date="19610203",
    sex="F",
    exam_date="20240301",
    dialect="siemens-classic",
    model="Model",
    field_strength_t=1.5,
    b_values=(0.0, 800.0),
    lesions=(LesionPrescription("1", "liver", 0.0012, 0.0009),),
)


@dataclass
class Running:
    """The program while it receives; `said` is what it has printed so far."""

    process: subprocess.Popen[bytes]
    port: int
    http_port: int
    said: bytearray = field(default_factory=bytearray)


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    return write_exam(simulate_exam(PRESCRIPTION), tmp_path_factory.mktemp("exam") / "pacs")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return create_study(tmp_path / "study", key_file=tmp_path / "vault.key").folder.path


@contextlib.contextmanager
def receiving(study: Path, *more: str, terminal: bool = False) -> Iterator[Running]:
    """The program, until the block ends (then it is stopped the hard way if it still runs)."""
    port, http_port = free_port(), free_port()
    command = [sys.executable, "-c", "from adcurate.cli.entry import main; main()", "receive"]
    command += ["--study", str(study), "--port", str(port), "--http-port", str(http_port), *more]
    ours, theirs = pty.openpty() if terminal else os.pipe()
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs)
    os.close(theirs)
    running = Running(process, port, http_port)
    reader = threading.Thread(target=_read_all, args=(ours, running.said))
    reader.start()
    try:
        deadline = time.monotonic() + 60
        while b"Nothing has come yet" not in running.said:
            assert process.poll() is None and time.monotonic() < deadline, bytes(running.said)
            time.sleep(0.05)
        yield running
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)
        reader.join(30)
        os.close(ours)


def stop(running: Running) -> int:
    """Ctrl-C; gives the exit code."""
    running.process.send_signal(signal.SIGINT)
    return running.process.wait(60)


def test_an_exam_comes_over_both_ways_and_the_receipt_adds_up(
    program: Callable[[str, str], str],
    study: Path,
    exam: tuple[Path, ...],
    tmp_path: Path,
) -> None:
    from dicomweb_client import DICOMwebClient

    program("storescu", "dcmtk")
    broken = pydicom.dcmread(exam[0])
    broken.SOPInstanceUID = broken.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    broken.RescaleSlope, broken.RescaleIntercept = 0, 0
    broken.save_as(tmp_path / "broken.dcm")
    with receiving(study, "--json", str(tmp_path / "receipt.json"), terminal=True) as running:
        _storescu(running.port, *exam, tmp_path / "broken.dcm")
        client = DICOMwebClient(f"http://127.0.0.1:{running.http_port}/dicom-web")
        answer = client.store_instances([pydicom.dcmread(path) for path in exam[:10]])
        assert len(answer.ReferencedSOPSequence) == 10
        time.sleep(1.0)  # the screen shows it within half a second
        assert stop(running) == 1
    receipt = json.loads((tmp_path / "receipt.json").read_text())
    n = len(exam)
    assert [receipt[key] for key in ("received", "stored", "duplicate", "quarantined")] == [n + 11, n, 10, 1]
    assert receipt["refused"] == {"dicom.rescale": 1}
    assert sum(one["objects"] for one in receipt["series"]) == n
    said = _plain(running.said)
    assert f"{n + 11} objects received = {n} stored + 10 known already + 1 quarantined" in said
    assert "STORESCU at 127.0.0.1 sends." in said
    assert "A web sender at 127.0.0.1 sends." in said
    assert receipt["series"][0]["subject"] in said
    assert "Next: " in said
    _holds_no_identity(bytes(running.said), study)


def test_a_kill_in_the_middle_loses_nothing_acknowledged_and_doubles_nothing(
    program: Callable[[str, str], str], study: Path, exam: tuple[Path, ...]
) -> None:
    program("storescu", "dcmtk")
    with receiving(study) as running:
        command = [*_storescu_command(running.port), *map(str, exam)]
        sender = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert sender.stdout is not None
        acknowledged = 0
        for line in sender.stdout:
            acknowledged += SUCCESS in line
            if acknowledged == 5:
                running.process.kill()
        sender.wait(60)
    assert 5 <= acknowledged < len(exam)
    with StudyStore.open(study / "store", "read") as store:
        assert len(store.instances.all()) >= acknowledged
    with receiving(study) as running:
        _storescu(running.port, *exam)
        assert stop(running) == 0
    with StudyStore.open(study / "store", "read") as store:
        assert len(store.instances.all()) == len(exam)
        assert store.instances.verify() == ()
        totals = store.instances.totals()
    assert totals.received == totals.stored + totals.duplicate + totals.quarantined


def test_when_nothing_comes_it_says_so(study: Path) -> None:
    with receiving(study) as running:
        assert stop(running) == 0
    assert b"Nothing was received." in running.said
    assert b"Traceback" not in running.said


def test_an_unsafe_receiver_does_not_start_and_says_what_to_do(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from adcurate.cli.entry import run

    for options, code in [
        (("--address", "0.0.0.0"), "receiver.open-address"),
        (("--address", "0.0.0.0", "--peer", "PACS@192.0.2.1", "--http-port", "0"), "receiver.open-address"),
        (("--peer", "PACS"), "receiver.peer"),
        (("--ae-title", "much too long a title"), "receiver.title"),
        (("--tls-cert", "certificate.pem"), "receiver.certificate"),
        (("--http-port", "0", "--token-file", "none.txt"), "receiver.token"),
    ]:
        assert run(["receive", "--study", str(study), "--port", "0", *options]) == 2
        said = capsys.readouterr().err
        assert code in said
        assert "What to do:" in said


def _storescu_command(port: int) -> list[str]:
    # pynetdicom installs a program of the same name beside Python.
    return ["/usr/bin/storescu", "-v", "-aec", "ADCURATE", "127.0.0.1", str(port)]


def _storescu(port: int, *files: Path) -> None:
    subprocess.run([*_storescu_command(port), *map(str, files)], check=True, capture_output=True, timeout=120)


def _read_all(descriptor: int, into: bytearray) -> None:
    with contextlib.suppress(OSError):
        while piece := os.read(descriptor, 65536):
            into += piece


def _plain(said: bytearray) -> str:
    """What a terminal showed, without its colours, as one line of words."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said.decode())
    return " ".join(text.split())


def _holds_no_identity(said: bytes, study: Path) -> None:
    for path in study.rglob("*"):
        if path.is_file() and study / "vault" not in path.parents:
            content = path.read_bytes()
            assert [one for one in SENTINELS if one in content] == [], path
    assert [one for one in SENTINELS if one in said] == []
