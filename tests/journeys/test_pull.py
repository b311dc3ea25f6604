"""A study fetches its exams from a real archive: three ways, broken off, and without a name anywhere."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from tests.orthanc import Orthanc, free_port

from adcurate.cli.entry import run
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.study.folder import StudyFolder

DIALECTS = ("ge", "siemens-xa", "philips-enhanced")
HEADER = "subject,status,mri date,ki67,primary site,lesion type,lesion site,lesion size (mm),WHO grade\n"
WAYS = ("get", "move", "web")
# Whatever of these appears outside vault, archive and named file is a leak.
PLANTED = ("QZX", "PLANTED", "PLNTACC", "19610203", "1961-02-03", "2024-03-0", "2024030", "PLNTDESC")


def prescription(number: int) -> ExamPrescription:
    return ExamPrescription(
        patient_id=f"QZX{number:02d}8841",
        patient_name=f"SYNTHETIC^PLANTED{number}",
        birth_date="19610203",
        sex="F",
        exam_date=f"2024030{number + 1}",
        dialect=DIALECTS[number],  # type: ignore[arg-type]
        model="Model",
        field_strength_t=1.5,
        b_values=(50.0, 800.0),
        lesions=(LesionPrescription("1", "liver", 0.0012, 0.0009, 28.0),),
        seed=number,
        matrix=64,
    )


@pytest.fixture(scope="module")
def archive(orthanc: Orthanc, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Orthanc, int]]:
    """Three exams in the archive, each with a localizer and a report; gives how many objects are needed."""
    folder = tmp_path_factory.mktemp("exams")
    n_needed = 0
    for number in range(len(DIALECTS)):
        paths = write_exam(simulate_exam(prescription(number)), folder / str(number))
        for path in paths:
            header = dcmread(path)
            header.AccessionNumber = f"PLNTACC{number}"
            header.SeriesDescription += " PLNTDESC"
            stream = BytesIO()
            header.save_as(stream)
            orthanc.store(stream.getvalue())
            n_needed += 1
        for kind, modality in (("localizer", "MR"), ("report", "SR")):
            header = dcmread(paths[0])
            header.SeriesDescription, header.Modality = f"{kind} PLNTDESC", modality
            header.SeriesInstanceUID = f"2.25.{number + 1}77{len(kind)}"
            header.SOPInstanceUID = header.file_meta.MediaStorageSOPInstanceUID = (
                f"2.25.{number + 1}78{len(kind)}"
            )
            stream = BytesIO()
            header.save_as(stream)
            orthanc.store(stream.getvalue())
    yield orthanc, n_needed


def port_to_keep() -> int:
    """A free port below those that outgoing connections are given, so that it stays free."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


@pytest.fixture(scope="module")
def endpoints(archive: tuple[Orthanc, int], tmp_path_factory: pytest.TempPathFactory) -> Path:
    orthanc, _ = archive
    port = port_to_keep()
    orthanc.know_receiver("adcurate", "ADCURATE", port)
    dimse = f'kind = "dimse"\nhost = "127.0.0.1"\nport = {orthanc.dicom_port}\nae_title = "ORTHANC"\n'
    file = tmp_path_factory.mktemp("settings") / "endpoints.toml"
    file.write_text(
        f"[endpoints.get]\n{dimse}\n"
        f'[endpoints.move]\n{dimse}retrieve = "move"\nmove_port = {port}\n\n'
        f'[endpoints.stranger]\n{dimse}retrieve = "move"\nmove_port = {port}\nour_ae_title = "STRANGER"\n\n'
        f'[endpoints.web]\nkind = "dicomweb"\nurl = "{orthanc.dicom_web}"\n\n'
        f'[endpoints.wrong-path]\nkind = "dicomweb"\nurl = "{orthanc.address}/nowhere"\n\n'
        f'[endpoints.nobody]\nkind = "dicomweb"\nurl = "http://127.0.0.1:{free_port()}/"\n'
    )
    return file


@pytest.fixture
def new_study(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], StudyFolder]:
    """Makes studies that share one key, so that their codes are the same."""
    key = tmp_path_factory.mktemp("keys") / "key"
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(key))

    def make() -> StudyFolder:
        place = tmp_path_factory.mktemp("work")
        rows = [
            f"QZX{number:02d}8841,included,2024-03-0{number + 1},1,pancreas,metastasis,liver,28,G1\n"
            for number in range(len(DIALECTS))
        ]
        (place / "worksheet.csv").write_text(HEADER + "".join(rows))
        assert run(["study", "create", str(place / "study"), "--template", "graded-outcome"]) == 0
        where = ["--study", str(place / "study")]
        assert run(["study", "worksheet", str(place / "worksheet.csv"), *where]) == 0
        return StudyFolder(place / "study")

    return make


def blobs(study: StudyFolder) -> dict[str, str]:
    with study.open_store("read") as store:
        assert store.instances.verify() == ()
        return {one.sop_instance_uid: one.blob for one in store.instances.all()}


def n_objects(study: StudyFolder) -> int:
    with contextlib.closing(sqlite3.connect(study.store / "study.sqlite")) as database:
        return int(database.execute("SELECT count(*) FROM instances").fetchone()[0])


def leaks(study: StudyFolder, shown: str) -> list[str]:
    """Where something planted stands: in what was shown, or in any file of the study outside its vault."""
    found = [f"shown: {word}" for word in PLANTED if word in shown]
    for path in sorted(study.path.rglob("*")):
        if path.is_file() and study.vault not in path.parents:
            content = path.read_bytes() + str(path).encode()
            found += [f"{path.name}: {word}" for word in PLANTED if word.encode() in content]
    return found


