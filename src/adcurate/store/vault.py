"""The identity zone: who is behind a code, what was refused, what was received. Encrypted, its key elsewhere.

The folder holds only AES-GCM ciphertext under names that an HMAC gives; without the key file it says
nothing but how many records there are and about how long. The key lies outside the study folder, so that
a copied study carries no identity. Each record binds its name into the encryption: records cannot be
swapped unnoticed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adcurate.errors import StoreError, VaultError
from adcurate.model import PatientIdentity, Pseudonyms
from adcurate.store.portable import disk_error, disk_errors, sync_folder
from adcurate.store.writing import write_durably

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_FINGERPRINT_NAME: Final = "fingerprint"


@dataclass(frozen=True, slots=True)
class _SubKeys:
    """One key for each purpose, from the one in the key file."""

    encrypt: bytes = field(repr=False)
    name: bytes = field(repr=False)
    pseudonyms: bytes = field(repr=False)


class Vault:
    """Identity records and received bytes of one study."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder = folder
        self._keys = _SubKeys(*(_derived_key(key, purpose) for purpose in ("encrypt", "name", "pseudonyms")))
        self._cipher = AESGCM(self._keys.encrypt)

    @classmethod
    def create(cls, folder: Path, key_file: Path) -> Self:
        """Make an empty vault. A key file that is there is used; else one is made, readable by its owner.

        Raises
        ------
        VaultError
            ``vault.key-mismatch`` where a vault of another key is there; ``vault.key-missing`` for a key
            file that cannot be read
        StoreError
            ``store.disk-full``, ``store.disk``
        """
        with disk_errors():
            if not key_file.exists():
                make_key_file(key_file)
            vault = cls(folder, _read_key(key_file))
            folder.mkdir(parents=True, exist_ok=True)
            stated = folder / _FINGERPRINT_NAME
            if not stated.exists():
                write_durably(stated, vault.pseudonyms.fingerprint().encode())
                sync_folder(folder)
        return cls.open(folder, key_file)

    @classmethod
    def open(cls, folder: Path, key_file: Path) -> Self:
        """Open a vault with its key.

        Raises
        ------
        VaultError
            ``vault.key-missing``, ``vault.key-mismatch``
        """
        vault = cls(folder, _read_key(key_file))
        try:
            stated = (folder / _FINGERPRINT_NAME).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            stated = ""
        if not hmac.compare_digest(stated, vault.pseudonyms.fingerprint()):
            raise _mismatch()
        return vault

    @property
    def pseudonyms(self) -> Pseudonyms:
        """The study's codes; from a key of their own, so that they open nothing here."""
        return Pseudonyms(self._keys.pseudonyms)

    def put_identity(self, code: str, identity: PatientIdentity) -> None:
        """Keep who is behind a code. The exam dates of one person are gathered in one record."""
        known = self.identities_of(code)
        if identity in known:
            return
        self.put_identities(code, (*known, identity))

    def put_identities(self, code: str, identities: Iterable[PatientIdentity]) -> None:
        """Keep these, and no others, as who is behind a code."""
        records = [asdict(one) for one in identities]
        self.put_bytes(_identity_name(code), json.dumps(records).encode(), reason="identity")

    def identity(self, code: str) -> PatientIdentity:
        """Who is behind a code, as first received.

        Raises
        ------
        StoreError
            ``store.not-found``
        """
        known = self.identities_of(code)
        if not known:
            raise _not_found()
        return known[0]

    def count_birth_dates(self, code: str) -> int:
        """How many dates of birth the objects of a code carry; more than one may be two people."""
        return len({one.birth_date for one in self.identities_of(code)} - {""})

    def identities_of(self, code: str) -> tuple[PatientIdentity, ...]:
        """Every way in which received objects named the person behind a code, oldest first."""
        name = _identity_name(code)
        if not self.has(name):
            return ()
        return tuple(PatientIdentity(**record) for record in json.loads(self.get_bytes(name)))

    def put_bytes(self, name: str, content: bytes, reason: str) -> str:
        """Keep bytes under a name, durably, and return the name. Same name: the newest counts."""
        path = self._path(name)
        head = json.dumps({"name": name, "reason": reason}).encode()
        plain = len(head).to_bytes(4, "big") + head + zlib.compress(content, 1)
        nonce = os.urandom(_NONCE_BYTES)
        with disk_errors():
            if not path.parent.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                sync_folder(self.folder)
            write_durably(path, nonce + self._cipher.encrypt(nonce, plain, path.name.encode()))
            sync_folder(path.parent)
        return name

    def get_bytes(self, name: str) -> bytes:
        """The bytes kept under a name.

        Raises
        ------
        StoreError
            ``store.not-found``, ``store.integrity``
        """
        return self._read(self._path(name))[1]

    def reason(self, name: str) -> str:
        """Why the bytes under a name were kept.

        Raises
        ------
        StoreError
            ``store.not-found``, ``store.integrity``
        """
        return str(self._read(self._path(name))[0]["reason"])

    def has(self, name: str) -> bool:
        """Whether anything is kept under a name."""
        return self._path(name).exists()

    def remove(self, name: str) -> None:
        """Keep nothing under a name any more, durably."""
        path = self._path(name)
        with disk_errors():
            path.unlink(missing_ok=True)
            if path.parent.exists():
                sync_folder(path.parent)

    def file_of(self, name: str) -> str:
        """Where a name's record lies below the vault's folder: it says nothing of the name."""
        return self._path(name).relative_to(self.folder).as_posix()

    def names(self) -> tuple[str, ...]:
        """Every name, sorted."""
        return tuple(sorted(self._read(path)[0]["name"] for path in self._records()))

    def verify(self) -> tuple[int, tuple[str, ...]]:
        """How many records open, and the names of the files of those that do not."""
        n_whole, broken = 0, []
        for path in self._records():
            try:
                self._read(path)
                n_whole += 1
            except StoreError:
                broken.append(f"{path.parent.name}/{path.name}")
        return n_whole, tuple(broken)

    def _records(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("??/*") if path.suffix == "")

    def _path(self, name: str) -> Path:
        digest = hmac.new(self._keys.name, name.encode(), hashlib.sha256).hexdigest()
        return self.folder / digest[:2] / digest[2:]

    def _read(self, path: Path) -> tuple[dict[str, str], bytes]:
        try:
            sealed = path.read_bytes()
        except FileNotFoundError as trouble:
            raise _not_found() from trouble
        except OSError as trouble:
            raise disk_error(trouble) from trouble
        try:
            plain = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], path.name.encode())
        except (InvalidTag, ValueError) as trouble:
            raise StoreError(
                "store.integrity",
                "A record of the vault was changed.",
                remedy="Restore the vault from a backup.",
            ) from trouble
        length = int.from_bytes(plain[:4], "big")
        return json.loads(plain[4 : 4 + length]), zlib.decompress(plain[4 + length :])


