"""Network and study joined: exact counts with many senders, honest answers when nothing can be kept."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.dicom.network.sending import associate, data_unit, file_of, mr_object, send, store_command

from adcurate.dicom.network.receiver import Listening
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving.add import add_exams
from adcurate.study.receiving.receive import OpenReception

ANY_PORT = Listening(port=0)


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    return create_study(tmp_path / "study", key_file=tmp_path / "key" / "vault.key").folder


def _port(reception: OpenReception) -> int:
    assert reception.receiver is not None
    return reception.receiver.port


def test_twenty_senders_of_the_same_exam_leave_it_once(study: StudyFolder) -> None:
    images = [mr_object(number) for number in range(1, 26)]
    with OpenReception(study, ANY_PORT) as reception:
        with ThreadPoolExecutor(20) as senders:
            answers = list(senders.map(lambda _: send(_port(reception), images), range(20)))
        receipt = reception.receipt()
    assert answers == [[0] * 25] * 20
    assert (receipt.received, receipt.stored, receipt.duplicate, receipt.quarantined) == (500, 25, 475, 0)
    assert list(receipt.series.values()) == [25]
    with study.open_store("read") as store:
        assert len(store.instances.all()) == 25
        assert store.instances.verify() == ()


def test_the_count_names_what_was_quarantined_and_what_is_no_mr_image(study: StudyFolder) -> None:
    without_slope = mr_object(2)
    without_slope.RescaleSlope, without_slope.RescaleIntercept = 0, 0
    ct = mr_object(3)
    ct.Modality, ct.SOPClassUID = "CT", "1.2.840.10008.5.1.4.1.1.2"
    ct.file_meta.MediaStorageSOPClassUID = ct.SOPClassUID
    with OpenReception(study, ANY_PORT) as reception:
        assert send(_port(reception), [mr_object(1), without_slope, mr_object(1), without_slope]) == [
            0,
            0xB007,
            0,
            0,
        ]
        assert reception.keep(file_of(ct), "by hand").status == 0x0122
        receipt = reception.receipt()
    assert receipt.as_json() | {"series": []} == {
        "received": 4,
        "stored": 1,
        "duplicate": 2,
        "quarantined": 1,
        "skipped": {"not-mr": 1},
        "refused": {"dicom.rescale": 1},
        "not_kept": {},
        "series": [],
    }


def test_an_object_that_says_one_class_and_holds_another_is_quarantined_by_name(study: StudyFolder) -> None:
    with OpenReception(study, ANY_PORT) as reception:
        with associate(_port(reception)) as connection:
            data_set = file_of(mr_object())[400:]
            connection.sendall(data_unit(store_command(), control=3) + data_unit(data_set, control=2))
            connection.recv(1000)
        receipt = reception.receipt()
    assert receipt.received == receipt.quarantined == sum(receipt.refused.values()) == 1


def test_a_full_disk_is_said_so_and_the_next_try_succeeds(
    study: StudyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    full = True

    def write(descriptor: int, content: bytes) -> int:
        if full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, content)

    with OpenReception(study, ANY_PORT) as reception:
        monkeypatch.setattr(os, "write", write)
        assert send(_port(reception), [mr_object(1)]) == [0xA700]
        assert reception.receipt().unanswered == {"store.disk-full": 1}
        assert reception.trouble is None
        full = False
        assert send(_port(reception), [mr_object(1), mr_object(2)]) == [0, 0]
        receipt = reception.receipt()
    assert (receipt.received, receipt.stored) == (2, 2)
    with study.open_store("read") as store:
        assert store.instances.verify() == ()


def test_a_bug_is_answered_as_a_failure_and_ends_nothing(
    study: StudyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenReception(study, ANY_PORT) as reception:
        with monkeypatch.context() as planted:
            planted.setattr(reception._intake, "receive", lambda *_: 1 / 0)
            assert send(_port(reception), [mr_object()]) == [0x0110]
        assert send(_port(reception), [mr_object()]) == [0]
        assert reception.receipt().unanswered == {"internal.bug": 1}


def test_what_came_as_files_is_known_when_it_comes_over_the_network(
    program: Callable[[str, str], str], study: StudyFolder, samples: Path
) -> None:
    """Every third file of the real samples; DCMTK writes each anew as it sends."""
    program("storescu", "dcmtk")
    files = sorted(path for path in samples.rglob("*") if path.is_file() and path.suffix != ".md")[::3]
    added = add_exams(study, files)
    with OpenReception(study, ANY_PORT) as reception:
        # Not by its bare name: pynetdicom installs a program that is called the same beside Python.
        command = ["/usr/bin/storescu", "-nh", "-R", "-aec", "ADCURATE", "127.0.0.1", str(_port(reception))]
        subprocess.run([*command, *map(str, files)], capture_output=True, timeout=300)
        receipt = reception.receipt()
    assert added.stored > 100
    assert receipt.received == receipt.duplicate >= added.stored
