"""What crosses the wire about the hand-over."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field

from adcurate.study.hand_over.hand_over import HandOver
from adcurate.study.hand_over.join import Joined, ReturnedColumn
from adcurate.study.serving.hand_over import HandOverState
from adcurate.web.room.people_messages import Message

_MOST_CHANGES = 200
_TEXT = 2000


class DataLockMessage(Message):
    """One lock of the data."""

    version: int
    at: str
    digest: str
    reason: str


class HandedOverFileMessage(Message):
    """A file of a folder."""

    name: str
    n_bytes: int


class HandedOverMessage(Message):
    """A folder that was written; ``draft`` is none of a lock."""

    name: str
    files: list[HandedOverFileMessage]


class HandOverAnswer(Message):
    """What there is, the locks newest first, and the folders."""

    n_rows: int
    n_readings: int
    n_locked: int
    locks: list[DataLockMessage]
    folders: list[HandedOverMessage]

    @classmethod
    def of(cls, state: HandOverState) -> Self:
        """The same as it crosses the wire."""
        return cls(
            n_rows=state.n_rows,
            n_readings=state.n_readings,
            n_locked=state.n_locked,
            locks=[
                DataLockMessage(version=one.version, at=one.at, digest=one.digest, reason=one.reason)
                for one in state.locks
            ],
            folders=[
                HandedOverMessage(
                    name=one.name,
                    files=[
                        HandedOverFileMessage(name=name, n_bytes=size) for name, size in one.sizes.items()
                    ],
                )
                for one in state.folders
            ],
        )


class ReasonMessage(Message):
    """Why the data changed since the last lock; "" where they did not."""

    why: str = Field("", max_length=_TEXT)


class ReturnedMessage(Message):
    """A returned file's name, for its ending."""

    name: str = Field(max_length=255)


class JoinMessage(ReturnedMessage):
    """A column of a returned file, and whether it enters the study."""

    column: str = Field(max_length=255)
    as_name: str = Field("", max_length=64)
    label: str = Field("", max_length=255)
    unit: str = Field("", max_length=64)
    decimal: Literal[".", ","] = "."
    enter: bool = False
    why: str = Field("", max_length=_TEXT)

    def asked(self) -> ReturnedColumn:
        """The noun."""
        return ReturnedColumn(self.column, self.as_name, self.label, self.unit, self.decimal)


class ColumnsAnswer(Message):
    """The columns of a returned file."""

    columns: list[str]


class CellMessage(Message):
    """One value that would change, or did."""

    case: str
    before: str
    now: str


class JoinedAnswer(Message):
    """What a column does to the study; the first changes of `n_changes`."""

    variable: str
    corrects_worksheet: bool
    n_rows: int
    n_blank: int
    n_changes: int
    changes: list[CellMessage]
    unmatched: list[str]
    not_in_file: list[str]
    locked_version: int
    entered: bool

    @classmethod
    def of(cls, joined: Joined) -> Self:
        """The same as it crosses the wire."""
        return cls(
            variable=joined.variable,
            corrects_worksheet=joined.corrects_worksheet,
            n_rows=joined.n_rows,
            n_blank=joined.n_blank,
            n_changes=len(joined.changes),
            changes=[
                CellMessage(case=one.case, before=one.before, now=one.now)
                for one in joined.changes[:_MOST_CHANGES]
            ],
            unmatched=list(joined.unmatched[:_MOST_CHANGES]),
            not_in_file=list(joined.not_in_file[:_MOST_CHANGES]),
            locked_version=joined.locked_version,
            entered=joined.entered,
        )


def told(made: HandOver) -> dict[str, object]:
    """What the page is told when a folder was written: counts and the digest, and no value of a case."""
    said = made.as_json()
    return {
        "folder": made.folder.name,
        "n_changes": len(made.changes),
        **{key: said[key] for key in ("draft", "digest", "locked_at", "cases", "analysed", "readings")},
        "n_files": len(made.files),
    }