def check_key_file(key_file: Path) -> None:
    """See whether a file that is there is a key.

    Raises
    ------
    VaultError
        ``vault.key-missing``
    """
    if key_file.exists():
        _read_key(key_file)


def make_key_file(key_file: Path) -> None:
    """Write a new key, readable by its owner. A file that is there must not be given.

    Raises
    ------
    StoreError
        ``store.disk-full``, ``store.disk``
    """
    with disk_errors():
        key_file.parent.mkdir(parents=True, exist_ok=True)
        write_durably(key_file, secrets.token_bytes(_KEY_BYTES).hex().encode() + b"\n")
        sync_folder(key_file.parent)


def _derived_key(key: bytes, purpose: str) -> bytes:
    info = f"adcurate vault 1 {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(key)


def _read_key(key_file: Path) -> bytes:
    try:
        key = bytes.fromhex(key_file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as trouble:
        raise _missing() from trouble
    if len(key) != _KEY_BYTES:
        raise _missing()
    return key


def _identity_name(code: str) -> str:
    return f"identity/{code}"


def _missing() -> VaultError:
    return VaultError(
        "vault.key-missing",
        "The study's key file is missing or is no key.",
        remedy="Restore the key file from where it was backed up, or name where it lies with "
        "ADCURATE_VAULT_KEY_FILE=FILE; without it nobody can name the subjects.",
    )


def _mismatch() -> VaultError:
    return VaultError(
        "vault.key-mismatch",
        "The key file belongs to another study.",
        remedy="Give the key file that was made with this study.",
    )


def _not_found() -> StoreError:
    return StoreError("store.not-found", "The vault keeps nothing under this name.", remedy="Check the name.")
