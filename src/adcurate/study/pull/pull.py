"""``pull``: the exams that the study waits for, fetched from a named archive, series by series.

Broken off anywhere, the same call goes on: what is in the store is not fetched again, and the vault's
journal knows which exams were begun. What it returns holds codes and shifted days, never identity.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from adcurate.dicom.deidentification.vocabulary import known_words
from adcurate.dicom.network.archive import Archive, ExamAtArchive
from adcurate.dicom.network.opening import open_archive
from adcurate.dicom.network.series_choice import SeriesChoice, choose_series
from adcurate.errors import NetworkError
from adcurate.model import Pseudonyms
from adcurate.model.endpoint import Endpoint
from adcurate.model.progress import Progress, no_progress
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.pull.asking_again import AskingAgain, Sleep
from adcurate.study.pull.awaited import awaited_visits
from adcurate.study.pull.journal import PulledExam, PullJournal
from adcurate.study.pull.results import Candidate, ExamReport, PullReport, SeriesReport, TargetReport
from adcurate.study.pull.series import FetchedSeries, SeriesFetcher
from adcurate.study.pull.targets import (
    PullChoice,
    Target,
    targets_of_journal,
    targets_of_queries,
    targets_of_visits,
)
from adcurate.study.pull.unfinished import keep_unfinished
from adcurate.study.receiving.intake import Intake

ALL_SERIES = "All series"


def check_endpoint(endpoint: Endpoint) -> None:
    """Ask whether the archive answers and is willing to answer us.

    Raises
    ------
    NetworkError, InputError
        Why it is not.
    """
    open_archive(endpoint).check()


def pull_exams(
    study: StudyFolder,
    endpoint: Endpoint,
    choice: PullChoice | None = None,
    *,
    dry_run: bool = False,
    progress: Progress = no_progress,
    sleep: Sleep = time.sleep,
) -> PullReport:
    """Fetch the worksheet's awaited exams, or those that the queries of `choice` name.

    Exams that an earlier pull began come first, from whichever endpoint it was; one that this archive does
    not have is named with the endpoint where it was begun. A connection that stays broken ends the pull; its
    report then holds the `trouble`, and everything that came is kept.

    Raises
    ------
    NetworkError
        The archive cannot even be asked.
    StudyError, StoreError, VaultError
        ``study.no-worksheet``, ``store.locked``, ``store.disk-full``, ``vault.key-missing``.
    """
    choice = choice or PullChoice()
    archive = AskingAgain(open_archive(endpoint), endpoint.limits.attempts, sleep)
    with study.open_store("read") as store:
        vault = study.open_vault(store)
        journal = PullJournal(vault)
        begun = journal.unfinished()
        targets = list(targets_of_journal(archive, begun, endpoint.name))
        if choice.queries:
            targets += targets_of_queries(archive, choice, vault.pseudonyms)
        elif not begun or store.worksheets.latest() is not None:
            visits = awaited_visits(store, vault)
            targets += targets_of_visits(archive, visits, choice, vault.pseudonyms, progress)
        plan = _Plan(archive, store, vault.pseudonyms, journal, endpoint.name, choice)
        plan.look(targets, progress)
        if dry_run:
            return plan.report(dry_run)
        if plan.has_work:
            # Said before the first object comes, so that whatever ends this pull leaves it said.
            keep_unfinished(study, store, plan.unfinished)
            with Intake(study, source="pull") as intake:
                fetcher = SeriesFetcher(
                    archive, intake, store, vault.pseudonyms, attempts=endpoint.limits.attempts, sleep=sleep
                )
                plan.fetch(fetcher, progress)
        keep_unfinished(study, store, journal.unfinished())
        return plan.report(dry_run)


class _Plan:
    """The exams to fetch, what is there of them, and what became of them."""

    def __init__(
        self,
        archive: Archive,
        store: StudyStore,
        pseudonyms: Pseudonyms,
        journal: PullJournal,
        endpoint: str,
        choice: PullChoice,
    ) -> None:
        self._archive = archive
        self._store = store
        self._pseudonyms = pseudonyms
        self._journal = journal
        self._endpoint = endpoint
        self._choice = choice
        self._targets: list[Target] = []
        self._exams: dict[str, tuple[PulledExam, ExamAtArchive, tuple[SeriesChoice, ...]]] = {}
        self._fetched: dict[tuple[str, str], FetchedSeries] = {}
        self._trouble: NetworkError | None = None

    @property
    def has_work(self) -> bool:
        """Whether any series is to be fetched."""
        return any(one.is_wanted for _, _, series in self._exams.values() for one in series)

    @property
    def unfinished(self) -> tuple[PulledExam, ...]:
        """The exams that are not whole now, and those that will not be until they are fetched."""
        ahead = {
            key: record
            for key, (record, _, series) in self._exams.items()
            if any(one.is_wanted for one in series)
        }
        return tuple(({one.exam: one for one in self._journal.unfinished()} | ahead).values())

    def look(self, targets: Sequence[Target], progress: Progress) -> None:
        """Ask for the series of every exam that is meant."""
        self._targets = list(targets)
        meant = [(target, exam) for target in targets for exam in target.exams]
        for number, (target, exam) in enumerate(meant, start=1):
            key = self._pseudonyms.uid(exam.study_uid)
            if key not in self._exams:
                record = self._record(key, target, exam)
                series = self._archive.find_series(exam.study_uid)
                chosen = choose_series(series, every_mr=record.every_series, description=record.description)
                self._exams[key] = (record, exam, chosen)
            progress("Looking for series", number, len(meant))

    def fetch(self, fetcher: SeriesFetcher, progress: Progress) -> None:
        """Fetch exam by exam; a broken connection ends it after its attempts."""
        expected = {
            (key, one.series.series_uid): one.series.n_objects or 0
            for key, (_, _, chosen) in self._exams.items()
            for one in chosen
            if one.is_wanted
        }
        total, done = sum(expected.values()), 0
        for key, (record, _, chosen) in self._exams.items():
            wanted = [one for one in chosen if one.is_wanted]
            if not wanted:
                continue
            record.is_finished = False
            self._journal.keep(record)
            for one in wanted:
                label = f"{record.subject} {known_words(one.series.description) or 'series'}"

                def on_object(n: int, of: int, label: str = label, before: int = done) -> None:
                    progress(label, n, of)
                    progress(ALL_SERIES, min(before + n, total), total)

                result = fetcher.fetch(one.series, record, on_object)
                self._fetched[key, one.series.series_uid] = result
                self._journal.keep(record)
                done += expected[key, one.series.series_uid]
                progress(ALL_SERIES, done, total)
                if result.trouble is not None:
                    self._trouble = result.trouble
                    return
            record.is_finished = all(self._fetched[key, one.series.series_uid].is_complete for one in wanted)
            self._journal.keep(record)

    def report(self, dry_run: bool) -> PullReport:
        """What was found and what came, without identity."""
        return PullReport(
            endpoint=self._endpoint,
            dry_run=dry_run,
            targets=tuple(self._target_report(target) for target in self._targets),
            exams=tuple(self._exam_report(key) for key in self._exams),
            trouble=self._trouble,
        )

    def _record(self, key: str, target: Target, exam: ExamAtArchive) -> PulledExam:
        known = self._journal.find(key)
        if known is not None and not known.is_finished:
            return replace(known, endpoint=self._endpoint)
        if known is not None and known.endpoint == self._endpoint:
            return replace(
                known, every_series=self._choice.every_series, description=self._choice.description
            )
        return PulledExam(
            exam=key,
            endpoint=self._endpoint,
            subject=target.subject,
            visit=target.visit,
            study_uid=exam.study_uid,
            patient_id=exam.patient_id,
            accession=exam.accession,
            every_series=self._choice.every_series,
            description=self._choice.description,
        )

    def _target_report(self, target: Target) -> TargetReport:
        candidates = () if target.status == "found" else target.candidates
        return TargetReport(
            target.subject,
            target.visit,
            target.status,
            tuple(
                Candidate(
                    self._pseudonyms.uid(exam.study_uid),
                    self._shifted(exam, target.subject),
                    (exam.day - target.days[0]).days if exam.day and target.days else None,
                )
                for exam in candidates
            ),
            target.begun_at,
        )

    def _exam_report(self, key: str) -> ExamReport:
        record, exam, chosen = self._exams[key]
        return ExamReport(
            key,
            record.subject,
            record.visit,
            self._shifted(exam, record.subject),
            tuple(self._series_reports(key, record, chosen)),
        )

    def _series_reports(
        self, key: str, record: PulledExam, chosen: Iterable[SeriesChoice]
    ) -> Iterable[SeriesReport]:
        stored = Counter(one.series_uid for one in self._store.instances.all(study_uid=key))
        for one in chosen:
            series = self._pseudonyms.uid(one.series.series_uid)
            fetched = self._fetched.get((key, one.series.series_uid))
            there = stored[series] + len(record.not_stored.get(series, ())) + record.nameless.get(series, 0)
            yield SeriesReport.of(one, series, there, fetched)

    def _shifted(self, exam: ExamAtArchive, subject: str) -> str:
        return self._pseudonyms.shift_date(exam.day, subject).isoformat() if exam.day and subject else ""
