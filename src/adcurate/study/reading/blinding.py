"""Who read blinded, counted from the log and not from the design."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from adcurate.findings import Finding
from adcurate.model.reading.answers import BlindingReport, ReaderBlinding
from adcurate.model.reading.audit_entry import AuditEntry
from adcurate.model.reading.design import ReadItem, Someone
from adcurate.store import StudyStore
from adcurate.store.screening import ENTERED
from adcurate.study.reading.others_seen import OPENED, disputed
from adcurate.study.reading.room import ReadingRoom

_SHOWN = ("outcomes.entered", "outcomes.seen")
_OPENED = "outcomes.open"
_TAKEN = ("results.take", "results.look")
_LOCKED = "reading.lock"
_AMENDED = "reading.amend"
_DECIDED = "reading.adjudicate"
_EVERY = ""
_ROLES_GIVEN = ("person.add", "person.change")
# Roles to which codes, sites and visits of subjects are open (in lists of lesions, or in the log), or counts
# of all readings together.
_TELLING_ROLES = frozenset({"coordinator", "auditor", "administrator", "statistician"})


def note_outcomes_seen(
    room: ReadingRoom, who: Someone, keys: Sequence[str], how: Literal["entered", "seen"]
) -> None:
    """Enter into the log that a person entered or saw the outcomes of lesions (``subject/lesion``)."""
    room.store.reading.seals.note_seen(keys, how, who.id)


def blinding(room: ReadingRoom) -> BlindingReport:
    """`blinding_of` the room's study."""
    return blinding_of(room.store)


def blinding_of(store: StudyStore) -> BlindingReport:
    """Each reader's locked readings, and those whose outcome the person entered or saw before the lock.

    Who opened the seal, took the results or looked at them saw every outcome. Who also coordinates, or sees
    the log or counts of all readings, could know which subject a case is, or how readings go: those readings
    are counted apart, since no outcome is open to these roles. A worksheet that came in by the command line
    names nobody: how many there were is told, and who they were is for the study's people to say.
    """
    items = {one.item: one for one in store.reading.designs.items() if one.kind == "read"}
    kinds = (*_SHOWN, _OPENED, *_TAKEN, OPENED, _LOCKED, _AMENDED, _DECIDED, *_ROLES_GIVEN)
    entries = store.audit.done(*kinds)
    locks: dict[str, AuditEntry] = {
        one.object: one for one in entries if one.action == _LOCKED and one.object in items
    }
    shown = [one for one in entries if one.action in (*_SHOWN, _OPENED, *_TAKEN)]
    known = _first_known(shown)
    disputes = [one for one in entries if one.action == OPENED]
    amended = [one for one in entries if one.action == _AMENDED and one.object in items]
    decisions = [one for one in entries if one.action == _DECIDED]
    given = [one for one in entries if one.action in _ROLES_GIVEN]
    by_reader: dict[str, list[tuple[str, bool]]] = {}
    roles_of: dict[str, list[tuple[str, ...]]] = {}
    for item, lock in sorted(locks.items()):
        case = items[item]
        by_reader.setdefault(case.reader, []).append((case.key, _knew(lock, items, known)))
        roles_of.setdefault(case.reader, []).append(_telling_roles(given, lock))
    seal = store.reading.seals.latest()
    return BlindingReport(
        readers=tuple(
            ReaderBlinding(
                reader,
                len(own),
                sum(knew for _, knew in own),
                tuple(sorted({key for key, knew in own if knew})),
                sum(bool(roles) for roles in roles_of[reader]),
                tuple(sorted({role for roles in roles_of[reader] for role in roles})),
                sum(
                    _saw_others(lock, items, disputes)
                    for item, lock in locks.items()
                    if items[item].reader == reader
                ),
                len(
                    {
                        one.object
                        for one in amended
                        if items[one.object].reader == reader and _knew(one, items, known)
                    }
                ),
            )
            for reader, own in sorted(by_reader.items())
        ),
        n_decisions=len(decisions),
        n_decisions_not_blinded=sum(_could_know(one, shown) for one in decisions),
        outcomes_sealed_by="" if seal is None else seal.sealer,
        outcomes_opened_at="" if seal is None else seal.opened_at,
        outcomes_opened_by="" if seal is None else seal.opened_by,
        seal_broken_early=any(one.action == _OPENED and one.reason for one in shown),
        n_unnamed=sum(run.step == "worksheet" and run.outcome == "done" for run in store.runs.all())
        - len(store.audit.done(ENTERED)),
        log_head=store.audit.head().hash,
    )


