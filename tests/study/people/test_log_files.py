"""The log as a file: complete, harmless in a spreadsheet, and checked by whoever has only the file."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adcurate.model.reading.person import Role
from adcurate.store import StudyStore
from adcurate.study.people import log_files
from adcurate.study.people.log_files import log_as_csv, log_as_lines

FORMULA = "=HYPERLINK(0)"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StudyStore]:
    monkeypatch.setattr(log_files, "_AT_ONCE", 3)
    with StudyStore.create(tmp_path / "store") as made:
        for number in range(7):
            made.people.add(f"reader{number}", f"Größe {number}", [Role("reader")], by="")
        made.reading.told_results.note(FORMULA, {"a": 1.5}, FORMULA)
        yield made


def is_whole(lines: list[str]) -> bool:
    """What docs/for-the-administrator.md tells an auditor to do, without this program."""
    previous = "0" * 64
    for line in lines:
        row = json.loads(line)
        stated, before = row.pop("hash"), row.pop("previous")
        row.pop("name")
        text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        found = hashlib.sha256((previous + text).encode()).hexdigest()
        if before != previous or stated != found:
            return False
        previous = stated
    return True


def test_the_lines_prove_the_chain_and_every_change_of_them_shows(store: StudyStore) -> None:
    lines = b"".join(log_as_lines(store)).decode().splitlines()
    assert len(lines) == store.audit.head().sequence == 8 and is_whole(lines)
    assert json.loads(lines[0])["name"] == "reader0" and "Größe 0" in lines[0]
    for broken in (
        lines[:3] + lines[4:],
        lines[::-1],
        [*lines[:2], lines[2].replace("reader2", "x"), *lines[3:]],
    ):
        assert not is_whole(broken)


def test_the_table_has_every_entry_and_no_formula(store: StudyStore) -> None:
    text = b"".join(log_as_csv(store)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["number"] for row in rows] == [str(number) for number in range(1, 9)]
    assert (rows[0]["name"], rows[0]["object"]) == ("reader0", "reader0")
    assert (rows[-1]["action"], rows[-1]["person"]) == (f"'{FORMULA}", f"'{FORMULA}")
    assert rows[-1]["hash"] == store.audit.head().hash
