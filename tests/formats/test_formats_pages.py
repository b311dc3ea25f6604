"""The pages on the worksheet and on contours say what the code does, and their examples run."""

import re
from pathlib import Path

import pytest

from adcurate.formats import cells, confirm, contours, worksheet, worksheet_rows
from adcurate.formats.vocabulary import COLUMNS, LANGUAGES
from adcurate.model.contour_record import ContourRecord

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["worksheet.md", "contours.md"])
def test_the_examples_of_a_page_run(name):
    page = (DOCS / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, name, "exec"), {})


def test_the_worksheet_page_has_every_column_with_its_headers():
    page = (DOCS / "worksheet.md").read_text(encoding="utf-8")
    for column in COLUMNS:
        headers = " | ".join(column.headers[language][0] for language in LANGUAGES)
        assert f"| `{column.name}` | {headers} |" in page


def test_the_pages_name_every_code_of_their_modules():
    page = (DOCS / "worksheet.md").read_text(encoding="utf-8")
    for module in (cells, confirm, worksheet, worksheet_rows):
        source = Path(module.__file__).read_text(encoding="utf-8")
        for code in set(re.findall(r'"(worksheet\.[a-z0-9-]+)"', source)):
            assert f"`{code}`" in page, code
    page = (DOCS / "contours.md").read_text(encoding="utf-8")
    for code in set(re.findall(r'"(contour\.[a-z-]+)"', Path(contours.__file__).read_text(encoding="utf-8"))):
        assert f"`{code}`" in page, code
    for name in ContourRecord.__dataclass_fields__:
        assert f"`{name}`" in page
