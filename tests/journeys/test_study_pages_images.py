"""The images' page in a browser: an export with all its junk goes in, every file is accounted for."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.reading_browser import PASSWORD, Visitor, chromium, served
from tests.room_study import prescription

from adcurate.model.reading.person import Role
from adcurate.phantom import simulate_exam, write_exam
from adcurate.store import StudyStore
from adcurate.study.create import create_study
from adcurate.study.images.overview import study_images
from adcurate.study.people.invite import accept_invitation, invite
from adcurate.study.people.roles import add_person
from adcurate.study.receiving.add import add_exams

DIALECTS = ("siemens-classic", "ge", "philips")


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three exams as CDs hold them, the third as a zip file; one object is cut off."""
    folder = tmp_path_factory.mktemp("export")
    for number, dialect in enumerate(DIALECTS, start=1):
        disc = folder / f"CD of SENTINEL {number}"
        write_exam(simulate_exam(prescription(f"CD{number}", number, dialect=dialect)), disc / "DICOM")
        (disc / "DICOMDIR").write_bytes(bytes(128) + b"DICM" + b"table")
        (disc / "viewer.exe").write_bytes(b"MZ" + bytes(100_000))
        (disc / "report.pdf").write_bytes(b"%PDF-1.4 scanned")
        (disc / "Thumbs.db").write_bytes(b"")
    first = min(path for path in (folder / "CD of SENTINEL 1" / "DICOM").rglob("*") if path.is_file())
    (first.parent / "cut").write_bytes(first.read_bytes()[: first.stat().st_size // 2])
    disc = folder / f"CD of SENTINEL {len(DIALECTS)}"
    with zipfile.ZipFile(folder / "third.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(disc.rglob("*")):
            packed.write(path, path.relative_to(folder))
    shutil.rmtree(disc)
    return folder


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    made = create_study(folder / "study", key_file=folder / "vault.key").folder
    with StudyStore.open(made.store) as store:
        root = add_person(store, "root", "Root", [Role("administrator")], by="")
        carla = add_person(store, "carla", "Carla", [Role("coordinator")], by="")
        for person in (root, carla):
            accept_invitation(store, invite(store, person.id, by="") or "", PASSWORD)
    return made.path


@pytest.fixture(scope="module")
def browser(program) -> Iterator[object]:
    with chromium(program("chromium", "chromium")) as browser:
        yield browser


def test_an_export_goes_in_and_every_file_is_accounted_for(browser, study, export, tmp_path):
    plain = create_study(tmp_path / "plain", key_file=tmp_path / "plain.key").folder
    by_command = add_exams(plain, [export], workers=0)
    with served(study) as (address, _):
        carla = Visitor.new(browser, address)
        carla.sign_in("carla")
        carla.page.get_by_role("link", name="Images").click()
        carla.heading("Images")
        assert carla.faults() == []
        carla.page.get_by_label("Folder of images").set_input_files(str(export))
        said = carla.page.get_by_text(" came: ")
        carla.page.get_by_role("button", name="Dismiss").wait_for()
        stored, refused = by_command.stored, by_command.quarantined
        left = sum(by_command.skipped.values())
        assert said.inner_text() == (
            f"{stored + refused + left} came: {stored} stored, 0 known already, {refused} refused, "
            f"{left} left alone."
        )
        carla.page.get_by_text("proved by refit").nth(len(DIALECTS)).wait_for()
        told = carla.ask("/images")
        assert {one["code"]: one["count"] for one in told["left_alone"]} == by_command.skipped
        assert [one["code"] for one in told["quarantine"]] == ["dicom.truncated"]
        assert told["missing"] == {} and told["units"] == {"refit": len(DIALECTS)}
        assert carla.faults() == []

        carla.page.get_by_label("Zip files of images").set_input_files(str(export / "third.zip"))
        carla.page.get_by_text("0 stored").wait_for()

        carla.page.get_by_role("row").get_by_role("link").first.click()
        carla.page.get_by_role("button", name="Change what series").first.click()
        carla.page.get_by_role("button", name="It shows").click()
        carla.page.get_by_role("option", name="not used").click()
        carla.fill("Why", "another part of the body")
        carla.press("Keep it")
        carla.page.get_by_text("Set by a person: another part of the body").wait_for()
        assert carla.faults() == []
        pictures = "[...document.images].every(one => one.complete && one.naturalWidth > 0)"
        carla.page.wait_for_function(pictures)
        assert "SENTINEL" not in carla.page.content() and carla.trouble == []
        seen = carla.ask("/images")
    overview = study_images(plain).overview
    assert (overview.stored, overview.quarantined) == (seen["stored"], seen["refused"])
    assert overview.n_exams == seen["n_exams"] == len(DIALECTS)
