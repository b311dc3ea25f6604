"""Who is analysed: from rows, links and measurements to members and a flow whose boxes add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adcurate.errors import GradingError
from adcurate.findings import Finding
from adcurate.grading import Grading, grade, isup_group, parse_ki67, parse_mitoses
from adcurate.model.cohort import FlowStage, ParticipantFlow
from adcurate.model.protocol import LesionChoice, Protocol
from adcurate.model.worksheet import WorksheetRow
from adcurate.study.linking import Link

_UNSAID = "no reason given"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An eligible subject: the row of the lesion that stands for it, its exam, and its other lesions."""

    row: WorksheetRow
    study_instance_uid: str
    other_lesions: tuple[str, ...]
    lesion_choice: str


@dataclass(frozen=True, slots=True)
class Screening:
    """Candidates, who left at which stage and why, and what a person must know."""

    n_screened: int
    candidates: tuple[Candidate, ...]
    excluded: Mapping[str, int]
    ineligible: Mapping[str, int]
    findings: tuple[Finding, ...]


def screen(rows: Sequence[WorksheetRow], links: Sequence[Link], protocol: Protocol) -> Screening:
    """Apply the worksheet's status and the protocol's eligibility to each unit: a subject, or a lesion."""
    every_lesion = protocol.plan.unit == "lesion"
    by_case: dict[tuple[str, str], list[WorksheetRow]] = {}
    for row in rows:
        by_case.setdefault((row.subject, row.lesion if every_lesion else ""), []).append(row)
    link_of = {(link.subject, link.visit): link for link in links}
    excluded: Counter[str] = Counter()
    ineligible: Counter[str] = Counter()
    candidates: list[Candidate] = []
    findings: list[Finding] = []
    for (subject, _), own in sorted(by_case.items()):
        included = [row for row in own if row.status == "included"]
        if not included:
            excluded[own[0].exclusion_reason or _UNSAID] += 1
            continue
        chosen, how, found = choose_lesion(included, protocol.lesion)
        findings += found
        link = link_of.get((subject, chosen.visit))
        reason = _why_not(chosen, link, protocol)
        if reason:
            ineligible[reason] += 1
            continue
        findings += check_grade(chosen, protocol)
        others = tuple(row.lesion for row in included if row.lesion != chosen.lesion)
        uid = link.study_instance_uids[0] if link and link.status == "matched" else ""
        candidates.append(Candidate(chosen, uid, others, how))
    return Screening(len(by_case), tuple(candidates), excluded, ineligible, tuple(findings))


def participant_flow(screening: Screening, unmeasured: Mapping[str, int]) -> ParticipantFlow:
    """Boxes from screened to analysed. `unmeasured` counts candidates without a value, by reason."""
    n_included = screening.n_screened - sum(screening.excluded.values())
    n_eligible = n_included - sum(screening.ineligible.values())
    return ParticipantFlow(
        (
            FlowStage("Screened", screening.n_screened, _sorted(screening.excluded)),
            FlowStage("Included in the worksheet", n_included, _sorted(screening.ineligible)),
            FlowStage("Eligible by the protocol", n_eligible, _sorted(unmeasured)),
            FlowStage("Analysed", n_eligible - sum(unmeasured.values())),
        )
    )


def choose_lesion(
    rows: Sequence[WorksheetRow], rule: LesionChoice
) -> tuple[WorksheetRow, str, tuple[Finding, ...]]:
    """Choose the lesion that stands for a subject: how it was chosen comes with it."""
    if len(rows) == 1:
        return rows[0], "the only lesion", ()
    subject = rows[0].subject
    if rule.choice == "specimen-origin":
        matching = [row for row in rows if _same(row.specimen_origin, row.lesion_site)]
        if len(matching) == 1:
            return matching[0], "the specimen came from it", ()
        sentence = (
            f"{len(matching)} of {len(rows)} lesions lie where the specimen came from; "
            f"the {rule.fallback} one stands for the subject."
        )
        found = (Finding("lesion.choice-by-fallback", sentence, "warning", {"subject": subject}),)
        return *_by(rule.fallback, matching or rows), found
    return *_by(rule.choice, rows), ()


def check_grade(row: WorksheetRow, protocol: Protocol) -> tuple[Finding, ...]:
    """Compare the pathologist's grade, which stays the grade, with the edition's rule, or a Gleason score."""
    editions = protocol.grading
    if editions.scale == "isup":
        return _check_gleason(row)
    by_site = {site.casefold(): name for site, name in editions.edition_by_primary_site.items()}
    edition = row.edition or by_site.get((row.primary_site or "").casefold(), editions.other)
    if edition == "none" or (row.ki67 is None and row.mitoses is None):
        return ()
    where = {"subject": row.subject, "edition": edition}
    try:
        computed: Grading = grade(
            edition,
            ki67=parse_ki67(row.ki67) if row.ki67 else None,
            mitoses=parse_mitoses(row.mitoses, row.mitoses_unit or "per-2-mm2") if row.mitoses else None,
            necrosis=row.necrosis,
            differentiation=row.differentiation,
        )
    except GradingError as error:
        return (Finding("grading.not-checked", error.sentence, "note", where),)
    found = [Finding(f.code, f.sentence, f.severity, {**f.where, **where}) for f in computed.findings]
    if row.grade in {"G1", "G2", "G3"} and computed.possible and row.grade not in computed.possible:
        sentence = (
            f"The pathologist's grade is {row.grade}; the {edition} rule gives {computed.label}. "
            "The pathologist's grade is used."
        )
        found.append(Finding("grading.disagrees", sentence, "serious", where))
    return tuple(found)


def _check_gleason(row: WorksheetRow) -> tuple[Finding, ...]:
    made = isup_group(row.gleason) if row.gleason else row.grade
    if made == row.grade or row.grade is None:
        return ()
    sentence = (
        f"The pathologist's grade is {row.grade}; the Gleason score {row.gleason} makes {made}. "
        "The pathologist's grade is used."
    )
    return (Finding("grading.disagrees", sentence, "serious", {"subject": row.subject}),)


def _why_not(row: WorksheetRow, link: Link | None, protocol: Protocol) -> str | None:
    rule = protocol.eligibility
    status = link.status if link else "awaited"
    if rule.require_mri and status == "awaited":
        return "MRI not received"
    if rule.require_mri and status == "ambiguous":
        return "MRI to be confirmed by a person"
    smallest = rule.minimum_lesion_size_mm
    by_ruler = rule.lesion_size == "ruler"
    if smallest > 0 and row.lesion_size_mm is None:
        return "long axis not measured" if by_ruler else "lesion size unknown"
    if smallest > 0 and row.lesion_size_mm is not None and row.lesion_size_mm < smallest:
        return f"lesion smaller than {smallest / 10:g} cm" + (" by the ruler" if by_ruler else "")
    if rule.require_grade and row.grade is None:
        return f"{protocol.reference_word} unknown"
    if row.grade not in protocol.outcome.positive + protocol.outcome.negative:
        return f"{protocol.reference_word} outside the outcome groups"
    return None


def _by(rule: str, rows: Sequence[WorksheetRow]) -> tuple[WorksheetRow, str]:
    if rule == "largest":
        return max(rows, key=lambda row: row.lesion_size_mm or 0.0), "the largest lesion"
    return min(rows, key=lambda row: row.lesion), "the first lesion"


def _same(first: str | None, second: str | None) -> bool:
    return bool(first and second) and str(first).strip().casefold() == str(second).strip().casefold()


def _sorted(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
