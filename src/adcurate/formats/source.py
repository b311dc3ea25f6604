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
    name = repr(path.name)
    try:
        exists, is_folder, is_file = path.exists(), path.is_dir(), path.is_file()
    except OSError:
        raise _not_readable(name) from None
    if not exists:
        raise InputError("input.missing", f"The file {name} does not exist.", remedy="Check its path.")
    if is_folder:
        raise InputError("input.is-a-directory", f"{name} is a folder.", remedy="Name the file.")
    if not is_file:
        raise InputError("input.not-a-file", f"{name} is no plain file.", remedy="Name a plain file.")
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError:
        raise _not_readable(name) from None
    if not content:
        raise InputError("input.empty", f"The file {name} is empty.", remedy="Name a file with content.")
    if len(content) > limit:
        raise too_big(
            too_big_code,
            f"The file {name} is larger than {limit // 1_000_000} MB.",
            remedy="Split it, or leave out what is not needed.",
            limit_bytes=limit,
        )
    return content


def _not_readable(name: str) -> InputError:
    return InputError(
        "input.not-readable",
        f"The file {name} cannot be read.",
        remedy="Check the rights on it and close it elsewhere.",
    )
