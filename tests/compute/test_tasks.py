"""One function over many items: same results, same order, for any number of workers."""

from __future__ import annotations

import math
import os

import pytest

from adcurate.compute import available_workers, run_tasks
from adcurate.errors import ComputeError


def test_results_are_the_same_bits_in_the_same_order_for_any_number_of_workers() -> None:
    inline = list(run_tasks(math.lgamma, range(1, 41)))
    assert inline == [math.lgamma(item) for item in range(1, 41)]
    assert list(run_tasks(math.lgamma, range(1, 41), workers=2)) == inline


def test_progress_counts_every_item() -> None:
    seen: list[tuple[int, int]] = []
    list(run_tasks(math.sqrt, range(5), progress=lambda done, total: seen.append((done, total))))
    assert seen == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


@pytest.mark.parametrize("workers", [0, 2])
def test_the_first_failure_is_raised_and_the_rest_is_cancelled(workers: int) -> None:
    with pytest.raises(ValueError, match="domain"):
        list(run_tasks(math.sqrt, [*range(7), -1, *range(200)], workers=workers))


def test_stopping_early_leaves_nothing_running() -> None:
    results = run_tasks(math.lgamma, range(1, 500), workers=2)
    assert next(iter(results)) == math.lgamma(1)
    results.close()  # type: ignore[attr-defined]


def test_no_items_give_no_results() -> None:
    assert list(run_tasks(math.lgamma, [], workers=4)) == []
    assert available_workers() >= 1


def test_a_worker_that_the_system_ends_is_an_error_with_a_remedy() -> None:
    with pytest.raises(ComputeError) as lost:
        list(run_tasks(os._exit, [1, 1, 1, 1], workers=2))
    assert lost.value.code == "compute.worker-lost"
    assert "--workers" in lost.value.remedy
