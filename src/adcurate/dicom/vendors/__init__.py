"""One module per vendor's way of writing b-values, directions and scales; `dialect_of` picks it.

Each module offers what `reading.Dialect` names. A new vendor is one file and one line here.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from pydicom.dataset import Dataset

from adcurate.dicom.reading.headers import text
from adcurate.dicom.vendors import bruker, canon, ge, philips, siemens, standard, uih
from adcurate.dicom.vendors.reading import REMARKS, Dialect, DiffusionReading

_NAMED: Final[tuple[Dialect, ...]] = (siemens, ge, philips, uih, canon, bruker)

DIALECTS: Final = MappingProxyType({dialect.VENDOR: dialect for dialect in (*_NAMED, standard)})
"""Every dialect by its vendor's name."""

VENDOR_TAGS: Final[tuple[int, ...]] = tuple(dict.fromkeys(tag for d in _NAMED for tag in d.TAGS))
"""The elements that any vendor module may ask for."""

_CREATOR_TAGS: Final = tuple(
    group << 16 | block
    for group in (0x0019, 0x0029, 0x0043, 0x0065, 0x2001, 0x2005)
    for block in range(0x10, 0x20)
)


def dialect_of(manufacturer: str, header: Dataset | None = None) -> Dialect:
    """The dialect for the text of (0008,0070), else for the private elements in `header`.

    Archives and de-identifiers replace a maker's name and leave its elements. A maker not known here, without
    elements of a known one, speaks as the standard does.
    """
    name = manufacturer.strip().lower()
    for dialect in _NAMED:
        if name == dialect.VENDOR or name.startswith(dialect.MANUFACTURERS):
            return dialect
    if header is not None:
        creators = {text(header, tag) for tag in _CREATOR_TAGS if tag in header.keys()}  # noqa: SIM118
        for dialect in _NAMED:
            if creators & set(dialect.CREATORS):
                return dialect
    return standard


__all__ = ["DIALECTS", "REMARKS", "VENDOR_TAGS", "Dialect", "DiffusionReading", "dialect_of"]
