"""What crosses the wire of the welcome page."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from adcurate.web.room.people_messages import Message
from adcurate.web.room.work.messages import WorkMessage

_PATH = 4096


class SecretMessage(Message):
    """The end of the link."""

    secret: str = Field(max_length=200)


class KeyAnswer(Message):
    """What every request brings from now on."""

    key: str


class TemplateMessage(Message):
    """A protocol to begin with."""

    id: str
    label: str
    positive_label: str
    published_prevalence: float | None
    main: list[str]
    typical: list[str]


class RecentStudyMessage(Message):
    """A study that was opened before."""

    path: str
    title: str
    opened_at: str
    is_there: bool
    is_open: bool


class WelcomeAnswer(Message):
    """What there is to begin with."""

    version: str
    folder: str
    key_folder: str
    demo_folder: str
    templates: list[TemplateMessage]
    recent: list[RecentStudyMessage]
    work: WorkMessage | None


class NewStudyMessage(Message):
    """A study to make."""

    name: str = Field(max_length=200)
    folder: str = Field(max_length=_PATH)
    template: str = Field(max_length=64)
    language: Literal["en", "nl", "fr", "de"]
    prevalence: float | None = Field(None, gt=0, lt=1)
    asked: Literal["main", "all"] = "main"


class BackupMessage(Message):
    """A backup to make a study of."""

    file: str = Field(max_length=_PATH)
    name: str = Field(max_length=200)
    folder: str = Field(max_length=_PATH)
    key_file: str = Field("", max_length=_PATH)


class MadeStudyAnswer(Message):
    """Where the study lies, and the key to the persons of it, which may lie elsewhere still."""

    path: str
    key_file: str
    key_is_here: bool


class PathMessage(Message):
    """A study's folder."""

    path: str = Field(max_length=_PATH)


class OpenedAnswer(Message):
    """Where the browser goes."""

    url: str
