"""What is odd about the b-values of one series, and by how much each oddity may move an ADC.

The size is that of a noise-free mono-exponential signal under a log-linear fit: fitted at b-values b' in
place of b, its ADC comes out as cov(b, b') / var(b') times what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from adcurate.dicom.reading.series_kind import KindVerdict
from adcurate.dicom.vendors import REMARKS
from adcurate.findings import Finding
from adcurate.model import Frame, group_b_values

_SUPPOSED_LOW_B: Final = 50.0
_SUPPOSED_ERROR: Final = 5.0
_LEAST_PERCENT: Final = 0.01
_LEFT_OUT: Final = frozenset({"b-value.range", "b-value.unreadable"})

Pairs = Iterable[tuple[float, float]]


def b_value_findings(
    verdict: KindVerdict,
    frames: Sequence[Frame],
    b_values: Sequence[float],
    remarks: Mapping[str, int],
    n_inferred_zeros: int,
) -> list[Finding]:
    """Remarks of the vendor's dialect first, then what the series as a whole shows."""
    fitted = verdict.kind in ("dwi", "trace")
    found = [
        _remark(code, count, frames, b_values)
        for code, count in sorted(remarks.items())
        if fitted or code == "b-value.conflict" or (verdict.kind == "other" and code in _LEFT_OUT)
    ]
    if n_inferred_zeros:
        percent = adc_error_percent(
            [(0.0, _SUPPOSED_LOW_B), *((b, b) for b in b_values if b > _SUPPOSED_LOW_B)], known="second"
        )
        found.append(
            Finding(
                "b-value.inferred-zero",
                f"{n_inferred_zeros} images of the diffusion series carry no b-value and are read as b = 0."
                + (
                    ""
                    if percent is None
                    else f" Were they b = {_SUPPOSED_LOW_B:g}, an ADC would be off by {_signed(percent)}."
                ),
                "warning",
                {"frames": str(n_inferred_zeros), **_where(percent)},
            )
        )
    carried = sum(frame.b_value is not None and frame.b_value.value > 0 for frame in frames)
    if verdict.kind == "adc" and carried:
        sentence = "The ADC map carries a b-value; it is not used."
        found.append(Finding("b-value.on-adc-map", sentence, "note", {"frames": str(carried)}))
    if verdict.kind == "calculated_b":
        sentence = "The images are calculated for a b-value that was not measured; they never enter a fit."
        found.append(Finding("b-value.calculated", sentence, "note"))
    return found + (_of_fitted(frames, b_values) if fitted else [])


def adc_error_percent(pairs: Pairs, *, known: str = "first") -> float | None:
    """By how much an ADC is wrong when it is fitted at the other b-value of each pair, in percent.

    Parameters
    ----------
    pairs
        (b, b') for each b-value; `known` says which of the two is the true one. One pair alone is taken
        beside b = 0.

    Returns
    -------
    float or None
        None where the b-values do not differ among themselves.

    Examples
    --------
    >>> round(adc_error_percent([(1.25, 0.0), (929.75, 1000.0)]), 2)
    -7.15
    """
    distinct = sorted(set(pairs))
    if len(distinct) == 1:
        distinct = [(0.0, 0.0), *distinct]
    both = np.array(distinct, dtype=np.float64).reshape(-1, 2)
    true, fitted = (both[:, 0], both[:, 1]) if known == "first" else (both[:, 1], both[:, 0])
    spread = float(((fitted - fitted.mean()) ** 2).sum()) if len(fitted) else 0.0
    if spread <= 0:
        return None
    return 100 * (float(((true - true.mean()) * (fitted - fitted.mean())).sum()) / spread - 1)


def _remark(code: str, count: int, frames: Sequence[Frame], b_values: Sequence[float]) -> Finding:
    severity, sentence = REMARKS[code]
    rows = {frame.b_value for frame in frames if frame.b_value is not None}
    percent = None
    if code == "b-value.nominal-differs":
        percent = adc_error_percent((row.value, row.nominal) for row in rows)
        what = "With the chosen ones"
    elif code == "b-value.conflict":
        percent = adc_error_percent(
            (row.value, row.value if row.rival is None else row.rival) for row in rows
        )
        what = "With the vendor's"
    elif code == "b-value.from-name" and b_values and max(b_values) > 0:
        percent = 100 * _SUPPOSED_ERROR / max(b_values)
        what = f"If the scanner played out {_SUPPOSED_ERROR:g} s/mm² more or less,"
    if percent is not None and abs(percent) >= _LEAST_PERCENT:
        amount = f"{percent:.1f} %" if code == "b-value.from-name" else _signed(percent)
        sentence = f"{sentence} {what} an ADC would be off by {amount}."
    return Finding(code, sentence, severity, {"frames": str(count), **_where(percent)})


def _of_fitted(frames: Sequence[Frame], b_values: Sequence[float]) -> list[Finding]:
    found = []
    missing = sum(frame.b_value is None for frame in frames)
    if missing:
        found.append(
            Finding(
                "b-value.missing",
                f"{missing} images of the diffusion series carry no b-value and do not enter a fit. A person "
                "who knows it can say so: adcurate study b-values.",
                "serious",
                {"frames": str(missing)},
            )
        )
    values = [frame.b_value.value for frame in frames if frame.b_value is not None]
    distinct = set(values)
    if len(distinct) > len(b_values):
        apart = max(abs(values[i] - group.value) for group in group_b_values(values) for i in group.members)
        reach = max(b_values) - min(b_values)
        percent = 100 * apart / reach if reach > 0 else None
        sentence = f"{len(distinct)} nearly equal b-values were grouped into {len(b_values)}."
        if percent is not None:
            sentence += f" That moves an ADC by at most {_at_most(percent)} %."
        found.append(Finding("b-value.near-equal", sentence, "note", _where(percent)))
    return found


def _signed(percent: float) -> str:
    return f"{percent:+.1f} %".replace("-", "−")


def _at_most(percent: float) -> str:
    return f"{percent:.1f}" if percent >= 0.05 else "0.1"


def _where(percent: float | None) -> dict[str, str]:
    return {} if percent is None else {"adc_percent": f"{percent:.2f}"}
