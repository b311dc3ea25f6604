"""The hook that builds the page: built when a source changes, left alone when none does."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def hook() -> ModuleType:
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def root(tmp_path: Path, hook: ModuleType) -> Path:
    """A page of a few small files."""
    for name in (*hook._TOP_FILES, "src/main.tsx", "src/screens/App.tsx"):
        path = tmp_path / "viewer" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}")
    return tmp_path


@pytest.fixture
def commands(hook: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would have been run; a build leaves a page behind."""
    done: list[list[str]] = []

    def run(command: list[str], **options: object) -> None:
        done.append(command)
        out = root / "src" / "adcurate" / "_web"
        out.mkdir(parents=True, exist_ok=True)
        (out / "index.html").write_text("page")

    monkeypatch.setattr(hook.subprocess, "run", run)
    return done


def test_an_unchanged_page_is_built_once(hook, root, commands):
    assert hook.build_page(root)
    assert not hook.build_page(root)
    (install, build) = commands
    assert install[-4:] == ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    assert build[1:3] == ["node_modules/vite/bin/vite.js", "build"]


@pytest.mark.parametrize("change", ["edit", "add", "remove", "rename", "lock"])
def test_any_change_of_a_source_builds_it_again(hook, root, commands, change):
    hook.build_page(root)
    src = root / "viewer" / "src"
    if change == "edit":
        (src / "main.tsx").write_text("other")
    elif change == "add":
        (src / "new.ts").write_text("")
    elif change == "remove":
        (src / "screens" / "App.tsx").unlink()
    elif change == "rename":
        (src / "main.tsx").rename(src / "mein.tsx")
    else:
        (root / "viewer" / "package-lock.json").write_text("{}")
    assert hook.build_page(root)


def test_a_build_that_fails_is_tried_again(hook, root, monkeypatch):
    def fail(command: list[str], **options: object) -> None:
        raise hook.subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(hook.subprocess, "run", fail)
    for _ in range(2):
        with pytest.raises(hook.subprocess.CalledProcessError):
            hook.build_page(root)


@pytest.mark.parametrize(
    ("target", "skip", "builds"), [("wheel", "", 1), ("wheel", "1", 0), ("sdist", "", 0)]
)
def test_only_a_wheel_brings_the_page_and_it_can_be_left_out(hook, root, monkeypatch, target, skip, builds):
    built: list[Path] = []
    monkeypatch.setattr(hook, "build_page", built.append)
    monkeypatch.setenv(hook.SKIP, skip)
    one = hook.PageHook(str(root), {}, None, None, str(root), target)
    one.initialize("standard", {})
    assert len(built) == builds
