"""``quarantine``: what was refused and why, its bytes as they came, and another try under today's rules.

A refused object stays counted and its bytes stay in the vault. Another try is for what a newer version
reads, or what no longer contradicts anything; a rule that still holds is not overruled here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adcurate.dicom.deidentification.deidentify import DrawnText
from adcurate.dicom.received.ingest_object import Refusal
from adcurate.dicom.received.sources import Skipped
from adcurate.errors import OutputError, UsageError
from adcurate.model.progress import Progress, no_progress
from adcurate.store import Outcome, QuarantineRecord, Vault
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving.keeping import BatchKeeper
from adcurate.study.receiving.staging import HeldObject, Staged, StagedResult, Stager

_AGAIN: Final = "Send or export the exam again; this copy did not arrive whole."
_ORIGINAL: Final = (
    "Export the original series. Where letters in the picture name nobody: look at it, name it, try it again."
)
_ASK: Final = "Ask who runs the PACS why the two differ, and send the right one."
REMEDIES: Final[Mapping[str, str]] = {
    "dicom.truncated": _AGAIN,
    "dicom.malformed": _AGAIN,
    "dicom.not-dicom": _AGAIN,
    "dicom.duplicate-tag": _AGAIN,
    "dicom.meta-mismatch": _AGAIN,
    "dicom.pixel-length": _AGAIN,
    "dicom.pixel-geometry": _AGAIN,
    "dicom.pixel-text-risk": _ORIGINAL,
    "dicom.lossy": "Export the series without lossy compression; its signals cannot be brought back.",
    "dicom.syntax-unsupported": "Export it uncompressed (Explicit VR Little Endian).",
    "dicom.uid-conflict": _ASK,
    "dicom.patient-conflict": _ASK,
    "study.withdrawn": "Nothing is to be done; take the subject off the list of what is sent.",
    "input.not-readable": "Check the file's permissions and add it again.",
    "internal.bug": "Report it, then try it again with a newer version.",
}
_OTHERWISE: Final = "Ask for a new export of this series."


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The objects that one reason holds back."""

    code: str
    sentence: str
    remedy: str
    objects: tuple[QuarantineRecord, ...]


@dataclass(frozen=True, slots=True)
class TriedAgain:
    """What became of objects that were tried once more."""

    outcomes: tuple[Outcome, ...]
    n_left: int

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study quarantine --try-again --json``."""
        fates = Counter(outcome.fate for outcome in self.outcomes)
        return {
            "tried": len(self.outcomes),
            "stored": fates["stored"],
            "duplicate": fates["duplicate"],
            "still_refused": fates["quarantined"],
            "left_in_quarantine": self.n_left,
        }


def list_quarantine(study: StudyFolder) -> tuple[HeldBack, ...]:
    """What is held back, by reason; the most frequent first. Needs no key."""
    with study.open_store("read") as store:
        records = store.quarantine.all()
    by_code: dict[str, list[QuarantineRecord]] = {}
    for record in records:
        by_code.setdefault(record.code, []).append(record)
    return tuple(
        HeldBack(code, same[0].sentence, REMEDIES.get(code, _OTHERWISE), tuple(same))
        for code, same in sorted(by_code.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def export_quarantine(
    study: StudyFolder, folder: Path, only: Sequence[str] = (), *, progress: Progress = no_progress
) -> int:
    """Write the bytes as they were received, one file for each object, into a new folder; returns how many.

    They hold the identity of patients: the folder must not lie in the study.

    Raises
    ------
    UsageError
        ``usage.option`` for a digest that names nothing, or more than one.
    OutputError
        ``output.exists``, ``output.not-writable``
    StoreError, VaultError
        ``vault.key-missing``, ``store.integrity``
    """
    if folder.resolve().is_relative_to(study.path.resolve()):
        raise OutputError(
            "output.not-writable",
            "Received bytes name patients, so they are not written into the study folder.",
            remedy="Name a folder outside the study.",
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(
            "output.exists", f"The folder {folder.name!r} is not empty.", remedy="Name a new folder."
        )
    with study.open_store("read") as store:
        chosen = _chosen(store.quarantine.all(), only)
        vault = study.open_vault(store)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for done, record in enumerate(chosen, start=1):
                target = folder / f"{record.received_digest[:16]}.dcm"
                target.write_bytes(vault.get_bytes(record.vault_name))
                progress("Writing", done, len(chosen))
        except OSError as trouble:
            raise OutputError(
                "output.not-writable", "The folder cannot be written.", remedy="Choose another folder."
            ) from trouble
    return len(chosen)


def try_again(
    study: StudyFolder, why: str, only: Sequence[str] = (), *, progress: Progress = no_progress
) -> TriedAgain:
    """Try refused objects once more; what passes now is stored and leaves quarantine, with the reason.

    Raises
    ------
    UsageError
        ``usage.option`` for a digest that names nothing, or more than one.
    StoreError, VaultError
        ``store.locked``, ``store.disk-full``, ``store.disk``, ``vault.key-missing``
    """
    outcomes: list[Outcome] = []
    with study.open_store() as store:
        vault = study.open_vault(store)
        chosen = _chosen(store.quarantine.all(), only)
        with store.runs.record("add", f"tried again: {why}"):
            # Who names one object has looked at it; a try of all of them has not.
            drawn_text: DrawnText = "looked-at" if only else "refuse"
            stager = Stager(vault.pseudonyms, store.blobs, frozenset(), drawn_text)
            keeper = BatchKeeper(store, vault)
            for done, record in enumerate(chosen, start=1):
                outcomes.append(_try_one(record, stager, keeper, vault))
                progress("Trying again", done, len(chosen))
        n_left = len(store.quarantine.all())
    return TriedAgain(tuple(outcomes), n_left)


def _try_one(record: QuarantineRecord, stager: Stager, keeper: BatchKeeper, vault: Vault) -> Outcome:
    source = HeldObject(vault.get_bytes(record.vault_name), record.source_name)
    result: StagedResult
    (result,) = stager([source])
    if isinstance(result, Staged):
        (outcome,) = keeper.keep([(source, result)], released=[record.received_digest])
        return outcome
    if isinstance(result, Refusal):
        return Outcome("quarantined", record.source_name, result.code, result.sentence)
    assert isinstance(result, Skipped)
    return Outcome("quarantined", record.source_name, record.code, record.sentence)


def _chosen(records: Sequence[QuarantineRecord], only: Sequence[str]) -> list[QuarantineRecord]:
    if not only:
        return list(records)
    chosen = {}
    for digest in only:
        meant = [record for record in records if record.received_digest.startswith(digest.lower())]
        if len(meant) != 1:
            raise UsageError(
                "usage.option",
                f"{digest!r} names {'none' if not meant else len(meant)} of the quarantined objects.",
                remedy="Give the digits that `adcurate study quarantine` shows.",
            )
        chosen[meant[0].received_digest] = meant[0]
    return list(chosen.values())
