"""Which design of the statistics a question of sample size means, and the keys that it needs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeVar

from adcurate.errors import StatisticsError
from adcurate.model.answers.sample_size import Pilot, SampleSizeQuestion
from adcurate.statistics.planning import (
    Design,
    plan_auc_difference,
    plan_auc_difference_precision,
    plan_auc_power,
    plan_auc_precision,
    plan_correlation_power,
    plan_correlation_precision,
    plan_icc_power,
    plan_icc_precision,
    plan_limits_assurance,
    plan_limits_power,
    plan_limits_precision,
    plan_mann_whitney,
    plan_proportion_assurance,
    plan_proportion_power,
    plan_proportion_precision,
)

_T = TypeVar("_T")


def required(value: _T | None, key: str) -> _T:
    """Return `value`, or say which key of the question is missing.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    if value is None:
        raise StatisticsError(
            "statistics.option",
            f"This design and goal need the key {key!r}, which has no value.",
            remedy=f"Give {key}, or name another goal.",
            key=key,
        )
    return value


def uses_pilot(question: SampleSizeQuestion) -> bool:
    """Whether the cases are looked at: they are named, drawn from, or supply what was left open."""
    named = bool(question.markers or question.column)
    areas = question.design in ("auc", "auc-difference", "groups", "correlation")
    shared = (question.second, question.r_positive, question.r_negative)
    is_open = question.expected is None or (question.design == "auc-difference" and None in shared)
    return named or question.simulate or (areas and is_open)


def filled_in(question: SampleSizeQuestion, pilot: Pilot | None) -> SampleSizeQuestion:
    """The question with what it left open: from the pilot, from the prevalence, from the design's custom."""
    asked = question
    if pilot is not None:
        if asked.expected is None:
            asked = replace(asked, expected=pilot.value)
        for key in ("second", "r_positive", "r_negative"):
            if getattr(asked, key) is None and getattr(pilot, key) is not None:
                asked = replace(asked, **{key: getattr(pilot, key)})
    if asked.n_positive and asked.n_negative:
        asked = replace(asked, ratio=asked.n_negative / asked.n_positive)
    if asked.ratio is None:
        share = asked.prevalence
        if share is not None and 0.0 < share < 1.0:
            asked = replace(asked, ratio=(1.0 - share) / share)
        elif pilot is not None and pilot.n_positive and pilot.n_negative:
            asked = replace(asked, ratio=pilot.n_negative / pilot.n_positive)
        else:
            asked = replace(asked, ratio=1.0)
    if asked.one_sided is None:
        asked = replace(asked, one_sided=asked.design in ("sensitivity", "specificity", "icc"))
    return asked


