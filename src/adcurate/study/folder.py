"""A study's folder: where things lie in it, and opening it.

::

    study.toml        the protocol, to read and to edit
    worksheet.xlsx    the empty worksheet to fill in
    store/            research zone: objects without identity, and all that is derived from them
    vault/            identity zone: encrypted, opened with the key file that lies elsewhere
    results/          the report, its figures and tables, the maps
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path

from adcurate.errors import StudyError
from adcurate.formats.protocol import read_protocol
from adcurate.model.protocol import Protocol
from adcurate.store import StudyStore, Vault

KEY_FILE_VARIABLE = "ADCURATE_VAULT_KEY_FILE"


@dataclass(frozen=True, slots=True)
class StudyFolder:
    """The paths of one study."""

    path: Path

    @property
    def protocol_file(self) -> Path:
        """The protocol as a file."""
        return self.path / "study.toml"

    @property
    def store(self) -> Path:
        """The research zone."""
        return self.path / "store"

    @property
    def vault(self) -> Path:
        """The identity zone."""
        return self.path / "vault"

    @property
    def results(self) -> Path:
        """What people open."""
        return self.path / "results"

    def protocol(self) -> Protocol:
        """Read ``study.toml``."""
        return read_protocol(self.protocol_file)

    def open_store(self) -> StudyStore:
        """Open the research zone for writing; another writer is refused (``store.locked``)."""
        return StudyStore.open(self.store)

    def open_vault(self, study_id: str) -> Vault:
        """Open the identity zone with its key file (``vault.key-missing``, ``vault.key-mismatch``)."""
        return Vault.open(self.vault, key_file_of(study_id))


def find_study(path: Path) -> StudyFolder:
    """The study at `path`, or at the folder above it that is one.

    Raises
    ------
    StudyError
        ``study.not-a-study``.
    """
    here = path.absolute()
    for folder in (here, *here.parents):
        if (folder / "study.toml").is_file() and (folder / "store").is_dir():
            return StudyFolder(folder)
    raise StudyError(
        "study.not-a-study",
        f"{here.name!r} is not a study folder, and lies in none.",
        remedy="Go to the study's folder, name it with --study FOLDER, or make one: adcurate study create FOLDER.",
    )


def key_file_of(study_id: str) -> Path:
    """Where the vault's key lies: the file that ADCURATE_VAULT_KEY_FILE names, else in the user's settings."""
    named = os.environ.get(KEY_FILE_VARIABLE)
    if named:
        return Path(named)
    return user_config_path("adcurate") / "keys" / f"{study_id}.key"
