"""Signing in with the account of a house: OpenID Connect, the code flow with PKCE, by Authlib.

Only the issuer that the administrator named is asked, and the addresses that its own description gives, over
TLS and without following redirects. What somebody must be to come in is decided here by the ID token alone.
"""

from __future__ import annotations

import secrets
import ssl
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from adcurate.errors import PeopleError
from adcurate.model.reading.provider import ProviderSettings

_PENDING_S: Final = 600.0
_MOST_PENDING: Final = 1000
_TIMEOUT_S: Final = 10.0
_DESCRIBED_S: Final = 3600.0
_LEEWAY_S: Final = 60
_SIGNED_BY: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """A sign-in that went to the provider and is waited for; `binder` ties it to one browser."""

    address: str
    binder: str
    state: str
    nonce: str
    verifier: str
    invitation: str
    begun: float


class Provider:
    """One provider; safe to use from many threads."""

    def __init__(self, settings: ProviderSettings, base_url: str) -> None:
        self.id = settings.id
        self.label = settings.label
        self.issuer = settings.issuer
        self._settings = settings
        self._return_address = f"{base_url}/api/oidc-return"
        self._guard = threading.Lock()
        self._pending: OrderedDict[str, PendingSignIn] = OrderedDict()
        self._described: tuple[float, dict[str, Any]] | None = None

    def begin(self, invitation: str = "") -> PendingSignIn:
        """Where to send the browser, and what to remember of it.

        Raises
        ------
        PeopleError
            ``people.provider``
        """
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        with self._client() as client:
            address, state = client.create_authorization_url(
                self._description(client)["authorization_endpoint"], nonce=nonce, code_verifier=verifier
            )
        pending = PendingSignIn(
            address, secrets.token_urlsafe(32), state, nonce, verifier, invitation, time.monotonic()
        )
        with self._guard:
            self._pending[state] = pending
            while len(self._pending) > _MOST_PENDING:
                self._pending.popitem(last=False)
        return pending

    def take(self, state: str, binder: str) -> PendingSignIn | None:
        """The sign-in that this answer belongs to, once; None where this browser began none such."""
        with self._guard:
            pending = self._pending.get(state)
            if pending is None or not secrets.compare_digest(pending.binder.encode(), binder.encode()):
                return None
            del self._pending[state]
        return pending if time.monotonic() - pending.begun < _PENDING_S else None

    def finish(self, pending: PendingSignIn, code: str, issuer: str) -> str:
        """Exchange the provider's code for an ID token; gives the subject that it vouches for.

        Raises
        ------
        PeopleError
            ``people.provider``
        """
        from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
        from httpx2 import HTTPError
        from joserfc.errors import JoseError

        if issuer not in ("", self._settings.issuer):
            raise _refused()
        try:
            with self._client() as client:
                described = self._description(client)
                token = client.fetch_token(
                    described["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=pending.verifier,
                )
                keys = self._fetched(client, described["jwks_uri"])
            return self._subject(str(token.get("id_token", "")), keys, pending.nonce)
        except (AuthlibBaseError, HTTPError, JoseError, ValueError, KeyError, TypeError) as trouble:
            raise _refused() from trouble

    def _subject(self, id_token: str, keys: Any, nonce: str) -> str:
        from joserfc import jwt
        from joserfc.jwk import KeySet

        claims = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=_SIGNED_BY).claims
        rules = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": self._settings.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
        )
        rules.validate(claims)
        if claims.get("azp", self._settings.client_id) != self._settings.client_id:
            raise _refused()
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise _refused()
        return subject

    def _description(self, client: Any) -> dict[str, Any]:
        """What the issuer says of itself, asked for once in a while."""
        with self._guard:
            known = self._described
        if known is not None and time.monotonic() - known[0] < _DESCRIBED_S:
            return known[1]
        issuer = self._settings.issuer
        found = self._fetched(client, issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != issuer or not all(self._may_ask(found.get(one)) for one in _ENDPOINTS):
            raise _refused()
        with self._guard:
            self._described = (time.monotonic(), found)
        return found

    def _may_ask(self, address: object) -> bool:
        """Only https, unless the issuer itself is on this computer and speaks plain."""
        scheme = urlsplit(address).scheme if isinstance(address, str) else ""
        return scheme == "https" or scheme == urlsplit(self._settings.issuer).scheme

    def _fetched(self, client: Any, address: str) -> dict[str, Any]:
        from httpx2 import HTTPError

        try:
            answer = client.request("GET", address, withhold_token=True)
            content = answer.json() if answer.status_code == 200 else None
        except (HTTPError, ValueError) as trouble:
            raise _refused() from trouble
        if not isinstance(content, dict):
            raise _refused()
        return content

    def _client(self) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]

        authority = self._settings.certificate
        return OAuth2Client(
            client_id=self._settings.client_id,
            client_secret=self._settings.secret or None,
            token_endpoint_auth_method="client_secret_basic" if self._settings.secret else "none",
            scope="openid",
            redirect_uri=self._return_address,
            code_challenge_method="S256",
            timeout=_TIMEOUT_S,
            follow_redirects=False,
            trust_env=False,
            verify=ssl.create_default_context(cafile=authority) if authority else True,
        )


def _refused() -> PeopleError:
    return PeopleError(
        "people.provider",
        "The provider of accounts did not answer as it should, or does not vouch for you.",
        remedy="Try again, or sign in with a password of this study.",
    )
