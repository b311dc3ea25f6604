"""The interface's description as a file: ``python -m adcurate.web.room.openapi > viewer/openapi.json``.

The page's types are generated from it, so it is the same for the same source on every machine.
"""

from __future__ import annotations

import json
import sys

from adcurate.web.room.app import make_routes


def description_text() -> str:
    """The description as JSON, without the version, which changes when nothing of the interface does."""
    found = make_routes().openapi()
    found["info"]["version"] = "0"
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(description_text())
