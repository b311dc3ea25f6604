"""Signing in and out, and what people change about themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from fastapi import APIRouter, Request, Response

from adcurate.study.people.first_administrator import make_first_administrator, needs_first_administrator
from adcurate.study.people.invite import accept_invitation, invited_person
from adcurate.study.people.own_account import ask_for_codes, change_password, stop_asking_for_codes
from adcurate.study.people.second_factor import link_for_app, new_secret
from adcurate.study.people.sign_in import SignedIn, begin_session, sign_in, sign_out
from adcurate.web.room.people_messages import (
    FirstAdministratorMessage,
    InvitedAnswer,
    MyselfAnswer,
    NewPasswordMessage,
    PasswordMessage,
    ProviderAnswer,
    SecondFactorAnswer,
    SecondFactorMessage,
    SessionAnswer,
    SignInMessage,
    StudyAnswer,
)
from adcurate.web.room.rights import (
    open_to_all,
    person_of,
    require_signed_in,
    room_of,
    signed_in_person,
)
from adcurate.web.room.session_cookie import csrf_of, set_token, token_for_page, token_of
from adcurate.web.room.source import source_of

router = APIRouter(prefix="/api", tags=["session"])
_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


@router.get("/session", dependencies=[open_to_all()], operation_id="read_session")
def read_session(request: Request, response: Response) -> SessionAnswer:
    """Say who is signed in, and give the token that every change must bring."""
    room = room_of(request)
    person = signed_in_person(request)
    return SessionAnswer(
        person=MyselfAnswer.of(person) if person else None,
        csrf=csrf_of(token_for_page(request, response, room.reach)),
        study=StudyAnswer(title=room.reading.protocol().title),
        needs_first_administrator=person is None and needs_first_administrator(room.store),
        oidc=[ProviderAnswer(id=one.id, label=one.label) for one in room.providers.values()],
    )


@router.post("/session", dependencies=[open_to_all()], operation_id="sign_in")
async def begin(request: Request, response: Response, given: SignInMessage) -> SessionAnswer:
    """Sign in with a password."""
    room = room_of(request)
    signed_in = await _with_password(
        request,
        sign_in,
        room.store,
        given.name,
        given.password,
        given.totp,
        source=source_of(request, room.reach),
        limits=room.session_limits,
    )
    return _enter(request, response, signed_in)


@router.delete("/session", status_code=204, dependencies=[open_to_all()], operation_id="sign_out")
def end(request: Request, response: Response) -> None:
    """Sign out; without a session nothing happens."""
    sign_out(room_of(request).store, token_of(request.scope))


@router.post("/first-administrator", dependencies=[open_to_all()], operation_id="make_first_administrator")
async def first(request: Request, response: Response, given: FirstAdministratorMessage) -> SessionAnswer:
    """Make the first administrator with the link that the server printed, and sign in."""
    room = room_of(request)
    person = await _with_password(
        request,
        make_first_administrator,
        room.store,
        given.token,
        given.name,
        given.display_name,
        given.password,
        is_alone=given.is_alone,
    )
    return _enter(request, response, begin_session(room.store, person, how="first link"))


@router.get("/invitations/{token}", dependencies=[open_to_all()], operation_id="read_invitation")
def read_invitation(request: Request, token: str) -> InvitedAnswer:
    """Whom an invitation is for; it stays unused."""
    person = invited_person(room_of(request).store, token)
    return InvitedAnswer(name=person.name, display_name=person.display_name)


@router.post("/invitations/{token}", dependencies=[open_to_all()], operation_id="accept_invitation")
async def accept(request: Request, response: Response, token: str, given: PasswordMessage) -> SessionAnswer:
    """Choose a password with an invitation, and sign in."""
    room = room_of(request)
    person = await _with_password(request, accept_invitation, room.store, token, given.password)
    return _enter(request, response, begin_session(room.store, person, how="invitation"))


@router.post("/session/password", dependencies=[require_signed_in()], operation_id="change_password")
async def renew(request: Request, response: Response, given: NewPasswordMessage) -> SessionAnswer:
    """Change one's own password; every other session of the person ends."""
    room, person = room_of(request), person_of(request)
    session = token_of(request.scope)
    await _with_password(
        request, change_password, room.store, person, given.present, given.password, session=session
    )
    return _enter(request, response, begin_session(room.store, person, how="new password"))


@router.post(
    "/session/second-factor/secret", dependencies=[require_signed_in()], operation_id="propose_second_factor"
)
def propose(request: Request) -> SecondFactorAnswer:
    """Make a secret for an authenticator app; nothing is kept until its code was shown."""
    secret = new_secret()
    return SecondFactorAnswer(secret=secret, app_link=link_for_app(secret, person_of(request).name))


@router.put(
    "/session/second-factor",
    status_code=204,
    dependencies=[require_signed_in()],
    operation_id="set_second_factor",
)
async def set_factor(request: Request, given: SecondFactorMessage) -> None:
    """Ask for a code at each sign-in from now on."""
    room, person = room_of(request), person_of(request)
    session = token_of(request.scope)
    await _with_password(
        request,
        ask_for_codes,
        room.store,
        person,
        given.password,
        given.secret,
        given.code,
        session=session,
    )


@router.delete(
    "/session/second-factor",
    status_code=204,
    dependencies=[require_signed_in()],
    operation_id="drop_second_factor",
)
async def drop_factor(request: Request, given: PasswordMessage) -> None:
    """Ask for no code any more."""
    room, person = room_of(request), person_of(request)
    session = token_of(request.scope)
    await _with_password(request, stop_asking_for_codes, room.store, person, given.password, session=session)


async def _with_password(
    request: Request,
    call: Callable[_Given, _Answer],
    *given: _Given.args,
    **named: _Given.kwargs,
) -> _Answer:
    """Hash or check a password on the few threads that are there for it."""
    work = room_of(request).password_work
    return await asyncio.get_running_loop().run_in_executor(work, lambda: call(*given, **named))


def _enter(request: Request, response: Response, signed_in: SignedIn) -> SessionAnswer:
    room = room_of(request)
    set_token(response, room.reach, signed_in.token)
    return SessionAnswer(
        person=MyselfAnswer.of(signed_in.person),
        csrf=csrf_of(signed_in.token),
        study=StudyAnswer(title=room.reading.protocol().title),
        needs_first_administrator=False,
        oidc=[],
    )
