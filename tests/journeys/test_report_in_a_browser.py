"""The report opens in a real browser, without scripts, without the network, and shows its pictures."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adcurate.cli.entry import run
from adcurate.phantom import ExamPrescription, LesionPrescription, contour_records, simulate_exam, write_exam

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a small study whose worksheet carries hostile text."""
    import json

    place = tmp_path_factory.mktemp("browser")
    rows = ["subject,status,mri date,age,sex,primary site,lesion type,lesion site,lesion size (mm),grade"]
    contours = []
    for number in range(8):
        exam = simulate_exam(
            ExamPrescription(
                patient_id=f"B{number}",
                patient_name=f"SYNTHETIC^B{number}",
                birth_date="19700101",
                sex="M",
                exam_date="20240105",
                dialect="siemens-classic",
                model="Aera",
                field_strength_t=1.5,
                b_values=(50.0, 800.0),
                lesions=(LesionPrescription("1", "liver", 0.0013 - number * 5e-5, 0.0009 - number * 5e-5),),
                seed=number,
            )
        )
        write_exam(exam, place / "exams" / str(number))
        contours += contour_records(exam)
        grade = ("G1", "G1", "G1", "G2", "G2", "G3", "G3", "G3")[number]
        site = "<script>document.title='planted'</script>" if number == 0 else "pancreas"
        rows.append(f"B{number},included,2024-01-05,60,male,{site},metastasis,liver,20,{grade}")
    (place / "rows.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    content = {"schema": "adcurate.contours", "schema_version": 1, "contours": contours}
    (place / "contours.json").write_text(json.dumps(content), encoding="utf-8")
    study = str(place / "study")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADCURATE_VAULT_KEY_FILE", str(place / "vault.key"))
        for command in (
            ["create", study],
            ["add", str(place / "exams"), "--workers", "0", "--study", study],
            ["worksheet", str(place / "rows.csv"), "--study", study],
            ["contours", str(place / "contours.json"), "--study", study],
            ["report", "--workers", "0", "--study", study],
        ):
            assert run(["study", *command]) == 0
    return place / "study" / "results" / "report.html"


@pytest.fixture(scope="module")
def chromium(program, tmp_path_factory):
    path = program("chromium", "chromium")
    profile = tmp_path_factory.mktemp("profile")

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [path, *FLAGS, f"--user-data-dir={profile}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    return call


def test_hostile_text_of_the_worksheet_is_shown_and_not_run(report, chromium):
    shown = chromium("--dump-dom", report.as_uri()).stdout
    title = re.search(r"<title>(.*?)</title>", shown)
    assert title is not None
    assert "planted" not in title.group(1)
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_the_page_fits_a_hospital_screen_and_is_not_empty(report, chromium, tmp_path):
    picture = tmp_path / "page.png"
    chromium("--window-size=1366,3000", f"--screenshot={picture}", report.as_uri())
    grey = np.asarray(Image.open(picture).convert("L"))
    assert grey.shape == (3000, 1366)
    dark = grey < 128
    assert 0.005 < dark.mean() < 0.5
    assert dark[:, 300:1000].any(axis=1).mean() > 0.2


def test_every_link_of_the_page_has_its_target(report):
    html = report.read_text(encoding="utf-8")
    ids = set(re.findall(r"\bid=\"([^\"]+)\"", html))
    targets = set(re.findall(r"href=\"#([^\"]+)\"", html))
    assert len(targets) > 20
    assert targets <= ids
