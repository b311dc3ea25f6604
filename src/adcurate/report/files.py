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
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
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
        raise OutputError(
            "output.not-writable",
            f"The report's file {path.name} cannot be written.",
            remedy="Check that the folder exists, is yours and has free space.",
            reason=os.strerror(error.errno) if error.errno else "unknown",
        ) from error
