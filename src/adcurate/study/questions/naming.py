"""Trouble with one marker of several says which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from adcurate.errors import StatisticsError
from adcurate.findings import Finding


@contextmanager
def naming(marker: str) -> Iterator[None]:
    """Begin the sentence of a `StatisticsError` with the marker that could not be answered for."""
    try:
        yield
    except StatisticsError as refused:
        raise StatisticsError(
            refused.code,
            f"{marker}: {refused.sentence}",
            remedy=refused.remedy,
            **{**refused.facts, "marker": marker},
        ) from None


def of_marker(marker: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with the marker in `where`."""
    return tuple(replace(finding, where={**finding.where, "marker": marker}) for finding in findings)
