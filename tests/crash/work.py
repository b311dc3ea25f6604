"""What is broken off: pieces of work on a study, and the bugs that the harness must catch first.

Each piece answers for what it has kept, one word at a time, as a server or a command would.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from tests.reading_room import ANNA, Somebody, square

from adcurate.errors import AdcurateError
from adcurate.formats.worksheet import WorksheetOptions
from adcurate.model.reading.draft import Draft
from adcurate.model.reading.kept import SIGNATURE_MEANING
from adcurate.store import BlobFolder
from adcurate.store.database import Database
from adcurate.store.instances import Instances
from adcurate.store.reading.locks import Locks
from adcurate.store.reading.seals import seal_bytes
from adcurate.store.upgrading import upgrade
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping.backup import backup_study
from adcurate.study.keeping.withdraw import erase
from adcurate.study.reading import seal
from adcurate.study.reading.images import ImageCache
from adcurate.study.reading.lock import lock_reading
from adcurate.study.reading.room import ReadingRoom, open_reading_room
from adcurate.study.reading.save import save_draft
from adcurate.study.reading.seal import current_seal, seal_outcomes, unseal_outcomes
from adcurate.study.receiving.intake import Intake
from adcurate.study.regions.contours import import_contours
from adcurate.study.worksheet import import_worksheet

Answer = Callable[[str], None]


def take_in(study: StudyFolder, inputs: Path, answer: Answer) -> None:
    """Two objects that are stored, one that is refused, one that is known, each answered for by itself."""
    with Intake(study, source="dimse") as intake:
        for name in ("first", "second", "broken", "first"):
            outcome = intake.receive((inputs / name).read_bytes(), name)
            answer(f"{name} {outcome.fate}")


def take_in_together(study: StudyFolder, inputs: Path, answer: Answer) -> None:
    """The same objects as one batch."""
    from adcurate.dicom.received.sources import FileSource

    with Intake(study, source="folder") as intake:
        intake.receive_many([FileSource(inputs / name, name) for name in ("first", "second", "broken")])
        answer("batch")


def take_worksheet(study: StudyFolder, inputs: Path, answer: Answer) -> None:
    """The clinical worksheet."""
    import_worksheet(study, inputs / "worksheet.csv", WorksheetOptions(delimiter=";", decimal=","))
    answer("worksheet")


def take_contours(study: StudyFolder, inputs: Path, answer: Answer) -> None:
    """What a reader drew."""
    import_contours(study, inputs / "contours.json")
    answer("contours")


def take_reading(study: StudyFolder, inputs: Path, answer: Answer) -> None:
    """A reader who saves three times and locks."""
    protocol = study.protocol()
    with study.open_store() as store, ImageCache(store, protocol.adc, protocol.region) as images:
        room = ReadingRoom(study, store, images)
        (case,) = store.reading.designs.items("anna")
        for base in range(3):
            draft = Draft((square(room, case.study_instance_uid, half=3.3 + base),))
            answer(f"saved {save_draft(room, ANNA, case.item, base, f'key-{base:06d}', draft)}")
        lock_reading(room, ANNA, case.item, 3, "key-of-the-lock", SIGNATURE_MEANING)
        answer("locked")


def take_seal(study: StudyFolder, inputs: Path, answer: Answer) -> None:
    """Outcomes that are sealed and opened again; what was done before a kill is not done again."""
    with study.open_store() as store:
        room = open_reading_room(study, store)
        if store.reading.seals.latest() is None:
            seal_outcomes(room, SEALER, PASSPHRASE)
        answer("sealed")
        if current_seal(room) is not None:
            unseal_outcomes(room, SEALER, PASSPHRASE, early_reason="the test")
        answer("opened")


def take_out(study: StudyFolder, inputs: Path, answer: Answer) -> None:
    """A subject who was read is erased."""
    erase(study, (inputs / "code").read_text(), "asked to")
    answer("erased")


def bring_up(study: StudyFolder, inputs: Path, answer: Answer) -> None:
    """An older store is brought up to this schema."""
    with contextlib.closing(Database(study.store / "study.sqlite")) as database:
        upgrade(database)
    answer("upgraded")


def back_up(study: StudyFolder, inputs: Path, answer: Answer) -> None:
    """A backup under a name that a second try finds again."""
    to = study.path.with_name("backup.adcurate")
    if not to.exists():
        backup_study(study, to)
    answer("backed up")


WORK = {
    "erasure": take_out,
    "upgrade": bring_up,
    "backup": back_up,
    "objects": take_in,
    "batch": take_in_together,
    "worksheet": take_worksheet,
    "contours": take_contours,
    "reading": take_reading,
    "seal": take_seal,
}
SEALER = Somebody("sara")
PASSPHRASE = "correct horse battery staple"


def run(work: str, study: Path, inputs: Path, answer: Answer) -> None:
    """Do a piece of work; an error is answered by its code."""
    try:
        WORK[work](StudyFolder(study), inputs, answer)
    except AdcurateError as trouble:
        answer(f"error {trouble.code}")


def plant(bug: str) -> None:
    """Put a bug into this process that loses what was answered for, or tears it."""
    if bug == "row before file":
        late: list[tuple[BlobFolder, list]] = []
        real_place, real_add = BlobFolder.place, Instances.add_batch

        def add_batch(self, *arguments, **options):
            with mock.patch.object(self._blobs, "discard", lambda staged: None, create=True):
                receipt = real_add(self, *arguments, **options)
            for folder, staged in late:
                real_place(folder, staged)
            late.clear()
            return receipt

        BlobFolder.place = lambda self, staged: late.append((self, list(staged))) or []
        Instances.add_batch = add_batch
    elif bug == "no rename":

        def torn(self, staged):
            for one in staged:
                path = self.source(one.digest).path
                path.parent.mkdir(exist_ok=True)
                with path.open("wb", buffering=0) as stream:
                    content = one.path.read_bytes()
                    stream.write(content[:1000])
                    stream.write(content[1000:])
            return []

        BlobFolder.place = torn
    elif bug == "answer before commit":
        real_receive = Intake.receive

        class Hasty(Intake):
            def receive(self, content, name):
                self.answer(f"{name} stored")
                return real_receive(self, content, name)

        def hasty(study: StudyFolder, inputs: Path, answer: Answer) -> None:
            with Hasty(study, source="dimse") as intake:
                intake.answer = answer
                intake.receive((inputs / "first").read_bytes(), "first")

        WORK["objects"] = hasty
    elif bug == "save acknowledged early":

        def early(study: StudyFolder, inputs: Path, answer: Answer) -> None:
            for revision in (1, 2, 3):
                answer(f"saved {revision}")
            take_reading(study, inputs, lambda text: None)

        WORK["reading"] = early
    elif bug == "lock in two steps":
        real_lock = Locks.lock

        def lock(self, asked, *, contours, **options):
            kept = real_lock(self, asked, contours={}, **options)
            for key, payload in contours.items():
                self._contours.add(key, payload)
            return kept

        Locks.lock = lock
    elif bug == "worksheets after the seal":

        @contextlib.contextmanager
        def late_worksheets(store, vault, passphrase):
            yield
            for name in [one for one in vault.names() if one.startswith("worksheet/")]:
                vault.put_bytes(name, seal_bytes(vault.get_bytes(name), passphrase), "sealed worksheet")

        seal.worksheets_sealed = late_worksheets
    elif bug == "erased without a note":
        from adcurate.store import erasing

        real_write = erasing.write_withdrawal

        def forgetful(connection, one):
            real_write(connection, dataclasses.replace(one, unfinished={}))

        erasing.write_withdrawal = forgetful
    elif bug == "upgrade in two steps":
        from adcurate.store.schema import steps

        def two_steps(connection):
            connection.exec_driver_sql("DELETE FROM findings")
            connection.exec_driver_sql("DROP TABLE accounts")
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            steps.tables.create_all(connection)

        steps.STEPS = (dataclasses.replace(steps.STEPS[-1], change=two_steps),)
    elif bug == "backup under its name":
        from adcurate.study.keeping import archive

        real_enter = archive.ArchiveWriter.__enter__

        def hasty_enter(self):
            self._part = self._path
            return real_enter(self)

        archive.ArchiveWriter.__enter__ = hasty_enter
        archive.ArchiveWriter.__exit__ = lambda self, *ended: None
    elif bug == "no sync":
        os.fsync = lambda descriptor: None
    elif bug:
        raise LookupError(bug)
