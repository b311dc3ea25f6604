"""What the page for keeping a study shows: its backups, their drills, and what a subject has in the study."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from adcurate.errors import InputError, StudyError, UsageError
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping.made_backups import DONE, MadeBackup, made_backups

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """One try, and whether its file is still where it was put."""

    made: MadeBackup
    is_there: bool


@dataclass(frozen=True, slots=True)
class ExamOfSubject:
    """An exam as a person may tell it from another one: its UID and how much there is of it."""

    study_instance_uid: str
    n_objects: int
    n_series: int


@dataclass(frozen=True, slots=True)
class SubjectBelongings:
    """What a subject has in the study; `withdrawn` is "" or how far the subject was withdrawn already."""

    subject: str
    exams: tuple[ExamOfSubject, ...]
    n_objects: int
    n_readings: int
    n_locked: int
    n_measurements: int
    analyses: tuple[str, ...]
    withdrawn: str


def kept_backups(study: StudyFolder) -> tuple[KeptBackup, ...]:
    """The last tries, newest first."""
    tries = made_backups(study)[-_SHOWN:]
    return tuple(KeptBackup(one, Path(one.file).is_file()) for one in reversed(tries))


def backup_of_list(study: StudyFolder, file: str) -> Path:
    """A backup's file by its entry in the list: no other file of the server is ever read.

    Raises
    ------
    InputError
        ``input.missing``
    """
    named = [one for one in made_backups(study) if one.file == file and one.outcome == DONE]
    if not named or not Path(file).is_file():
        raise InputError(
            "input.missing",
            "This backup is not where it was put.",
            remedy="Bring its disk back, or make a new backup.",
        )
    return Path(file)


def backup_place(study: StudyFolder, folder: str) -> Path:
    """The folder that backups go to.

    Raises
    ------
    UsageError
        ``usage.option`` for a folder that is not there or lies in the study: it would be lost with it.
    """
    path = Path(folder.strip()).expanduser()
    if not path.is_absolute() or not path.is_dir() or path.resolve().is_relative_to(study.path.resolve()):
        raise UsageError(
            "usage.option",
            "Backups need a folder that is there, outside the study's, by its whole path.",
            remedy="Name a folder on another disk, as the file manager shows its path.",
        )
    return path


def subject_belongings(study: StudyFolder, subject: str) -> SubjectBelongings:
    """What there is of a subject.

    Raises
    ------
    StudyError
        ``study.no-subject``
    """
    with study.open_store("read") as store:
        own = store.subjects.belongings(subject)
        version = store.worksheets.latest()
        in_worksheet = version is not None and any(row.subject == subject for row in version.rows)
        withdrawn = store.withdrawals.all().get(subject)
        if not (own.n_objects or in_worksheet or withdrawn or subject in store.instances.subjects()):
            raise StudyError(
                "study.no-subject",
                "The study has no subject of this code.",
                remedy="Take the code from the list of subjects, or give the hospital number.",
            )
        records = [one for uid in sorted(own.exams) for one in store.instances.all(study_uid=uid)]
    return SubjectBelongings(
        subject,
        tuple(
            ExamOfSubject(
                uid,
                sum(one.study_uid == uid for one in records),
                len({one.series_uid for one in records if one.study_uid == uid}),
            )
            for uid in sorted(own.exams)
        ),
        own.n_objects,
        len(own.items),
        own.n_locks,
        own.n_measurements,
        own.analyses,
        "" if withdrawn is None else withdrawn.extent,
    )


def confirm_subject(subject: str, confirmed: str, why: str) -> None:
    """Stop before something that cannot be taken back unless the code was typed again, and a reason.

    Raises
    ------
    UsageError
        ``usage.option``
    """
    if subject != confirmed.strip():
        raise UsageError(
            "usage.option",
            "The code that was typed is not the subject's.",
            remedy="Type the code of the subject once more, letter by letter.",
        )
    if not why.strip():
        raise UsageError("usage.option", "This needs a reason.", remedy="Say why; name nobody.")
