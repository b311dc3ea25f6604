"""The reference values are what their generators give: nothing in tests/oracles was adjusted by hand."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORACLES = ROOT / "tests" / "oracles"
GENERATORS = sorted([*ORACLES.glob("*.R"), *ORACLES.glob("*.py")])
# Reduced from a table of the standard, a file that the project does not hold.
FROM_A_DOWNLOAD = {"ps3.15_e1_actions.py"}
SELF_CONTAINED = [generator for generator in GENERATORS if generator.name not in FROM_A_DOWNLOAD]
NOT_COMPARED = {"tool", "version", "geos", "packages"}
TOLERANCE = 1e-12


def _versions(values: dict[str, object]) -> dict[str, object]:
    return {key: values[key] for key in sorted(NOT_COMPARED) if key in values}


def _differences(committed: object, made: object, where: str = "") -> list[str]:
    """Places where two JSON values differ: text exactly, numbers by more than `TOLERANCE` of their size."""
    if isinstance(committed, dict) and isinstance(made, dict):
        if list(committed) != list(made):
            return [f"{where}: other keys"]
        return [
            found
            for key, value in committed.items()
            if where or key not in NOT_COMPARED
            for found in _differences(value, made[key], f"{where}/{key}")
        ]
    if isinstance(committed, list) and isinstance(made, list):
        if len(committed) != len(made):
            return [f"{where}: {len(committed)} items and {len(made)}"]
        pairs = enumerate(zip(committed, made, strict=True))
        return [found for i, (old, new) in pairs for found in _differences(old, new, f"{where}/{i}")]
    numbers = [type(value) in (int, float) for value in (committed, made)]
    if all(numbers):
        same = math.isclose(committed, made, rel_tol=TOLERANCE, abs_tol=1e-300)  # type: ignore[arg-type]
    else:
        same = type(committed) is type(made) and committed == made
    return [] if same else [f"{where}: {committed!r} and {made!r}"]


def _missing_r_packages(program: str, generator: Path) -> list[str]:
    packages = sorted(set(re.findall(r"library\((\w+)\)", generator.read_text(encoding="utf-8"))))
    listed = ", ".join(f'"{package}"' for package in packages)
    probe = f"cat(setdiff(c({listed}), rownames(installed.packages())))"
    return subprocess.run([program, "-e", probe], capture_output=True, text=True, check=True).stdout.split()


@pytest.fixture
def command(request, program):
    """A generator and how to run it; a missing package skips it, or fails where all must be there."""
    generator = request.param
    if generator.suffix == ".py":
        return generator, [sys.executable, str(generator)]
    rscript = program("Rscript", "r-base-core")
    missing = _missing_r_packages(rscript, generator)
    if missing:
        reason = f"R packages are missing: {', '.join(missing)}"
        if os.environ.get("ADCURATE_REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)
    return generator, [rscript, str(generator)]


@pytest.mark.parametrize("command", SELF_CONTAINED, ids=lambda path: path.name, indirect=True)
def test_running_the_generator_again_gives_the_committed_values(command):
    generator, arguments = command
    run = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    committed = json.loads(generator.with_suffix(".json").read_text(encoding="utf-8"))
    made = json.loads(run.stdout)
    differing = _differences(committed, made)
    assert not differing, (
        f"{len(differing)} values differ, the first: {differing[:3]}. "
        f"Committed with {_versions(committed)}, made with {_versions(made)}."
    )


def test_every_reference_file_has_its_generator():
    assert {path.stem for path in ORACLES.glob("*.json")} == {path.stem for path in GENERATORS}


@pytest.mark.parametrize("generator", GENERATORS, ids=lambda path: path.name)
def test_every_reference_file_says_where_it_comes_from(generator):
    values = json.loads(generator.with_suffix(".json").read_text(encoding="utf-8"))
    if generator.name in FROM_A_DOWNLOAD:
        assert values["source"]
        assert values["generator"] == generator.name
        return
    assert "version" in values or re.search(r"version \d", values["tool"])
    assert values["command"].endswith(f"tests/oracles/{generator.name} > tests/oracles/{generator.stem}.json")


CHANGES = {
    "a digit": ({"cases": [{"auc": 0.871}]}, {"cases": [{"auc": 0.871 * (1 + 1e-11)}]}),
    "a case too few": ({"cases": [1, 2]}, {"cases": [1]}),
    "a key": ({"cases": {"auc": 1}}, {"cases": {"area": 1}}),
    "null for a number": ({"cases": [None]}, {"cases": [0.0]}),
    "true for one": ({"cases": [True]}, {"cases": [1]}),
    "a version inside": ({"cases": {"version": "1"}}, {"cases": {"version": "2"}}),
}


@pytest.mark.parametrize(("committed", "made"), CHANGES.values(), ids=CHANGES.keys())
def test_the_comparison_notices_a_change(committed, made):
    assert _differences(committed, made)
    assert not _differences(committed, committed)


def test_only_versions_and_the_last_bits_may_differ():
    committed = {"tool": "R", "version": "4.2.2", "cases": [{"auc": 0.3}]}
    assert not _differences(committed, {"tool": "R", "version": "4.5.0", "cases": [{"auc": 0.1 + 0.2}]})


def test_the_script_that_rewrites_all_values_can_be_run(program):
    script = ORACLES / "regenerate"
    assert os.access(script, os.X_OK)
    subprocess.run([program("sh", "dash"), "-n", str(script)], check=True)
