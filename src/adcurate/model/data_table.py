"""A table of a study as it leaves: variables that explain themselves, and cells that say why they are empty.

What a file of it looks like is known to `formats`; what stands in it, to `study`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from adcurate.model.provenance import canonical_json, content_digest

VariableKind = Literal["text", "number", "coded"]
Measure = Literal["nominal", "ordinal", "scale"]

NOT_ENTERED: Final = -9901
EXCLUDED: Final = -9902
NOT_ELIGIBLE: Final = -9903
NOT_MEASURED: Final = -9904
NOT_READ: Final = -9905
CANNOT_ASSESS: Final = -9906
NO_SUCH_MAP: Final = -9907
DOES_NOT_APPLY: Final = -9908
TOO_SMALL: Final = -9909

MISSING_REASONS: Final[Mapping[int, str]] = {
    NOT_ENTERED: "not entered: the cell was left blank",
    EXCLUDED: "the subject was excluded in the worksheet",
    NOT_ELIGIBLE: "left out by the protocol's eligibility",
    NOT_MEASURED: "no region could be measured",
    NOT_READ: "not read by this reader",
    CANNOT_ASSESS: "the reader could not assess it",
    NO_SUCH_MAP: "no such map, or no such number of this region",
    DOES_NOT_APPLY: "does not apply",
    TOO_SMALL: "the region has fewer voxels than the protocol asks for",
}
LOWEST_MISSING: Final = -9999
"""Codes from here to the highest of `MISSING_REASONS` mean that there is no value."""
HIGHEST_MISSING: Final = max(MISSING_REASONS)
LONGEST_NAME: Final = 26

_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")
# Words of SPSS's language, and what REDCap keeps for itself.
_RESERVED: Final = frozenset(
    {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with", "redcap_event_name"}
)


@dataclass(frozen=True, slots=True)
class Absent:
    """No value, and why: a code of `MISSING_REASONS`."""

    code: int


Value = str | float | int | Absent


@dataclass(frozen=True, slots=True)
class Variable:
    """One column. `codes` are the numbers of a coded variable with what each says, in their order."""

    name: str
    label: str
    kind: VariableKind
    measure: Measure
    source: str
    unit: str = ""
    codes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataTable:
    """Rows under variables; `id_name` is the variable that names a row, each once."""

    name: str
    title: str
    id_name: str
    variables: tuple[Variable, ...]
    rows: tuple[tuple[Value, ...], ...]

    def __post_init__(self) -> None:
        ids = self.ids
        if len(set(ids)) != len(ids):
            raise ValueError(f"two rows of {self.name} have one id")

    @property
    def ids(self) -> tuple[str, ...]:
        """The name of each row."""
        at = [variable.name for variable in self.variables].index(self.id_name)
        return tuple(str(row[at]) for row in self.rows)

    def missing(self) -> Iterator[tuple[str, str, int]]:
        """Row, variable and code of each cell without a value."""
        for name, row in zip(self.ids, self.rows, strict=True):
            for variable, value in zip(self.variables, row, strict=True):
                if isinstance(value, Absent):
                    yield name, variable.name, value.code

    def missing_codes(self, variable: str) -> tuple[int, ...]:
        """The codes that stand in a variable's cells, in the order of `MISSING_REASONS`."""
        at = [one.name for one in self.variables].index(variable)
        there = {value.code for row in self.rows if isinstance(value := row[at], Absent)}
        return tuple(code for code in MISSING_REASONS if code in there)

    def as_json(self) -> dict[str, object]:
        """All of it, for the digest and for a later comparison."""
        return {
            "name": self.name,
            "id": self.id_name,
            "variables": [
                {"name": one.name, "unit": one.unit, "codes": {str(k): v for k, v in one.codes.items()}}
                for one in self.variables
            ],
            "rows": [
                [{"missing": value.code} if isinstance(value, Absent) else value for value in row]
                for row in self.rows
            ],
        }


def data_digest(tables: Iterable[DataTable]) -> str:
    """One SHA-256 over variables and values of all tables; labels may change without it."""
    return content_digest(canonical_json([table.as_json() for table in tables]).encode())


def variable_name(wanted: str, taken: Sequence[str] = ()) -> str:
    """A name that SPSS, R and REDCap take: lower case, a letter first, at most 26 signs, not taken yet.

    Examples
    --------
    >>> variable_name("min ADC (R1)"), variable_name("3rd"), variable_name("Min_ADC", ["min_adc"])
    ('min_adc_r1', 'v_3rd', 'min_adc_2')
    """
    bare = _NOT_IN_NAMES.sub("_", wanted.casefold()).strip("_") or "v"
    if not bare[0].isalpha():
        bare = f"v_{bare}"
    if bare in _RESERVED:
        bare = f"{bare}_v"
    name, turn = bare[:LONGEST_NAME].rstrip("_"), 1
    while name in taken:
        turn += 1
        name = f"{bare[: LONGEST_NAME - len(str(turn)) - 1].rstrip('_')}_{turn}"
    return name