def blinding_findings(store: StudyStore) -> tuple[Finding, ...]:
    """What a report must tell of the blinding; nothing where nobody read in the room."""
    found = blinding_of(store)
    n = sum(one.n_readings for one in found.readers)
    n_known = sum(one.n_not_blinded for one in found.readers)
    if not n:
        return ()
    sealed = f"Outcomes were sealed by {found.outcomes_sealed_by}. " if found.outcomes_sealed_by else ""
    unnamed = (
        f"A worksheet came in by the command line {found.n_unnamed} times, which names nobody. "
        if found.n_unnamed
        else ""
    )
    head = f"The log's last hash is {found.log_head}."
    findings = [
        Finding(
            "reading.blinding",
            f"By the log of the reading room, {n - n_known} of {n} readings were blinded to the outcome. "
            f"{sealed}{unnamed}{head}",
            "note",
        )
    ]
    findings += [
        Finding(
            "reading.not-blinded",
            f"{one.n_not_blinded} of {one.n_readings} readings of {one.reader} are not blinded: the reader "
            "had entered or seen the outcome before.",
            "warning",
            {"lesions": ", ".join(one.lesions)},
        )
        for one in found.readers
        if one.n_not_blinded
    ]
    findings += [
        Finding(
            "reading.knew-subjects",
            f"{one.n_knew_subjects} of {one.n_readings} readings of {one.reader} were locked by somebody who "
            f"was {' and '.join(one.telling_roles)} too: codes and sites of subjects, or counts of "
            "all readings, are open to that role.",
            "warning",
        )
        for one in found.readers
        if one.n_knew_subjects
    ]
    findings += [
        Finding(
            "reading.saw-others",
            f"{one.n_saw_others} of {one.n_readings} readings of {one.reader} were locked after the reader "
            "had seen another reading of the lesion, as somebody who decides: they are not independent.",
            "warning",
        )
        for one in found.readers
        if one.n_saw_others
    ]
    findings += [
        Finding(
            "reading.amended-known",
            f"{one.n_amended_known} of {one.n_readings} readings of {one.reader} were amended by somebody "
            "who knew the outcome.",
            "warning",
        )
        for one in found.readers
        if one.n_amended_known
    ]
    if found.n_decisions_not_blinded:
        findings.append(
            Finding(
                "reading.decided-unblinded",
                f"{found.n_decisions_not_blinded} of {found.n_decisions} decisions between readers are not "
                "blinded: they were made after the seal was opened, or by somebody who had entered or seen "
                "outcomes.",
                "warning",
            )
        )
    if found.seal_broken_early:
        sentence = (
            "The seal of the outcomes was broken before the last reading was locked and the last difference "
            "decided; the log says why."
        )
        findings.append(Finding("reading.seal-broken", sentence, "warning"))
    return tuple(findings)


def _telling_roles(given: Sequence[AuditEntry], lock: AuditEntry) -> tuple[str, ...]:
    """The roles beside reading that who locked held at any time before."""
    own = [one.after for one in given if one.object == lock.person and one.sequence < lock.sequence]
    held = {str(role) for said in own if isinstance(said, dict) for role, _ in _pairs(said.get("roles"))}
    return tuple(sorted(held & _TELLING_ROLES))


def _pairs(roles: object) -> list[tuple[object, object]]:
    return [(one[0], one[1]) for one in roles] if isinstance(roles, list) else []


def _knew(done: AuditEntry, items: Mapping[str, ReadItem], known: Mapping[tuple[str, str], int]) -> bool:
    """Whether who locked or amended a case had entered or seen its outcome before."""
    told = (known.get((done.person, what), math.inf) for what in (items[done.object].key, _EVERY))
    return min(told) < done.sequence


def _saw_others(lock: AuditEntry, items: Mapping[str, ReadItem], disputes: Sequence[AuditEntry]) -> bool:
    """Whether who locked a case had opened a difference between readings of its lesion before."""
    key = items[lock.object].key
    before = [one for one in disputes if one.sequence < lock.sequence and one.person == lock.person]
    return any(items[case].key == key for one in before for case in disputed(one) if case in items)


def _could_know(decision: AuditEntry, shown: Sequence[AuditEntry]) -> bool:
    """Whether outcomes were open when it was decided: to everybody, or to who decided."""
    before = [one for one in shown if one.sequence < decision.sequence]
    return any(one.action == _OPENED or one.person == decision.person for one in before)


def _first_known(shown: Sequence[AuditEntry]) -> dict[tuple[str, str], int]:
    """Where a person first learned a lesion's outcome; `_EVERY` for who opened the seal or took results."""
    known: dict[tuple[str, str], int] = {}
    for entry in shown:
        said = entry.after
        lesions = said.get("lesions", ()) if isinstance(said, dict) else ()
        if entry.action in (_OPENED, *_TAKEN):
            lesions = [_EVERY]
        for lesion in lesions if isinstance(lesions, list) else ():
            whose = (entry.person, str(lesion))
            known[whose] = min(entry.sequence, known.get(whose, entry.sequence))
    return known
