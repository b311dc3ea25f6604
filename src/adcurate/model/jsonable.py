"""Records as JSON: keys are field names, NaN is null, an infinite number is the text "inf" or "-inf".

A set is written in order, so that equal records give equal bytes in every process.
"""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Mapping
from typing import Any

import numpy as np


def as_jsonable(value: Any) -> Any:
    """Turn frozen records, arrays and mappings into what ``json`` can write without NaN."""
    if isinstance(value, bool) or value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            return None
        return number if math.isfinite(number) else ("inf" if number > 0 else "-inf")
    if isinstance(value, np.bool_ | np.integer):
        return value.item()
    if isinstance(value, np.ndarray):
        return as_jsonable(value.tolist())
    if isinstance(value, datetime.date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value) if not field.name.startswith("_")]
        return {name: as_jsonable(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): as_jsonable(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return [as_jsonable(item) for item in sorted(value)]
    if isinstance(value, tuple | list):
        return [as_jsonable(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no JSON form")
