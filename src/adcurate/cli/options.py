"""Options that several commands share, and writing JSON where it was asked for."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from adcurate.errors import OutputError, UsageError

_NOT_RESULTS = (b'"adcurate.contours"', b'"adcurate.study-analysis"')


def _check_json_target(path: Path | None) -> Path | None:
    """Refuse, before any work, a file that is there and was not written by an earlier ``--json``."""
    if path is None or wants_only_json(path):
        return path
    try:
        if not path.is_file():
            return path
        content = path.read_bytes()
    except OSError:
        return path
    if content and (not content.lstrip().startswith(b"{") or any(word in content for word in _NOT_RESULTS)):
        raise OutputError(
            "output.exists",
            f"The file {path.name!r} exists and is no result of an earlier --json.",
            remedy="Name a new file.",
        )
    return path


JsonOption = Annotated[
    Path | None,
    typer.Option(
        "--json",
        metavar="FILE",
        help="Also write the result as JSON to FILE ('-': print it).",
        callback=_check_json_target,
    ),
]
StudyOption = Annotated[
    Path,
    typer.Option("--study", metavar="FOLDER", help="The study folder.", show_default="this folder"),
]


def wants_only_json(path: Path | None) -> bool:
    """Whether standard output is for the JSON alone."""
    return path is not None and str(path) == "-"


def write_json(path: Path | None, value: object) -> None:
    """Write `value` to `path` (nothing when None); an existing file is replaced whole or not at all.

    A device or a pipe is written to, not replaced.

    Raises
    ------
    OutputError
        ``output.not-writable``.
    """
    if path is None:
        return
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    # A file name that is no UTF-8 stands in the text as lone surrogates, which JSON writes as \udc….
    content = text.encode("utf-8", "backslashreplace")
    if wants_only_json(path):
        typer.echo(content, nl=False)
        return
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
        else:
            _replace(path, content)
    except OSError as error:
        raise OutputError(
            "output.not-writable",
            f"The file {path.name!r} cannot be written: {error.strerror}.",
            remedy="Choose a file in a folder that exists and that you may write to.",
        ) from error


def _replace(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f".adcurate-{os.getpid()}.unfinished")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def one_of(option: str, value: str, choices: tuple[str, ...]) -> str:
    """Return `value` when it is one of `choices`.

    Raises
    ------
    UsageError
        ``usage.option``.
    """
    if value in choices:
        return value
    raise UsageError(
        "usage.option",
        f"{option} takes one of: {', '.join(choices)}.",
        remedy=f"Write {option} {choices[0]}, for example.",
    )
