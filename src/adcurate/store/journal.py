"""What happened and what was odd: runs of steps, and the findings they left."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.model import canonical_json
from adcurate.store.database import Database
from adcurate.store.schema import findings, runs


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of one step; `outcome` is ``running``, ``done`` or an error's code."""

    run_id: int
    step: str
    started_at: str
    finished_at: str
    outcome: str
    note: str


class Runs:
    """When each step ran and how it ended. A run that never ended stays ``running``: it was broken off."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextlib.contextmanager
    def record(self, step: str, note: str = "") -> Iterator[int]:
        """Record the run of a step around the work itself; gives its number."""
        with self._database.begin() as connection:
            run_id = (connection.scalar(select(func.max(runs.c.id))) or 0) + 1
            connection.execute(
                runs.insert().values(
                    id=run_id,
                    step=step,
                    started_at=self._database.clock(),
                    finished_at="",
                    outcome="running",
                    note=note,
                )
            )
        try:
            yield run_id
        except AdcurateError as trouble:
            self._finish(run_id, trouble.code)
            raise
        except Exception:
            self._finish(run_id, "internal.bug")
            raise
        self._finish(run_id, "done")

    def all(self) -> tuple[RunRecord, ...]:
        """Every run, oldest first."""
        with self._database.read() as connection:
            return tuple(RunRecord(*row) for row in connection.execute(select(runs).order_by(runs.c.id)))

    def latest(self, step: str) -> RunRecord | None:
        """The last run of a step, or None."""
        return next((run for run in reversed(self.all()) if run.step == step), None)

    def _finish(self, run_id: int, outcome: str) -> None:
        with self._database.begin() as connection:
            connection.execute(
                runs.update()
                .where(runs.c.id == run_id)
                .values(finished_at=self._database.clock(), outcome=outcome)
            )


class Findings:
    """What a person must know, by the step that found it. The same finding is kept once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, step: str, found: Iterable[Finding]) -> None:
        """Add findings of a step."""
        found = list(found)
        if found:
            with self._database.begin() as connection:
                insert_findings(connection, step, found)

    def replace(self, step: str, found: Iterable[Finding]) -> None:
        """Make `found` all that a step has to say (it ran again on everything)."""
        with self._database.begin() as connection:
            connection.execute(delete(findings).where(findings.c.step == step))
        self.add(step, found)

    def all(self, step: str | None = None) -> tuple[Finding, ...]:
        """The findings, or those of one step, in the order in which they came."""
        query = select(findings).order_by(findings.c.id)
        if step is not None:
            query = query.where(findings.c.step == step)
        with self._database.read() as connection:
            return tuple(
                Finding(row.code, row.sentence, row.severity, json.loads(row.place))
                for row in connection.execute(query)
            )


def insert_findings(connection: Connection, step: str, found: Iterable[Finding]) -> None:
    """Add findings of a step inside a transaction of the caller's."""
    rows = [
        {
            "step": step,
            "code": finding.code,
            "severity": finding.severity,
            "sentence": finding.sentence,
            "place": canonical_json(dict(finding.where)),
        }
        for finding in found
    ]
    if rows:
        connection.execute(findings.insert().prefix_with("OR IGNORE"), rows)
