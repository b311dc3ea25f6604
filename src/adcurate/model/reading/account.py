"""What a report says of the reading: who read what, how blind, in which order. Counted from the log."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReaderAccount:
    """One reader's locked readings, training apart.

    `n_lesions` were read at least once, `n_repeats` further readings of them were locked, of `n_cases` that
    were given. `n_amended` were opened again after a lock. `shortest_pause_days` lies between the last first
    lock of a session and the earliest of the next; `washout_kept` is None where no later session has begun.
    `n_before_their_turn` were locked before a case that stood ahead of them. `order_digest` is the SHA-256 of
    the reader's order: the same seed, reader and lesions give it again.
    """

    reader: str
    n_cases: int
    n_lesions: int
    n_repeats: int
    n_not_blinded: int
    n_amended: int
    n_cannot_assess: int
    shortest_pause_days: float | None
    washout_kept: bool | None
    n_before_their_turn: int
    order_digest: str


@dataclass(frozen=True, slots=True)
class ReadingAccount:
    """The whole reading. `n_unnamed` worksheets came in by the command line, which names nobody."""

    started_at: str
    seed: int
    washout_days: int
    readers: tuple[ReaderAccount, ...]
    n_decided: int
    n_undecided: int
    outcomes_sealed_by: str
    seal_broken_early: bool
    n_unnamed: int
    n_log_entries: int
    log_head: str
