"""A question and a file as one body, the way the page sends them."""

from __future__ import annotations

import json

_BOUNDARY = "parts-of-a-test"
KIND = f"multipart/related; boundary={_BOUNDARY}"


def given_parts(asked: object, file: bytes) -> bytes:
    """The body; `KIND` is its content type."""
    heads = ("application/json", "application/octet-stream")
    parts = zip(heads, (json.dumps(asked).encode(), file), strict=True)
    return (
        b"".join(
            f"--{_BOUNDARY}\r\nContent-Type: {kind}\r\n\r\n".encode() + part + b"\r\n" for kind, part in parts
        )
        + f"--{_BOUNDARY}--\r\n".encode()
    )
