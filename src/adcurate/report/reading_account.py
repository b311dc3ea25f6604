"""Who read what, how blind and in which order: the report's account of the reading room, from its log."""

from __future__ import annotations

from markupsafe import Markup

from adcurate.model.cohort import StudyResults
from adcurate.model.reading.account import ReaderAccount, ReadingAccount
from adcurate.report.links import short_digest
from adcurate.report.numbers import UNKNOWN, show_number
from adcurate.report.page import Paragraph, Row, Section, Table


def reading_section(results: StudyResults) -> Section | None:
    """One row for each reader, and what proves it. None where nobody read in the room."""
    account = results.reading
    if account is None:
        return None
    table = Table(
        "Readers, counted from the log of the reading room",
        (
            *("Reader", "Lesions read", "Repeats", "Not blinded", "Amended", "Cannot assess"),
            *("Washout", "Before their turn", "Order"),
        ),
        tuple(_row(one, account) for one in account.readers),
        "lrrrrrlrl",
        "table-readers",
        (
            "Locked readings; training cases are not among them. Not blinded: the reader had entered or seen "
            "that lesion's outcome before the lock. Before their turn: locked before one that stood ahead. "
            "Order: the first digits of the SHA-256 of the order in which the reader was given the cases; "
            "tables/readers.csv has all of them.",
        ),
    )
    return Section("reading", "Reading", (Paragraph(_begun(account)), table, Paragraph(_proof(account))))


def _row(one: ReaderAccount, account: ReadingAccount) -> Row:
    read = str(one.n_lesions)
    n_locked = one.n_lesions + one.n_repeats
    if n_locked < one.n_cases:
        read += f" ({one.n_cases - n_locked} cases not locked)"
    return Row(
        (
            one.reader,
            read,
            str(one.n_repeats),
            str(one.n_not_blinded),
            str(one.n_amended),
            str(one.n_cannot_assess),
            _washout(one, account),
            str(one.n_before_their_turn),
            Markup('<code title="{}">{}</code>').format(one.order_digest, short_digest(one.order_digest)),
        )
    )


def _washout(one: ReaderAccount, account: ReadingAccount) -> str:
    if one.shortest_pause_days is None:
        return UNKNOWN if account.washout_days else "one session"
    verdict = "kept" if one.washout_kept else "not kept"
    return f"{verdict}: {show_number(one.shortest_pause_days, 1)} days, {account.washout_days} asked"


def _begun(account: ReadingAccount) -> str:
    decided = ""
    if account.n_decided or account.n_undecided:
        decided = (
            f" Readers differed on {account.n_decided + account.n_undecided} lesions: {account.n_decided} "
            f"were decided, {account.n_undecided} wait."
        )
    return (
        f"Reading began on {account.started_at[:10]}. Each reader's order was drawn from the seed "
        f"{account.seed} and the reader's name.{decided}"
    )


def _proof(account: ReadingAccount) -> Markup:
    sealed = (
        f"Outcomes were sealed by {account.outcomes_sealed_by}"
        + (
            ", and the seal was broken before the last reading was locked and the last difference decided. "
            if account.seal_broken_early
            else ". "
        )
        if account.outcomes_sealed_by
        else "Outcomes were not sealed. "
    )
    times = "once" if account.n_unnamed == 1 else f"{account.n_unnamed} times"
    unnamed = (
        f"A worksheet came in by the command line {times}, which names nobody. " if account.n_unnamed else ""
    )
    return Markup("{}{}The log has {} entries; the last one's hash is <code>{}</code>.").format(
        sealed, unnamed, account.n_log_entries, account.log_head
    )
