"""What people see in a terminal: errors with a remedy, tables, progress with the time left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from adcurate.errors import AdcurateError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars

    from adcurate.findings import Finding
    from adcurate.model.progress import Progress


def console(*, stderr: bool = False) -> Console:
    """A console that shows text as it is (no markup from values)."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, soft_wrap=False)


def show_error(error: AdcurateError) -> None:
    """Print an error: what is wrong, what to do, and the code to search for."""
    out = console(stderr=True)
    out.print(f"Error: {_plain(error.sentence)}", style="bold red", soft_wrap=True)
    out.print(f"What to do: {_plain(error.remedy)}", soft_wrap=True)
    out.print(f"({error.code}, exit code {error.exit_code})", style="dim")


def show_lines(lines: Sequence[str]) -> None:
    """Print lines of running text."""
    out = console()
    for line in lines:
        out.print(_plain(line), soft_wrap=True)


def show_next(step: str) -> None:
    """Print what comes next."""
    console().print(f"Next: {_plain(step)}", style="bold green", soft_wrap=True)


def show_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> None:
    """Print a table; a column whose every cell is a number stands to the right."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", caption=note or None)
    table.caption_justify = "left"
    for column, name in enumerate(header):
        numeric = bool(rows) and all(_is_number(row[column]) for row in rows)
        table.add_column(_plain(name), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(_plain, row))
    console().print(table)


def show_findings(findings: Sequence[Finding], title: str = "Findings") -> None:
    """Print findings grouped by code: how often, and the first sentence of each."""
    if not findings:
        return
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    rows = [
        [str(len(same)), same[0].severity, code, same[0].sentence + _where(same[0])]
        for code, same in sorted(by_code.items(), key=lambda item: -len(item[1]))
    ]
    show_table(title, ["n", "weight", "code", "the first of them"], rows)


def _where(finding: Finding) -> str:
    """Whose series it is, by the words that the next command takes."""
    named = [f"{name} {finding.where[name]}" for name in ("subject", "series") if finding.where.get(name)]
    return f" ({', '.join(named)})" if "series" in finding.where else ""


def timed_bars() -> Bars:
    """Bars with count, time and the time left, on the error channel; silent when that is no terminal."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    out = console(stderr=True)
    return Bars(*columns, console=out, disable=not out.is_terminal)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a bar with the time left for each step reported to it."""
    with timed_bars() as bars:
        tasks = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield report


def _plain(text: str) -> str:
    """`text` without control characters, which a file's names and values may hold to steer a terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "�" for letter in text)


def _is_number(text: str) -> bool:
    try:
        float(text.rstrip("%").replace("−", "-"))
    except ValueError:
        return text in {"", "–"}
    return True
