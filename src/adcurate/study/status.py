"""``status``: how far the study is, and what comes next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from adcurate.findings import Finding
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Reading
from adcurate.store import StudyStore
from adcurate.study.b_values import STEP as B_VALUES
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping.made_backups import MadeBackup, made_backups
from adcurate.study.lesion_size import size_rows
from adcurate.study.link import decisions, received_exams
from adcurate.study.linking import Link, link_rows_to_exams
from adcurate.study.protocol.amend import differs_from_frozen, protocol_digest, protocol_findings
from adcurate.study.pull.unfinished import UnfinishedExam, unfinished_exams
from adcurate.study.read_in_the_room import read_in_the_room, read_last
from adcurate.study.reader_of_record import CONSENSUS, readers_in_order
from adcurate.study.reading.room import reading_rules
from adcurate.study.readings_that_count import reader_rule
from adcurate.study.regions.contours import current_contours
from adcurate.study.rows import current_rows
from adcurate.study.run import ANALYZED_CHOICE
from adcurate.study.series_kinds import STEP as SERIES_KINDS

STEPS = ("add", "worksheet", "contours", "run", "report")
_NOTHING_ASKED = Reading()
_AMEND = "study.toml was changed after reading began: adcurate study amend --why TEXT"
INPUTS = ("add", "worksheet", "contours", "link", "withdraw", "move", B_VALUES, SERIES_KINDS)


@dataclass(frozen=True, slots=True)
class RulerStatus:
    """How many included lesions have a long axis of the reader who counts, and how many are too small."""

    n_lesions: int
    n_measured: int
    n_smaller: int
    least_mm: float


@dataclass(frozen=True, slots=True)
class StudyStatus:
    """What is there, which steps have run, which links are open, and the next step in words.

    `unfinished` are exams of which an archive has more than has come: a matched one may be among them.
    `ruler` is None where the protocol takes the worksheet's sizes.
    """

    title: str
    n_subjects: int
    n_exams: int
    n_objects: int
    n_quarantined: int
    n_rows: int
    n_regions: int
    done: tuple[str, ...]
    links: tuple[Link, ...]
    unfinished: tuple[UnfinishedExam, ...]
    findings: tuple[Finding, ...]
    next_step: str
    ruler: RulerStatus | None = None
    last_backup: MadeBackup | None = None

    @property
    def link_counts(self) -> dict[str, int]:
        """How many links of each status."""
        counts = Counter(link.status for link in self.links)
        return {status: counts[status] for status in ("matched", "awaited", "ambiguous", "unrequested")}

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study status --json``."""
        return {
            "title": self.title,
            "subjects": self.n_subjects,
            "exams": self.n_exams,
            "objects": self.n_objects,
            "quarantined": self.n_quarantined,
            "worksheet_rows": self.n_rows,
            "regions": self.n_regions,
            "steps_done": list(self.done),
            "links": as_jsonable(self.links),
            "unfinished": as_jsonable(self.unfinished),
            "findings": [finding.as_json() for finding in self.findings],
            "ruler": as_jsonable(self.ruler),
            "last_backup": as_jsonable(self.last_backup),
            "next": self.next_step,
        }


def study_status(study: StudyFolder) -> StudyStatus:
    """Look, without changing anything."""
    with study.open_store("read") as store:
        instances = store.instances.all()
        links = link_rows_to_exams(current_rows(store), received_exams(store), decisions(store))
        done = _up_to_date(store, study)
        contours = current_contours(store)
        unfinished = unfinished_exams(store)
        return StudyStatus(
            title=study.protocol().title,
            n_subjects=len({record.subject for record in instances}),
            n_exams=len({record.study_uid for record in instances}),
            n_objects=len(instances),
            n_quarantined=len(store.quarantine.all()),
            n_rows=len(current_rows(store)),
            n_regions=len({(c.subject, c.lesion, c.reader) for c in contours}),
            done=done,
            links=links,
            unfinished=unfinished,
            ruler=_ruler(study, store),
            findings=(*store.findings.all(), *protocol_findings(store)),
            next_step=_AMEND
            if differs_from_frozen(study, store)
            else next_step(done, links, unfinished, reading_rules(study.protocol())),
            last_backup=next(reversed(made_backups(study)), None),
        )


