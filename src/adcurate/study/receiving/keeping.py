"""What the one writer does with a batch of staged objects: identities, blobs, refused bytes, rows, answers.

The order is the promise: identities go to the vault first, then blobs get their places, then refused bytes
go to the vault, then one transaction commits every row with the receipt; only then does anyone get an answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from adcurate.dicom.received.ingest_object import Refusal
from adcurate.dicom.received.sources import Skipped
from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.model import ObjectSource, canonical_json
from adcurate.store import NewInstance, NewRefusal, Outcome, StudyStore, Vault
from adcurate.store.withdrawals import exam_mark
from adcurate.study.link import note_birth_dates
from adcurate.study.receiving.staging import Met, Staged, StagedResult

_LEFT_ALONE = "No MR image; it was left alone."


class BatchKeeper:
    """Stores batches and counts them. Not for several threads at once: `Intake` sees to that."""

    def __init__(self, store: StudyStore, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._identified: set[tuple[str, str]] = set()
        self._skipped_since: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()

    def keep(
        self, batch: Sequence[tuple[ObjectSource, StagedResult]], *, released: Sequence[str] = ()
    ) -> list[Outcome]:
        """Store a batch; the outcomes stand in its order. `released` are objects that leave quarantine.

        Raises
        ------
        StoreError
            ``store.disk-full``, ``store.disk``, ``store.locked``: then nothing of the batch is stored.
        """
        staged = [result for _, result in batch if isinstance(result, Staged)]
        refused = [result for _, result in batch if isinstance(result, Refusal)]
        met = [result for _, result in batch if isinstance(result, Met)]
        left = Counter(result.reason_code for _, result in batch if isinstance(result, Skipped))
        outcomes: list[Outcome] = []
        if staged or refused or met:
            try:
                self._keep_identities(staged)
            except BaseException:
                self._store.blobs.discard(one.content for one in staged)
                raise
            skipped = self._skipped_since + left
            source_of = {
                result.received_digest: source
                for source, result in batch
                if isinstance(result, Staged | Refusal)
            }
            receipt = self._store.instances.add_batch(
                staged,
                refused,
                met,
                keep_refused=lambda item, code: self._keep_refused(item, code, source_of),
                skipped=skipped,
                findings=_distinct_findings(staged),
                released=released,
            )
            outcomes = list(receipt.outcomes)
            self._skipped_since.clear()
            self.counts["received"] += receipt.received
            self.counts.update(outcome.fate for outcome in outcomes)
        else:
            self._skipped_since += left
        self.skipped += left
        places = {
            Staged: iter(outcomes[: len(staged)]),
            Refusal: iter(outcomes[len(staged) : len(staged) + len(refused)]),
            Met: iter(outcomes[len(staged) + len(refused) :]),
        }
        return [
            Outcome("skipped", result.name, result.reason_code, _LEFT_ALONE)
            if isinstance(result, Skipped)
            else next(places[type(result)])
            for _, result in batch
        ]

    def skip(self, things: Iterable[Skipped]) -> None:
        """Count what was left alone before it became an object."""
        counted = Counter(thing.reason_code for thing in things)
        self.skipped += counted
        self._skipped_since += counted

    def keep_skipped(self) -> None:
        """Write down what was left alone since the last batch."""
        if self._skipped_since:
            self._store.instances.add_batch([], keep_refused=_keep_nothing, skipped=self._skipped_since)
            self._skipped_since.clear()

    def _keep_identities(self, staged: Sequence[Staged]) -> None:
        withdrawn = self._store.withdrawals.all().keys()
        erased = self._store.withdrawals.erased_exams()
        for one in staged:
            if one.subject in withdrawn or exam_mark(one.study_uid) in erased:
                continue
            key = (one.subject, one.study_uid)
            if key not in self._identified:
                self._vault.put_identity(one.subject, one.identity)
                note_birth_dates(self._store, one.subject, self._vault.count_birth_dates(one.subject))
                self._identified.add(key)

    def _keep_refused(
        self, item: NewInstance | NewRefusal, code: str, source_of: dict[str, ObjectSource]
    ) -> str:
        """Vault the bytes as they were received; they are read again, so that no queue holds them.

        Of a subject who withdrew no bytes are kept.
        """
        try:
            content = b"" if code == "study.withdrawn" else source_of[item.received_digest].read()
        except AdcurateError:
            # What could not be read is held back without bytes; its code says so.
            content = b""
        return self._vault.put_bytes(f"quarantine/{item.received_digest}", content, code)


def _distinct_findings(staged: Sequence[Staged]) -> list[Finding]:
    found: dict[str, Finding] = {}
    for one in staged:
        for finding in one.findings:
            found.setdefault(canonical_json(finding.as_json()), finding)
    return list(found.values())


def _keep_nothing(item: NewInstance | NewRefusal, code: str) -> str:
    raise AssertionError("an empty batch holds nothing back")
