"""``verify --mend``: stored objects that were damaged, made anew from the originals they came from.

An original is taken through the same door as any received object; only a research object that is, bit for
bit, one that is missing gets its place. Nothing new enters the study, and nothing that is whole is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adcurate.dicom.received.sources import find_objects
from adcurate.errors import InputError
from adcurate.model.progress import Progress, no_progress
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving.staging import Staged, Stager

_GROUP = 16


def mend_study(study: StudyFolder, originals: Sequence[Path], *, progress: Progress = no_progress) -> int:
    """Put damaged objects right from folders, files or zips of originals; returns how many.

    Raises
    ------
    InputError
        ``input.missing``, ``input.empty`` where nothing there looks like DICOM.
    StoreError, VaultError
        ``store.locked``, ``store.disk-full``, ``store.disk``, ``vault.key-missing``.
    """
    sources = find_objects(originals).sources
    if not sources:
        raise InputError(
            "input.empty",
            "Nothing there looks like DICOM.",
            remedy="Name the folder or zip file from which the objects were added.",
        )
    n_mended = 0
    with study.open_store() as store:
        pseudonyms = study.open_vault(store).pseudonyms
        damaged = set(store.blobs.verify({record.blob for record in store.instances.all()}))
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
    return n_mended
