"""The interface's description is complete, strict, and the one that the page's types were made from."""

from __future__ import annotations

import json
from pathlib import Path

from tests.room_client import opened_room
from tests.room_study import make_study, prescription

from adcurate.web.room.app import make_routes
from adcurate.web.room.openapi import description_text

CHECKED_IN = Path(__file__).parents[3] / "viewer" / "openapi.json"


def test_the_checked_in_description_is_the_one_of_this_source():
    assert CHECKED_IN.read_text(encoding="utf-8") == description_text(), (
        "python -m adcurate.web.room.openapi > viewer/openapi.json"
    )


def test_every_body_is_described_and_takes_nothing_unknown():
    found = json.loads(description_text())
    schemas = found["components"]["schemas"]
    loose = [name for name, one in schemas.items() if one.get("type") == "object" and _is_loose(one)]
    assert loose == []
    for path, methods in found["paths"].items():
        for method, one in methods.items():
            good = [code for code in one["responses"] if code.startswith("2") or code.startswith("3")]
            assert good, (path, method)
            for media in one["responses"][good[0]].get("content", {}).values():
                assert media["schema"], (path, method)


def _is_loose(schema: dict) -> bool:
    return schema.get("additionalProperties") is not False


def test_every_answer_that_is_not_good_has_the_one_shape():
    found = json.loads(description_text())
    for path, methods in found["paths"].items():
        for method, one in methods.items():
            for code in ("422", "default"):
                schema = one["responses"][code]["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorMessage"}, (path, method)


def test_the_served_description_is_the_same(tmp_path):
    study, _ = make_study(tmp_path, [prescription("OPENAPI1", 1)])
    with opened_room(study, {"rita": "reader"}) as room:
        served = room["rita"].get("/api/openapi.json")
    served["info"]["version"] = "0"
    assert served == json.loads(description_text())


def test_every_operation_has_a_name_of_its_own():
    found = make_routes().openapi()
    names = [one["operationId"] for methods in found["paths"].values() for one in methods.values()]
    assert len(set(names)) == len(names)
