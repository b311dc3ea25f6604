"""Counting what is missing."""

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.statistics.models.missing import describe_missing


def test_patterns_begin_with_complete_rows_and_hold_every_row():
    rng = np.random.default_rng(1)
    columns = {name: rng.random(200) < share for name, share in (("a", 0.1), ("b", 0.3), ("c", 0.0))}
    found = describe_missing(columns)
    assert found.patterns[0].n_missing == 0
    assert sum(pattern.n for pattern in found.patterns) == found.n == 200
    assert found.n_complete == found.patterns[0].n
    assert found.n_missing == tuple(int(column.sum()) for column in columns.values())
    assert found.n_cells == sum(pattern.n * pattern.n_missing for pattern in found.patterns)
    assert [pattern.n_missing for pattern in found.patterns] == sorted(
        pattern.n_missing for pattern in found.patterns
    )


def test_no_complete_row_is_no_complete_pattern():
    found = describe_missing({"a": [True, True], "b": [False, True]})
    assert (found.n_complete, found.patterns[0].is_missing) == (0, (True, False))


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ({}, "statistics.too-few"),
        ({"a": np.zeros(0, dtype=bool)}, "statistics.too-few"),
        ({"a": [True], "b": [True, False]}, "statistics.shape"),
        ({"a": [0.5, 1.0]}, "statistics.shape"),
    ],
)
def test_what_cannot_be_counted_is_refused(missing, code):
    with pytest.raises(StatisticsError) as refused:
        describe_missing(missing)
    assert refused.value.code == code
