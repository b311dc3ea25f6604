"""One received object up to the writer's door: read, known or new, without identity, and synced to disk.

This part of an intake needs no lock: worker processes and the threads of a receiver run it side by side.
What it hands to the writer holds no pixels, so that objects of any size wait in a queue for nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from adcurate.compute import run_limited
from adcurate.dicom.deidentification.deidentify import DrawnText
from adcurate.dicom.received.ingest_object import Prepared, Refusal, prepare_object
from adcurate.dicom.received.sources import Skipped
from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.model import ObjectSource, PatientIdentity, Pseudonyms
from adcurate.store import BlobFolder, StagedBlob


@dataclass(frozen=True, slots=True)
class HeldObject:
    """Received bytes as a source."""

    content: bytes = field(repr=False)
    name: str

    def read(self) -> bytes:
        """All bytes."""
        return self.content


@dataclass(frozen=True, slots=True)
class Met:
    """Bytes that were stored or refused before."""

    received_digest: str
    source_name: str


@dataclass(frozen=True, slots=True)
class Staged:
    """An object that is ready for the store, its bytes on disk."""

    content: StagedBlob
    prepared: Prepared

    @property
    def subject(self) -> str:
        """The subject's code."""
        return self.prepared.subject

    @property
    def study_uid(self) -> str:
        """Stand-in of the Study Instance UID."""
        return self.prepared.study_uid

    @property
    def series_uid(self) -> str:
        """Stand-in of the Series Instance UID."""
        return self.prepared.series_uid

    @property
    def sop_instance_uid(self) -> str:
        """Stand-in of the SOP Instance UID."""
        return self.prepared.sop_instance_uid

    @property
    def exam_date(self) -> str:
        """Shifted, YYYYMMDD or ""."""
        return self.prepared.exam_date

    @property
    def received_digest(self) -> str:
        """Keyed digest of the bytes as received."""
        return self.prepared.received_digest

    @property
    def source_name(self) -> str:
        """What messages call the source."""
        return self.prepared.source_name

    @property
    def account(self) -> str:
        """What de-identification took off and proved."""
        return self.prepared.account

    @property
    def identity(self) -> PatientIdentity:
        """Who the object says it is about: for the vault."""
        return self.prepared.identity

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a person must know of it."""
        return self.prepared.findings


StagedResult = Staged | Refusal | Met | Skipped


@dataclass(frozen=True, slots=True)
class Stager:
    """Stages groups of objects; picklable, for worker processes."""

    pseudonyms: Pseudonyms = field(repr=False)
    blobs: BlobFolder
    known: Container[str]
    drawn_text: DrawnText = "refuse"

    def __call__(self, sources: Sequence[ObjectSource]) -> list[StagedResult]:
        """Stage a group; its bytes are synced together. The results stand in the order of the sources.

        Raises
        ------
        StoreError
            ``store.disk-full``, ``store.disk``: nothing of the group is staged then.
        """
        results: list[Prepared | Refusal | Met | Skipped] = []
        places = iter(self.blobs.stage_all(self._contents(sources, results)))
        return [Staged(next(places), one) if isinstance(one, Prepared) else one for one in results]

    def _contents(
        self, sources: Sequence[ObjectSource], results: list[Prepared | Refusal | Met | Skipped]
    ) -> Iterator[bytes]:
        """Give the bytes of each research object, one at a time, and put everything else into `results`."""
        for source in sources:
            result = self._prepared(source)
            if isinstance(result, Prepared):
                results.append(dataclasses.replace(result, content=b""))
                yield result.content
            elif isinstance(result, Refusal):
                results.append(dataclasses.replace(result, content=b""))
            else:
                results.append(result)

    def _prepared(self, source: ObjectSource) -> Prepared | Refusal | Met | Skipped:
        try:
            content = source.read()
        except AdcurateError:
            return prepare_object(source, self.pseudonyms)
        digest = self.pseudonyms.received_digest(content)
        if digest in self.known:
            return Met(digest, source.name)
        try:
            held = HeldObject(content, source.name)
            return prepare_object(
                held,
                self.pseudonyms,
                run_limited=run_limited,
                drawn_text=self.drawn_text,
                received_digest=digest,
            )
        except Exception:
            # Whatever an object holds, the next one must get its turn; the text may quote a header.
            return Refusal(
                "internal.bug",
                "Adcurate could not handle this object.",
                "Please report it; its bytes are kept.",
                digest,
                source.name,
                content,
            )
