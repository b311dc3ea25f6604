"""Signing in with the account of a house: out to the provider, and back."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from adcurate.errors import AdcurateError, PeopleError
from adcurate.study.people.invite import accept_invitation_by_provider
from adcurate.study.people.sign_in import begin_session
from adcurate.web.room.rights import not_found, open_to_all, room_of
from adcurate.web.room.security import PROVIDER_RETURN
from adcurate.web.room.session_cookie import set_token
from adcurate.web.room.state import Room

router = APIRouter(tags=["session"], dependencies=[open_to_all()])
_Text = Annotated[str, Query(max_length=4096)]


@router.get(
    "/api/oidc/{provider_id}", status_code=303, response_class=Response, operation_id="begin_at_provider"
)
def begin(request: Request, provider_id: str, invitation: _Text = "") -> Response:
    """Send the browser to the provider; with an invitation, its account is tied to the invited person."""
    room = room_of(request)
    provider = room.providers.get(provider_id)
    if provider is None:
        raise not_found()
    try:
        pending = provider.begin(invitation)
    except PeopleError as trouble:
        return _refused(trouble)
    answer = RedirectResponse(pending.address, 303)
    # Lax: the provider sends the browser back here, which is a step from another site.
    answer.set_cookie(
        _binder_name(room),
        pending.binder,
        max_age=600,
        path="/",
        secure=room.reach.is_encrypted,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get(PROVIDER_RETURN, status_code=303, response_class=Response, operation_id="return_from_provider")
def finish(request: Request, state: _Text = "", code: _Text = "", iss: _Text = "") -> Response:
    """Where the provider sends the browser back to: sign in whom it vouches for, or say why not."""
    room = room_of(request)
    try:
        answer = _signed_in(room, request.cookies.get(_binder_name(room), ""), state, code, iss)
    except AdcurateError as trouble:
        answer = _refused(trouble)
    answer.delete_cookie(_binder_name(room), path="/", secure=room.reach.is_encrypted, httponly=True)
    return answer


def _signed_in(room: Room, binder: str, state: str, code: str, issuer: str) -> Response:
    for provider in room.providers.values():
        pending = provider.take(state, binder)
        if pending is None:
            continue
        subject = provider.finish(pending, code, issuer)
        if pending.invitation:
            person = accept_invitation_by_provider(room.store, pending.invitation, provider.issuer, subject)
        else:
            known = room.store.people.vouched_for(provider.issuer, subject)
            if known is None or known.disabled:
                break
            person = known
        signed_in = begin_session(room.store, person, how=f"provider {provider.id}")
        answer = RedirectResponse("/", 303)
        set_token(answer, room.reach, signed_in.token)
        return answer
    raise PeopleError(
        "people.sign-in",
        "The provider vouches for nobody of this study.",
        remedy="Open your invitation first, or ask an administrator of the study for one.",
    )


def _refused(trouble: AdcurateError) -> Response:
    return RedirectResponse("/?" + urlencode({"refused": trouble.code}), 303)


def _binder_name(room: Room) -> str:
    return f"{room.reach.cookie_name}-provider"
