"""Commands in README and documentation exist, with the options they are shown with."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import typer
import typer.main
from cli_reference import all_commands, cli_reference
from doc_pages import DOCS, PAGES, ROOT, fenced_blocks, page_name, prose

from adcurate.cli.app import app


def _lines() -> list[Any]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in fenced_blocks(text, "sh", "bash", "console"):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line.removeprefix("$ "), comments=True)
                if words and words[0].endswith("adcurate"):
                    found.append(pytest.param(words[1:], id=f"{page_name(page)}: {' '.join(words)}"))
    return found


def _inline() -> list[Any]:
    return [
        pytest.param(code, id=f"{page_name(page)}: {code}")
        for page in PAGES
        for code in sorted(set(re.findall(r"`(adcurate [a-z][^`]*)`", prose(page.read_text("utf-8")))))
    ]


def _parse(arguments: list[str]) -> None:
    command, name = typer.main.get_command(app), "adcurate"
    while getattr(command, "commands", None):
        name = arguments[0]
        command, arguments = command.commands[name], arguments[1:]
    command.make_context(name, arguments)


@pytest.mark.parametrize("arguments", _lines())
def test_a_command_in_a_shell_block_parses(arguments: list[str]) -> None:
    _parse(arguments)


@pytest.mark.parametrize("code", _inline())
def test_a_command_named_in_the_text_exists(code: str) -> None:
    words = [word.strip("[]") for word in code.split()[1:]]
    known = dict(all_commands())
    groups = {words[:depth] for words in known for depth in range(1, len(words))}
    named = tuple(word for word in words[:2] if re.fullmatch("[a-z][a-z-]*", word))
    command = known.get(named) or known.get(named[:1])
    assert command is not None or named in groups, f"no such command: {code}"
    options = {word.split("=")[0] for word in words if word.startswith("--")}
    assert options <= ({flag for one in command.params for flag in one.opts} if command else set())


@pytest.mark.parametrize("wrong", [["study", "ad", "x"], ["inspect"], ["study", "run", "--speed", "1"]])
def test_a_command_that_does_not_exist_would_be_noticed(wrong: list[str]) -> None:
    with pytest.raises((KeyError, *typer.BadParameter.__bases__)):
        _parse(wrong)


def test_the_readme_shows_the_steps_of_a_study_in_order() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    steps = re.findall(r"^adcurate study (\w+)", text, flags=re.MULTILINE)
    assert steps[:7] == ["create", "add", "worksheet", "regions", "quality", "run", "report"]


def test_the_command_reference_is_what_the_program_says() -> None:
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert page == cli_reference(), "write it anew: python tests/docs/cli_reference.py > docs/cli.md"


def test_every_command_can_write_json() -> None:
    for words, command in all_commands():
        assert any("--json" in one.opts for one in command.params), words
