"""One module per vendor's way of writing b-values, directions and scales; `dialect_of` picks it.

Each module offers what `reading.Dialect` names. A new vendor is one file and one line here.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from adcurate.dicom.vendors import bruker, canon, ge, philips, siemens, standard, uih
from adcurate.dicom.vendors.reading import REMARKS, Dialect, DiffusionReading

_NAMED: Final[tuple[Dialect, ...]] = (siemens, ge, philips, uih, canon, bruker)

DIALECTS: Final = MappingProxyType({dialect.VENDOR: dialect for dialect in (*_NAMED, standard)})
"""Every dialect by its vendor's name."""

VENDOR_TAGS: Final[tuple[int, ...]] = tuple(dict.fromkeys(tag for d in _NAMED for tag in d.TAGS))
"""The elements that any vendor module may ask for."""


def dialect_of(manufacturer: str) -> Dialect:
    """The dialect for the text of (0008,0070); the standard's own for a maker not known here."""
    name = manufacturer.strip().lower()
    for dialect in _NAMED:
        if name == dialect.VENDOR or name.startswith(dialect.MANUFACTURERS):
            return dialect
    return standard


__all__ = ["DIALECTS", "REMARKS", "VENDOR_TAGS", "Dialect", "DiffusionReading", "dialect_of"]
