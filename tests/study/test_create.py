"""A new study: where the key of its vault lies, and what is made before anything is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adcurate.cli.entry import run
from adcurate.errors import UsageError, VaultError
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder, key_file_of


@pytest.fixture(autouse=True)
def without_a_named_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADCURATE_VAULT_KEY_FILE", raising=False)


def code_of(study: StudyFolder, number: str) -> str:
    with study.open_store("read") as store:
        return study.open_vault(store).pseudonyms.subject_code(number)


def test_two_studies_of_one_key_file_give_a_person_the_same_code_and_remember_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "keys" / "both.key"
    for name in ("first", "second"):
        out = tmp_path / f"{name}.json"
        words = ["study", "create", str(tmp_path / name), "--key-file", str(key), "--json", str(out)]
        assert run(words) == 0
        assert json.loads(out.read_text(encoding="utf-8"))["key_file"] == str(key)
    printed = " ".join(capsys.readouterr().out.split())
    assert printed.count("It was there: persons have the codes of its other study.") == 1
    first, second = StudyFolder(tmp_path / "first"), StudyFolder(tmp_path / "second")
    assert code_of(first, "QZX018841") == code_of(second, "QZX018841")
    with second.open_store("read") as store:
        assert key_file_of(store) == key.absolute()
    apart = create_study(tmp_path / "third", key_file=tmp_path / "keys" / "own.key").folder
    assert code_of(apart, "QZX018841") != code_of(first, "QZX018841")


def test_a_relative_key_file_is_found_from_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = create_study(Path("study"), key_file=Path("relative.key")).folder
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert code_of(made, "QZX018841")


def test_a_file_that_is_no_key_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("no key", encoding="utf-8")
    with pytest.raises(VaultError) as caught:
        create_study(tmp_path / "study", key_file=tmp_path / "key")
    assert caught.value.code == "vault.key-missing"
    assert not (tmp_path / "study").exists()


def test_a_key_inside_the_study_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="inside the study"):
        create_study(tmp_path / "study", key_file=tmp_path / "study" / "key")
    assert not (tmp_path / "study").exists()


def test_a_key_file_that_the_environment_contradicts_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(tmp_path / "other.key"))
    assert run(["study", "create", str(tmp_path / "study"), "--key-file", str(tmp_path / "key")]) == 2
    assert "the variable would count" in capsys.readouterr().err
    assert not (tmp_path / "study").exists()
