"""One file for each vendor's dialect; each gives the series of an exam as that vendor's scanners write them.

The dialects follow headers of real scanners: which tag holds the b-value, what is left out, which scale
factors lie about.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from adcurate.phantom.encoding import Series
from adcurate.phantom.exam import SyntheticExam
from adcurate.phantom.prescription import Dialect
from adcurate.phantom.vendors import ge, philips, siemens_classic, siemens_xa

DIALECTS: Final[dict[Dialect, Callable[[SyntheticExam], tuple[Series, ...]]]] = {
    "siemens-classic": siemens_classic.describe_series,
    "siemens-xa": siemens_xa.describe_series,
    "ge": ge.describe_series,
    "philips": philips.describe_series,
}
