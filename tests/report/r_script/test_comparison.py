"""Every number of analysis.json has a path, and is either repeated or put in."""

from __future__ import annotations

import math

from adcurate.report.r_script import NOT_REPEATED, is_repeated, number_leaves


def test_numbers_and_infinite_texts_are_leaves_and_nothing_else_is() -> None:
    content = {"a": {"b/c": [1, 2.5, None, "inf", "-inf", "text", True]}, "d": {}}
    leaves = dict(number_leaves(content, "top"))
    assert leaves == {
        "top/a/b~1c/0": 1.0,
        "top/a/b~1c/1": 2.5,
        "top/a/b~1c/3": math.inf,
        "top/a/b~1c/4": -math.inf,
    }


def test_only_what_was_put_in_is_not_repeated() -> None:
    assert is_repeated("markers/adc/roc/auc")
    assert not is_repeated("markers/adc/roc/intervals/delong/level")
    assert {"seed", "n_resamples", "level"} <= NOT_REPEATED
