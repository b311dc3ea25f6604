"""A file that must not be there yet, written whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from adcurate.errors import OutputError

ANYONE: Final = 0o666
OWNER_ONLY: Final = 0o600


def write_new_file(path: Path, content: bytes, *, mode: int = ANYONE) -> None:
    """Write `content` to a new file; `mode` is what it may be read by, less what the user's mask takes.

    Raises
    ------
    OutputError
        ``output.exists``, ``output.not-writable``
    """
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags, mode), "wb") as stream:
            stream.write(content)
    except FileExistsError:
        raise OutputError(
            "output.exists", "The file exists already.", remedy="Name another, or remove it first."
        ) from None
    except OSError:
        raise OutputError(
            "output.not-writable",
            "The file cannot be written.",
            remedy="Check the folder and the rights on it.",
        ) from None
