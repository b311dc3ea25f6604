"""What a statistician is told: counts of the reading without names, what was planned, and the results."""

from __future__ import annotations

from adcurate.model.reading.answers import RoomProgress
from adcurate.model.reading.design import StoredDesign
from adcurate.store.protocols import ProtocolVersion
from adcurate.study.serving.results import MadeResults
from adcurate.web.room.messages import ErrorMessage
from adcurate.web.room.people_messages import Message
from adcurate.web.room.work.messages import WorkMessage


class ReadingCountsMessage(Message):
    """How far the reading is, of all readers together.

    `n_not_given` lesions are ready and no reader has them: once there are results, nobody will.
    `is_own_only`: who asks reads too, and is told of the own cases until every reading is locked.
    """

    n_readers: int
    n_readings: int
    n_locked: int
    n_begun: int
    n_cannot_assess: int
    n_amended: int
    n_to_decide: int | None
    n_decided: int | None
    is_own_only: bool
    all_locked: bool
    n_not_given: int
    is_sealed: bool

    @classmethod
    def of(cls, progress: RoomProgress) -> ReadingCountsMessage:
        """Sums over the readers, who are not named."""
        readers = progress.readers
        return cls(
            n_readers=len(readers),
            n_readings=sum(one.n_total for one in readers),
            n_locked=sum(one.n_done for one in readers),
            n_begun=sum(one.n_drafted for one in readers),
            n_cannot_assess=sum(one.n_cannot_assess for one in readers),
            n_amended=sum(one.n_amended for one in readers),
            n_to_decide=progress.n_adjudication_open,
            n_decided=progress.n_adjudicated,
            is_own_only=progress.is_own_only,
            all_locked=progress.all_locked,
            n_not_given=len(progress.late.ready) if progress.late.is_waiting else 0,
            is_sealed=bool(progress.outcomes_sealed_by),
        )


class FrozenDesignMessage(Message):
    """The design of the reading without who reads; `started_at` is "" before it stands."""

    started_at: str
    version: int
    seed: int
    n_readers: int
    n_adjudicators: int
    n_training: int

    @classmethod
    def of(cls, stored: StoredDesign) -> FrozenDesignMessage:
        """The design that counts."""
        design = stored.design
        return cls(
            started_at=stored.started_at,
            version=stored.version,
            seed=design.seed,
            n_readers=len(design.readers),
            n_adjudicators=len(design.adjudicators),
            n_training=len(design.training),
        )


class ProtocolVersionMessage(Message):
    """One amendment of the protocol."""

    version: int
    at: str
    digest: str
    reason: str


class FrozenProtocolMessage(Message):
    """The protocol that counts, word for word; `is_changed`: study.toml says other than it."""

    version: int
    at: str
    frozen_at: str
    digest: str
    text: str
    is_changed: bool
    amendments: list[ProtocolVersionMessage]

    @classmethod
    def of(
        cls, latest: ProtocolVersion, amendments: tuple[ProtocolVersion, ...], *, is_changed: bool
    ) -> FrozenProtocolMessage:
        """The version that counts, with those that came after the freeze."""
        return cls(
            version=latest.version,
            at=latest.at,
            frozen_at=latest.frozen_at,
            digest=latest.digest,
            text=latest.text,
            is_changed=is_changed,
            amendments=[
                ProtocolVersionMessage(version=one.version, at=one.at, digest=one.digest, reason=one.reason)
                for one in amendments
            ],
        )


class ResultFileMessage(Message):
    """One file that can be taken."""

    name: str
    n_bytes: int


class MadeResultsMessage(Message):
    """Results that were made; where they are not current they must be made again, `since` says why."""

    made_at: str
    is_current: bool
    since: list[str]
    files: list[ResultFileMessage]

    @classmethod
    def of(cls, made: MadeResults) -> MadeResultsMessage:
        """What was made, with its files."""
        files = [ResultFileMessage(name=name, n_bytes=size) for name, size in made.sizes.items()]
        return cls(made_at=made.at, is_current=made.is_current, since=list(made.since), files=files)


class ResultsAnswer(Message):
    """Everything the statistician's page shows. `waits_for` says why results cannot be made now."""

    reading: ReadingCountsMessage
    design: FrozenDesignMessage | None
    protocol: FrozenProtocolMessage | None
    waits_for: ErrorMessage | None
    made: MadeResultsMessage | None
    work: WorkMessage | None
