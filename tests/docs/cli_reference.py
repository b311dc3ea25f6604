"""Writes docs/cli.md from the program itself: ``python tests/docs/cli_reference.py > docs/cli.md``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main

from adcurate.cli.app import app

_HEAD = """# Commands

Every command takes `--json FILE` (`-` prints the JSON and nothing else), shows progress with the time left on
whatever lasts, and ends with an [exit code](errors.md). `-h` or `--help` shows the same as this page.
"""


def all_commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with its words: ``("study", "add")``."""
    yield from _below((), typer.main.get_command(app))


def cli_reference() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_section(words, command) for words, command in all_commands())])


def _below(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words, command
        return
    for name, one in inner.items():
        yield from _below((*words, name), one)


def _section(words: tuple[str, ...], command: Any) -> str:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and "--help" not in one.opts]
    usage = " ".join(["adcurate", *words, *(_placeholder(one) for one in arguments)])
    help_text = " ".join((command.help or "").split())
    rows = [f"| `{_placeholder(one)}` | {one.help} |" for one in arguments]
    rows += [f"| {_spelling(one)} | {_meaning(one)} |" for one in options]
    table = ["| | |", "|---|---|", *rows] if rows else []
    return "\n".join([f"## `{usage}`", "", help_text, "", *table, ""])


def _placeholder(argument: Any) -> str:
    name = (argument.metavar or argument.name).upper().strip("{}")
    return name if argument.required else f"[{name}]"


def _spelling(option: Any) -> str:
    flag = f"`{option.opts[0]}`"
    return f"**{flag}**" if option.required else flag


def _meaning(option: Any) -> str:
    default = option.default
    if isinstance(option.show_default, str):
        shown = f" Default: {option.show_default}."
    elif option.required or option.is_flag or default is None or default == "" or callable(default):
        shown = ""
    else:
        shown = f" Default: `{default}`."
    return f"{option.help}{' Needed.' if option.required else ''}{shown}"


if __name__ == "__main__":
    print(cli_reference(), end="")
