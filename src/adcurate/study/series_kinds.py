"""A person's word on what a series shows, where its headers tell it wrongly or it is not to be used.

A choice is kept under the series and what its headers told, since one series may hold images of two kinds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, get_args

from adcurate.dicom.reading.series_kind_choice import with_chosen_kind
from adcurate.errors import SeriesError, StudyError
from adcurate.model import Exam, Series, SeriesKind, SeriesKindChoice
from adcurate.model.b_value import BValueChoice
from adcurate.store import StudyStore
from adcurate.study.b_values import apply_b_values, read_exam, sources_of
from adcurate.study.folder import StudyFolder

STEP: Final = "series-kinds"
_KEY: Final = "series-kind/"


def set_series_kind(
    study: StudyFolder,
    study_instance_uid: str,
    series_instance_uid: str,
    told: str,
    kind: str,
    why: str,
    by: str = "",
) -> None:
    """Record what a person says that a series shows; saying what its headers told takes the word back.

    Maps and numbers change with the next run.

    Raises
    ------
    SeriesError
        ``series.kind-choice`` for a word that is no kind, or without a reason; ``series.reading-began``.
    StudyError
        ``study.unmatched`` where the exam has no such series.
    """
    if kind not in get_args(SeriesKind):
        raise SeriesError(
            "series.kind-choice",
            "That is nothing a series can show.",
            remedy=f"Choose among {', '.join(get_args(SeriesKind))}.",
        )
    if not why.strip():
        raise SeriesError(
            "series.kind-choice",
            "A change of a series' role needs a reason.",
            remedy="Say why in a few words.",
        )
    with study.open_store() as store:
        refuse_after_reading_began(store)
        with store.runs.record(STEP):
            exam = read_exam(study_instance_uid, sources_of(store, study_instance_uid))
            if not any(_is_meant(one, series_instance_uid, told) for one in exam.series):
                raise StudyError(
                    "study.unmatched",
                    "The exam has no such series.",
                    remedy="adcurate study images EXAM lists the series of an exam.",
                )
            store.choices.add(
                f"{_KEY}{study_instance_uid}/{series_instance_uid}/{told}",
                {
                    "series_instance_uid": series_instance_uid,
                    "told": told,
                    "kind": kind,
                    "reason": why.strip(),
                    "by": by,
                },
            )


def chosen_kinds(store: StudyStore, study_instance_uid: str) -> tuple[SeriesKindChoice, ...]:
    """What persons said of an exam's series, where it is not what the headers told."""
    return kinds_by_exam(store).get(study_instance_uid, ())


def kinds_by_exam(store: StudyStore) -> dict[str, tuple[SeriesKindChoice, ...]]:
    """The same for every exam of which a person said something."""
    found: dict[str, tuple[SeriesKindChoice, ...]] = {}
    for choice in store.choices.all():
        if choice.key.startswith(_KEY) and choice.payload["kind"] != choice.payload["told"]:
            exam = choice.key.removeprefix(_KEY).split("/")[0]
            said = choice.payload
            one = SeriesKindChoice(said["series_instance_uid"], said["told"], said["kind"], said["reason"])
            found[exam] = (*found.get(exam, ()), one)
    return found


def with_choices(exam: Exam, kinds: Sequence[SeriesKindChoice], b_values: Sequence[BValueChoice]) -> Exam:
    """The exam as persons see it: what its series show, then their b-values."""
    series = tuple(
        next(
            (
                with_chosen_kind(one, choice)
                for choice in kinds
                if _is_meant(one, choice.series_instance_uid, choice.told)
            ),
            one,
        )
        for one in exam.series
    )
    return apply_b_values(replace(exam, series=series) if kinds else exam, b_values)


def refuse_after_reading_began(store: StudyStore) -> None:
    """Readers draw on series by their order, so roles stay as they were when the first case was opened.

    Raises
    ------
    SeriesError
        ``series.reading-began``
    """
    latest = store.protocols.latest()
    if latest is not None and latest.frozen_at:
        raise SeriesError(
            "series.reading-began",
            "The readers have begun, so the roles of series stay as they are.",
            remedy="Note the series for the report; a new study may read it otherwise.",
        )


def _is_meant(series: Series, series_instance_uid: str, told: str) -> bool:
    return (series.series_instance_uid, series.kind) == (series_instance_uid, told)
