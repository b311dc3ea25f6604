"""What an erasure still has to do after its transaction, gone on with wherever it was broken off.

The rows and the tombstone are one transaction; files cannot be. The tombstone says which are left, and
whoever opens the store to write goes on from there.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from adcurate.store.portable import disk_errors
from adcurate.store.study_store import StudyStore
from adcurate.store.writing import erase_files


def finish_erasures(store: StudyStore, vault: Path, results: Path) -> None:
    """Go on with what was begun: objects, records below `vault`, all of `results`, then free pages."""
    for one in store.withdrawals.all().values():
        if not one.unfinished:
            continue
        store.subjects.take_away_objects(one.unfinished["packs"], one.unfinished["alone"])
        erase_files(vault / name for name in one.unfinished["vault"])
        with disk_errors():
            for path in results.iterdir() if results.is_dir() else ():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        store.subjects.leave_no_trace()
        store.withdrawals.finished(one.subject)
