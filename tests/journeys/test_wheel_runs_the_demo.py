"""The wheel, installed in an empty environment, runs the demo and reproduces the published study."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """Build the wheel, install it where nothing else is, run the demo from elsewhere."""
    place = tmp_path_factory.mktemp("wheel")
    uv = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}}

    def call(*command: str) -> None:
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]

    call(uv, "build", "--quiet", "--wheel", "--out-dir", str(place / "dist"), str(ROOT))
    wheel = next((place / "dist").glob("*.whl"))
    call(uv, "venv", "--quiet", "--python", sys.executable, str(place / "empty"))
    python = place / "empty" / "bin" / "python"
    call(uv, "pip", "install", "--quiet", "--python", str(python), str(wheel))
    call(str(python.with_name("adcurate")), "demo", "demo", "--json", "demo.json")
    return place / "demo", json.loads((place / "demo.json").read_text(encoding="utf-8"))


def test_every_published_number_is_reproduced_or_said_not_to_be(demo):
    _, outcome = demo
    verdicts = Counter(number["verdict"] for number in outcome["reproduction"])
    assert verdicts["different"] == 0, [n for n in outcome["reproduction"] if n["verdict"] == "different"]
    assert verdicts["equal"] == 107
    assert verdicts["not-claimed"] == 4
    assert verdicts["contradicted"] == 2
    assert "Made-up data" in outcome["statement"]


def test_the_demo_leaves_what_a_person_would_open(demo):
    folder, outcome = demo
    results = folder / "study" / "results"
    assert Path(folder.parent / outcome["report"]).is_file()
    stems = {path.stem for path in (results / "figures").iterdir()}
    assert {"box-plot", "roc", "grade-scatter", "region-panels", "participant-flow"} <= stems
    for stem in stems:
        suffixes = {path.suffix for path in (results / "figures").glob(f"{stem}.*")}
        assert suffixes - {".csv"} == {".svg", ".pdf", ".png", ".tiff"}
    assert len(list((results / "maps").glob("*.nii"))) == 2 * 48
    assert (results / "tables" / "measurements.csv").is_file()


def test_the_flow_of_the_demo_adds_up(demo):
    analysis = json.loads((demo[0] / "study" / "results" / "analysis.json").read_text(encoding="utf-8"))
    stages = analysis["flow"]["stages"]
    assert [stage["n"] for stage in stages] == [54, 49, 47, 47]
    for stage, following in itertools.pairwise(stages):
        assert stage["n"] - sum(n for _, n in stage["left_out"]) == following["n"]


def test_both_maps_are_analysed_and_only_the_one_of_record_is_exact(demo):
    analysis = json.loads((demo[0] / "study" / "results" / "analysis.json").read_text(encoding="utf-8"))
    assert analysis["map_of_record"] == "scanner"
    scanner, refit = (analysis["maps"][source]["avgADC"]["groups"]["G3"] for source in ("scanner", "refit"))
    assert scanner["median"] == 0.000767
    assert refit["median"] != scanner["median"]
    assert abs(refit["median"] / scanner["median"] - 1) < 0.03
