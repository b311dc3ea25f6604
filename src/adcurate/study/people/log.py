"""The audit log against the heads that were kept outside the database, in a text file beside it.

The file has one line for each head: its number, its hash, and when it was kept. It is worth most where copies
of it lie elsewhere: print it, or mail it to the auditor.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from adcurate.errors import StoreError
from adcurate.model.reading.audit_entry import AuditCheck, AuditHead
from adcurate.store import StudyStore

HEADS_NAME: Final = "audit-heads.txt"
_HASH_LETTERS: Final = 64


def keep_head(store: StudyStore) -> AuditHead:
    """Add the log's present head to the file, unless it is its last line already.

    Raises
    ------
    StoreError
        ``store.disk``
    """
    head = store.audit.head()
    path = store.folder / HEADS_NAME
    if read_heads(path)[-1:] != (head,):
        try:
            with path.open("a", encoding="ascii") as file:
                file.write(f"{head.sequence} {head.hash} {store.clock()}\n")
        except OSError as trouble:
            raise StoreError(
                "store.disk", "The file of log heads cannot be written.", remedy="Check the disk."
            ) from trouble
    return head


def read_heads(path: Path) -> tuple[AuditHead, ...]:
    """The heads in a file; none where there is no file. A line that is none of ours is passed over."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return ()
    parts = [line.split() for line in lines]
    return tuple(
        AuditHead(int(one[0]), one[1])
        for one in parts
        if len(one) == 3 and one[0].isdecimal() and len(one[1]) == _HASH_LETTERS
    )


def check_log(store: StudyStore) -> AuditCheck:
    """Recompute the whole chain and compare it with the kept heads."""
    return store.audit.check(read_heads(store.folder / HEADS_NAME))
