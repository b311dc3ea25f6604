"""A kill at any system call: nothing answered for is lost, nothing doubled; first the harness catches bugs.

A commit tries points spread over the work; ``ADCURATE_SOAK=1`` tries every one.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.crash.after import BrokenError, check
from tests.crash.conftest import Bench
from tests.crash.harness import WRITING, fresh, points, spread


def break_off(
    bench: Bench, work: str, n: int, *, bug: str = "", calls: tuple[str, ...] = WRITING
) -> Iterator[tuple[str, str]]:
    """Kill the work at each of `n` points, do it again, and give what was wrong and where."""
    template = bench.template(work)
    whole = bench.nursery.run(work, fresh(template, bench.place), bench.inputs, bug=bug)
    assert whole.exit_code == 0, whole.answers
    chosen = spread([point for point in points(whole.trace) if point[0] in calls], n)
    killed = 0
    for call, k in chosen:
        study = fresh(template, bench.place)
        ended = bench.nursery.run(
            work, study, bench.inputs, bug=bug, inject=f"{call}:signal=SIGKILL:when={k}"
        )
        killed += ended.exit_code == -9
        try:
            check(work, study, bench.inputs, ended)
        except BrokenError as trouble:
            yield f"{call} {k}", str(trouble)
    assert killed >= 0.8 * len(chosen), "the kills did not happen"


@pytest.mark.parametrize(
    ("bug", "calls"),
    [
        ("row before file", ("rename", "unlink", "fdatasync")),
        ("no rename", ("write",)),
        ("answer before commit", ("fsync", "rename")),
    ],
)
def test_the_harness_catches_a_planted_bug(bench, bug, calls):
    assert next(break_off(bench, "objects", 12, bug=bug, calls=calls), None)


@pytest.mark.parametrize(("work", "n"), [("objects", 30), ("batch", 12), ("worksheet", 7), ("contours", 6)])
def test_broken_off_anywhere_nothing_answered_for_is_lost_and_nothing_is_doubled(bench, work, n):
    assert list(break_off(bench, work, n)) == []
