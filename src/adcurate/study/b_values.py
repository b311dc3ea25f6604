"""``b-values --set``: a person's word on b-values, where a scanner's own are missing or rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adcurate.dicom.reading.b_value_choice import parse_b_value_choice, with_chosen_b_values, without_b_values
from adcurate.dicom.reading.exams import read_exams
from adcurate.errors import SchemeError, StudyError
from adcurate.model import Exam, ObjectSource, Series
from adcurate.model.b_value import BValueChoice
from adcurate.model.jsonable import as_jsonable
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.link import received_exams
from adcurate.study.linking import ReceivedExam

STEP: Final = "b-values"
_KEY: Final = "b-values/"
_UID_LETTERS: Final = 16
_MOST_SHOWN: Final = 4


def set_b_values(study: StudyFolder, exam: str, number: int, text: str, why: str) -> str:
    """Record a person's b-values for one series of an exam, and return the exam's UID.

    The numbers change with the next run.

    Raises
    ------
    StudyError
        ``study.unmatched`` for an exam or series that is not there.
    SchemeError
        ``scheme.b-value-range``, ``scheme.b-value-choice``: nothing is recorded.
    """
    with study.open_store() as store, store.runs.record(STEP):
        uid = exam_named(store, exam)
        series = _series_numbered(read_exam(uid, sources_of(store, uid)), number)
        if not why.strip():
            raise SchemeError(
                "scheme.b-value-choice",
                "A change of b-values needs a reason.",
                remedy="Add --why TEXT, such as --why 'protocol sheet of the scanner'.",
            )
        choice = parse_b_value_choice(text, series.series_instance_uid, why.strip())
        with_chosen_b_values(series, choice)
        store.choices.add(_key(uid, choice.series_instance_uid), as_jsonable(choice))
    return uid


def clear_b_values(study: StudyFolder, exam: str, number: int, why: str = "") -> str:
    """Go back to what the headers say, and return the exam's UID; what was set, and why, stays on record.

    Raises
    ------
    StudyError
        ``study.unmatched`` where there is no such exam or series, or nobody set its b-values.
    """
    with study.open_store() as store, store.runs.record(STEP):
        uid = exam_named(store, exam)
        series = _series_numbered(read_exam(uid, sources_of(store, uid)), number)
        set_now = {choice.series_instance_uid for choice in chosen_b_values(store, uid)}
        if series.series_instance_uid not in set_now:
            raise StudyError(
                "study.unmatched",
                "Nobody set the b-values of that series.",
                remedy="adcurate study b-values EXAM shows every series with its b-values.",
            )
        store.choices.add(_key(uid, series.series_instance_uid), {"rule": "cleared", "reason": why.strip()})
    return uid


def chosen_b_values(store: StudyStore, study_instance_uid: str) -> tuple[BValueChoice, ...]:
    """What persons set for an exam's series and did not clear again."""
    return b_values_by_exam(store).get(study_instance_uid, ())


def b_values_by_exam(store: StudyStore) -> dict[str, tuple[BValueChoice, ...]]:
    """The same for every exam of which somebody set some."""
    found: dict[str, tuple[BValueChoice, ...]] = {}
    for choice in store.choices.all():
        if choice.key.startswith(_KEY) and choice.payload["rule"] != "cleared":
            exam = choice.key.removeprefix(_KEY).split("/")[0]
            said = BValueChoice(
                series_instance_uid=choice.payload["series_instance_uid"],
                rule=choice.payload["rule"],
                values=tuple(choice.payload["values"]),
                pairs=tuple((old, new) for old, new in choice.payload["pairs"]),
                reason=choice.payload["reason"],
            )
            found[exam] = (*found.get(exam, ()), said)
    return found


def apply_b_values(exam: Exam, choices: Sequence[BValueChoice]) -> Exam:
    """The exam with every choice put on its series; one that no longer fits leaves its series out of fits."""
    chosen = {choice.series_instance_uid: choice for choice in choices}
    if not chosen:
        return exam
    series = []
    for one in exam.series:
        choice = chosen.get(one.series_instance_uid)
        if choice is not None and one.kind not in ("adc", "calculated_b"):
            try:
                one = with_chosen_b_values(one, choice)
            except SchemeError as error:
                one = without_b_values(one, error.sentence)
        series.append(one)
    return replace(exam, series=tuple(series))


def read_exam(study_instance_uid: str, sources: Sequence[ObjectSource]) -> Exam:
    """The exam as its headers say, without series where nothing of it can be read."""
    for exam in read_exams(sources).exams:
        if exam.study_instance_uid == study_instance_uid:
            return exam
    return Exam(study_instance_uid, "", "", ())


def exams_of(store: StudyStore) -> Sequence[ReceivedExam]:
    """Every exam of the study; ``study.no-exams`` where there is none."""
    found = received_exams(store)
    if not found:
        raise StudyError(
            "study.no-exams", "The study has no exams yet.", remedy="adcurate study add FOLDER_OR_ZIP"
        )
    return sorted(found, key=lambda one: (one.subject, one.study_instance_uid))


def exam_named(store: StudyStore, words: str) -> str:
    """The UID of the one exam with that subject, or that in its UID; ``study.unmatched`` otherwise."""
    exams = exams_of(store)
    fitting = [one.study_instance_uid for one in exams if words in (one.subject, one.study_instance_uid)]
    if not fitting:
        fitting = [one.study_instance_uid for one in exams if words and words in one.study_instance_uid]
    if len(fitting) == 1:
        return fitting[0]
    shown = fitting[:_MOST_SHOWN] or [one.study_instance_uid for one in exams[:_MOST_SHOWN]]
    raise StudyError(
        "study.unmatched",
        f"{len(fitting)} exams have that subject or that in their UID.",
        remedy="Give a subject's code, or enough of the exam's UID, such as "
        f"{', '.join(map(beginning_of, shown))}; adcurate study b-values --json - lists both for all.",
        n_exams=len(fitting),
    )


def beginning_of(study_instance_uid: str) -> str:
    """As much of an exam's UID as tells it from others."""
    return study_instance_uid[:_UID_LETTERS]


def _series_numbered(exam: Exam, number: int) -> Series:
    """The series of that number that could be fitted, else any of it."""
    numbered = [one for one in exam.series if one.number == number]
    fitting = [one for one in numbered if one.kind in ("dwi", "trace")] or numbered
    if len({one.series_instance_uid for one in fitting}) != 1:
        raise StudyError(
            "study.unmatched",
            f"{len(fitting)} series of the exam have that number.",
            remedy="adcurate study b-values EXAM lists the exam's diffusion series with their numbers.",
            n_series=len(fitting),
        )
    return fitting[0]


def sources_of(store: StudyStore, study_instance_uid: str) -> tuple[ObjectSource, ...]:
    """An exam's research objects."""
    records = store.instances.all(study_uid=study_instance_uid)
    return tuple(store.blobs.source(record.blob) for record in records)


def _key(study_instance_uid: str, series_instance_uid: str) -> str:
    return f"{_KEY}{study_instance_uid}/{series_instance_uid}"
