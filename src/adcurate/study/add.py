"""``add``: received DICOM becomes research objects; received = stored + duplicate + quarantined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from adcurate.compute import available_workers, run_tasks
from adcurate.dicom.received.ingest_object import Prepared, Refusal, prepare_object
from adcurate.dicom.received.sources import Skipped, find_objects
from adcurate.errors import InputError
from adcurate.findings import Finding
from adcurate.model import ObjectSource, canonical_json
from adcurate.model.progress import Progress, no_progress
from adcurate.store import NewInstance, NewRefusal, Outcome, StudyStore, Vault
from adcurate.study.folder import StudyFolder

_BATCH = 256
_WORTH_WORKERS = 64


@dataclass(frozen=True, slots=True)
class AddedExams:
    """What became of everything at the given paths. `refused` names each quarantined object's reason."""

    received: int
    stored: int
    duplicate: int
    quarantined: int
    skipped: dict[str, int]
    refused: tuple[Outcome, ...]
    n_subjects: int
    n_exams: int

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study add --json``."""
        return {
            "received": self.received,
            "stored": self.stored,
            "duplicate": self.duplicate,
            "quarantined": self.quarantined,
            "skipped": self.skipped,
            "refused": [
                {"source": one.source_name, "code": one.code, "sentence": one.sentence}
                for one in self.refused
            ],
            "subjects_in_study": self.n_subjects,
            "exams_in_study": self.n_exams,
        }


def add_exams(
    study: StudyFolder, paths: Sequence[Path], *, workers: int | None = None, progress: Progress = no_progress
) -> AddedExams:
    """Take identity off every object below `paths` and store it; broken off, the same call goes on.

    Raises
    ------
    InputError
        ``input.missing``, ``input.empty`` where nothing looks like DICOM.
    ArchiveError
        A zip file that is refused.
    StoreError, VaultError
        ``store.locked``, ``store.disk-full``, ``vault.key-missing``.
    """
    found = find_objects(paths)
    if not found.sources:
        raise InputError(
            "input.empty",
            f"Nothing there looks like DICOM ({len(found.skipped)} other files were left alone).",
            remedy="Name the folder or zip file that the PACS exported.",
            n_other_files=len(found.skipped),
        )
    if workers is None:
        workers = available_workers() if len(found.sources) > _WORTH_WORKERS else 0
    skipped = Counter(item.reason_code for item in found.skipped)
    tallies: Counter[str] = Counter()
    refused: list[Outcome] = []
    with study.open_store() as store, store.runs.record("add"):
        vault = study.open_vault(store)
        keeper = _Keeper(store, vault)
        results = run_tasks(
            partial(prepare_object, pseudonyms=vault.pseudonyms),
            found.sources,
            workers=workers,
            progress=lambda done, total: progress("Adding", done, total),
        )
        for source, result in zip(found.sources, results, strict=True):
            if isinstance(result, Skipped):
                skipped[result.reason_code] += 1
            else:
                keeper.take(result, source)
            if keeper.is_full:
                refused += keeper.store_batch(tallies)
        refused += keeper.store_batch(tallies)
        store.findings.add("add", keeper.findings.values())
        instances = store.instances.all()
    return AddedExams(
        received=tallies["received"],
        stored=tallies["stored"],
        duplicate=tallies["duplicate"],
        quarantined=tallies["quarantined"],
        skipped=dict(sorted(skipped.items())),
        refused=tuple(refused),
        n_subjects=len({instance.subject for instance in instances}),
        n_exams=len({instance.study_uid for instance in instances}),
    )


class _Keeper:
    """Gathers results and stores them batch by batch."""

    def __init__(self, store: StudyStore, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._prepared: list[Prepared] = []
        self._refused: list[Refusal] = []
        self._source_of: dict[str, ObjectSource] = {}
        self._identified: set[tuple[str, str]] = set()
        self.findings: dict[str, Finding] = {}

    @property
    def is_full(self) -> bool:
        """Whether a batch should be stored now."""
        return len(self._prepared) + len(self._refused) >= _BATCH

    def take(self, result: Prepared | Refusal, source: ObjectSource) -> None:
        """Keep one result for the next batch."""
        self._source_of[result.received_digest] = source
        if isinstance(result, Prepared):
            self._prepared.append(result)
            for finding in result.findings:
                self.findings.setdefault(canonical_json(finding.as_json()), finding)
        else:
            self._refused.append(result)

    def store_batch(self, tallies: Counter[str]) -> list[Outcome]:
        """Store what was taken; identities go to the vault first. Returns what was quarantined."""
        if not self._prepared and not self._refused:
            return []
        for one in self._prepared:
            key = (one.subject, one.study_uid)
            if key not in self._identified:
                self._vault.put_identity(one.subject, one.identity)
                self._identified.add(key)
        receipt = self._store.instances.add_batch(
            self._prepared, self._refused, keep_refused=self._keep_refused
        )
        tallies["received"] += receipt.received
        tallies["stored"] += receipt.stored
        tallies["duplicate"] += receipt.duplicate
        tallies["quarantined"] += receipt.quarantined
        self._prepared, self._refused, self._source_of = [], [], {}
        return [outcome for outcome in receipt.outcomes if outcome.fate == "quarantined"]

    def _keep_refused(self, item: NewInstance | NewRefusal, code: str) -> str:
        """Vault the bytes as they were received; a conflict shows only now, so they are read again."""
        content = item.content if isinstance(item, Refusal) else self._source_of[item.received_digest].read()
        return self._vault.put_bytes(f"quarantine/{item.received_digest}", content, code)
