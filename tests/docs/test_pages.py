"""Pages lead somewhere, their Python runs, and the project's own papers are in order."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from doc_pages import DOCS, PAGES, ROOT, fenced_blocks, page_name, prose
from sybil.document import Document
from sybil.parsers.markdown import PythonCodeBlockParser

import adcurate
from adcurate.formats.protocol import parse_protocol
from adcurate.model.protocol import Marker

APACHE_2 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


def _with_python() -> list[Any]:
    return [
        pytest.param(page, id=page_name(page))
        for page in PAGES
        if any(fenced_blocks(page.read_text(encoding="utf-8"), "python"))
    ]


@pytest.mark.parametrize("page", _with_python())
def test_python_blocks_run_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    examples = list(Document.parse(str(page), PythonCodeBlockParser()))
    assert len(examples) == len(list(fenced_blocks(page.read_text(encoding="utf-8"), "python")))
    for example in examples:
        example.evaluate()


def test_a_python_block_that_fails_would_be_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nassert 1 == 2\n```\n", encoding="utf-8")
    (example,) = Document.parse(str(page), PythonCodeBlockParser())
    with pytest.raises(AssertionError):
        example.evaluate()


def test_the_protocol_lines_of_the_tutorial_are_a_protocol() -> None:
    (block,) = fenced_blocks((DOCS / "tutorial.md").read_text(encoding="utf-8"), "toml")
    protocol = parse_protocol(f'title = "from the tutorial"\n{block}'.encode())
    (marker,) = protocol.markers
    named = re.findall(r"\w+", next(line for line in block.splitlines() if "lowest_mean" in line))
    assert {marker.measure, *named[1:]} == set(get_args(get_type_hints(Marker)["measure"]))


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_links_and_pictures_lead_to_files_and_headings(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page.read_text(encoding="utf-8"))):
        if re.match(r"https?://", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), f"{target} leads nowhere"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}


def test_the_files_that_the_architecture_names_are_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w/]+\.(?:py|md))`", text))
    roots = (ROOT, Path(adcurate.__file__).parent)
    assert len(named) > 10
    assert {name for name in named if not any((root / name).is_file() for root in roots)} == set()


@pytest.mark.parametrize("place", ["", "study", "web", "web/room"])
def test_the_architecture_names_each_package(place: str) -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    there = {one.parent.name for one in (Path(adcurate.__file__).parent / place).glob("*/__init__.py")}
    assert len(there) > 2
    # The floors stand as words in the drawing; a folder as code, or behind the folder that it is in.
    named = r"\b{0}\b" if not place else r"`(?:\w+/)*{0}[`/]|/{0}\b|: [\w, ]*\b{0}\b"
    assert {name for name in there if not re.search(named.format(name), text)} == set()


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=page_name)
def test_a_page_of_the_site_stays_inside_docs(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", prose(page.read_text(encoding="utf-8"))):
        if not re.match(r"https?://", target):
            assert (page.parent / target).resolve().is_relative_to(DOCS)


def test_the_site_lists_every_page_and_fetches_no_font() -> None:
    site = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
    listed = set(re.findall(r"'([\w/.-]+\.md)'", str(site["nav"])))
    assert listed == {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    assert site["theme"]["font"] is False


def test_every_decision_is_in_the_index() -> None:
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    for page in (DOCS / "decisions").glob("0*.md"):
        assert f"]({page.name})" in index


def test_the_license_is_the_whole_apache_license() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE_2


def test_citation_changelog_and_package_state_one_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    fields = dict(re.findall(r"^([a-z-]+): *(.+)$", citation, flags=re.MULTILINE))
    assert {"cff-version", "message", "title", "version"} <= fields.keys()
    assert fields["version"] == adcurate.__version__
    assert fields["license"] == "Apache-2.0"
    assert f"\n## {adcurate.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["README.md", "docs/index.md", "ARCHITECTURE.md"])
def test_the_first_pages_are_short(page: str) -> None:
    limit = {"README.md": 130, "docs/index.md": 60, "ARCHITECTURE.md": 90}[page]
    assert len((ROOT / page).read_text(encoding="utf-8").splitlines()) <= limit


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_the_first_pages_say_research_use_only(page: str) -> None:
    assert "Research use only. Not a medical device." in (ROOT / page).read_text(encoding="utf-8")
