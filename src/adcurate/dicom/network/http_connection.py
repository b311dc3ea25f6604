"""HTTP to one named endpoint and to nobody else: no redirect, no proxy, no second host, bounded in all.

The connection is opened to the endpoint's host before a word of an answer is read, so credentials cannot
go elsewhere. Status lines and headers of an answer become named errors; its text is never shown.
"""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from adcurate.dicom.network.outgoing import read_certificate
from adcurate.errors import AdcurateError, InputError, NetworkError
from adcurate.model.endpoint import WebEndpoint

_LONGEST_SECRET: Final = 16_384
_DONE: Final = (200, 206)
_NOTHING: Final = 204


class HttpConnection:
    """GET requests below an endpoint's root, each on a connection of its own."""

    def __init__(self, endpoint: WebEndpoint) -> None:
        self._endpoint = endpoint
        self._headers = {"Accept-Encoding": "identity", "User-Agent": "Adcurate", **_credentials(endpoint)}
        self._tls = read_certificate(endpoint.certificate) or ssl.create_default_context()

    @contextmanager
    def get(self, path: str, accept: str, *, longest_s: float) -> Iterator[http.client.HTTPResponse | None]:
        """The answer to one GET, still to be read; None for an empty one (204).

        Raises
        ------
        NetworkError
            ``network.unreachable``, ``.certificate``, ``.redirect``, ``.unauthorized``, ``.not-found``,
            ``.timeout``, ``.interrupted``, ``.answer``
        """
        connection = self._connection()
        late = threading.Event()
        clock = threading.Timer(longest_s, hang_up, [connection, late])
        clock.daemon = True
        clock.start()
        try:
            with named_failures(self._endpoint, late):
                connection.connect()
            with named_failures(self._endpoint, late, connected=True):
                connection.request(
                    "GET", self._endpoint.root + path, headers={**self._headers, "Accept": accept}
                )
                answer = connection.getresponse()
                check_status(answer.status, self._endpoint)
                yield None if answer.status == _NOTHING else answer
        finally:
            clock.cancel()
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        host, port, timeout = self._endpoint.host, self._endpoint.port, self._endpoint.limits.timeout_s
        if self._endpoint.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=timeout, context=self._tls)
        return http.client.HTTPConnection(host, port, timeout=timeout)


def hang_up(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    """Break a connection off that takes longer than it may."""
    late.set()
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


@contextmanager
def named_failures(
    endpoint: WebEndpoint, late: threading.Event, *, connected: bool = False
) -> Iterator[None]:
    """Turn what goes wrong on the wire into errors with a code and a remedy."""
    try:
        yield
    except AdcurateError:
        if late.is_set():
            raise _timed_out(endpoint) from None
        raise
    except ssl.SSLCertVerificationError:
        raise NetworkError(
            "network.certificate",
            f"The certificate of {endpoint.name!r} is not to be trusted.",
            remedy="Name the certificate of the PACS, or of who issued it, as certificate of the endpoint.",
        ) from None
    except TimeoutError:
        raise _timed_out(endpoint) from None
    except (OSError, http.client.HTTPException):
        if late.is_set():
            raise _timed_out(endpoint) from None
        if connected:
            raise NetworkError(
                "network.interrupted",
                f"The connection to {endpoint.name!r} broke off, or it does not speak HTTP.",
                remedy="Run the same command again: it goes on where it stopped.",
            ) from None
        raise NetworkError(
            "network.unreachable",
            f"Nobody answers at the address of {endpoint.name!r}.",
            remedy="Check the url, and that the firewall lets this computer through.",
        ) from None


def _timed_out(endpoint: WebEndpoint) -> NetworkError:
    return NetworkError(
        "network.timeout",
        f"The archive {endpoint.name!r} took too long to answer.",
        remedy="Run the same command again, or raise timeout_s of the endpoint.",
    )


def check_status(status: int, endpoint: WebEndpoint) -> None:
    """Refuse every answer that is not a done or an empty one, by name."""
    name = endpoint.name
    if status in (*_DONE, _NOTHING):
        return
    if 300 <= status < 400:
        raise NetworkError(
            "network.redirect",
            f"The archive {name!r} sent us on to another address (HTTP {status}); we do not follow.",
            remedy="Have the address checked, and write the right one as url of the endpoint.",
            http_status=status,
        )
    if status in (401, 403, 407):
        raise NetworkError(
            "network.unauthorized",
            f"The archive {name!r} does not let us in (HTTP {status}).",
            remedy="Check token_file, or user and password_file, of the endpoint.",
            http_status=status,
        )
    if status in (404, 410):
        raise NetworkError(
            "network.not-found",
            f"There is nothing at this address of {name!r} (HTTP {status}).",
            remedy="Check the path of the url, such as …/dicom-web.",
            http_status=status,
        )
    if status in (408, 429, 502, 503, 504):
        raise NetworkError(
            "network.interrupted",
            f"The archive {name!r} is busy or not ready (HTTP {status}).",
            remedy="Run the same command again later: it goes on where it stopped.",
            http_status=status,
        )
    raise NetworkError(
        "network.answer",
        f"The archive {name!r} answered with HTTP {status}.",
        remedy="Give this status to the PACS's administrator; its log says why.",
        http_status=status,
    )


def _credentials(endpoint: WebEndpoint) -> Mapping[str, str]:
    if endpoint.token_file is not None:
        return {"Authorization": f"Bearer {_secret(endpoint.token_file)}"}
    if endpoint.password_file is not None:
        pair = f"{endpoint.user}:{_secret(endpoint.password_file)}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}
    return {}


def _secret(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            secret = stream.read(_LONGEST_SECRET + 1).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        secret = ""
    if not secret or len(secret) > _LONGEST_SECRET or not secret.isprintable():
        raise InputError(
            "input.not-readable",
            f"The secret's file {file.name!r} is missing, empty or more than one line.",
            remedy="Put the token or the password alone on one line of that file, readable by you only.",
        )
    return secret
