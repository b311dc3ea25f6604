"""``adcurate phantom`` as it is typed: what it prints, writes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adcurate.cli.entry import run
from adcurate.diffusion.reference_fluids import water_adc
from adcurate.errors import DONE, DONE_WITH_REFUSALS
from adcurate.phantom.fluids import Vial, write_fluid_phantom


def test_the_object_is_written_judged_and_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, report = str(tmp_path / "object"), tmp_path / "report"
    assert run(["phantom", "dro", folder]) == DONE
    assert "phantom assess" in capsys.readouterr().out
    asked = [
        "phantom",
        "assess",
        folder,
        "--b-values",
        "0,500",
        "--images",
        "averaged",
        "--output",
        str(report),
    ]
    assert run([*asked, "--json", str(tmp_path / "found.json")]) == DONE
    found = json.loads((tmp_path / "found.json").read_text())
    assert [fit["name"] for fit in found["fits"]] == [
        "Adcurate loglinear",
        "Adcurate weighted",
        "Adcurate nonlinear",
    ]
    assert json.loads((report / "assessment.json").read_text()) == found
    page = (report / "report.html").read_text()
    assert page.count("<svg") == 3 and "Where each fit can be trusted" in page
    assert len((report / "figures" / "adcurate-weighted.csv").read_text().splitlines()) == 1 + 22 * 18


def test_a_scan_that_fails_says_so_and_a_study_keeps_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(tmp_path / "key"))
    study = str(tmp_path / "study")
    assert run(["study", "create", study]) == DONE
    assert run(["phantom", "log", "--study", study]) == DONE
    assert "keeps no phantom scan yet" in capsys.readouterr().out
    write_fluid_phantom([Vial(water_adc(0.0))], tmp_path / "scan", b_error=0.06, n_repeats=2)
    asked = [
        "phantom",
        "scan",
        str(tmp_path / "scan"),
        "--study",
        study,
        "--output",
        str(tmp_path / "report"),
    ]
    assert run(asked) == DONE_WITH_REFUSALS
    said = capsys.readouterr().out
    assert "The scan fails." in said and "0.06" in said and "✗" in said
    assert "vials" in (tmp_path / "report" / "report.html").read_text()
    assert run(["phantom", "log", "--study", study]) == DONE
    assert "2000-01-01" in capsys.readouterr().out
