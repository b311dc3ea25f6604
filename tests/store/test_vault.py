"""The identity zone: readable with its key, and with nothing else."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from adcurate.errors import StoreError, VaultError
from adcurate.model import PatientIdentity
from adcurate.store import Vault

PERSON = PatientIdentity("1234567", "Kowalska^Anna", "19600101", "20190402")
LATER = PatientIdentity("1234567", "Kowalska-Nowak^Anna", "19600101", "20200402")
NAME = "quarantine/Kowalska"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.create(tmp_path / "study" / "vault", tmp_path / "keys" / "study.key")


def everything_below(folder: Path) -> bytes:
    return b"".join(
        str(path.relative_to(folder)).encode() + (path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    )


def test_what_is_put_in_comes_out_again(vault: Vault, tmp_path: Path) -> None:
    vault.put_identity("S-1", PERSON)
    vault.put_identity("S-1", LATER)
    vault.put_identity("S-1", PERSON)
    vault.put_bytes(NAME, b"Kowalska" * 100, reason="dicom.truncated")
    again = Vault.open(vault.folder, tmp_path / "keys" / "study.key")
    assert again.identity("S-1") == PERSON
    assert again.identities_of("S-1") == (PERSON, LATER)
    assert again.get_bytes(NAME) == b"Kowalska" * 100
    assert again.reason(NAME) == "dicom.truncated"
    assert again.names() == ("identity/S-1", NAME)
    assert again.pseudonyms.subject_code("1234567") == vault.pseudonyms.subject_code("1234567")


def test_nothing_can_be_read_without_the_key(vault: Vault) -> None:
    vault.put_identity("S-7F3KQ-92QDM", PERSON)
    vault.put_bytes(NAME, b"Kowalska" * 100, reason="dicom.truncated")
    content = everything_below(vault.folder)
    assert len(content) > 100
    for word in (b"Kowalska", b"1234567", b"19600101", b"S-7F3KQ", b"dicom.", b"identity", b"quarantine"):
        assert word not in content
        assert word.hex().encode() not in content


def test_the_key_lies_outside_and_only_its_owner_reads_it(vault: Vault, tmp_path: Path) -> None:
    key_file = tmp_path / "keys" / "study.key"
    assert key_file.read_bytes().strip() not in everything_below(tmp_path / "study")
    if sys.platform != "win32":
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_a_missing_or_spoilt_key_is_said_so(vault: Vault, tmp_path: Path) -> None:
    for content in (None, b"", b"not hexadecimal", b"abcd"):
        key_file = tmp_path / "other.key"
        if content is not None:
            key_file.write_bytes(content)
        with pytest.raises(VaultError) as trouble:
            Vault.open(vault.folder, key_file)
        assert trouble.value.code == "vault.key-missing"
        assert "ADCURATE_VAULT_KEY_FILE" in trouble.value.remedy


def test_the_key_of_another_study_opens_nothing(vault: Vault, tmp_path: Path) -> None:
    Vault.create(tmp_path / "second", tmp_path / "second.key")
    for opening in (Vault.open, Vault.create):
        with pytest.raises(VaultError) as trouble:
            opening(vault.folder, tmp_path / "second.key")
        assert trouble.value.code == "vault.key-mismatch"


def test_records_cannot_be_swapped_or_changed(vault: Vault) -> None:
    vault.put_bytes("one", b"1", reason="")
    vault.put_bytes("two", b"2", reason="")
    one, two = vault._path("one"), vault._path("two")
    original = one.read_bytes()
    one.write_bytes(two.read_bytes())
    for content in (one.read_bytes(), original[:-1] + bytes([original[-1] ^ 1]), b""):
        one.write_bytes(content)
        with pytest.raises(StoreError) as trouble:
            vault.get_bytes("one")
        assert trouble.value.code == "store.integrity"


def test_what_was_never_kept_is_not_found(vault: Vault) -> None:
    with pytest.raises(StoreError) as trouble:
        vault.identity("S-none")
    assert trouble.value.code == "store.not-found"


def test_the_codes_come_from_a_key_that_opens_nothing(vault: Vault) -> None:
    assert vault.pseudonyms.key not in (vault._keys.encrypt, vault._keys.name)
    assert vault.pseudonyms.key.hex() not in repr(vault.pseudonyms)
