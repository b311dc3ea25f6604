"""One batch of received objects into the store: all of it, with its receipt, or nothing.

Inside one transaction it is decided what each object is, blobs get their places, then the bytes of what is
refused go to the vault, then come the rows and the receipt. Broken off anywhere, the same batch can be given
again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from adcurate.errors import StoreError
from adcurate.findings import Finding
from adcurate.model import canonical_json
from adcurate.store.blobs import BlobFolder
from adcurate.store.database import Database
from adcurate.store.journal import insert_findings
from adcurate.store.packs import StagedBlob
from adcurate.store.received import KnownObject, NewInstance, NewRefusal, Receipt
from adcurate.store.schema import accounts, instances, packed, quarantine, receipts, subjects
from adcurate.store.sorting import Sorting

# Gets the object, its code, and returns the name under which the vault keeps its bytes, durably.
KeepRefused = Callable[[NewInstance | NewRefusal, str], str]


@dataclass(frozen=True, slots=True)
class Batch:
    """What is stored as one; the fields are those of `Instances.add_batch`."""

    prepared: tuple[NewInstance, ...]
    refused: tuple[NewRefusal, ...]
    known: tuple[KnownObject, ...]
    keep_refused: KeepRefused
    skipped: Mapping[str, int]
    findings: tuple[Finding, ...]
    step: str
    released: tuple[str, ...]


def store_batch(database: Database, blobs: BlobFolder, batch: Batch) -> Receipt:
    """Store a batch; see `Instances.add_batch`."""
    staged = _staged(blobs, batch.prepared)
    try:
        with database.begin() as connection:
            n_released = _release(connection, batch.released)
            sorting = _sorted(connection, batch, staged)
            packed_rows = [place._asdict() for place in blobs.place(sorting.blobs)]
            number = (connection.scalar(select(func.max(receipts.c.id))) or 0) + 1
            held_back = [
                {**row, "vault_name": batch.keep_refused(item, str(row["code"])), "receipt": number}
                for item, row in sorting.refusals
            ]
            receipt = _receipt(sorting, batch.skipped, n_released)
            if packed_rows:
                # Bytes that lie in another pack already are found there.
                connection.execute(packed.insert().prefix_with("OR IGNORE"), packed_rows)
            for table, rows in (
                (receipts, [_receipt_row(number, database.clock(), receipt)]),
                (subjects, sorting.subject_rows),
                (instances, sorting.instance_rows),
                (accounts, sorting.account_rows),
                (quarantine, held_back),
            ):
                if rows:
                    connection.execute(table.insert(), rows)
            insert_findings(connection, batch.step, batch.findings)
            if receipt.received != receipt.stored + receipt.duplicate + receipt.quarantined:
                raise count_error(receipt)
    finally:
        # What got a place is no longer there; the rest got none.
        blobs.discard(staged)
    return receipt


def count_error(receipt: Receipt) -> StoreError:
    """The error of a count that does not add up."""
    return StoreError(
        "store.integrity",
        "The count of received objects does not add up.",
        remedy="Restore the study folder from a backup and report this.",
        received=receipt.received,
        stored=receipt.stored,
        duplicate=receipt.duplicate,
        quarantined=receipt.quarantined,
    )


def _staged(blobs: BlobFolder, prepared: Sequence[NewInstance]) -> list[StagedBlob]:
    """Where each object's bytes are staged; those that came as bytes are staged now."""
    plain = [item.content for item in prepared if isinstance(item.content, bytes)]
    now = iter(blobs.stage_all(plain)) if plain else iter(())
    return [item.content if isinstance(item.content, StagedBlob) else next(now) for item in prepared]


def _release(connection: Connection, digests: Sequence[str]) -> int:
    """Take rows out of quarantine; returns how many there were."""
    n_released = 0
    for digest in digests:
        n_released += connection.execute(
            delete(quarantine).where(quarantine.c.received_digest == digest)
        ).rowcount
    return n_released


def _sorted(connection: Connection, batch: Batch, staged: Sequence[StagedBlob]) -> Sorting:
    sorting = Sorting(connection, batch.prepared, (*batch.refused, *batch.known))
    for item, blob in zip(batch.prepared, staged, strict=True):
        sorting.sort_instance(item, blob)
    for refusal in batch.refused:
        sorting.sort_refusal(refusal)
    for met in batch.known:
        sorting.sort_known(met)
    return sorting


def _receipt(sorting: Sorting, skipped: Mapping[str, int], n_released: int) -> Receipt:
    """The count of a batch, from the rows that it adds and takes out."""
    n_duplicate = sum(outcome.fate == "duplicate" for outcome in sorting.outcomes)
    return Receipt(
        len(sorting.outcomes) - n_released,
        len(sorting.instance_rows),
        n_duplicate,
        len(sorting.refusals) - n_released,
        skipped,
        tuple(sorting.outcomes),
    )


def _receipt_row(number: int, at: str, receipt: Receipt) -> dict[str, object]:
    return {
        "id": number,
        "at": at,
        "received": receipt.received,
        "stored": receipt.stored,
        "duplicate": receipt.duplicate,
        "quarantined": receipt.quarantined,
        "skipped": canonical_json(dict(receipt.skipped)),
    }
