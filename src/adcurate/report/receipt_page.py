"""The receipt of de-identification as a page to print, hand in and send along: no value, no person."""

from __future__ import annotations

from collections.abc import Mapping

from adcurate.model.receipt import DeidentificationReceipt
from adcurate.report.html import render_page
from adcurate.report.page import Block, Bullets, Paragraph, Section, Table, body_rows, heading_row

_REPLACED = {
    "uids": ("UIDs", "by stand-ins that the key makes; references between objects still hold"),
    "dates": ("Dates", "moved back by one number of days for each subject; intervals stay; no time of day"),
    "descriptions": ("Descriptions", "reduced to words of a fixed list that say what a series is"),
    "subject": ("Names and numbers of the subject", "by a code that the key makes"),
}
_TOPICS = {
    "b-values": "b-values",
    "directions": "Directions",
    "scaling": "Scaling",
    "geometry": "Geometry",
}
_SHOWN_DIGITS = 16
_HOW = (
    "A research object is built new: it starts empty and takes over only the attributes of the keep-list, "
    "each under its rule, at every depth. What nobody listed is not there.",
    "Before it is stored, the finished object is read again and held against the one received: each "
    "b-value, direction, scale factor and position, and every byte of the pixels. One difference, and the "
    "object is quarantined instead.",
    "A sequence that was left out whole counts once, with all that was in it.",
    "The digest of an exam covers the native pixels of all its objects (SHA-256). Whoever has the research "
    "objects can compute it again.",
)
_LIMITS = (
    "Text burned into pixels cannot be told by rules. Captures, colour images and images that say so are "
    "quarantined; what looks like an image and says nothing is for eyes.",
    "Faces are not removed from head scans.",
    "A number typed where a number belongs (a hospital number as an echo time) stays.",
    "Whoever holds the key file can tell who is behind a code. It never lies in the study's folder.",
)


def render_receipt(receipt: DeidentificationReceipt, *, version: str) -> str:
    """Write the receipt's page."""
    n_exams = len(receipt.exams)
    n_subjects = len({exam.subject for exam in receipt.exams})
    facts = (
        f"{receipt.stored:,} objects, {n_exams} {_plural(n_exams, 'exam')}, "
        f"{n_subjects} {_plural(n_subjects, 'subject')} · key {receipt.key_fingerprint or 'unknown'}"
    )
    sections = (
        Section("summary", "In short", _summary(receipt)),
        Section("removed", "What was taken off", _removed(receipt)),
        Section("proof", "Proof of what stayed", _proof(receipt)),
        Section("profile", "Profile and options", (_profile(receipt),)),
        Section("kept", "What may stay", _kept(receipt)),
        Section("limits", "What this cannot promise", (Bullets(_LIMITS),)),
    )
    return render_page(
        sections,
        {},
        kicker="Adcurate receipt",
        title="De-identification receipt",
        facts=facts,
        version=version,
    )


def _summary(receipt: DeidentificationReceipt) -> tuple[Block, ...]:
    removed = sum(one.count for one in receipt.removed)
    refused = sum(receipt.quarantined.values())
    blocks: list[Block] = [
        Paragraph(
            f"{receipt.received:,} objects were received: {receipt.stored:,} stored, {receipt.duplicate:,} "
            f"known already, {refused:,} quarantined. {removed:,} attributes were taken off, "
            f"{sum(receipt.replaced.values()):,} replaced by stand-ins, {receipt.kept:,} kept."
        )
    ]
    if receipt.exams:
        proved = ", ".join(f"{receipt.facts.get(topic, 0):,} on {topic}" for topic in _TOPICS)
        sentence = f"All that was stored says what was received: every pixel, and of facts {proved}."
        blocks.append(Paragraph(sentence, "good"))
    rows = [("quarantined", code, f"{count:,}") for code, count in receipt.quarantined.items()]
    rows += [
        ("left alone, no MR image", reason, f"{count:,}") for reason, count in receipt.left_alone.items()
    ]
    if rows:
        title = "What did not enter the study"
        blocks.append(Table(title, ("Fate", "Reason", "n"), body_rows(rows), "llr", "table-outside"))
    return tuple(blocks)


def _removed(receipt: DeidentificationReceipt) -> tuple[Block, ...]:
    if not receipt.removed:
        return (Paragraph("Nothing was stored, so nothing was taken off."),)
    rows = [(one.title, f"{one.count:,}") for one in receipt.removed]
    replaced = [(*_REPLACED[what], f"{count:,}") for what, count in receipt.replaced.items()]
    return (
        Table("Attributes taken off, by kind", ("Kind", "n"), body_rows(rows), "lr", "table-removed"),
        Table("Replaced", ("What", "How", "n"), body_rows(replaced), "llr", "table-replaced"),
    )


def _proof(receipt: DeidentificationReceipt) -> tuple[Block, ...]:
    rows = [
        (
            exam.subject,
            f"{exam.n_series:,}",
            f"{exam.n_objects:,}",
            *_counts(exam.facts),
            exam.pixels_sha256[:_SHOWN_DIGITS],
        )
        for exam in receipt.exams
    ]
    head = ("Subject", "Series", "Objects", *_TOPICS.values(), "Pixels, SHA-256")
    note = "Facts compared and found equal, received against stored. The digests are whole in receipt.json."
    table = Table("Exam by exam", head, body_rows(rows), "lrrrrrrl", "table-proof", (note,), "dense")
    return (Bullets(_HOW), table) if rows else (Bullets(_HOW),)


def _counts(facts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(f"{facts.get(topic, 0):,}" for topic in _TOPICS)


def _profile(receipt: DeidentificationReceipt) -> Table:
    rows = [(one.code, one.meaning, "yes" if one.claimed else "no", one.why) for one in receipt.options]
    return Table(
        "DICOM PS3.15 Annex E",
        ("Code", "Profile or option", "Used", "Why"),
        body_rows(rows),
        "llll",
        "table-profile",
        (f"Method, as written into each object: {receipt.method}.",),
        "wide",
    )


def _kept(receipt: DeidentificationReceipt) -> tuple[Block, ...]:
    private = []
    for owner in dict.fromkeys(one.owner for one in receipt.kept_private):
        private.append(heading_row(owner))
        private += body_rows(
            [(one.tag, one.name, one.rule) for one in receipt.kept_private if one.owner == owner]
        )
    public = body_rows([(one.tag, one.name, one.rule) for one in receipt.kept_public])
    head = ("Tag", "Attribute", "Rule")
    return (
        Paragraph(
            "Science needs these. A value that does not keep its rule is left out; none of the rules lets a "
            "name, a number of a person or a true date through."
        ),
        Table("Private attributes of vendors", head, tuple(private), "lll", "table-private", folded=True),
        Table("Standard attributes", head, public, "lll", "table-public", folded=True),
    )


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
