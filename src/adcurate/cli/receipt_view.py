"""A receipt of de-identification, and what was written to be sent, as people see them in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from adcurate.cli.console import show_lines, show_next, show_table
from adcurate.model.receipt import DeidentificationReceipt
from adcurate.store import Outcome
from adcurate.study.identity.deidentify import Sending


def show_receipt(receipt: DeidentificationReceipt) -> None:
    """What was taken off by kind, and what was proved."""
    rows = [[one.title, f"{one.count}"] for one in receipt.removed]
    show_table("Taken off", ["kind", "n"], rows)
    replaced = ", ".join(f"{count} {what}" for what, count in receipt.replaced.items())
    proved = ", ".join(f"{count} {topic}" for topic, count in receipt.facts.items())
    lines = []
    if replaced:
        lines.append(f"Replaced by stand-ins: {replaced}.")
    if proved:
        lines.append(f"Proved to be what they were: {proved}, and the pixels of {receipt.stored} objects.")
    if receipt.quarantined:
        refused = ", ".join(f"{count} {code}" for code, count in receipt.quarantined.items())
        lines.append(f"Quarantined, with their bytes in the vault: {refused}.")
    show_lines(lines)


def show_sending(sending: Sending, key_file: Path, subject_table: Path | None) -> None:
    """What lies in the folder that is sent, what was held back, and what stays here."""
    receipt = sending.receipt
    n_subjects = len({exam.subject for exam in receipt.exams})
    lines = [
        f"{sending.n_written} objects written to {sending.destination}; it holds {receipt.stored} objects, "
        f"{len(receipt.exams)} exams, {n_subjects} subjects."
    ]
    if sending.skipped:
        shown = ", ".join(f"{count} {reason}" for reason, count in sending.skipped.items())
        lines.append(f"Left alone: {shown}")
    show_lines(lines)
    show_refused(sending.refused, "Held back (bytes kept in the records)")
    show_receipt(receipt)
    stays = ["These stay here, and are never sent:", f"  {key_file}   the key: keep a copy in a safe place"]
    stays.append(f"  {sending.records}   who is behind each code, encrypted")
    if subject_table is not None:
        stays.append(f"  {subject_table}   who is behind each code, in the clear")
    show_lines(stays)
    show_next(f"look at {sending.page}, then send the folder; they add it with: adcurate study add FOLDER")


def show_refused(refused: Sequence[Outcome], title: str) -> None:
    """What was refused, grouped by reason, with the first of each."""
    if not refused:
        return
    reasons = Counter((one.code, one.sentence) for one in refused)
    first = {(one.code, one.sentence): one.source_name for one in reversed(refused)}
    rows = [[str(count), reason[0], reason[1], first[reason]] for reason, count in reasons.most_common()]
    show_table(title, ["n", "code", "reason", "the first"], rows)