def design_of(asked: SampleSizeQuestion, level: float) -> Design:
    """The design that a filled-in question means.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    try:
        build = _DESIGNS[asked.design, asked.goal]
    except KeyError:
        goals = [goal for design, goal in _DESIGNS if design == asked.design]
        raise StatisticsError(
            "statistics.option",
            f"The design {asked.design} knows the goals {', '.join(goals) or 'none'}; {asked.goal} is not "
            "among them.",
            remedy="Name one of these goals.",
        ) from None
    return build(asked, level)


def _auc(asked: SampleSizeQuestion, level: float) -> Design:
    method: Any = asked.method or "hanley-mcneil"
    return plan_auc_precision(_expected(asked), ratio=_ratio(asked), level=level, variance=method)


def _auc_power(asked: SampleSizeQuestion, level: float) -> Design:
    del level
    method: Any = asked.method or "obuchowski"
    return plan_auc_power(
        _expected(asked),
        null=0.5 if asked.null is None else asked.null,
        ratio=_ratio(asked),
        variance=method,
        **_test(asked),
    )


def _difference(asked: SampleSizeQuestion, level: float) -> Design:
    return plan_auc_difference_precision(level=level, **_pair(asked))


def _difference_power(asked: SampleSizeQuestion, level: float) -> Design:
    del level
    return plan_auc_difference(**_pair(asked), **_test(asked))


def _pair(asked: SampleSizeQuestion) -> dict[str, Any]:
    return {
        "first": _expected(asked),
        "second": required(asked.second, "second"),
        "r_positive": required(asked.r_positive, "r_positive"),
        "r_negative": required(asked.r_negative, "r_negative"),
        "ratio": _ratio(asked),
        "variance": asked.method or "obuchowski",
    }


def _share(asked: SampleSizeQuestion, level: float) -> Design:
    method: Any = asked.method or "clopper-pearson"
    return plan_proportion_precision(_expected(asked), interval=method, level=level)


def _share_assurance(asked: SampleSizeQuestion, level: float) -> Design:
    method: Any = asked.method or "clopper-pearson"
    half_width = required(asked.half_width, "half_width")
    return plan_proportion_assurance(_expected(asked), half_width=half_width, interval=method, level=level)


def _share_power(asked: SampleSizeQuestion, level: float) -> Design:
    del level
    method: Any = asked.method or "exact"
    return plan_proportion_power(
        _expected(asked), null=required(asked.null, "null"), test=method, **_test(asked)
    )


def _correlation(asked: SampleSizeQuestion, level: float) -> Design:
    method: Any = asked.method or "bonett-wright"
    return plan_correlation_precision(_expected(asked), spread=method, level=level)


def _correlation_power(asked: SampleSizeQuestion, level: float) -> Design:
    del level
    method: Any = asked.method or "bonett-wright"
    null = 0.0 if asked.null is None else asked.null
    return plan_correlation_power(_expected(asked), null=null, spread=method, **_test(asked))


def _icc(asked: SampleSizeQuestion, level: float) -> Design:
    method: Any = asked.method or "bonett"
    return plan_icc_precision(_expected(asked), n_readers=asked.readers, level=level, method=method)


def _icc_power(asked: SampleSizeQuestion, level: float) -> Design:
    del level
    method: Any = asked.method or "walter"
    null = required(asked.null, "null")
    return plan_icc_power(_expected(asked), null=null, n_readers=asked.readers, method=method, **_test(asked))


def _limits(asked: SampleSizeQuestion, level: float) -> Design:
    method: Any = asked.method or "exact"
    return plan_limits_precision(required(asked.sd, "sd"), level=level, method=method)


def _limits_assurance(asked: SampleSizeQuestion, level: float) -> Design:
    half_width = required(asked.half_width, "half_width")
    return plan_limits_assurance(required(asked.sd, "sd"), half_width=half_width, level=level)


def _limits_power(asked: SampleSizeQuestion, level: float) -> Design:
    del level
    method: Any = asked.method or "lu"
    return plan_limits_power(
        asked.bias,
        required(asked.sd, "sd"),
        clinical_difference=required(asked.clinical_difference, "clinical_difference"),
        alpha=asked.alpha,
        method=method,
    )


def _groups(asked: SampleSizeQuestion, level: float) -> Design:
    del level
    return plan_mann_whitney(_expected(asked), ratio=_ratio(asked), **_test(asked))


def _expected(asked: SampleSizeQuestion) -> float:
    value = float(required(asked.expected, "expected"))
    if not math.isfinite(value):
        raise StatisticsError(
            "statistics.option",
            "The expected value is not a number.",
            remedy="Give expected.",
        )
    return value


def _ratio(asked: SampleSizeQuestion) -> float:
    return float(required(asked.ratio, "ratio"))


def _test(asked: SampleSizeQuestion) -> dict[str, Any]:
    return {"alpha": asked.alpha, "one_sided": bool(asked.one_sided)}


_DESIGNS: Final[dict[tuple[str, str], Callable[[SampleSizeQuestion, float], Design]]] = {
    ("auc", "precision"): _auc,
    ("auc", "power"): _auc_power,
    ("auc-difference", "precision"): _difference,
    ("auc-difference", "power"): _difference_power,
    ("sensitivity", "precision"): _share,
    ("sensitivity", "assurance"): _share_assurance,
    ("sensitivity", "power"): _share_power,
    ("specificity", "precision"): _share,
    ("specificity", "assurance"): _share_assurance,
    ("specificity", "power"): _share_power,
    ("correlation", "precision"): _correlation,
    ("correlation", "power"): _correlation_power,
    ("icc", "precision"): _icc,
    ("icc", "power"): _icc_power,
    ("limits", "precision"): _limits,
    ("limits", "assurance"): _limits_assurance,
    ("limits", "power"): _limits_power,
    ("groups", "power"): _groups,
}
