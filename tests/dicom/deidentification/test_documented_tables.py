"""The page on what is kept and removed says what the data say."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.dicom.deidentification.documented_tables import RULES, as_markdown, tables

from adcurate.dicom.deidentification.keep_list import KEPT, KEPT_PRIVATE

PAGE = Path(__file__).parents[3] / "docs" / "what-is-kept-and-removed.md"


@pytest.mark.parametrize("heading", tables())
def test_a_table_of_the_page_is_what_the_data_say(heading: str) -> None:
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    assert as_markdown(tables()[heading]) in section, (
        "run: python -m tests.dicom.deidentification.documented_tables"
    )


def test_every_rule_of_the_keep_list_is_explained() -> None:
    assert {kept.rule for kept in [*KEPT.values(), *KEPT_PRIVATE.values()]} == set(RULES)
