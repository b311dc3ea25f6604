"""From the nouns of a design to the coordinator's messages, and back."""

from __future__ import annotations

from collections.abc import Sequence

from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Reading
from adcurate.model.reading.design import LateLesions, ReadDesign, StoredDesign
from adcurate.model.reading.kept import OutcomeSeal
from adcurate.model.reading.person import Person
from adcurate.web.room.coordinator_messages import (
    DesignAnswer,
    DesignMessage,
    LateLesionsMessage,
    ReaderChoiceMessage,
    RulesMessage,
    SealAnswer,
)
from adcurate.web.room.wording import wants_message


def design_of(message: DesignMessage) -> ReadDesign:
    """A design that was sent."""
    return ReadDesign(
        readers=tuple(message.readers),
        seed=message.seed,
        training=tuple(message.training),
        training_reference=message.training_reference,
        adjudicators=tuple(message.adjudicators),
    )


def design_answer(
    stored: StoredDesign | None,
    otherwise: ReadDesign,
    people: Sequence[Person],
    rules: Reading,
    late: LateLesions,
) -> DesignAnswer:
    """A design, with whom it may name and what the protocol decides."""
    design = otherwise if stored is None else stored.design
    return DesignAnswer(
        version=0 if stored is None else stored.version,
        started_at="" if stored is None else stored.started_at,
        design=DesignMessage(
            readers=list(design.readers),
            seed=design.seed,
            training=list(design.training),
            training_reference=design.training_reference,
            adjudicators=list(design.adjudicators),
        ),
        people=[
            ReaderChoiceMessage(name=one.name, display_name=one.display_name, is_reader=one.has("reader"))
            for one in people
        ],
        rules=RulesMessage(
            show_numbers=rules.show_numbers,
            sessions=rules.sessions,
            washout_days=rules.washout_days,
            repeat_fraction=rules.repeat_fraction,
            training_cases=rules.training_cases,
            selection=rules.selection,
            adjudicate_over=rules.adjudicate_over,
            wants=wants_message(rules),
        ),
        late=LateLesionsMessage.model_validate(as_jsonable(late), strict=False),
    )


def seal_answer(seal: OutcomeSeal) -> SealAnswer:
    """A seal, without what it holds."""
    return SealAnswer(sealed_at=seal.at, sealed_by=seal.sealer, n_rows=seal.n_rows, opened_at=seal.opened_at)
