"""The demo's last line is a command that can be typed where it was started."""

from __future__ import annotations

from pathlib import Path

import pytest

from adcurate.cli.demo_view import command_as_typed


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / ".venv" / "bin" / "adcurate"
    made.parent.mkdir(parents=True)
    made.write_text("#!/bin/sh\n")
    made.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [str(made), "demo"])
    return made


def test_a_program_that_the_shell_does_not_find_is_named_by_its_path(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert command_as_typed() == ".venv/bin/adcurate"


def test_one_that_it_finds_is_named_as_it_is(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(program.parent))
    assert command_as_typed() == "adcurate"
