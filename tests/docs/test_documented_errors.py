"""docs/errors.md lists exactly the codes of the error table, with what they mean to a shell and a browser."""

from __future__ import annotations

from doc_pages import DOCS, sections, table_rows

from adcurate.errors import DONE, DONE_WITH_REFUSALS, ERRORS

TEXT = (DOCS / "errors.md").read_text(encoding="utf-8")
ROWS = [row for row in table_rows(TEXT) if len(row) == 4]


def test_every_code_is_listed_once_with_its_exit_code_and_http_status() -> None:
    listed = {code.strip("`"): (int(exit_code), int(status)) for code, exit_code, status, _ in ROWS}
    assert len(listed) == len(ROWS)
    assert listed == {code: tuple(kind) for code, kind in ERRORS.items()}


def test_every_code_has_a_meaning_of_one_phrase() -> None:
    for code, _, _, meaning in ROWS:
        assert 10 <= len(meaning) <= 100, code
        assert not meaning.endswith("."), code


def test_every_exit_code_is_explained() -> None:
    explained = {int(code) for code, _ in table_rows(sections(TEXT)["Exit codes"])}
    assert explained >= {DONE, DONE_WITH_REFUSALS, *(kind.exit_code for kind in ERRORS.values())}
