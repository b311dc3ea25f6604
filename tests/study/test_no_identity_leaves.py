"""Nothing that a study writes, prints or logs holds a planted name: files, database, log, receipt, output."""

from __future__ import annotations

import json
import logging
import zipfile
from pathlib import Path

import pytest
from pydicom.uid import UID
from tests.dicom.deidentification.planting import NAME, OTHER_NAME, hits, planted_object, spellings
from tests.dicom.received.conftest import ROOT, bytes_of, make_mr_object

from adcurate.cli.entry import run
from adcurate.dicom.deidentification import deidentify
from adcurate.study.identity import receipt as study_receipt_module

SAFE_ID = "4711"


def hospital_export(folder: Path) -> Path:
    """A PACS export with the name in folder names, file names, and in every kind of object."""
    home = folder / "in" / f"{NAME}^Anna 19600101"
    home.mkdir(parents=True)
    for turn in range(len(spellings())):
        base = bytes_of(make_mr_object(SOPInstanceUID=f"{ROOT}3.{turn}", PatientID=f"{NAME} {SAFE_ID}"))
        (home / f"{NAME} {turn}.dcm").write_bytes(planted_object(base, turn))
    others = {
        "pdf": {"SOPClassUID": UID("1.2.840.10008.5.1.4.1.1.104.1"), "Modality": "DOC"},
        "sr": {"SOPClassUID": UID("1.2.840.10008.5.1.4.1.1.88.22"), "Modality": "SR"},
        "capture": {"SOPClassUID": UID("1.2.840.10008.5.1.4.1.1.7")},
        "burned": {"BurnedInAnnotation": "YES"},
    }
    for name, changes in others.items():
        received = make_mr_object(SOPInstanceUID=f"{ROOT}4.{len(name)}", PatientName=NAME, **changes)
        received.PatientComments = NAME
        if name in ("pdf", "sr"):
            received.EncapsulatedDocument = f"%PDF-1.7 {NAME}".encode()
            for keyword in ("PixelData", "Rows", "Columns"):
                delattr(received, keyword)
        (home / f"{NAME} {name}.dcm").write_bytes(bytes_of(received))
    cut = bytes_of(make_mr_object(SOPInstanceUID=f"{ROOT}5.1", PatientName=NAME, PatientComments=NAME))
    (home / f"{NAME} cut.dcm").write_bytes(cut[:-40])
    (home / f"{NAME}.txt").write_text(f"{NAME} {OTHER_NAME}")
    with zipfile.ZipFile(home / f"{NAME}.zip", "w") as archive:
        archive.writestr(f"{NAME}/{NAME}.dcm", cut[:-30])
    return folder / "in"


def found_in(folder: Path) -> dict[str, list[bytes]]:
    """Every trace in the names and bytes of the files below a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        traces = hits(str(path.relative_to(folder)).encode("utf-8", "surrogateescape"))
        traces += hits(path.read_bytes()) if path.is_file() else []
        if traces:
            found[path.name] = traces
    return found


@pytest.fixture
def hospital(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Path:
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(tmp_path / "key" / "vault.key"))
    caplog.set_level(logging.DEBUG)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    hospital_export(tmp_path)
    return tmp_path


def everything(hospital: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> bytes:
    """What was printed and logged, after looking through the files that were written."""
    assert found_in(hospital / "work") == {}
    printed = capfd.readouterr()
    logged = "\n".join([caplog.text, *(str(record.args) for record in caplog.records)])
    return (printed.out + printed.err + logged).encode("utf-8", "surrogateescape")


@pytest.mark.filterwarnings("ignore")
def test_no_planted_name_is_in_anything_that_a_study_writes_or_prints(hospital, capfd, caplog) -> None:
    source = str(hospital / "in")
    assert run(["study", "create", "s"]) == 0
    assert run(["study", "add", source, "--study", "s", "--json", "added.json", "--workers", "0"]) == 1
    assert run(["study", "status", "--study", "s", "--json", "-"]) == 0
    assert run(["study", "receipt", "--study", "s", "--json", "receipt.json"]) == 0
    assert run(["inspect", source, "--json", "inspected.json"]) in (0, 1)
    key = str(hospital / "key" / "other.key")
    assert run(["deidentify", source, "out", "--key-file", key, "--new-key", "--records", "own"]) == 1
    printed = everything(hospital, capfd, caplog)
    assert hits(printed) == []
    added = json.loads(Path("added.json").read_text())
    assert added["stored"] == len(spellings())
    assert added["quarantined"] == 4
    assert added["skipped"]["not-image"] == 2


@pytest.mark.filterwarnings("ignore")
def test_no_forced_failure_prints_a_name(hospital, capfd, caplog, monkeypatch) -> None:
    assert run(["study", "create", "s"]) == 0
    source = str(hospital / "in")

    def fails(walked, *_):
        logging.getLogger("adcurate").debug("deidentifying")
        raise ValueError(f"{NAME}: {walked.text(0x00100010)} {OTHER_NAME}")

    with monkeypatch.context() as broken:
        broken.setattr(deidentify, "native_pixels", fails)
        assert run(["study", "add", source, "--study", "s", "--workers", "0"]) == 1
    with monkeypatch.context() as broken:
        broken.setattr(study_receipt_module, "receipt_of", fails)
        assert run(["study", "receipt", "--study", "s"]) == 70
    assert hits(everything(hospital, capfd, caplog)) == []


@pytest.mark.parametrize("leak", ["file", "log", "print", "name"])
def test_the_harness_catches_what_leaks_by_another_way(hospital, capfd, caplog, leak: str) -> None:
    if leak == "file":
        (hospital / "work" / "blob").write_bytes(b"x" * 100 + NAME.encode("utf-16-le"))
    elif leak == "name":
        (hospital / "work" / f"{NAME.upper()}.dcm").touch()
    elif leak == "log":
        logging.getLogger("adcurate.anything").debug("value %s", NAME)
    else:
        print(OTHER_NAME)
    if leak in ("file", "name"):
        assert found_in(hospital / "work")
    else:
        assert hits(everything(hospital, capfd, caplog))
