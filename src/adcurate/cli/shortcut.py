"""An icon that starts Adcurate by a double-click: a file of the user's own, as each system wants it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Final

from platformdirs import user_data_path, user_desktop_path

from adcurate.errors import OutputError

_NAME: Final = "Adcurate"
_CODE: Final = "from adcurate.cli.entry import main; main()"


def write_shortcut(system: str = sys.platform, desktop: Path | None = None) -> tuple[Path, ...]:
    """Write the icon to the desktop (on Linux also among the applications); an earlier one is replaced.

    Raises
    ------
    OutputError
        ``output.not-writable``
    """
    places = _places(system, desktop or user_desktop_path())
    try:
        for place in places:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(_content(system), encoding="utf-8", newline="")
            if system != "win32":
                place.chmod(0o755)
    except OSError as error:
        raise OutputError(
            "output.not-writable",
            f"The icon cannot be written: {error.strerror}.",
            remedy="Start Adcurate in a terminal: adcurate start",
        ) from error
    return places


def _places(system: str, desktop: Path) -> tuple[Path, ...]:
    if system == "win32":
        return (desktop / f"{_NAME}.bat",)
    if system == "darwin":
        return (desktop / f"{_NAME}.command",)
    menu = user_data_path() / "applications" / "adcurate.desktop"
    return (menu, desktop / f"{_NAME}.desktop") if desktop.is_dir() else (menu,)


def _content(system: str) -> str:
    arguments = [sys.executable, "-c", _CODE, "start"]
    if system == "win32":
        written = " ".join(f'"{one}"' for one in arguments).replace("%", "%%")
        return f"@echo off\r\ntitle {_NAME}\r\n{written}\r\nif errorlevel 1 pause\r\n"
    if system == "darwin":
        return f"#!/bin/sh\nexec {shlex.join(arguments)}\n"
    return (
        "[Desktop Entry]\nType=Application\n"
        f"Name={_NAME}\nComment=Diffusion-MRI studies from the PACS to the paper. Research use only.\n"
        f"Exec={' '.join(_quoted(one) for one in arguments)}\n"
        "Terminal=true\nCategories=Science;MedicalSoftware;\n"
    )


def _quoted(argument: str) -> str:
    """An argument as desktop entries quote it: the string's own escapes come on top of the argument's."""
    inside = "".join(f"\\{one}" if one in '"`$\\' else one for one in argument)
    return '"' + inside.replace("\\", "\\\\").replace("%", "%%") + '"'
