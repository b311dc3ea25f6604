"""docs/plan.md and the pages of docs/methods name every kind of question and every key of it."""

from __future__ import annotations

import dataclasses
import re

import pytest
from doc_pages import DOCS

from adcurate.model.plan import QUESTION_KINDS, Plan
from adcurate.model.table_plan import TableColumns, TableMarker

PLAN = (DOCS / "plan.md").read_text(encoding="utf-8")


def test_the_plans_page_lists_every_kind_with_its_page() -> None:
    assert set(re.findall(r"\[`([\w-]+)`\]\(methods/([\w-]+)\.md\)", PLAN)) == {
        (kind, kind) for kind in QUESTION_KINDS
    }


@pytest.mark.parametrize("kind", sorted(QUESTION_KINDS))
def test_the_page_of_a_kind_names_every_key(kind: str) -> None:
    page = (DOCS / "methods" / f"{kind}.md").read_text(encoding="utf-8")
    keys = {field.name for field in dataclasses.fields(QUESTION_KINDS[kind])}
    named = {word for span in re.findall(r"`([^`\n]+)`", page) for word in re.findall(r"\w+", span)}
    assert keys - named == set()


@pytest.mark.parametrize("kind", sorted(QUESTION_KINDS))
def test_the_page_of_a_kind_has_a_question_limits_and_an_example_that_runs(kind: str) -> None:
    page = (DOCS / "methods" / f"{kind}.md").read_text(encoding="utf-8")
    assert page.startswith("# ") and "```python" in page and "assert" in page


@pytest.mark.parametrize("record", [Plan, TableColumns, TableMarker])
def test_the_plans_page_names_every_key_of_the_file(record: type) -> None:
    keys = {field.name for field in dataclasses.fields(record)}
    named = set(re.findall(r"`(\w+)`", PLAN)) | set(re.findall(r"^(\w+) =", PLAN, re.M))
    assert keys - named - {"questions"} == set()
