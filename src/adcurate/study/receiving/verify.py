"""``verify``: is everything that the study says it holds still there, bit for bit?

Reads every stored object, map and figure and holds it against its SHA-256; the counts against the receipts;
the database against its own rules; and, where the key is at hand, opens every record of the vault. Nothing is
changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from adcurate.errors import StoreError, VaultError
from adcurate.model.progress import Progress, no_progress
from adcurate.store.snapshot import faults_of_database
from adcurate.store.study_store import DATABASE_NAME
from adcurate.study.folder import StudyFolder

What = Literal["object", "pack", "derived", "vault", "database"]


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is gone or changed: an object by its UID, a derived one by its id, a vault record.

    A ``pack`` is a file of several objects whose directory was changed; the objects are told apart from it.
    The vault's ``fingerprint`` was changed, or the key at hand is another study's.
    """

    what: What
    name: str


@dataclass(frozen=True, slots=True)
class VerifiedStudy:
    """What was looked at, and what is not what it was. `n_vault` is None where the key was not at hand."""

    n_objects: int
    n_derived: int
    n_vault: int | None
    n_bytes: int
    count_holds: bool
    damaged: tuple[Damage, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost or changed."""
        return self.count_holds and not self.damaged

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study verify --json``."""
        return {
            "objects": self.n_objects,
            "derived": self.n_derived,
            "vault_records": self.n_vault,
            "bytes": self.n_bytes,
            "count_holds": self.count_holds,
            "damaged": [{"what": one.what, "name": one.name} for one in self.damaged],
        }


def verify_study(study: StudyFolder, *, progress: Progress = no_progress) -> VerifiedStudy:
    """Look at everything that is stored; damage is listed, not raised.

    Raises
    ------
    StoreError
        ``store.schema-version``, ``store.disk`` where the database itself cannot be read.
    """
    damaged: list[Damage] = []
    n_bytes = 0
    with study.open_store("read") as store:
        try:
            store.instances.check_count()
            count_holds = True
        except StoreError as trouble:
            if trouble.code != "store.integrity":
                raise
            count_holds = False
        blobs: list[tuple[What, str, str]] = [
            ("object", record.sop_instance_uid, record.blob) for record in store.instances.all()
        ]
        n_objects = len(blobs)
        blobs += [("derived", derived_id, blob) for derived_id, blob in store.derived.blobs()]
        for done, (what, name, blob) in enumerate(blobs, start=1):
            try:
                n_bytes += len(store.blobs.get(blob))
            except StoreError:
                damaged.append(Damage(what, name))
            progress("Verifying", done, len(blobs))
        damaged += [Damage("pack", name) for name in store.blobs.damaged_packs()]
        damaged += [Damage("database", fault) for fault in faults_of_database(study.store / DATABASE_NAME)]
        try:
            vault = study.open_vault(store)
        except VaultError as trouble:
            n_vault = None
            if trouble.code == "vault.key-mismatch":
                damaged.append(Damage("vault", "fingerprint"))
        else:
            whole, broken = vault.verify()
            n_vault = whole + len(broken)
            held = [record.vault_name for record in store.quarantine.all()]
            lost = [name for name in held if not vault.has(name)]
            damaged += [Damage("vault", name) for name in (*broken, *lost)]
    return VerifiedStudy(n_objects, len(blobs) - n_objects, n_vault, n_bytes, count_holds, tuple(damaged))
