"""What a person sees of a pull: two bars while it runs, then every exam with its series, and what is next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from adcurate.cli.console import show_lines, show_next, show_table, timed_bars

if TYPE_CHECKING:
    from adcurate.model.progress import Progress
    from adcurate.study.pull.results import ExamReport, PullReport, TargetReport

_STATUS_WORDS = {
    "absent": "not at the archive on its day",
    "ambiguous": "several exams fit",
    "no-number": "its hospital number is not known here",
}
_UID_LETTERS = 6
_LONGEST_LABEL = 36


@contextmanager
def pull_bars() -> Iterator[Progress]:
    """A bar for everything with the time left, and below it one for the series that is coming."""
    from adcurate.study.pull.pull import ALL_SERIES

    with timed_bars() as bars:
        whole = bars.add_task("Asking", total=None)
        part = bars.add_task("", total=None, visible=False)
        shown = ""

        def report(step: str, done: int, total: int) -> None:
            nonlocal shown
            if step == ALL_SERIES or total == 0:
                bars.update(whole, description=step, completed=done, total=total)
                return
            if step != shown:
                shown = step
                bars.reset(part, description=step[:_LONGEST_LABEL], total=total, visible=True)
            bars.update(part, completed=done, total=total)

        yield report


def show_checked(name: str) -> None:
    """Say that an archive answers."""
    show_lines([f"Yes: {name} answers, and takes our questions."])
    show_next(f"adcurate pull {name} --dry-run")


def show_pulled(report: PullReport) -> None:
    """Print what was found, what came, what is open, and what comes next."""
    from adcurate.dicom.network.series_choice import RULE

    if not report.targets:
        show_lines(["No exam is awaited: every included visit of the worksheet has its exam."])
        show_next("adcurate study status")
        return
    if report.exams:
        title = "Would be fetched" if report.dry_run else "Fetched"
        rows = [row for exam in report.exams for row in _rows(exam, report.dry_run)]
        show_table(title, ["exam", "series", "why", "there", "state"], rows)
        show_lines([f"Rule: {RULE}", "Days are shifted, as all days of the study are."])
    _show_open(report)
    if not report.dry_run:
        fates = ("stored", "duplicate", "quarantined", "skipped")
        total = sum(report.total(fate) for fate in fates)
        parts = ", ".join(f"{report.total(fate)} {fate}" for fate in fates)
        show_lines([f"{total} objects came: {parts}."])
        _show_oddities(report)
    show_next(_next(report))


def _rows(exam: ExamReport, with_left_out: bool) -> Iterator[list[str]]:
    """A row for each series, the exam's code, UID and shifted day down the first column."""
    heads = [exam.subject, f"…{exam.exam[-_UID_LETTERS:]}", exam.day]
    rows = [
        [
            one.name or "(no known word)",
            one.why,
            f"{one.n_there} of {'?' if one.n_at_archive is None else one.n_at_archive}",
            one.state,
        ]
        for one in exam.series
        if with_left_out or one.state != "left out"
    ]
    n_left_out = len(exam.series) - len(rows)
    if not exam.series:
        rows.append(["(none at the archive)", "", "", ""])
    if n_left_out:
        rows.append([f"({n_left_out} other series)", "", "", "left out"])
    rows += [[""] * 4 for _ in range(len(heads) - len(rows))]
    for number, row in enumerate(rows):
        yield [heads[number] if number < len(heads) else "", *row]


def _show_open(report: PullReport) -> None:
    rows = [row for target in report.targets if target.status != "found" for row in _open_rows(target)]
    if rows:
        show_table("Not fetched", ["subject", "visit", "why", "exam", "day", "days off"], rows)


def _open_rows(target: TargetReport) -> Iterator[list[str]]:
    why = _STATUS_WORDS[target.status]
    if target.begun_at:
        why = f"begun from {target.begun_at} and not finished; not at this archive"
    head = [target.subject or "–", target.visit or "–", why]
    if not target.candidates:
        yield [*head, "–", "", ""]
    for number, one in enumerate(target.candidates):
        apart = "" if one.days_apart is None else f"{one.days_apart:+d}"
        yield [*(head if number == 0 else ["", "", ""]), f"…{one.exam[-_UID_LETTERS:]}", one.day, apart]


def _show_oddities(report: PullReport) -> None:
    series = [one for exam in report.exams for one in exam.series]
    failed = sum(one.n_failed for one in series)
    elsewhere = sum(one.n_other_subject for one in series)
    if failed:
        show_lines([f"The archive could not send {failed} objects; ask its administrator why."])
    if elsewhere:
        show_lines(
            [
                f"{elsewhere} objects name another person than the archive's list does; they are stored "
                "under the code of the number that stands in them. Look at them before you link."
            ]
        )


def _next(report: PullReport) -> str:
    name = report.endpoint
    if report.trouble is not None:
        return f"adcurate pull {name}   (goes on where it stopped)"
    if any(target.status == "ambiguous" for target in report.targets):
        return f"adcurate pull {name} --study-uid LETTERS   (the exam that is meant, by the end of its UID)"
    if any(exam.series and not exam.is_wanted for exam in report.exams):
        return f"adcurate pull {name} --all-series   (the rule takes no series of an exam)"
    if report.dry_run:
        return f"adcurate pull {name}" if report.exams else "adcurate request-list --output FILE.xlsx"
    if not all(exam.is_complete for exam in report.exams):
        return f"adcurate pull {name}   (asks again for what is missing)"
    if begun := [target.begun_at for target in report.targets if target.begun_at]:
        return f"adcurate pull {begun[0]}   (goes on with the exams that were begun there)"
    if not report.is_complete:
        return "adcurate request-list --output FILE.xlsx   (what the PACS office must look up)"
    return "adcurate study status"
