"""What is sent and answered about sessions, people and the log, as the page and /api/openapi.json know it."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from adcurate.model.reading.audit_entry import AuditEntry
from adcurate.model.reading.person import Person, Role, RoleName

_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True, hide_input_in_errors=True)
_MOST_SECRET = 1024


class Message(BaseModel):
    """A body of which every field is known."""

    model_config = _STRICT


class RoleMessage(Message):
    """A role, at one site or ("") at all."""

    role: RoleName
    site: str = Field("", max_length=64)

    def as_role(self) -> Role:
        """The noun."""
        return Role(self.role, self.site)


class SignInMessage(Message):
    """A name, its password, and the code where a second factor was set."""

    name: str = Field(max_length=200)
    password: str = Field(max_length=_MOST_SECRET)
    totp: str = Field("", max_length=20)


class InvitedAnswer(Message):
    """Whom an invitation is for: the name is the one to sign in with."""

    name: str
    display_name: str


class PasswordMessage(Message):
    """A password that an invited person chose."""

    password: str = Field(max_length=_MOST_SECRET)


class FirstAdministratorMessage(Message):
    """Who becomes the first administrator; `token` is the end of the printed link."""

    is_alone: bool = False

    token: str = Field(max_length=200)
    name: str = Field(max_length=200)
    display_name: str = Field(max_length=200)
    password: str = Field(max_length=_MOST_SECRET)


class NewPasswordMessage(Message):
    """The present password ("" where there is none yet) and a new one."""

    present: str = Field("", max_length=_MOST_SECRET)
    password: str = Field(max_length=_MOST_SECRET)


class SecondFactorMessage(Message):
    """The password again, the secret that the app took in, and the code it shows."""

    password: str = Field(max_length=_MOST_SECRET)
    secret: str = Field(max_length=64)
    code: str = Field(max_length=20)


class NewPersonMessage(Message):
    """A person to add."""

    name: str = Field(max_length=200)
    display_name: str = Field(max_length=200)
    roles: list[RoleMessage] = Field(max_length=100)


class PersonChangeMessage(Message):
    """What is to change of a person; what is not given stays."""

    display_name: str | None = Field(None, max_length=200)
    roles: list[RoleMessage] | None = Field(None, max_length=100)
    disabled: bool | None = None


class MyselfAnswer(Message):
    """Who is signed in."""

    id: str
    name: str
    display_name: str
    roles: list[RoleMessage]
    has_password: bool
    has_second_factor: bool

    @classmethod
    def of(cls, person: Person) -> Self:
        """What the person sees of themselves."""
        return cls(
            id=person.id,
            name=person.name,
            display_name=person.display_name,
            roles=role_messages(person),
            has_password=person.has_password,
            has_second_factor=person.has_second_factor,
        )


class StudyAnswer(Message):
    """The study that is served."""

    title: str


class ProviderAnswer(Message):
    """A provider of accounts; its sign-in starts at /api/oidc/{id}."""

    id: str
    label: str


class SessionAnswer(Message):
    """Who is signed in, and the token to send with everything that changes something."""

    person: MyselfAnswer | None
    csrf: str
    study: StudyAnswer
    needs_first_administrator: bool
    oidc: list[ProviderAnswer]
    research_use_only: bool = True


class PersonAnswer(MyselfAnswer):
    """A person as an administrator sees them."""

    disabled: bool
    signs_in_elsewhere: bool
    created_at: str

    @classmethod
    def of(cls, person: Person) -> Self:
        """The person in full, without what they prove themselves with."""
        mine = MyselfAnswer.of(person).model_dump()
        mine["roles"] = role_messages(person)
        return cls(
            **mine,
            disabled=person.disabled,
            signs_in_elsewhere=person.signs_in_elsewhere,
            created_at=person.created_at,
        )


class PeopleAnswer(Message):
    """Everybody."""

    people: list[PersonAnswer]


class LinkAnswer(Message):
    """A link that works once; `only_here`: on this computer alone.

    `fingerprint` is what the invited person compares, where no authority vouches for the certificate.
    """

    link: str
    only_here: bool
    fingerprint: str


class SecondFactorAnswer(Message):
    """A new secret for an authenticator app: to type in, or to open on the same device."""

    secret: str
    app_link: str


class AuditEntryAnswer(Message):
    """One entry of the log; `person` is a login name, or "" for the program."""

    sequence: int
    at: str
    person: str
    action: str
    object: str
    before: Any
    after: Any
    reason: str
    hash: str

    @classmethod
    def of(cls, entry: AuditEntry, names: dict[str, str]) -> Self:
        """The entry with names of people in place of their ids."""
        return cls(
            sequence=entry.sequence,
            at=entry.at,
            person=names.get(entry.person, entry.person),
            action=entry.action,
            object=names.get(entry.object, entry.object),
            before=entry.before,
            after=entry.after,
            reason=entry.reason,
            hash=entry.hash,
        )


class AuditAnswer(Message):
    """A part of the log; `next` is what to ask for after it."""

    entries: list[AuditEntryAnswer]
    next: int | None


class AuditFaultAnswer(Message):
    """One place where the log is not what it was."""

    sequence: int
    sentence: str


class AuditCheckAnswer(Message):
    """What a check of the whole log found."""

    sequence: int
    hash: str
    faults: list[AuditFaultAnswer]


def role_messages(person: Person) -> list[RoleMessage]:
    """The person's roles."""
    return [RoleMessage(role=one.role, site=one.site) for one in person.roles]
