"""Which computer a request comes from, as far as that can be believed. It decides nothing."""

from __future__ import annotations

import ipaddress

from fastapi import Request

from adcurate.web.room.state import Reach


def source_of(request: Request, reach: Reach) -> str:
    """The address of the browser's computer, or "" where it cannot be told.

    What a request says of itself is believed only behind a proxy, and of that only the last address: the one
    that the proxy itself saw.
    """
    if not reach.behind_proxy:
        return _address(request.client.host) if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    return _address(forwarded.rpartition(",")[2].strip())


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
