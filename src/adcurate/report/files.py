"""Writing so that a reader finds the old file or the new one, never half of either."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from adcurate.errors import OutputError


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` beside `path` and move it there; missing folders are made.

    Raises
    ------
    OutputError
        ``output.not-writable``; what stood at `path` is then unchanged.
    """
    temporary: str | None = None
    make_folder(path.parent)
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise _refusal(f"The report's file {path.name} cannot be written.", error) from error


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; one that is there is left as it is.

    Raises
    ------
    OutputError
        ``output.not-writable``
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refusal("The report's folder cannot be made.", error) from error


def _refusal(sentence: str, error: OSError) -> OutputError:
    return OutputError(
        "output.not-writable",
        sentence,
        remedy="Check that the path is a folder of yours with free space.",
        reason=os.strerror(error.errno) if error.errno else "unknown",
    )