def test_three_ways_bring_the_same_needed_objects_and_name_nobody(
    archive: tuple[Orthanc, int],
    endpoints: Path,
    new_study: Callable[[], StudyFolder],
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    came = {}
    capfd.readouterr()
    for way in WAYS:
        study = new_study()
        common = ["--study", str(study.path), "--endpoints", str(endpoints)]
        assert run(["pull", way, "--check", "--endpoints", str(endpoints)]) == 0
        assert run(["pull", way, "--dry-run", *common]) == 0
        assert blobs(study) == {}
        report = tmp_path / f"{way}.json"
        assert run(["pull", way, *common, "--json", str(report)]) == 0
        told = json.loads(report.read_text())
        assert told["complete"]
        left_out = [
            one["why"] for exam in told["exams"] for one in exam["series"] if one["state"] == "left out"
        ]
        assert sorted(left_out) == ["localizer, report or subtraction"] * 3 + ["not MR"] * 3
        came[way] = blobs(study)
        shown = capfd.readouterr()
        assert leaks(study, shown.out + shown.err + report.read_text()) == []
    assert len(came["get"]) == archive[1]
    assert came["get"] == came["move"] == came["web"]
    # Another way finds everything there already, and asks for none of it.
    assert run(["pull", "get", *common, "--json", str(tmp_path / "again.json")]) == 0
    assert json.loads((tmp_path / "again.json").read_text())["targets"] == []


def test_the_search_for_leaks_finds_what_is_planted(new_study: Callable[[], StudyFolder]) -> None:
    study = new_study()
    assert leaks(study, "Fetching QZX008841") == ["shown: QZX"]
    (study.store / "log.txt").write_text("SYNTHETIC^PLANTED0 on 20240301")
    assert leaks(study, "") == ["log.txt: PLANTED", "log.txt: 2024030"]


@pytest.mark.parametrize("way", ["get", "web"])
def test_a_killed_pull_goes_on_and_doubles_nothing(
    archive: tuple[Orthanc, int], endpoints: Path, new_study: Callable[[], StudyFolder], way: str
) -> None:
    _, n_needed = archive
    study = new_study()
    arguments = ["pull", way, "--study", str(study.path), "--endpoints", str(endpoints)]
    program = "import sys; from adcurate.cli.entry import run; sys.exit(run(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    deadline = time.monotonic() + 60
    while not n_objects(study) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    n_before = len(blobs(study))
    assert 0 < n_before < n_needed
    assert run([*arguments, "--json", str(study.path.parent / "second.json")]) == 0
    second = json.loads((study.path.parent / "second.json").read_text())
    assert second["complete"]
    assert second["totals"]["stored"] + n_before == len(blobs(study)) == n_needed
    with study.open_store("read") as store:
        counted = store.instances.totals()
        assert counted.received == counted.stored + counted.duplicate + counted.quarantined


@pytest.mark.parametrize(
    ("name", "exit_code", "code"),
    [
        ("nobody", 5, "network.unreachable"),
        ("wrong-path", 3, "network.not-found"),
        ("unheard-of", 3, "input.missing"),
    ],
)
def test_a_wrong_endpoint_is_one_sentence_and_a_remedy(
    endpoints: Path,
    new_study: Callable[[], StudyFolder],
    capfd: pytest.CaptureFixture[str],
    name: str,
    exit_code: int,
    code: str,
) -> None:
    study = new_study()
    capfd.readouterr()
    assert run(["pull", name, "--study", str(study.path), "--endpoints", str(endpoints)]) == exit_code
    shown = capfd.readouterr().err
    assert f"({code}, exit code {exit_code})" in shown
    assert "Traceback" not in shown
    assert leaks(study, shown) == []


def test_an_archive_that_does_not_know_where_to_send_says_so(
    endpoints: Path, new_study: Callable[[], StudyFolder], capfd: pytest.CaptureFixture[str]
) -> None:
    study = new_study()
    arguments = ["pull", "stranger", "--study", str(study.path), "--endpoints", str(endpoints)]
    assert run(arguments) == 3
    assert blobs(study) == {}
    shown = capfd.readouterr()
    assert "network." in shown.err
    assert leaks(study, shown.out + shown.err) == []


def test_hospital_numbers_come_from_a_file_and_the_office_gets_its_list(
    endpoints: Path, new_study: Callable[[], StudyFolder], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    study = new_study()
    common = ["--study", str(study.path)]
    (tmp_path / "numbers").write_text("QZX018841\n")
    by_number = ["--patient-id-file", str(tmp_path / "numbers")]
    assert run(["pull", "web", *by_number, *common, "--endpoints", str(endpoints)]) == 0
    assert len(blobs(study)) == 4
    capfd.readouterr()
    for suffix in ("csv", "xlsx"):
        assert run(["request-list", *common, "--output", str(tmp_path / f"list.{suffix}")]) == 0
    shown = capfd.readouterr()
    assert "names people" in shown.out
    assert leaks(study, shown.out + shown.err) == []
    listed = (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
    assert "QZX008841" in listed
    assert "2024-03-01" in listed
    assert "QZX018841" not in listed
    inside = ["--output", str(study.path / "list.csv")]
    assert run(["request-list", *common, *inside]) == 2
    assert run(["request-list", *common, "--output", str(tmp_path / "list.csv")]) == 2
