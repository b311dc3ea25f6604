"""The endpoints file of the documentation is one, and its table names every key."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from doc_pages import DOCS, fenced_blocks, sections, table_rows

from adcurate.formats import endpoints as endpoints_module
from adcurate.formats.endpoints import read_endpoints
from adcurate.model.endpoint import DimseEndpoint, WebEndpoint

PAGE = (DOCS / "connect-your-pacs.md").read_text(encoding="utf-8")


def test_the_shown_endpoints_file_is_read(tmp_path: Path) -> None:
    (block,) = fenced_blocks(PAGE, "toml")
    file = tmp_path / "endpoints.toml"
    file.write_text(block, encoding="utf-8")
    found = read_endpoints(file)
    assert {name: type(one) for name, one in found.items()} == {
        "main": DimseEndpoint,
        "old": DimseEndpoint,
        "web": WebEndpoint,
    }


def test_every_key_of_an_endpoint_is_explained() -> None:
    keys = {one.name for one in dataclasses.fields(endpoints_module._Entry)} - {"kind"}
    named = {key for row in table_rows(PAGE) for key in re.findall(r"`([a-z_]+)`", row[0])}
    assert keys <= named
    assert sections(PAGE)["Adcurate fetches"]
