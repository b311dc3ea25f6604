"""What must hold of a study after its work was broken off, and once the work was done again."""

from __future__ import annotations

from pathlib import Path

from tests.crash.harness import Ended
from tests.crash.work import PASSPHRASE, run

from adcurate.errors import AdcurateError
from adcurate.store import StudyStore
from adcurate.store.reading.seals import open_bytes
from adcurate.study.folder import StudyFolder
from adcurate.study.reading.room import open_reading_room
from adcurate.study.reading.seal import current_seal

STORED, REFUSED = ("first", "second"), ("broken",)


class BrokenError(AssertionError):
    """Something was lost, doubled or torn."""


def check(work: str, study: Path, inputs: Path, ended: Ended) -> None:
    """Nothing answered for is lost, no row is without its file, no file is torn, nothing enters twice."""
    try:
        _check_kept(work, StudyFolder(study), inputs, ended.answers)
        again: list[str] = []
        run(work, study, inputs, again.append)
        if any(answer.startswith("error") for answer in again):
            raise BrokenError(f"the next try failed: {again}")
        _check_kept(work, StudyFolder(study), inputs, tuple(again))
        _check_once(work, StudyFolder(study))
    except AdcurateError as trouble:
        raise BrokenError(f"{trouble.code}: {trouble.sentence}") from trouble


def _check_kept(work: str, study: StudyFolder, inputs: Path, answers: tuple[str, ...]) -> None:
    if work == "seal":
        _check_seal(study, inputs, answers)
    with study.open_store() as store:
        vault = study.open_vault(store)
        _demand(store.instances.verify() == (), "a row is without its file")
        for source in store.blobs:
            source.read()
        held = {record.received_digest for record in store.quarantine.all()}
        for record in store.quarantine.all():
            vault.get_bytes(record.vault_name)
        for name in vault.names():
            vault.get_bytes(name)
        stored = {record.received_digest for record in store.instances.all()}
        for subject in store.instances.subjects():
            _demand(bool(vault.identities_of(subject)), "nobody knows who a code is")
        for name, kept in [(name, stored) for name in STORED] + [(name, held) for name in REFUSED]:
            if (work == "batch" and answers == ("batch",)) or f"{name} {_fate(name)}" in answers:
                digest = vault.pseudonyms.received_digest((inputs / name).read_bytes())
                _demand(digest in kept, f"{name} was answered for and is not there")
        worksheet = store.worksheets.latest()
        if worksheet is not None:
            _demand(len(worksheet.rows) == 1, "half a worksheet")
            _demand(any(name.startswith("worksheet/") for name in vault.names()), "the worksheet as received")
        _demand("worksheet" not in answers or worksheet is not None, "the worksheet is lost")
        _demand("contours" not in answers or bool(store.contours.all()), "the contours are lost")
        if work == "reading":
            _check_reading(store, answers)
        totals = store.instances.totals()
        _demand(totals.received == totals.stored + totals.duplicate + totals.quarantined, "the receipt")


def _check_once(work: str, study: StudyFolder) -> None:
    with study.open_store() as store:
        if work in ("objects", "batch"):
            totals = store.instances.totals()
            _demand((totals.stored, totals.quarantined) == (2, 1), "something was counted twice")
            _demand(len(list(store.blobs)) == 2, "something lies there twice")
            files = {path for path in store.blobs.folder.rglob("*") if path.is_file()}
            needed = {source.path for source in store.instances.sources()}
            _demand(files == needed, "something was left behind")
        if work == "worksheet":
            version = store.worksheets.latest()
            _demand(version is not None and version.version == 1, "the worksheet entered twice")
        if work == "reading":
            _demand(len(store.audit.done("draft.save")) == 3, "a save is in the log twice")
            _demand(len(store.audit.done("reading.lock")) == 1, "a reading was locked twice")
        if work == "contours":
            _demand({region.version for region in store.contours.all()} == {1}, "contours entered twice")


def _check_reading(store: StudyStore, answers: tuple[str, ...]) -> None:
    """Every save that was answered for is there; a lock, its contours and its log entry come together."""
    (case,) = store.reading.designs.items("anna")
    saved = [one.revision for one in store.reading.drafts.history(case.item)]
    _demand(saved == list(range(1, len(saved) + 1)), "a revision is missing")
    answered = [int(answer.split()[1]) for answer in answers if answer.startswith("saved")]
    _demand(set(answered) <= set(saved), "a save was answered for and is not there")
    told = [one.after["revision"] for one in store.audit.done("draft.save")]
    _demand(told == saved, "a save and its entry in the log did not come together")
    n_locks = len(store.reading.locks.of(case.item))
    _demand("locked" not in answers or n_locks == 1, "the lock is lost")
    _demand(len(store.audit.done("reading.lock")) == n_locks, "a lock is without its entry in the log")
    _demand(len(store.contours.all()) == n_locks, "a lock is without its contours")
    _demand(store.audit.check().faults == (), "the log is not whole")


def _check_seal(study: StudyFolder, inputs: Path, answers: tuple[str, ...]) -> None:
    """Once the room is opened again, rows and worksheet are both sealed, or both open and whole."""
    received = (inputs / "worksheet.csv").read_bytes()
    with study.open_store() as store:
        seal = current_seal(open_reading_room(study, store))
        vault = study.open_vault(store)
        copies = [name for name in vault.names() if name.startswith("sealed-copy/")]
        _demand(not copies, "a copy was left behind")
        (kept,) = (vault.get_bytes(name) for name in vault.names() if name.startswith("worksheet/"))
        (row,) = store.worksheets.latest().rows
        _demand((row.values.get("grade") is None) == (seal is not None), "rows that are not as the seal says")
        if seal is None:
            _demand(kept == received, "the worksheet did not come back")
            _demand("sealed" not in answers or store.reading.seals.latest() is not None, "the seal is lost")
        else:
            _demand(kept != received, "a worksheet lies open beside the seal")
            _demand(open_bytes(kept, PASSPHRASE) == received, "the sealed worksheet is lost")
            _demand("opened" not in answers, "the opening is lost")


def _fate(name: str) -> str:
    return "stored" if name in STORED else "quarantined"


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BrokenError(otherwise)
