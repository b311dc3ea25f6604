"""A full or failing disk at any system call: refused by name, nothing half there, the next try succeeds."""

from __future__ import annotations

import pytest
from tests.crash.after import check
from tests.crash.harness import fresh, points, spread

ANSWERS = {"ENOSPC": {"error store.disk-full", "error store.disk"}, "EIO": {"error store.disk"}}


@pytest.mark.parametrize("fault", ["ENOSPC", "EIO"])
@pytest.mark.parametrize(("work", "n"), [("objects", 14), ("batch", 6), ("worksheet", 4), ("contours", 4)])
def test_a_failing_call_is_an_error_with_a_name_and_the_next_try_succeeds(bench, work, n, fault):
    template = bench.template(work)
    whole = bench.nursery.run(work, fresh(template, bench.place), bench.inputs)
    refused = 0
    for call, k in spread(points(whole.trace), n):
        study = fresh(template, bench.place)
        ended = bench.nursery.run(work, study, bench.inputs, inject=f"{call}:error={fault}:when={k}")
        where = f"{call} {k}: {ended.answers}"
        assert ended.exit_code == 0, where
        errors = {answer for answer in ended.answers if answer.startswith("error")}
        assert errors <= ANSWERS[fault], where
        refused += bool(errors)
        check(work, study, bench.inputs, ended)
    assert refused, "no call failed"
