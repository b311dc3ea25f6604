"""A table of studies as records: every cell that cannot be read is named by its column and row.

A diffusion coefficient becomes mm^2/s, whatever unit the table writes it in. A percentage becomes a count
only when exactly one count prints as it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar, cast

from adcurate.errors import TableError
from adcurate.model.answers.literature import (
    StudyAccuracy,
    StudyArea,
    StudyCorrelation,
    StudyMean,
    SummaryStatistic,
)
from adcurate.statistics.meta import count_of_percentage

ADC_UNIT: Final = "mm2/s"
# Powers of ten, shifted in decimal: 1.18 in 1e-3 mm2/s becomes the double nearest to 0.00118.
_ADC_UNITS: Final[dict[str, int]] = {
    "mm2/s": 0,
    "mm²/s": 0,
    "1e-3 mm2/s": -3,
    "10⁻³ mm²/s": -3,
    "10^-3 mm2/s": -3,
    "um2/ms": -3,
    "µm²/ms": -3,
    "1e-6 mm2/s": -6,
    "um2/s": -6,
}
_STATISTICS: Final = ("mean-sd", "mean-se", "median-range", "mean-range")
_T = TypeVar("_T")


def parse_means(
    rows: Sequence[Mapping[str, str]], *, row_numbers: Sequence[int] | None = None
) -> tuple[StudyMean, ...]:
    """Read rows of ``study, group, n, statistic, centre, unit`` and, where there, the other columns.

    `row_numbers` are the rows' numbers in their file; without them the first row is row 2. ``spread`` must be
    there for ``mean-sd`` and ``mean-se``, ``low`` and ``high`` for a range; a row whose ``certain`` is "no"
    may have no ``centre``.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value``, ``table.empty``
    """
    found = [_mean(row) for row in _numbered(rows, row_numbers, ("study", "group", "n", "centre", "unit"))]
    _no_twice(found, lambda item: (item.study, item.year, item.marker, item.group), "study, marker and group")
    _one_unit([(item.marker, item.unit, item.row) for item in found])
    return tuple(found)


def parse_accuracy(
    rows: Sequence[Mapping[str, str]], *, row_numbers: Sequence[int] | None = None
) -> tuple[StudyAccuracy, ...]:
    """Read rows of ``study`` with the four counts, or with group sizes and percentages.

    Counts are ``tp, fn, fp, tn``. Without them they are worked out from ``n_positive``, ``n_negative``,
    ``sensitivity_percent`` and ``specificity_percent``; where no count, or more than one, prints as the
    percentage, the counts stay None and ``reason`` says why.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value``, ``table.empty``
    """
    found = [_accuracy(row) for row in _numbered(rows, row_numbers, ("study",))]
    _no_twice(found, lambda item: (item.study, item.year, item.marker), "study and marker")
    return tuple(found)


def parse_correlations(
    rows: Sequence[Mapping[str, str]], *, row_numbers: Sequence[int] | None = None
) -> tuple[StudyCorrelation, ...]:
    """Read rows of ``study, r, n`` and, where there, ``marker, against, kind``.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value``, ``table.empty``
    """
    found = [_correlation(row) for row in _numbered(rows, row_numbers, ("study", "r", "n"))]
    _no_twice(
        found, lambda item: (item.study, item.year, item.marker, item.against), "study, marker and against"
    )
    return tuple(found)


def parse_areas(
    rows: Sequence[Mapping[str, str]], *, row_numbers: Sequence[int] | None = None
) -> tuple[StudyArea, ...]:
    """Read rows of ``study, auc, n_positive, n_negative`` and, where there, ``marker, low, high``.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value``, ``table.empty``
    """
    columns = ("study", "auc", "n_positive", "n_negative")
    return tuple(_area(row) for row in _numbered(rows, row_numbers, columns))


@dataclass(frozen=True, slots=True)
class _Row:
    cells: Mapping[str, str]
    name: str

    def text(self, column: str) -> str:
        return (self.cells.get(column) or "").strip()

    def wrong(self, column: str, why: str) -> TableError:
        return TableError(
            "table.value",
            f"The column {column!r} of {self.name} {why}.",
            remedy="Correct the cell in the table of studies.",
            column=column,
            row=self.name,
        )

    def needed(self, column: str) -> str:
        if not self.text(column):
            raise self.wrong(column, "is empty")
        return self.text(column)

    def number(self, column: str) -> float | None:
        text = self.text(column)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.wrong(column, "must hold a number, with a point before the decimals")
        return value

    def whole(self, column: str, least: int = 0) -> int | None:
        value = self.number(column)
        if value is None:
            return None
        if value != round(value) or value < least:
            raise self.wrong(column, f"must hold a whole number of at least {least}")
        return round(value)

    def count(self, column: str, least: int = 0) -> int:
        self.needed(column)
        return cast(int, self.whole(column, least))

    @property
    def certain(self) -> bool:
        text = self.text("certain") or "yes"
        if text not in ("yes", "no"):
            raise self.wrong("certain", "must hold yes or no")
        return text == "yes"


def _numbered(
    rows: Sequence[Mapping[str, str]], numbers: Sequence[int] | None, columns: Sequence[str]
) -> Iterator[_Row]:
    if not rows:
        raise TableError(
            "table.empty", "The table of studies has no rows.", remedy="Give one row for each study."
        )
    for column in columns:
        if column not in rows[0]:
            raise TableError(
                "table.missing-column",
                f"The table of studies has no column {column!r}.",
                remedy=f"It needs at least: {', '.join(columns)}.",
                column=column,
            )
    places = range(2, len(rows) + 2) if numbers is None else numbers
    for cells, place in zip(rows, places, strict=True):
        yield _Row(cells, f"row {place}")


def _mean(row: _Row) -> StudyMean:
    unit = row.needed("unit")

    def scaled(column: str) -> float | None:
        return _in_mm2_per_s(row.number(column), unit)

    certain, statistic = row.certain, row.text("statistic") or ("mean-sd" if row.certain else "")
    if statistic and statistic not in _STATISTICS:
        raise row.wrong("statistic", f"must be one of {', '.join(_STATISTICS)}")
    centre, spread, low, high = (scaled(name) for name in ("centre", "spread", "low", "high"))
    if certain:
        row.needed("centre")
        for column in ("spread",) if statistic in ("mean-sd", "mean-se") else ("low", "high"):
            row.needed(column)
    if spread is not None and spread < 0.0:
        raise row.wrong("spread", "must not be negative")
    if centre is not None and low is not None and high is not None and not low <= centre <= high:
        raise row.wrong("centre", "does not lie within its own range")
    return StudyMean(
        study=row.needed("study"),
        year=row.whole("year"),
        marker=row.text("marker"),
        group=row.needed("group"),
        n=row.count("n", 1),
        statistic=cast(SummaryStatistic, statistic),
        centre=centre,
        spread=spread,
        low=low,
        high=high,
        unit=ADC_UNIT if unit in _ADC_UNITS else unit,
        certain=certain,
        source=row.text("source"),
        note=row.text("note"),
        row=row.name,
    )


def _in_mm2_per_s(value: float | None, unit: str) -> float | None:
    if value is None or unit not in _ADC_UNITS:
        return value
    return float(Decimal(str(value)).scaleb(_ADC_UNITS[unit]))


def _accuracy(row: _Row) -> StudyAccuracy:
    unit = row.text("unit")
    cutoff = row.number("cutoff")
    counts: list[int | None] = [row.whole(name) for name in ("tp", "fn", "fp", "tn")]
    worked_out, reason = False, ""
    if any(count is None for count in counts):
        if any(count is not None for count in counts):
            raise row.wrong("tp", "must stand with fn, fp and tn, or not at all")
        counts, reason = _counts_of_percentages(row)
        worked_out = not reason
    return StudyAccuracy(
        study=row.needed("study"),
        year=row.whole("year"),
        marker=row.text("marker"),
        cutoff=_in_mm2_per_s(cutoff, unit),
        unit=ADC_UNIT if unit in _ADC_UNITS else unit,
        tp=counts[0],
        fn=counts[1],
        fp=counts[2],
        tn=counts[3],
        worked_out=worked_out,
        reason=reason,
        certain=row.certain,
        source=row.text("source"),
        note=row.text("note"),
        row=row.name,
    )


def _counts_of_percentages(row: _Row) -> tuple[list[int | None], str]:
    positive, negative = row.count("n_positive", 1), row.count("n_negative", 1)
    shares = []
    for column in ("sensitivity_percent", "specificity_percent"):
        text = row.needed(column)
        value = cast(float, row.number(column))
        if not 0.0 <= value <= 100.0:
            raise row.wrong(column, "must lie between 0 and 100")
        shares.append((value, len(text.partition(".")[2])))
    (sensitivity, first), (specificity, second) = shares
    tp = count_of_percentage(sensitivity, positive, first)
    tn = count_of_percentage(specificity, negative, second)
    if tp is not None and tn is not None:
        return [tp, positive - tp, negative - tn, tn], ""
    swapped = (
        count_of_percentage(sensitivity, negative, first),
        count_of_percentage(specificity, positive, second),
    )
    reason = (
        f"no single pair of counts out of {positive} and {negative} prints as {sensitivity:g} % and "
        f"{specificity:g} %"
    )
    if None not in swapped:
        reason += (
            f"; with the classes exchanged {swapped[0]} of {negative} and {swapped[1]} of {positive} do, so "
            "that the two may have been printed for the other class"
        )
    return [None, None, None, None], reason


def _correlation(row: _Row) -> StudyCorrelation:
    certain, r = row.certain, row.number("r")
    if certain:
        row.needed("r")
    if r is not None and not -1.0 <= r <= 1.0:
        raise row.wrong("r", "must lie between -1 and 1")
    return StudyCorrelation(
        study=row.needed("study"),
        year=row.whole("year"),
        marker=row.text("marker"),
        against=row.text("against"),
        kind=row.text("kind") or "not stated",
        r=r,
        n=row.count("n", 1),
        certain=certain,
        source=row.text("source"),
        note=row.text("note"),
        row=row.name,
    )


def _area(row: _Row) -> StudyArea:
    row.needed("auc")
    auc = cast(float, row.number("auc"))
    if not 0.0 <= auc <= 1.0:
        raise row.wrong("auc", "must lie between 0 and 1")
    return StudyArea(
        study=row.needed("study"),
        year=row.whole("year"),
        marker=row.text("marker"),
        auc=auc,
        low=row.number("low"),
        high=row.number("high"),
        n_positive=row.count("n_positive", 1),
        n_negative=row.count("n_negative", 1),
        source=row.text("source"),
        note=row.text("note"),
        row=row.name,
    )


def _no_twice(found: Sequence[_T], key: Callable[[_T], tuple[object, ...]], what: str) -> None:
    seen: dict[tuple[object, ...], str] = {}
    for item in found:
        name = str(getattr(item, "row", ""))
        if key(item) in seen:
            raise TableError(
                "table.value",
                f"The same {what} stand in {seen[key(item)]} and {name}.",
                remedy="Keep one of the rows: a study must count once.",
                row=name,
            )
        seen[key(item)] = name


def _one_unit(found: Sequence[tuple[str, str, str]]) -> None:
    units: dict[str, str] = {}
    for marker, unit, name in found:
        if units.setdefault(marker, unit) != unit:
            raise TableError(
                "table.value",
                f"The column 'unit' of {name} is {unit!r}; rows before it have {units[marker]!r}.",
                remedy="Give all rows of a marker in one unit.",
                column="unit",
                row=name,
            )
