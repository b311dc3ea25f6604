"""The protocol over the wire: the form, a check that keeps nothing, a save that nobody overwrites."""

from tests.web.room.visiting import Served


def test_the_form_is_read_checked_and_saved(served: Served) -> None:
    served.add("carla", "coordinator")
    carla = served.visitor("carla")
    form = carla.ask("GET", "/api/protocol").json
    fields = {field["key"]: field for section in form["sections"] for field in section["fields"]}
    assert fields["adc.fit"]["kind"] == "choice" and fields["markers"]["columns"]
    assert fields["analysis.percentile_type"]["choices"][0]["value"] == 5
    change = {"values": {"adc": {"fit": "nonlinear"}}, "based_on": form["digest"]}
    assert carla.ask("POST", "/api/protocol/check", change).status == 204
    assert carla.ask("GET", "/api/protocol").json == form
    wrong = carla.ask("POST", "/api/protocol/check", {**change, "values": {"adc": {"fit": "cubic"}}})
    assert (wrong.code, wrong.json["error"]["facts"]["key"]) == ("protocol.value", "adc.fit")
    saved = carla.ask("PUT", "/api/protocol", change)
    assert saved.status == 200 and saved.json["values"]["adc"]["fit"] == "nonlinear"
    assert served.room.study.protocol().adc.fit == "nonlinear"
    assert carla.ask("PUT", "/api/protocol", change).code == "protocol.changed"


def test_the_document_is_filled_and_looked_at_but_does_nothing(served: Served) -> None:
    served.add("dora", "coordinator")
    dora = served.visitor("dora")
    facts = dora.ask("GET", "/api/protocol/document-facts").json
    assert facts["retention_years"] == 0
    assert (
        dora.ask("PUT", "/api/protocol/document-facts", {**facts, "retention_years": 101}).code
        == "web.invalid"
    )
    assert dora.ask("PUT", "/api/protocol/document-facts", {**facts, "retention_years": 10}).status == 204
    page = dora.ask("GET", "/api/protocol/document")
    assert b"kept for 10 years" in page.body
    assert "sandbox" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]
