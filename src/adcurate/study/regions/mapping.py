"""Which label of a foreign file is which lesion, and who drew it: a person says so, no name is read."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from adcurate.errors import ContourError, ForeignRegionError, UsageError
from adcurate.formats.contours import parse_contours
from adcurate.formats.table import read_table
from adcurate.model.contour_record import ContourRole

_COLUMNS: Final = ("label", "lesion")


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a region is."""

    lesion: str
    reader: str
    role: ContourRole = "lesion"


@dataclass(frozen=True, slots=True)
class MappingRule:
    """Labels that fit `pattern` (``*`` stands for anything), in files that fit `file`."""

    pattern: str
    assignment: Assignment
    file: str = "*"

    def fits(self, label: str, file: str) -> bool:
        """Whether this rule speaks of that label in that file."""
        return fnmatch.fnmatchcase(label, self.pattern) and fnmatch.fnmatchcase(file, self.file)


@dataclass(frozen=True, slots=True)
class RegionMapping:
    """Rules in order; the first that fits a label counts."""

    rules: tuple[MappingRule, ...]

    def assign(self, label: str, file: str) -> MappingRule | None:
        """The rule for a label, None where none fits."""
        return next((rule for rule in self.rules if rule.fits(label, file)), None)


def mapping_of_words(reader: str, lesion_of: Sequence[str], exclusion_of: Sequence[str]) -> RegionMapping:
    """The mapping that ``--reader R1 --lesion-of LABEL=LESION`` means.

    Raises
    ------
    UsageError
        ``usage.option``: no ``=``, nothing on one side of it, or no reader.
    ForeignRegionError
        ``foreign.mapping``: a lesion or reader that is no label.
    """
    rules = []
    words: tuple[tuple[Sequence[str], ContourRole], ...] = (
        (exclusion_of, "exclusion"),
        (lesion_of, "lesion"),
    )
    for given, role in words:
        for word in given:
            label, equals, lesion = word.rpartition("=")
            if not (equals and label and lesion):
                raise UsageError(
                    "usage.option",
                    f"--{role}-of takes LABEL=LESION.",
                    remedy=f'For example: --{role}-of "Segment_1=1", or --{role}-of "*=1" for every label.',
                )
            rules.append(MappingRule(label, _assignment(lesion, reader, role)))
    if rules and not reader:
        raise UsageError(
            "usage.option", "Who drew the regions is not said.", remedy="Add --reader R1, for example."
        )
    return RegionMapping(tuple(rules))


def read_mapping(path: Path, reader: str) -> RegionMapping:
    """A mapping from a table with the columns ``label`` and ``lesion``.

    ``reader``, ``role`` (lesion or exclusion) and ``file`` may stand beside them; where a row names no
    reader, it is `reader`.

    Raises
    ------
    TableError, InputError
        As `read_table`; ``table.missing-column``.
    ForeignRegionError
        ``foreign.mapping``: a row without label, lesion or reader, or with a role that does not exist.
    """
    table = read_table(path)
    columns = {name: table.text(name) for name in _COLUMNS}
    n = len(table.rows)
    for name in ("reader", "role", "file"):
        columns[name] = table.text(name) if name in table.columns else ("",) * n
    rules = []
    for at in range(n):
        row = {name: values[at] for name, values in columns.items()}
        role = row["role"] or "lesion"
        who = row["reader"] or reader
        if not (row["label"] and row["lesion"] and who) or role not in ("lesion", "exclusion"):
            raise _refused(
                f"Row {table.row_numbers[at]} of the mapping lacks a label, a lesion or a reader, or has a "
                "role other than lesion and exclusion."
            )
        assignment = _assignment(row["lesion"], who, cast(ContourRole, role))
        rules.append(MappingRule(row["label"], assignment, row["file"] or "*"))
    return RegionMapping(tuple(rules))


def _assignment(lesion: str, reader: str, role: ContourRole) -> Assignment:
    """Checked by the one rule for labels: that of the contour file."""
    entry = {
        "subject": "S",
        "lesion": lesion,
        "reader": reader or "R",
        "role": role,
        "sop_instance_uid": "1.2",
        "points_lps_mm": [[0, 0, 0], [1, 0, 0], [0, 1, 0]],
    }
    document = {"schema": "adcurate.contours", "schema_version": 1, "contours": [entry]}
    try:
        parse_contours(json.dumps(document).encode())
    except ContourError as error:
        raise _refused("A lesion or reader of the mapping is no label: " + error.sentence) from None
    return Assignment(lesion, reader, role)


def _refused(sentence: str) -> ForeignRegionError:
    return ForeignRegionError(
        "foreign.mapping", sentence, remedy="Give each label a lesion of the worksheet, and a reader."
    )
