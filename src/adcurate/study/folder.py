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
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from platformdirs import user_config_path

from adcurate.errors import StudyError
from adcurate.formats.protocol import read_protocol
from adcurate.model.protocol import Protocol
from adcurate.store import StudyStore, Vault
from adcurate.store.finishing import finish_erasures

KEY_FILE_VARIABLE = "ADCURATE_VAULT_KEY_FILE"
IDENTITY_CHOICE = "study"


@dataclass(frozen=True, slots=True)
class StudyFolder:
    """The paths of one study. `held` is its store where this program has opened it already."""

    path: Path
    held: StudyStore | None = field(default=None, compare=False, repr=False, kw_only=True)

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

    def open_store(self, access: Literal["write", "read"] = "write") -> AbstractContextManager[StudyStore]:
        """Open the research zone, or lend the one held; a second writer is refused (``store.locked``).

        Who may write goes on first with an erasure that was broken off.
        """
        if self.held is not None:
            return nullcontext(self.held)
        store = StudyStore.open(self.store, access)
        if access == "write":
            try:
                finish_erasures(store, self.vault, self.results)
            except BaseException:
                store.close()
                raise
        return store

    def holding(self, store: StudyStore) -> StudyFolder:
        """The same study for use cases that work while a server holds its `store`, which stays open."""
        return replace(self, held=store)

    def open_vault(self, store: StudyStore) -> Vault:
        """Open the identity zone with its key file (``vault.key-missing``, ``vault.key-mismatch``)."""
        return Vault.open(self.vault, key_file_of(store))


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
        remedy="Name the study's folder with --study FOLDER, or make one: adcurate study create.",
    )


def refuse_inside_study(folder: Path) -> None:
    """Stop where a new study would lie in another one, whose backups and removal would take it along.

    Raises
    ------
    StudyError
        ``study.exists``
    """
    try:
        find_study(folder.resolve().parent)
    except StudyError:
        return
    raise StudyError(
        "study.exists",
        "That place lies inside the folder of another study.",
        remedy="Name a folder outside every study.",
    )


def key_file_of(store: StudyStore) -> Path:
    """Where the vault's key lies.

    The file that ADCURATE_VAULT_KEY_FILE names, else the one chosen when the study was made, else the
    study's own in the user's settings.
    """
    named = named_key_file()
    if named is not None:
        return named
    record = store.choices.latest(IDENTITY_CHOICE)
    known = record.payload if record else {}
    return Path(known["key_file"]) if known.get("key_file") else default_key_file(str(known.get("id", "")))


def named_key_file() -> Path | None:
    """The key file that the environment names, if it does."""
    named = os.environ.get(KEY_FILE_VARIABLE)
    return Path(named) if named else None


def default_key_file(study_id: str) -> Path:
    """The key file of a study in the user's settings, outside every study folder."""
    return user_config_path("adcurate") / "keys" / f"{study_id}.key"
