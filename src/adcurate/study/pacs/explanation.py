"""Which habit of another program explains a difference: only where chance is out of the question.

A habit fits a row when every typed value is what it predicts, within the last digit typed. With many habits
and few digits some fit by chance: a habit is named where a chance fit of any habit is rarer than 1 in 2,000
for the row, or where it fits so many rows that chance is below 1 in 1,000 tables. Else it is "possible".
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scipy.stats import binom

from adcurate.model.pacs_comparison import Explanation, Quantity, TypedValue
from adcurate.region.conventions import Convention

ROW_CHANCE: Final = 1 / 2000
TABLE_CHANCE: Final = 1 / 1000
CUT_OFF: Final = "cut-off"
# Over which part of our value a careless reader's might be spread.
_SPREAD: Final = 0.5
_ADC_FACTORS: Final = (1.0, 1e3, 1e-3, 1e6, 1e-6)
_AREA_FACTORS: Final = (1.0, 100.0, 0.01)
_SAME_SIZE: Final = 3.0


@dataclass(frozen=True, slots=True)
class Difference:
    """One row: what was typed, and what each habit predicts, the one of record first."""

    theirs: Mapping[Quantity, TypedValue]
    predictions: tuple[Convention, ...]


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a row fares: the habits that fit, those that could have, and how likely one fits by chance."""

    factor: float
    agrees: bool
    fitting: tuple[str, ...]
    tested: tuple[str, ...]
    chance: float


def explain_differences(
    rows: Sequence[Difference], quantities: Sequence[Quantity]
) -> tuple[Explanation, ...]:
    """Explain `quantities` together in every row: mean and minimum, or the area.

    Parameters
    ----------
    rows
        All rows of a table: what explains many of them is believed in each.

    Returns
    -------
    tuple of Explanation
        One for each row.
    """
    fits = [_fit(row, quantities) for row in rows]
    counted = Counter(name for fit in fits if fit is not None for name in fit.fitting)
    believed = {name for name in counted if _beyond_chance(name, [fit for fit in fits if fit is not None])}
    return tuple(_explanation(fit, counted, believed) for fit in fits)


def explain_each(
    rows: Sequence[Difference], quantities: Sequence[Quantity]
) -> tuple[Mapping[Quantity, Explanation], ...]:
    """Explain each of `quantities` for itself, where one habit explains them together by that.

    Two numbers say more than one: what predicts both is named for both. Where nothing does, each is judged
    alone, so that one slip of the pen hides no habit; a quantity that was not typed is judged by nobody.
    """
    together = explain_differences(rows, quantities)
    alone = {name: explain_differences(rows, (name,)) for name in quantities}
    return tuple(
        {name: _of_both(joint, alone[name][number]) for name in quantities}
        for number, joint in enumerate(together)
    )


def _of_both(joint: Explanation, own: Explanation) -> Explanation:
    is_settled = own.verdict in ("agrees", "not given") or (own.verdict == "explained" and not own.names)
    if is_settled or not joint.names:
        return own
    return own if (joint.verdict, own.verdict) == ("possible", "explained") else joint


def _fit(row: Difference, quantities: Sequence[Quantity]) -> _Fit | None:
    typed = {name: row.theirs[name] for name in quantities if name in row.theirs}
    record = row.predictions[0]
    typed = {name: value for name, value in typed.items() if math.isfinite(_of(record, name))}
    if not typed:
        return None
    factor = _factor(typed, record, _AREA_FACTORS if "area" in quantities else _ADC_FACTORS)
    scaled = {name: TypedValue(v.value / factor, v.half_step / factor) for name, v in typed.items()}
    failing = [name for name, value in scaled.items() if not _matches(value, _of(record, name))]
    if not failing:
        return _Fit(factor, True, (), (), 0.0)
    chance = math.prod(
        min(1.0, 2 * scaled[name].half_step / (_SPREAD * abs(_of(record, name)))) for name in failing
    )
    fitting, tested = [], []
    if all(_cut_off(value, _of(record, name)) for name, value in scaled.items()):
        fitting.append(CUT_OFF)
    tested.append(CUT_OFF)
    for convention in row.predictions[1:]:
        if convention.name == "area-weighted" and "area" in scaled:
            continue  # its area is the outline's, and is named so
        predicted = {name: _of(convention, name) for name in scaled}
        if any(math.isnan(value) for value in predicted.values()):
            continue
        if all(math.isclose(predicted[name], _of(record, name), rel_tol=1e-9) for name in failing):
            continue  # it says the same as ours: nothing to explain with
        tested.append(convention.name)
        if all(_matches(value, predicted[name]) for name, value in scaled.items()):
            fitting.append(convention.name)
    return _Fit(factor, False, tuple(fitting), tuple(tested), chance)


def _factor(typed: Mapping[Quantity, TypedValue], record: Convention, factors: Sequence[float]) -> float:
    """The slip of unit that brings the first typed value to the size of ours; 1 where none does."""
    for factor in factors:
        ratios = [
            value.value / factor / _of(record, name)
            for name, value in typed.items()
            if _of(record, name) > 0 and value.value > 0
        ]
        if ratios and 1 / _SAME_SIZE < ratios[0] < _SAME_SIZE:
            return factor
    return 1.0


def _beyond_chance(name: str, fits: Sequence[_Fit]) -> bool:
    tested = [fit for fit in fits if name in fit.tested]
    n_fitting = sum(name in fit.fitting for fit in tested)
    n_habits = max(len(fit.tested) for fit in tested)
    chance = sum(min(fit.chance, 1.0) for fit in tested) / len(tested)
    return n_fitting >= 2 and float(binom.sf(n_fitting - 1, len(tested), chance)) * n_habits < TABLE_CHANCE


def _explanation(fit: _Fit | None, counted: Mapping[str, int], believed: set[str]) -> Explanation:
    if fit is None:
        return Explanation("not given")
    if fit.agrees:
        return Explanation("agrees" if fit.factor == 1 else "explained", (), fit.factor)
    order = {name: at for at, name in enumerate(fit.tested)}
    names = tuple(sorted(fit.fitting, key=lambda name: (name not in believed, -counted[name], order[name])))
    if not names:
        return Explanation("not explained", (), fit.factor)
    if names[0] in believed or fit.chance * len(fit.tested) < ROW_CHANCE:
        return Explanation("explained", names[:1], fit.factor)
    return Explanation("possible", names, fit.factor)


def _of(convention: Convention, name: Quantity) -> float:
    return {
        "mean": convention.mean,
        "minimum": convention.minimum,
        "area": convention.area_mm2,
    }[name]


def _matches(typed: TypedValue, predicted: float) -> bool:
    return abs(typed.value - predicted) <= typed.half_step * (1 + 1e-6) + 1e-12 * abs(predicted)


def _cut_off(typed: TypedValue, predicted: float) -> bool:
    """Whether the last digit was cut off instead of rounded."""
    return -1e-9 * abs(predicted) <= predicted - typed.value < 2 * typed.half_step * (1 + 1e-9)
