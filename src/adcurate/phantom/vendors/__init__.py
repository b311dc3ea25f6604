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
from adcurate.phantom.vendors import (
    bruker,
    canon,
    ge,
    ge_enhanced,
    philips,
    philips_enhanced,
    siemens_classic,
    siemens_xa,
    uih,
)

DIALECTS: Final[dict[Dialect, Callable[[SyntheticExam], tuple[Series, ...]]]] = {
    "siemens-classic": siemens_classic.describe_series,
    "siemens-xa": siemens_xa.describe_series,
    "ge": ge.describe_series,
    "ge-enhanced": ge_enhanced.describe_series,
    "philips": philips.describe_series,
    "philips-enhanced": philips_enhanced.describe_series,
    "uih": uih.describe_series,
    "uih-mosaic": uih.describe_mosaic_series,
    "canon": canon.describe_series,
    "toshiba": canon.describe_older_series,
    "bruker": bruker.describe_series,
}
