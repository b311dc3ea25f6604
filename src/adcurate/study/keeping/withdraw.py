"""``withdraw``: a subject's data are used no more, and stay; or they are erased, and a tombstone stays.

Whoever withdraws leaves every analysis from the next run on, and the flow counts it. Erasing takes away rows,
images, maps, drawings, what was refused, worksheets as received, the identity and the results made of them;
what lies elsewhere and still holds the subject is named: earlier backups and exports.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from adcurate.errors import StudyError
from adcurate.model.reading.kept import DisputeReason
from adcurate.store import StudyStore
from adcurate.store.erasing import Erasure
from adcurate.store.finishing import finish_erasures
from adcurate.store.subject_rows import Belongings
from adcurate.store.withdrawals import MARKS, Extent
from adcurate.study.export.export import STEP as EXPORT
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.hand_over import STEP as HAND_OVER
from adcurate.study.keeping.made_backups import whole_backups
from adcurate.study.keeping.vault_of_erased import clear_vault
from adcurate.study.outcomes_seal import refuse_while_sealed
from adcurate.study.reading.disputes import dispute_id

STEP: Final = "withdraw"
_NO_COUNTS: Final = ("exports", "backups", "analyses", MARKS)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What became of a subject. `told` has counts; the lists name what depended on it or still holds it."""

    subject: str
    extent: Extent
    told: Mapping[str, Any]
    analyses: tuple[str, ...]
    exports: tuple[str, ...]
    backups: tuple[str, ...]
    own_files: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study withdraw --json``."""
        return {
            "subject": self.subject,
            "extent": self.extent,
            **self.told,
            "analyses": list(self.analyses),
            "exports": list(self.exports),
            "backups": list(self.backups),
            "files_of_yours": list(self.own_files),
        }


def stop_using(study: StudyFolder, subject: str, why: str, *, person: str = "") -> Withdrawn:
    """Take a subject out of every analysis and reading list from now on; its data stay.

    Raises
    ------
    StudyError
        ``study.no-subject``, ``study.withdrawn``
    """
    with study.open_store() as store, store.runs.record(STEP):
        own = _known(store, subject)
        if subject in store.withdrawals.all():
            raise StudyError(
                "study.withdrawn",
                "This subject was withdrawn before.",
                remedy="To erase its data as well, add --erase.",
            )
        told = _dependents(study, store)
        store.withdrawals.stop(subject, why, person, told)
        counts = {"objects": own.n_objects, "exams": len(own.exams), "readings": len(own.items)}
    return _withdrawn(study, subject, "stopped", {**told, **counts}, own.analyses)


def erase(study: StudyFolder, subject: str, why: str, *, person: str = "") -> Withdrawn:
    """Take away everything there is of a subject, but for a tombstone: its code, the date and the reason.

    Broken off anywhere after it began, the next opening goes on with it.

    Raises
    ------
    StudyError
        ``study.no-subject``
    ReadError
        ``read.sealed``: sealed outcomes hold the subject's, and nobody can take them out.
    VaultError
        ``vault.key-missing``: without the key nobody finds the subject's identity.
    """
    with study.open_store() as store, store.runs.record(STEP):
        own = _known(store, subject)
        refuse_while_sealed(store, "Nothing can be taken out of sealed outcomes")
        vault = study.open_vault(store)
        going = clear_vault(store, vault, own)
        told = {**_dependents(study, store), "worksheets_as_received": len(going.worksheets)}
        stone = store.subjects.erase_rows(
            Erasure(
                subject=subject,
                reason=why,
                person=person,
                refused=tuple(going.refused),
                decisions=_decisions(store, own),
                vault_files=[vault.file_of(name) for name in going.names],
                told=told,
            )
        )
        finish_erasures(store, study.vault, study.results)
    return _withdrawn(study, subject, "erased", stone.told, own.analyses)


def _known(store: StudyStore, subject: str) -> Belongings:
    own = store.subjects.belongings(subject)
    version = store.worksheets.latest()
    in_worksheet = version is not None and any(row.subject == subject for row in version.rows)
    if not own.n_objects and not in_worksheet and subject not in store.instances.subjects():
        raise StudyError(
            "study.no-subject",
            "The study has no subject of this code.",
            remedy="adcurate study status names the codes; hospital numbers are not known here.",
        )
    return own


def _dependents(study: StudyFolder, store: StudyStore) -> dict[str, Any]:
    """What was made before and lies outside the store: exports and hand-overs by place, and backups."""
    exports = []
    from_page = ""
    for run in store.runs.all():
        if run.step not in (EXPORT, HAND_OVER) or run.outcome != "done":
            continue
        if run.note and Path(run.note).is_relative_to(study.results.absolute()):
            from_page = run.started_at
        else:
            exports.append(f"{run.started_at}, {run.note or 'in a place that was not noted'}")
    if from_page:
        exports.append(f"{from_page} and before, wherever people put what they took from the page")
    backups = [{"at": one.at, "file": one.file} for one in whole_backups(study)]
    return {"exports": exports, "backups": backups}


def _decisions(store: StudyStore, own: Belongings) -> tuple[str, ...]:
    """Ids under which readings of the subject may have been adjudicated."""
    locks = [(item, lock.version) for item in sorted(own.items) for lock in store.reading.locks.of(item)]
    possible = {
        dispute_id(first, second, reason)
        for first, second in itertools.permutations(locks, 2)
        for reason in get_args(DisputeReason)
    }
    return tuple(sorted(possible & store.reading.adjudications.all().keys()))


def _withdrawn(
    study: StudyFolder, subject: str, extent: Extent, told: Mapping[str, Any], analyses: tuple[str, ...]
) -> Withdrawn:
    own_files = [
        path.name
        for path in sorted(study.path.iterdir())
        if path.is_file() and path.name not in ("study.toml", "backups.jsonl", "backup.toml")
    ]
    return Withdrawn(
        subject,
        extent,
        {name: value for name, value in told.items() if name not in _NO_COUNTS},
        analyses,
        tuple(told["exports"]),
        tuple(one["file"] for one in told["backups"]),
        tuple(own_files),
    )
