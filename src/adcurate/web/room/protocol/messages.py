"""What crosses the wire about the protocol: its keys with their words, its values, and a change of them."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

from pydantic import Field

from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol_document import DocumentFacts
from adcurate.study.protocol.change import StandingProtocol
from adcurate.study.protocol.form import SECTIONS, FormField, Kind, form_fields, question_forms
from adcurate.web.room.people_messages import Message


class ChoiceMessage(Message):
    """One value that a key may have."""

    value: str | int
    label: str


class FieldMessage(Message):
    """One key of the form: its place in the file, what it is called, and what it changes."""

    key: str
    kind: Kind
    label: str
    changes: str
    unit: str
    choices: list[ChoiceMessage]
    may_be_empty: bool
    columns: list[FieldMessage]


class SectionMessage(Message):
    """Keys that belong together; `key` is their table in the file, "" for those above all tables."""

    key: str
    title: str
    fields: list[FieldMessage]


class QuestionFormMessage(Message):
    """One kind of question: what it asks, what it may say, and what a new one says."""

    kind: str
    title: str
    fields: list[FieldMessage]
    usual: dict[str, Any]


class ProtocolAnswer(Message):
    """The form and its values; `frozen_at` is "" before the reading began."""

    sections: list[SectionMessage]
    questions: list[QuestionFormMessage]
    values: dict[str, Any]
    digest: str
    version: int
    kept_at: str
    frozen_at: str


class ProtocolChangeMessage(Message):
    """Values for keys, by section; `based_on` is the digest of the protocol that the form was filled from."""

    values: Annotated[dict[str, Any], Field(max_length=50)]
    based_on: Annotated[str, Field(min_length=1, max_length=100)]
    reason: Annotated[str, Field(max_length=1000)] = ""


class DocumentFactsMessage(Message):
    """Who answers for the study, and how long data are kept; "" and 0 are blanks."""

    institution: Annotated[str, Field(max_length=200)] = ""
    responsible: Annotated[str, Field(max_length=200)] = ""
    sites: Annotated[str, Field(max_length=200)] = ""
    period: Annotated[str, Field(max_length=200)] = ""
    retention_years: Annotated[int, Field(ge=0, le=100)] = 0
    key_years: Annotated[int, Field(ge=0, le=100)] = 0

    @classmethod
    def of(cls, facts: DocumentFacts) -> DocumentFactsMessage:
        """As they are kept."""
        return cls(**dataclasses.asdict(facts))

    def facts(self) -> DocumentFacts:
        """As they are kept."""
        return DocumentFacts(**self.model_dump())


def protocol_answer(standing: StandingProtocol) -> ProtocolAnswer:
    """The form, filled."""
    fields = form_fields()
    return ProtocolAnswer(
        sections=[
            SectionMessage(key=key, title=title, fields=[_field(one) for one in fields if one.section == key])
            for key, title in SECTIONS.items()
        ],
        questions=[
            QuestionFormMessage(
                kind=one.kind,
                title=one.title,
                fields=[_field(field) for field in one.fields],
                usual=dict(one.usual),
            )
            for one in question_forms()
        ],
        values=dict(as_jsonable(standing.values)),
        digest=standing.digest,
        version=standing.version,
        kept_at=standing.kept_at,
        frozen_at=standing.frozen_at,
    )


def _field(field: FormField) -> FieldMessage:
    return FieldMessage(
        key=field.key,
        kind=field.kind,
        label=field.label,
        changes=field.changes,
        unit=field.unit,
        choices=[ChoiceMessage(value=one.value, label=one.label) for one in field.choices],
        may_be_empty=field.may_be_empty,
        columns=[_field(one) for one in field.columns],
    )
