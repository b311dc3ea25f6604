"""From named columns of the table to the columns of a regression: complete rows, indicators, units."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.predictor import Predictor
from adcurate.model.cases import CaseTable


@dataclass(frozen=True, slots=True, eq=False)
class Predictors:
    """Columns (n, p) of the rows in `rows`, their names and odds-ratio units (p,), and what they stand for.

    `rows` are positions in the table, in an order that depends on the values alone.
    """

    columns: Floats
    names: tuple[str, ...]
    units: tuple[float, ...]
    predictors: tuple[Predictor, ...]
    rows: tuple[int, ...]
    n_missing: int


def gather_predictors(
    cases: CaseTable,
    names: tuple[str, ...],
    keys: tuple[object, ...],
    *,
    categorical: tuple[str, ...] = (),
    reference: tuple[str, ...] = (),
    per: tuple[str, ...] = (),
) -> Predictors:
    """Read the columns of the rows whose key (grade, outcome) is not None and that lack no predictor.

    Parameters
    ----------
    keys : (n,)
        Text or boolean; None where the row is not to be used.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value``
    StatisticsError
        ``statistics.option``, ``statistics.too-few``, ``statistics.constant`` for a category of one level.
    """
    _check_names(names, categorical, reference, per)
    use = np.array([key is not None for key in keys], dtype=np.bool_)
    n_known = int(use.sum())
    numbers: dict[str, Floats] = {}
    levels: dict[str, tuple[str | None, ...]] = {}
    for name in names:
        if name in categorical:
            levels[name] = cases.text(name)
            use &= np.array([cell is not None for cell in levels[name]], dtype=np.bool_)
        else:
            numbers[name] = cases.numbers(name)
            use &= np.isfinite(numbers[name])
    rows = np.flatnonzero(use)
    if not rows.size:
        raise StatisticsError(
            "statistics.too-few",
            f"No row holds {', '.join(names)} and the outcome together.",
            remedy="Check the columns, or name fewer predictors.",
            n=0,
        )
    rows = np.array(
        sorted(
            rows.tolist(),
            key=lambda i: (
                str(keys[i]),
                *(levels[name][i] or "" if name in levels else numbers[name][i] for name in names),
            ),
        ),
        dtype=np.int64,
    )
    columns: list[Floats] = []
    column_names: list[str] = []
    units: list[float] = []
    predictors = []
    for place, name in enumerate(names):
        if name in levels:
            base, others = _levels_of(name, [levels[name][i] or "" for i in rows], categorical, reference)
            made = tuple(f"{name} = {level}" for level in others)
            columns += [np.array([float(levels[name][i] == level) for i in rows]) for level in others]
            predictor = Predictor(name, made, False, base, 1.0, False, math.nan)
        else:
            values = numbers[name][rows]
            unit, is_per_sd = _unit(name, per[place] if per else "sd", values)
            columns.append(values)
            made = (name,)
            predictor = Predictor(
                name, made, name in cases.markers, "", unit, is_per_sd, math.fsum(values) / values.size
            )
        column_names += made
        units += [predictor.unit] * len(made)
        predictors.append(predictor)
    return Predictors(
        columns=np.column_stack(columns),
        names=tuple(column_names),
        units=tuple(units),
        predictors=tuple(predictors),
        rows=tuple(int(row) for row in rows),
        n_missing=n_known - rows.size,
    )


def outcome_keys(cases: CaseTable) -> tuple[object, ...]:
    """The outcome of each row, None where it is not known."""
    return tuple(cases.positive)


def outcome_of(cases: CaseTable, rows: tuple[int, ...]) -> Bools:
    """The outcome (n,) of rows whose outcome is known."""
    return np.array([bool(cases.positive[i]) for i in rows], dtype=np.bool_)


def _check_names(
    names: tuple[str, ...], categorical: tuple[str, ...], reference: tuple[str, ...], per: tuple[str, ...]
) -> None:
    trouble = ""
    if not names:
        trouble = "A model needs a predictor, and the table has no marker."
    elif len(set(names)) != len(names):
        trouble = "A predictor is named twice."
    elif set(categorical) - set(names):
        trouble = f"{sorted(set(categorical) - set(names))[0]!r} is called a category, but is no predictor."
    elif reference and len(reference) != len(categorical):
        trouble = f"{len(categorical)} categories need as many reference levels; {len(reference)} are given."
    elif per and len(per) != len(names):
        trouble = f"{len(names)} predictors need as many entries of `per`; {len(per)} are given."
    if trouble:
        raise StatisticsError(
            "statistics.option", trouble, remedy="Correct the question's entry in the analysis plan."
        )


def _levels_of(
    name: str, cells: list[str], categorical: tuple[str, ...], reference: tuple[str, ...]
) -> tuple[str, list[str]]:
    found = sorted(set(cells))
    base = (reference[categorical.index(name)] if reference else "") or found[0]
    if base not in found:
        raise TableError(
            "table.value",
            f"The reference level {base!r} does not occur in the column {name!r} of the rows used.",
            remedy=f"Choose among: {', '.join(found)}.",
            column=name,
        )
    if len(found) < 2:
        raise StatisticsError(
            "statistics.constant",
            f"The column {name!r} has one level only, {found[0]!r}, in the rows used.",
            remedy="Leave it out: what does not differ explains nothing.",
            predictor=name,
        )
    return base, [level for level in found if level != base]


def _unit(name: str, per: str, values: Floats) -> tuple[float, bool]:
    if per.strip().lower() == "sd":
        sd = float(np.std(values, ddof=1)) if values.size > 1 else math.nan
        # A constant column is refused by the model, which names it.
        return (sd if sd > 0 else 1.0), True
    try:
        unit = float(per)
    except ValueError:
        unit = math.nan
    if not (math.isfinite(unit) and unit > 0):
        raise StatisticsError(
            "statistics.option",
            f"The odds ratio of {name!r} is per 'sd' or per a positive number, not {per!r}.",
            remedy="Write the change in the column's own unit, such as 0.0001 for 0.1e-3 mm^2/s.",
            predictor=name,
        )
    return unit, False
