"""The protocol file: ``study.toml`` to `Protocol`, each fault named with its line.

The shape of the file is the shape of the `Protocol` dataclass: nothing is listed twice.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

from adcurate.errors import ProtocolError
from adcurate.formats.keyed_toml import MAXIMUM_BYTES, parse_keyed
from adcurate.formats.source import read_source
from adcurate.formats.worksheet_forms import scale_words
from adcurate.grading import EDITIONS
from adcurate.model.protocol import SCHEMA_VERSION, Protocol, Reading

_OF_AN_ORDER: Final = frozenset({"trend", "grades", "ordinal"})


def read_protocol(path: Path) -> Protocol:
    """Read and check a protocol file.

    Raises
    ------
    InputError
        As `read_source`.
    ProtocolError
        The codes of `parse_keyed`.
    """
    return parse_protocol(
        read_source(path, limit=MAXIMUM_BYTES, too_big=ProtocolError, too_big_code="protocol.too-big")
    )


def parse_protocol(content: bytes) -> Protocol:
    """Parse the bytes of a protocol file (UTF-8 TOML); errors as `read_protocol`."""
    protocol: Protocol = parse_keyed(Protocol, content, version=SCHEMA_VERSION, what="protocol")
    _check_whole(protocol)
    return protocol


def _check_whole(protocol: Protocol) -> None:
    """What no single key can say: grades and groups agree, names stand once."""

    def refuse(sentence: str, remedy: str) -> NoReturn:
        raise ProtocolError("protocol.value", sentence, remedy=remedy)

    grouped = [*protocol.outcome.positive, *protocol.outcome.negative]
    if not protocol.outcome.positive or not protocol.outcome.negative:
        refuse("The outcome needs grades on both sides.", "List grades under both positive and negative.")
    if len(set(grouped)) != len(grouped):
        refuse("A grade stands twice in the outcome.", "Each grade belongs to one side.")
    if set(grouped) - set(protocol.grades):
        refuse("The outcome names a grade that is not in grades.", "Add it to grades, or correct it.")
    outcome = protocol.outcome
    sides = ((outcome.positive_label, outcome.positive), (outcome.negative_label, outcome.negative))
    if outcome.positive_label == outcome.negative_label:
        refuse("Both sides of the outcome have one label.", "Give each side its own label.")
    if any(label in protocol.grades and side != (label,) for label, side in sides):
        refuse("A side of several grades is labelled as one of them.", "Give the side a label of its own.")
    names = [marker.name for marker in protocol.markers]
    if not names or len(set(names)) != len(names):
        refuse("Markers need names that stand once.", "Give each [[markers]] its own name.")
    for published in protocol.published_cutoffs:
        if published.marker not in names:
            refuse(
                f"A published cut-off names {published.marker!r}, which is not one of the markers.",
                f"Use one of: {', '.join(names)}.",
            )
        if any(marker.is_ratio for marker in protocol.markers if marker.name == published.marker):
            refuse(
                f"A published cut-off in mm²/s names {published.marker!r}, which is a ratio without a unit.",
                "Name a marker that is an ADC, or take the cut-off out.",
            )
    for question in protocol.plan.questions:
        if question.kind in _OF_AN_ORDER and not protocol.ranked_grades:
            refuse(
                f"The plan asks {question.kind!r}, and the study has two grades: they have no order to ask "
                "about.",
                "Take the question out of the plan; that the two differ is asked of every marker.",
            )
    b_values = protocol.adc.b_values
    if len(b_values) == 1:
        refuse("adc.b_values names one b-value; a fit needs two.", "List two or more, or leave it empty.")
    if protocol.adc.map_of_record == "refit-registered" and protocol.adc.registration == "off":
        refuse(
            "The map of record is the registered one, and registration is off.",
            'Set registration = "rigid" or "translation" under [adc], or another map of record.',
        )
    if b_values and protocol.adc.highest_b_value is not None:
        refuse(
            "adc.highest_b_value and adc.b_values both choose b-values.",
            "Leave adc.b_values empty, or take the limit out.",
        )
    if any(second <= first for first, second in itertools.pairwise(b_values)):
        refuse("adc.b_values does not rise.", "List each b-value once, lowest first.")
    if protocol.reading is not None:
        _check_reading(protocol.reading, refuse)
    editions = protocol.grading
    words = scale_words(editions.scale)
    strange = [one for one in protocol.grades if words is not None and one not in words]
    if words is not None and strange:
        refuse(
            f"The scale {editions.scale!r} has no grade {strange[0]!r}.",
            f'Use: {", ".join(words)}; or set scale = "own" under [grading].',
        )
    if editions.scale in ("isup", "benign-malignant") and {
        editions.other,
        *editions.edition_by_primary_site.values(),
    } != {"none"}:
        refuse(
            f"The grading rule names an edition that does not grade on the scale {editions.scale!r}.",
            'Set other = "none" under [grading], and no edition by primary site.',
        )
    for edition in (editions.other, *editions.edition_by_primary_site.values()):
        if edition != "none" and edition not in EDITIONS:
            refuse(
                "The grading rule names an edition that is not known.",
                f"Use one of: none, {', '.join(EDITIONS)}.",
            )


def _check_reading(reading: Reading, refuse: Callable[[str, str], NoReturn]) -> None:
    if len(reading.layout) != 4 or len(set(reading.layout)) < 4:
        refuse("reading.layout does not name four places.", "List t2, dwi, adc and t1 once each.")
    if reading.sessions > 1 and reading.repeat_fraction == 0:
        refuse(
            "reading.sessions asks for a later session, and nothing is read again in it.",
            "Set reading.repeat_fraction to the part of the cases that is read again, or sessions = 1.",
        )
    if reading.sessions == 1 and reading.washout_days > 0:
        refuse(
            "reading.washout_days lies between sessions, and there is one.",
            "Set reading.sessions = 2, or washout_days = 0.",
        )
