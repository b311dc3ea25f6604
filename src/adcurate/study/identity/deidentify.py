"""``deidentify``: exams without identity in a folder to send away; who is behind them stays here.

For a hospital that may not send identity. What leaves is `destination`: research objects, a receipt, and
nothing else. What stays is `records`, the sender's own zone: the encrypted table of persons and codes, the
bytes of what was refused, and what was done already, so that a run that was broken off goes on. A study
with the same key takes the objects as they are, by their seal; one with another key codes them anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adcurate.compute import available_workers
from adcurate.dicom.received.sources import find_objects
from adcurate.errors import InputError, OutputError, VaultError
from adcurate.model.progress import Progress, no_progress
from adcurate.model.receipt import DeidentificationReceipt
from adcurate.report.files import make_folder, write_atomically
from adcurate.report.tables import write_csv
from adcurate.store import BlobSource, Outcome, StudyStore, Vault
from adcurate.store.vault import make_key_file
from adcurate.study.export.sending_places import OBJECTS_NAME, check_places, check_subject_table
from adcurate.study.folder import IDENTITY_CHOICE, StudyFolder
from adcurate.study.identity.receipt import receipt_of, write_receipt
from adcurate.study.receiving.intake import Intake

_WORTH_WORKERS = 512
_TABLE_HEAD = ("code", "patient_id", "patient_name", "birth_date", "exam_date")


@dataclass(frozen=True, slots=True)
class Sending:
    """What was written, where the receipt is, and what was held back."""

    destination: Path
    records: Path
    page: Path
    n_written: int
    refused: tuple[Outcome, ...]
    skipped: dict[str, int]
    receipt: DeidentificationReceipt

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``deidentify --json``."""
        return {
            "destination": str(self.destination),
            "records": str(self.records),
            "objects_written": self.n_written,
            "left_alone": self.skipped,
            "refused": [
                {"source": one.source_name, "code": one.code, "sentence": one.sentence}
                for one in self.refused
            ],
            "receipt": self.receipt.as_json(),
        }


@dataclass(frozen=True, slots=True)
class SendersZone(StudyFolder):
    """Store and vault of what was sent, opened with the key that the sender names."""

    key_file: Path

    def open_vault(self, store: StudyStore) -> Vault:
        """Open the identity zone (``vault.key-missing``, ``vault.key-mismatch``)."""
        return Vault.open(self.vault, self.key_file)


def default_records(key_file: Path, destination: Path) -> Path:
    """The sender's own zone of a destination: beside the key."""
    return key_file.absolute().parent / f"{destination.absolute().name}.records"


def make_key(key_file: Path) -> None:
    """Make a new key file, readable by its owner.

    Raises
    ------
    OutputError
        ``output.exists``: a key that is there is never replaced.
    """
    if key_file.exists():
        raise OutputError(
            "output.exists",
            "A key file of this name is there already.",
            remedy="Leave --new-key out to use it, or name another file.",
        )
    make_key_file(key_file)


def deidentify_for_sending(
    paths: Sequence[Path],
    destination: Path,
    key_file: Path,
    *,
    new_key: bool = False,
    records: Path | None = None,
    workers: int | None = None,
    progress: Progress = no_progress,
) -> Sending:
    """Write research objects of everything below `paths`, with their receipt, to `destination`.

    Broken off, the same call goes on; repeated, it adds what is new. With `new_key` the key file is made
    first, once it is known that it may lie where it shall.

    Raises
    ------
    UsageError
        ``usage.option`` where key, records or input lie in what is sent, or the other way round.
    InputError
        ``input.missing``, ``input.empty``
    OutputError
        ``output.exists`` where the destination holds other things, ``output.not-writable``
    VaultError
        ``vault.key-missing``, ``vault.key-mismatch`` where the records were made with another key
    StoreError
        ``store.locked``, ``store.disk-full``, ``store.disk``
    """
    records = records or default_records(key_file, destination)
    check_places(paths, destination, key_file, records)
    if new_key:
        make_key(key_file)
    found = find_objects(paths)
    if not found.sources:
        raise InputError(
            "input.empty",
            f"Nothing there looks like DICOM ({len(found.skipped)} other files were left alone).",
            remedy="Name the folder or zip file that the PACS exported.",
            n_other_files=len(found.skipped),
        )
    zone = _records_zone(records, key_file)
    if workers is None:
        workers = available_workers() if len(found.sources) > _WORTH_WORKERS else 0
    with Intake(zone, source="deidentify") as intake:
        intake.skip(found.skipped)
        refused = intake.receive_many(found.sources, workers=workers, progress=progress)
        skipped = dict(intake.totals.skipped)
    with zone.open_store("read") as store:
        n_written = _write_objects(store, destination / OBJECTS_NAME, progress)
        receipt = receipt_of(store, key_fingerprint=zone.open_vault(store).pseudonyms.fingerprint())
    page = write_receipt(receipt, destination)
    return Sending(destination, records, page, n_written, refused, skipped, receipt)


def write_subject_table(sending: Sending, key_file: Path, path: Path) -> int:
    """Write who is behind each code, in the clear, for the sender's own eyes; returns the number of rows.

    Raises
    ------
    UsageError
        ``usage.option`` where the table would lie in what is sent.
    OutputError
        ``output.exists``, ``output.not-writable``
    """
    check_subject_table(path, sending.destination)
    zone = SendersZone(sending.records.absolute(), key_file)
    with zone.open_store("read") as store:
        vault = zone.open_vault(store)
        rows = [
            (code, one.patient_id, one.patient_name, one.birth_date, one.exam_date)
            for code in store.instances.subjects()
            for one in vault.identities_of(code)
        ]
    write_atomically(path, write_csv(_TABLE_HEAD, rows))
    path.chmod(0o600)
    return len(rows)


def _records_zone(records: Path, key_file: Path) -> SendersZone:
    """The sender's zone: opened with its key, or made."""
    zone = SendersZone(records.absolute(), key_file.absolute())
    if not key_file.is_file():
        raise VaultError(
            "vault.key-missing",
            "There is no key file of this name.",
            remedy="Make one with --new-key, or name the key that the study uses.",
        )
    if zone.store.is_dir():
        # Refuses another key before anything is written.
        Vault.open(zone.vault, key_file)
        return zone
    with StudyStore.create(zone.store) as store:
        Vault.create(zone.vault, key_file)
        store.choices.add(IDENTITY_CHOICE, {"id": records.name, "key_file": str(key_file.absolute())})
    return zone


def _write_objects(store: StudyStore, folder: Path, progress: Progress) -> int:
    """Put each stored object that is not there whole into the folder that is sent; returns how many."""
    instances = store.instances.all()
    written = 0
    for done, record in enumerate(instances, start=1):
        source = store.blobs.source(record.blob)
        target = folder / record.subject / record.study_uid / f"{record.sop_instance_uid}.dcm"
        if not target.is_file() or target.stat().st_size != source.n_bytes():
            make_folder(target.parent)
            _copy(source, target)
            written += 1
        progress("Writing", done, len(instances))
    return written


def _copy(source: BlobSource, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    try:
        part.write_bytes(source.read())
        part.replace(target)
    except OSError as trouble:
        part.unlink(missing_ok=True)
        raise OutputError(
            "output.not-writable",
            "An object cannot be written to the folder that is sent.",
            remedy="Check its free space and run the command again; it goes on.",
        ) from trouble
