"""What a worksheet brings into the research zone: codes, shifted days, known words, and nobody's text."""

from __future__ import annotations

from pathlib import Path

import pytest

from adcurate.formats.worksheet import WorksheetOptions
from adcurate.formats.worksheet_writing import write_worksheet
from adcurate.model.worksheet import WorksheetRow
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.rows import current_rows
from adcurate.study.worksheet import UNTOLD_REASON, ImportedWorksheet, import_worksheet

REASONS = (
    "geen DWI",
    "Motion artefacts",
    "Mr Qvistgaard refused",
    "Grad unbekannt",
    "Qvistgaard's letter",
)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyFolder:
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(tmp_path / "keys" / "key"))
    return create_study(tmp_path / "study", "graded-outcome").folder


def enter(study: StudyFolder, file: Path, reasons: tuple[str, ...]) -> ImportedWorksheet:
    write_worksheet(
        file,
        [
            WorksheetRow(f"X{n}", "excluded", exclusion_reason=reason, comments="Qvistgaard called")
            for n, reason in enumerate(reasons)
        ],
    )
    return import_worksheet(study, file, WorksheetOptions())


def reasons_kept(study: StudyFolder) -> list[str | None]:
    with study.open_store("read") as store:
        return [row.exclusion_reason for row in current_rows(store)]


def test_a_known_reason_is_kept_in_one_language_and_any_other_stays_in_the_vault(
    study: StudyFolder, tmp_path: Path
) -> None:
    imported = enter(study, tmp_path / "w.csv", REASONS)
    assert sorted(map(str, reasons_kept(study))) == sorted(
        ["no DWI", "poor image quality", UNTOLD_REASON, "grade not known", UNTOLD_REASON]
    )
    (finding,) = imported.findings
    assert (finding.code, finding.where) == ("worksheet.reason-untold", {"rows": "4, 6"})
    for file in sorted(study.path.rglob("*")):
        assert not file.is_file() or b"Qvistgaard" not in file.read_bytes(), file.name


def test_the_words_of_a_reason_can_be_read_again_in_the_vault(study: StudyFolder, tmp_path: Path) -> None:
    enter(study, tmp_path / "w.csv", REASONS)
    with study.open_store("read") as store:
        vault = study.open_vault(store)
        kept = [vault.get_bytes(name) for name in vault.names() if name.startswith("worksheet/")]
    assert len(kept) == 1 and b"Mr Qvistgaard refused" in kept[0]


def test_known_reasons_alone_give_no_finding(study: StudyFolder, tmp_path: Path) -> None:
    assert enter(study, tmp_path / "w.xlsx", ("no MRI", "other")).findings == ()
    assert reasons_kept(study) == ["no MRI exam", "other"]
