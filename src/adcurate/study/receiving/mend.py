"""``verify --mend``: what was damaged, made anew from what it came from.

Maps and figures are taken away, and the next run makes the same ones. Stored objects need their originals:
these come through the same door as any received object, and only a research object that is, bit for bit, one
that is missing gets its place. Nothing new enters the study, and nothing that is whole is touched.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from adcurate.dicom.received.sources import find_objects
from adcurate.errors import InputError
from adcurate.model.progress import Progress, no_progress
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving.staging import Staged, Stager

_GROUP = 16


@dataclass(frozen=True, slots=True)
class Mended:
    """How many objects were put right, and how many maps and figures the next run makes again."""

    n_objects: int
    n_derived: int


def mend_study(study: StudyFolder, originals: Sequence[Path], *, progress: Progress = no_progress) -> Mended:
    """Put damaged objects right from folders, files or zips of originals.

    Raises
    ------
    InputError
        ``input.missing``; ``input.empty`` where objects are damaged and nothing there looks like DICOM.
    StoreError, VaultError
        ``store.locked``, ``store.disk-full``, ``store.disk``, ``vault.key-missing``.
    """
    sources = find_objects(originals).sources
    n_mended = 0
    with study.open_store() as store:
        pseudonyms = study.open_vault(store).pseudonyms
        damaged = set(store.blobs.verify({record.blob for record in store.instances.all()}))
        if damaged and not sources:
            raise InputError(
                "input.empty",
                "Nothing there looks like DICOM.",
                remedy="Name the folder or zip file from which the objects were added.",
            )
        n_derived = store.derived.drop_damaged()
        _write_torn_packs_anew(store, damaged)
        # Whoever looked at a drawn-on picture once need not look again: only what was stored is stored.
        stager = Stager(pseudonyms, store.blobs, frozenset(), "looked-at")
        for first in range(0, len(sources), _GROUP):
            staged = [one for one in stager(sources[first : first + _GROUP]) if isinstance(one, Staged)]
            needed = {one.content.digest: one.content for one in staged if one.content.digest in damaged}
            try:
                store.instances.put_again(list(needed.values()))
            finally:
                store.blobs.discard(one.content for one in staged)
            damaged -= needed.keys()
            n_mended += len(needed)
            progress("Mending", min(first + _GROUP, len(sources)), len(sources))
        store.blobs.clear_unnamed(store.instances.packs())
    return Mended(n_mended, n_derived)


def _write_torn_packs_anew(store: StudyStore, damaged: Container[str]) -> None:
    """Give the whole objects of a pack whose directory was changed a new place; originals bring the rest."""
    for pack in store.blobs.damaged_packs():
        whole = [blob for blob in store.instances.in_pack(pack) if blob not in damaged]
        store.instances.put_again(store.blobs.stage_all(store.blobs.get(blob) for blob in whole))