def _ruler(study: StudyFolder, store: StudyStore) -> RulerStatus | None:
    protocol = study.protocol()
    rule = protocol.eligibility
    if rule.lesion_size != "ruler":
        return None
    read = read_in_the_room(study, store)
    readings = [(one.reader, True) for one in read.sizes]
    # A plan may name somebody who has read nothing yet: then nothing is measured.
    decided = (CONSENSUS,) if read.standings else ()
    if protocol.plan.value not in ("first-reader", "mean", *decided, *(reader for reader, _ in readings)):
        readings = []
        protocol = replace(protocol, plan=replace(protocol.plan, value="mean"))
    whose = reader_rule(protocol, readers_in_order(store), readings, read.standings)
    sizes = read.sizes if readings else ()
    sized = size_rows(current_rows(store), sizes, rule, whose)
    return RulerStatus(sized.n_lesions, sized.n_measured, sized.n_smaller, rule.minimum_lesion_size_mm)


def next_step(
    done: tuple[str, ...],
    links: tuple[Link, ...] = (),
    unfinished: tuple[UnfinishedExam, ...] = (),
    asks: Reading = _NOTHING_ASKED,
) -> str:
    """The next command, in words a newcomer can follow; `asks` is what readers draw beside the outline."""
    if unfinished:
        whose = "exam that is" if len(unfinished) == 1 else "exams that are"
        return f"{unfinished[0].command}   (goes on with {len(unfinished)} {whose} not whole)"
    ambiguous = sum(link.status == "ambiguous" for link in links)
    if "add" not in done:
        return "adcurate study add FOLDER_OR_ZIP   (the exams that the PACS exported)"
    if "worksheet" not in done:
        return "fill in worksheet.xlsx, then: adcurate study worksheet worksheet.xlsx"
    if ambiguous:
        return f"{ambiguous} exams need your word: adcurate study link SUBJECT EXAM --why TEXT"
    if "contours" not in done:
        wanted = ((asks.wants_ruler, "ruler"), (asks.wants_reference, "reference tissue"))
        beside = " and ".join(what for is_asked, what in wanted if is_asked)
        drawn = f"draw in the browser, with {beside}" if beside else "draw in the browser"
        said = "what was drawn; a ruler cannot come so" if asks.wants_ruler else "what was drawn"
        return f"adcurate serve   ({drawn}), or: adcurate study contours FILE.json   ({said})"
    if "run" not in done:
        return "adcurate study run   (maps, measurements, statistics)"
    if "report" not in done:
        return "adcurate study report   (the report, figures and tables)"
    return "open results/report.html"


def _up_to_date(store: StudyStore, study: StudyFolder) -> tuple[str, ...]:
    """The steps that have run and whose inputs have not changed since."""
    latest = {run.step: run.run_id for run in store.runs.all() if run.outcome == "done"}
    newest_input = max((latest.get(step, 0) for step in INPUTS), default=0)
    analyzed = store.choices.latest(ANALYZED_CHOICE)
    changed = (
        analyzed is None
        or analyzed.payload["protocol"] != protocol_digest(study)
        or read_last(store) > analyzed.payload.get("read_last", 0)
    )
    if changed or latest.get("run", 0) < newest_input:
        latest.pop("run", None)
    if "run" not in latest or latest.get("report", 0) < latest["run"]:
        latest.pop("report", None)
    if any(region.payload for region in store.contours.all()):
        # Drawn in the reading room, where no command brings them.
        latest.setdefault("contours", 0)
    if not store.instances.all():
        latest.pop("add", None)
    return tuple(step for step in STEPS if step in latest)
