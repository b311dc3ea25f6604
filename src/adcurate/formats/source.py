"""Bytes of a named file, or a named refusal: the first step of every reader in this floor."""

from __future__ import annotations

from pathlib import Path

from adcurate.errors import AdcurateError, InputError


def read_source(path: Path, *, limit: int, too_big: type[AdcurateError], too_big_code: str) -> bytes:
    """All bytes of a file of at most `limit` bytes.

    Raises
    ------
    InputError
        ``input.missing``, ``input.is-a-directory``, ``input.not-a-file``, ``input.not-readable``,
        ``input.empty``.
    AdcurateError
        `too_big` with `too_big_code` when the file is larger than `limit`.
    """
    if not path.exists():
        raise InputError("input.missing", "The file does not exist.", remedy="Check its path.")
    if path.is_dir():
        raise InputError(
            "input.is-a-directory", "A folder was named instead of a file.", remedy="Name the file."
        )
    if not path.is_file():
        raise InputError("input.not-a-file", "The path is no plain file.", remedy="Name a plain file.")
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError:
        raise InputError(
            "input.not-readable",
            "The file cannot be read.",
            remedy="Check the rights on it and close it elsewhere.",
        ) from None
    if not content:
        raise InputError("input.empty", "The file is empty.", remedy="Name a file with content.")
    if len(content) > limit:
        raise too_big(
            too_big_code,
            f"The file is larger than {limit // 1_000_000} MB.",
            remedy="Split it, or leave out what is not needed.",
            limit_bytes=limit,
        )
    return content
