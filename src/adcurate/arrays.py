"""Names for the array types that cross a floor. Axes are (slice, row, column), b-value last."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Integers = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint8]
