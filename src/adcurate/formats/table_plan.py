"""The plan file of a plain table: ``plan.toml`` to `TablePlan`, each fault named with its line."""

from __future__ import annotations

from pathlib import Path

from adcurate.errors import ProtocolError
from adcurate.formats.keyed_toml import MAXIMUM_BYTES, parse_keyed
from adcurate.formats.source import read_source
from adcurate.model.table_plan import SCHEMA_VERSION, TablePlan


def read_table_plan(path: Path) -> TablePlan:
    """Read and check a plan file.

    Raises
    ------
    InputError
        As `read_source`.
    ProtocolError
        The codes of `parse_keyed`.
    """
    return parse_table_plan(
        read_source(path, limit=MAXIMUM_BYTES, too_big=ProtocolError, too_big_code="protocol.too-big")
    )


def parse_table_plan(content: bytes) -> TablePlan:
    """Parse the bytes of a plan file (UTF-8 TOML); errors as `read_table_plan`."""
    plan: TablePlan = parse_keyed(TablePlan, content, version=SCHEMA_VERSION, what="plan")
    names = [marker.label for marker in plan.markers]
    if not names or len(set(names)) != len(names):
        raise ProtocolError(
            "protocol.value",
            "Markers need names that stand once.",
            remedy="Give each [[markers]] its own name.",
        )
    if not plan.columns.positive:
        raise ProtocolError(
            "protocol.value",
            "The outcome has no positive value.",
            remedy='Name one or more: positive = ["G3"].',
        )
    for question in plan.plan.questions:
        unknown = set(getattr(question.ask, "markers", ())) - set(names)
        if unknown:
            raise ProtocolError(
                "protocol.value",
                f"A question of kind {question.kind!r} names {sorted(unknown)[0]!r}, which is no marker.",
                remedy=f"Use one of: {', '.join(names)}.",
            )
    return plan
