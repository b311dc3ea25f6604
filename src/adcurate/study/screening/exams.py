"""Exams that arrived beside the visits that wait for them: what is joined, proposed, left over.

Exams are named by study codes and their last digits; days are told as distances. A person's word joins what
the two keys left open, and the exams not taken stay where they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from adcurate.formats.request_list import request_list_xlsx
from adcurate.model.cohort import FlowStage, ParticipantFlow
from adcurate.model.reading.design import Someone
from adcurate.model.worksheet import WorksheetRow
from adcurate.store import StudyStore, Vault
from adcurate.study.cohort import participant_flow, screen
from adcurate.study.exam_rule import ExamEvidence, propose_exam
from adcurate.study.folder import StudyFolder
from adcurate.study.link import decide_link, decided_links, note_birth_dates, received_exams, refresh_links
from adcurate.study.linking import Link, LinkStatus, ReceivedExam
from adcurate.study.outcomes_seal import refuse_while_sealed
from adcurate.study.pull.request_list import HEADER, request_rows
from adcurate.study.rows import current_rows

Standing = Literal["taken", "proposed", "not taken", "open"]
VisitStatus = LinkStatus | Literal["withdrawn"]


@dataclass(frozen=True, slots=True)
class ShownExam:
    """One exam with its evidence, and how many images of it are there."""

    evidence: ExamEvidence
    standing: Standing
    n_series: int
    n_objects: int


@dataclass(frozen=True, slots=True)
class ShownVisit:
    """One visit and every exam of its subject; `visit` is "" for an exam of a subject without a visit.

    ``withdrawn``: the subject withdrew, and its exam is used no more.
    `why` is what a person said who named the exam, `proposed` why the rule takes one; `treated` is the
    list's word on treatment before the MRI. `birth_dates_differ`: the images are of more than one person.
    """

    subject: str
    visit: str
    status: VisitStatus
    reason: str
    decided_by: str
    why: str
    proposed: str
    treated: str
    birth_dates_differ: bool
    exams: tuple[ShownExam, ...]


@dataclass(frozen=True, slots=True)
class ArrivedExams:
    """Every visit, and the flow of participants as far as it can be told before anything is measured."""

    visits: tuple[ShownVisit, ...]
    flow: ParticipantFlow
    within_days: int


def arrived_exams(study: StudyFolder) -> ArrivedExams:
    """Join what is there now, and tell it.

    Raises
    ------
    ReadError
        ``read.sealed``: who is eligible depends on grades.
    VaultError
        ``vault.key-missing``
    """
    with study.open_store() as store:
        refuse_while_sealed(store, "The flow of participants depends on outcomes")
        vault = study.open_vault(store)
        for subject, is_doubted in {exam.subject: exam.is_doubted for exam in received_exams(store)}.items():
            n = vault.count_birth_dates(subject)
            if (n > 1) != is_doubted:
                note_birth_dates(store, subject, n)
        protocol, rows, links = study.protocol(), current_rows(store), refresh_links(store)
        look = _Look(store, vault, rows, protocol.eligibility.exam_within_days)
        visits = tuple(look.visit(link) for link in links if link.visit)
        shown = {one.evidence.study_instance_uid for visit in visits for one in visit.exams}
        left = tuple(
            look.visit(link) for link in links if not link.visit and link.study_instance_uids[0] not in shown
        )
        screening = screen(rows, links, protocol)
        stages = participant_flow(screening, {}).stages[:-1]
        last = FlowStage(stages[-1].label, stages[-1].n)
        return ArrivedExams(
            (*visits, *left), ParticipantFlow((*stages[:-1], last)), protocol.eligibility.exam_within_days
        )


def choose_exam(
    study: StudyFolder, who: Someone, subject: str, visit: str, exam: str, why: str
) -> ArrivedExams:
    """Take a person's word for which exam a visit's is, then tell all of it anew.

    Raises
    ------
    StudyError
        ``study.unmatched``
    """
    decide_link(study, subject, exam, why, visit=visit, person=who.id)
    return arrived_exams(study)


def requests_for(study: StudyFolder, who: Someone) -> bytes:
    """The list for the PACS office as XLSX, which names people; the log says who took it.

    Raises
    ------
    StudyError
        ``study.no-worksheet``
    VaultError
        ``vault.key-missing``
    """
    rows, _ = request_rows(study)
    with study.open_store() as store:
        store.screening.note("requests.take", "request-list", {"exams": len(rows)}, who.id)
    return request_list_xlsx(HEADER, [[str(n), *row] for n, row in enumerate(rows, start=1)])


class _Look:
    """What is known of rows and exams, gathered once."""

    def __init__(
        self, store: StudyStore, vault: Vault, rows: Sequence[WorksheetRow], within_days: int
    ) -> None:
        self._rows = {(row.subject, row.visit): row for row in reversed(rows) if row.status == "included"}
        self._exams: dict[str, list[ReceivedExam]] = {}
        for exam in received_exams(store):
            self._exams.setdefault(exam.subject, []).append(exam)
        self._n_objects: Counter[str] = Counter()
        self._series: dict[str, set[str]] = {}
        for record in store.instances.all():
            self._n_objects[record.study_uid] += 1
            self._series.setdefault(record.study_uid, set()).add(record.series_uid)
        self._decided = decided_links(store)
        self._vault = vault
        self._within_days = within_days
        self._withdrawn = store.withdrawals.all().keys()

    def visit(self, link: Link) -> ShownVisit:
        """A visit with all exams of its subject; for an exam that nobody asked for, that one."""
        exams = self._exams.get(link.subject, [])
        row = self._rows.get((link.subject, link.visit))
        if not link.visit:
            exams = [one for one in exams if one.study_instance_uid in link.study_instance_uids]
        proposal = propose_exam(
            exams,
            row.mri_date if row else None,
            row.histology_date if row else None,
            row.sample_type if row else None,
            self._within_days,
        )
        is_open = link.status == "ambiguous"
        why = self._decided[link.subject, link.visit][1] if link.decided_by == "person" else ""
        differ = self._birth_dates_differ(link.subject) if exams else False
        is_withdrawn = link.subject in self._withdrawn
        proposed = "" if differ else proposal.proposed  # nearness says nothing of whose images they are
        return ShownVisit(
            subject=link.subject,
            visit=link.visit,
            status="withdrawn" if is_withdrawn else link.status,
            reason="The subject withdrew: used no more." if is_withdrawn else link.reason,
            decided_by=link.decided_by,
            why=why,
            proposed=proposal.why if is_open and not differ else "",
            treated=(row.treatment_before_mri or "") if row else "",
            birth_dates_differ=differ,
            exams=tuple(
                ShownExam(
                    one,
                    _standing(one, link, proposed),
                    len(self._series[one.study_instance_uid]),
                    self._n_objects[one.study_instance_uid],
                )
                for one in proposal.exams
            ),
        )

    def _birth_dates_differ(self, subject: str) -> bool:
        return self._vault.count_birth_dates(subject) > 1


def _standing(one: ExamEvidence, link: Link, proposed: str) -> Standing:
    if link.status == "ambiguous":
        return "proposed" if one.study_instance_uid == proposed else "open"
    is_taken = link.status == "matched" and one.study_instance_uid in link.study_instance_uids
    return "taken" if is_taken else "not taken"
