"""How quarantine and verification look in a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adcurate.cli.console import show_lines, show_next, show_table
from adcurate.study.receiving.mend import Mended
from adcurate.study.receiving.quarantine import HeldBack, TriedAgain
from adcurate.study.receiving.verify import VerifiedStudy

_SHOWN = 20
_DIGITS = 12


def show_quarantine(held: Sequence[HeldBack]) -> None:
    """Each reason with its count and remedy, and the objects behind it."""
    if not held:
        show_lines(["Nothing is in quarantine: every image that was received is stored."])
        return
    rows = [[str(len(one.objects)), one.code, one.sentence, one.remedy] for one in held]
    show_table("In quarantine (bytes kept in the vault)", ["n", "code", "reason", "what to do"], rows)
    objects = [(record, one.code) for one in held for record in one.objects]
    show_table(
        "Objects",
        ["digest", "came as", "code"],
        [[record.received_digest[:_DIGITS], record.source_name, code] for record, code in objects[:_SHOWN]],
        note="" if len(objects) <= _SHOWN else f"and {len(objects) - _SHOWN} more: --json - lists all",
    )
    show_next(
        "have them exported again and add them, or look at their bytes: "
        "adcurate study quarantine --export FOLDER"
    )


def show_exported(n_written: int, folder: Path) -> None:
    """Where the bytes are, and what they are."""
    show_lines([f"{n_written} objects written to {folder}, as they were received."])
    if n_written:
        show_lines(
            ["They name patients: keep the folder where such files may lie, and delete it afterwards."]
        )


def show_tried(tried: TriedAgain) -> None:
    """What passed now and what did not."""
    counts = tried.as_json()
    show_lines(
        [
            f"{counts['tried']} tried again = {counts['stored']} stored + {counts['duplicate']} known already"
            f" + {counts['still_refused']} still refused",
            f"{tried.n_left} objects are in quarantine now.",
        ]
    )
    refused = [one for one in tried.outcomes if one.fate == "quarantined"]
    if refused:
        rows = [[one.source_name, one.code, one.sentence] for one in refused[:_SHOWN]]
        show_table("Still refused", ["came as", "code", "reason"], rows)


def quarantine_json(held: Sequence[HeldBack]) -> dict[str, object]:
    """The shape printed by ``study quarantine --json``."""
    return {
        "quarantined": sum(len(one.objects) for one in held),
        "reasons": [
            {
                "code": one.code,
                "sentence": one.sentence,
                "remedy": one.remedy,
                "objects": [
                    {"digest": record.received_digest, "source": record.source_name} for record in one.objects
                ],
            }
            for one in held
        ],
    }


def show_mended(mended: Mended) -> None:
    """How much was put right."""
    show_lines([f"Put right from their originals: {mended.n_objects} objects."])
    if mended.n_derived:
        show_lines(
            [f"Taken away, to be made again by adcurate study run: {mended.n_derived} maps and figures."]
        )


def show_verified(verified: VerifiedStudy) -> None:
    """What was looked at, and each thing that is not what it was."""
    vault = (
        "the vault was not opened (its key is not here)"
        if verified.n_vault is None
        else f"{verified.n_vault} records of the vault"
    )
    show_lines(
        [
            f"Read again: {verified.n_objects} objects, {verified.n_derived} maps and figures"
            f" ({verified.n_bytes / 1e6:,.1f} MB); {vault}."
        ]
    )
    if verified.is_whole:
        show_lines(["Everything is what was stored."])
        return
    if not verified.count_holds:
        show_lines(
            ["The count of received objects does not add up: rows of the database are gone or doubled."]
        )
    if verified.damaged:
        show_table(
            "Gone or changed",
            ["what", "name"],
            [[one.what, one.name] for one in verified.damaged],
        )
    found = {one.what for one in verified.damaged}
    if "object" in found:
        show_next("adcurate study verify --mend FOLDER (where the originals are), or restore a backup")
    elif "derived" in found:
        show_next("adcurate study verify --mend . and then adcurate study run, which makes them again")
    else:
        show_next("restore the study folder from a backup")
