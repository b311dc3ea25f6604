"""The pages of the documentation as tests read them: paths, fenced blocks, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
PAGES: Final = (
    *sorted(ROOT.glob("*.md")),
    *sorted(DOCS.rglob("*.md")),
    ROOT / "src/adcurate/phantom/cohort/README.md",
)

_FENCE = re.compile(r"^```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def page_name(path: Path) -> str:
    """A page's path from the root of the repository."""
    return path.relative_to(ROOT).as_posix()


def fenced_blocks(text: str, *languages: str) -> Iterator[str]:
    """The bodies of the fenced blocks in one of the languages."""
    for block in _FENCE.finditer(text):
        if block["language"] in languages:
            yield block["body"]


def prose(text: str) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", text)


def sections(text: str) -> dict[str, str]:
    """Second-level headings and what stands below each."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def table_rows(text: str) -> list[list[str]]:
    """The cells of every table row, headers and rules left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        row
        for row, below in zip(rows, [*rows[1:], [""]], strict=False)
        if not _is_rule(row) and not _is_rule(below)
    ]


def _is_rule(row: list[str]) -> bool:
    return all(re.fullmatch(r":?-+:?", cell) for cell in row)
