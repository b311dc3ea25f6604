"""The protocol as a form: every key that can be asked, what it is called and what it changes.

The keys come from `model.protocol.Protocol` itself and the words from ``guide.toml``, so that neither the
page nor the file knows a key that the other lacks.
"""

from __future__ import annotations

import dataclasses
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from adcurate.grading import EDITIONS
from adcurate.model.jsonable import as_jsonable
from adcurate.model.plan import QUESTION_KINDS, PlannedQuestion
from adcurate.model.protocol import Protocol
from adcurate.report.words import KIND_WORDS

Kind = Literal[
    "text",
    "yes-no",
    "number",
    "whole",
    "choice",
    "numbers",
    "texts",
    "places",
    "by-name",
    "rows",
    "questions",
]

SECTIONS: Final[Mapping[str, str]] = {
    "": "The study",
    "outcome": "Outcome",
    "markers": "Markers",
    "eligibility": "Eligibility",
    "lesion": "Several lesions",
    "adc": "ADC map",
    "region": "Regions",
    "reading": "Reading",
    "grading": "Grading",
    "plan": "Analysis plan",
    "analysis": "Statistics",
    "published_cutoffs": "Cut-offs of other studies",
}
# Kept by the file, asked of nobody.
_NOT_ASKED: Final = frozenset({"schema_version", "template"})
# A page never says which file of this computer is read.
FILE_KEYS: Final = frozenset({"studies_file"})
_EDITION_KEYS: Final = frozenset({"grading.other", "grading.edition_by_primary_site"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a key may have."""

    value: str | int
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One key. `key` is its place in the file, such as ``adc.fit``; `columns` are the keys of a row.

    `may_be_empty`: the protocol may say nothing here.
    """

    key: str
    section: str
    kind: Kind
    label: str
    changes: str
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    may_be_empty: bool = False
    columns: tuple[FormField, ...] = ()


@cache
def form_fields() -> tuple[FormField, ...]:
    """Every key in the order of the form's sections.

    Raises
    ------
    LookupError
        Where ``guide.toml`` lacks a key of the protocol, or names one that is none.
    """
    guide = _Guide()
    fields = list(_fields(Protocol, "", guide))
    guide.check_all_used()
    order = list(SECTIONS)
    return tuple(sorted(fields, key=lambda one: order.index(one.section)))


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """What one kind of question may say beside its role; its keys are called as in the file.

    `usual` holds what a new question of the kind says.
    """

    kind: str
    title: str
    fields: tuple[FormField, ...]
    usual: Mapping[str, Any]


@cache
def question_forms() -> tuple[QuestionForm, ...]:
    """Every kind of question that a plan may ask."""
    return tuple(
        QuestionForm(
            kind,
            KIND_WORDS[kind],
            tuple(one for one in _fields(asked, "", _OwnNames()) if one.key not in FILE_KEYS),
            {one.name: as_jsonable(_usual(one)) for one in dataclasses.fields(asked)},
        )
        for kind, asked in QUESTION_KINDS.items()
    )


def _usual(field: dataclasses.Field[Any]) -> Any:
    """What the file may leave out, or the emptiest of what it may not."""
    if field.default is not dataclasses.MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else ""


def _fields(kind: Any, path: str, guide: _Words) -> Iterator[FormField]:
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        key = f"{path}{field.name}"
        if key in _NOT_ASKED:
            continue
        hint, is_optional = _without_none(hints[field.name])
        if dataclasses.is_dataclass(hint):
            yield from _fields(hint, f"{key}.", guide)
        else:
            yield _field(key, hint, is_optional, guide)


def _field(key: str, hint: Any, is_optional: bool, guide: _Words) -> FormField:
    words = guide.words(key)
    inner = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else None
    is_row = inner is not PlannedQuestion and dataclasses.is_dataclass(inner)
    return FormField(
        key=key,
        section=key.split(".")[0] if "." in key or key in SECTIONS else "",
        kind="choice" if hint is str and key in _EDITION_KEYS else _kind(hint, inner),
        label=words["label"],
        changes=words["changes"],
        unit=words.get("unit", ""),
        choices=_choices(key, hint, inner, words.get("choices")),
        may_be_empty=is_optional,
        columns=tuple(_fields(inner, f"{key}.", guide)) if is_row else (),
    )


def _kind(hint: Any, inner: Any) -> Kind:
    if inner is not None:
        if inner is PlannedQuestion:
            return "questions"
        if dataclasses.is_dataclass(inner):
            return "rows"
        if typing.get_origin(inner) is Literal:
            return "places"
        return "numbers" if inner is float else "texts"
    if typing.get_origin(hint) is Literal:
        return "choice"
    if typing.get_origin(hint) is dict:
        return "by-name"
    kinds: dict[Any, Kind] = {bool: "yes-no", int: "whole", float: "number", str: "text"}
    return kinds[hint]


def _choices(key: str, hint: Any, inner: Any, labels: Mapping[str, str] | None) -> tuple[Choice, ...]:
    if inner is PlannedQuestion:
        return tuple(Choice(kind, KIND_WORDS[kind]) for kind in QUESTION_KINDS)
    if key in _EDITION_KEYS:
        return tuple(Choice(one, "none" if one == "none" else _edition(one)) for one in ("none", *EDITIONS))
    asked = inner if typing.get_origin(inner) is Literal else hint
    if typing.get_origin(asked) is not Literal:
        return ()
    values = typing.get_args(asked)
    if labels is None:
        return tuple(Choice(value, str(value)) for value in values)
    if {str(value) for value in values} != set(labels):
        raise LookupError(f"guide.toml and the protocol name different choices of {key}")
    return tuple(Choice(value, labels[str(value)]) for value in values)


def _edition(name: str) -> str:
    return name.replace("-", " ").upper()


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        (kept,) = [one for one in typing.get_args(hint) if one is not type(None)]
        return kept, True
    return hint, False


class _Words(typing.Protocol):
    def words(self, key: str) -> Mapping[str, Any]: ...


class _Guide:
    """The words of ``guide.toml``, each to be used once."""

    def __init__(self) -> None:
        text = resources.files("adcurate.study.protocol").joinpath("guide.toml").read_text("utf-8")
        self._left = dict(_flat(tomllib.loads(text), ()))

    def words(self, key: str) -> Mapping[str, Any]:
        if key not in self._left:
            raise LookupError(f"guide.toml says nothing of {key}")
        return self._left.pop(key)

    def check_all_used(self) -> None:
        if self._left:
            raise LookupError(f"guide.toml names keys that the protocol lacks: {', '.join(self._left)}")


class _OwnNames:
    """The names in the file, for keys that have their words elsewhere."""

    def words(self, key: str) -> Mapping[str, Any]:
        return {"label": key.replace("_", " "), "changes": ""}


def _flat(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    words = {key: value for key, value in table.items() if not isinstance(value, Mapping) or key == "choices"}
    if words:
        yield ".".join(path), words
    for key, value in table.items():
        if key not in words:
            yield from _flat(value, (*path, key))
