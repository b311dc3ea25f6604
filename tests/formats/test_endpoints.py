"""The endpoints file: every address is a person's own, every fault has its line, no secret is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from adcurate.errors import AdcurateError, InputError, ProtocolError
from adcurate.formats.endpoints import find_endpoint, read_endpoints
from adcurate.model.endpoint import DimseEndpoint, FetchLimits, WebEndpoint

DIMSE = 'kind = "dimse"\nhost = "10.0.0.5"\nport = 104\nae_title = "PACS"\n'
WEB = 'kind = "dicomweb"\nurl = "https://pacs.example.org/dicom-web/"\n'


def read(tmp_path: Path, text: str) -> dict[str, object]:
    file = tmp_path / "endpoints.toml"
    file.write_text(text, encoding="utf-8")
    return dict(read_endpoints(file))


def test_both_kinds_are_read_with_their_usual_values(tmp_path: Path) -> None:
    found = read(tmp_path, f"[endpoints.main]\n{DIMSE}\n[endpoints.web-2]\n{WEB}")
    assert found["main"] == DimseEndpoint("main", "10.0.0.5", 104, "PACS", limits=FetchLimits())
    assert found["web-2"] == WebEndpoint("web-2", "https", "pacs.example.org", 443, "/dicom-web")


def test_every_key_reaches_its_place_and_files_are_looked_for_beside(tmp_path: Path) -> None:
    text = (
        f'[endpoints.a]\n{DIMSE}our_ae_title = "US"\nretrieve = "move"\nmove_port = 11113\n'
        'move_address = "10.0.0.9"\nmove_from = ["NODE2@10.0.0.6"]\ncertificate = "pacs.pem"\n'
        "timeout_s = 5\nlongest_series_s = 60.5\nlargest_object_mb = 2\nattempts = 1\n"
        f'[endpoints."b"]\n{WEB}user = "me"\npassword_file = "secret/password"\n'
        '[endpoints.c]\nkind = "dicomweb"\nurl = "http://127.0.0.1:8042"\ntoken_file = "/run/token"\n'
    )
    found = read(tmp_path, text)
    assert found["a"] == DimseEndpoint(
        "a", "10.0.0.5", 104, "PACS", "US", "move", 11113, "10.0.0.9", ("NODE2@10.0.0.6",),
        tmp_path / "pacs.pem", FetchLimits(5.0, 60.5, 2 * 2**20, 1),
    )  # fmt: skip
    assert found["b"].password_file == tmp_path / "secret/password"  # type: ignore[attr-defined]
    assert found["c"].token_file == Path("/run/token")  # type: ignore[attr-defined]
    assert (found["c"].port, found["c"].root) == (8042, "")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (
            f"[endpoints.a]\n{DIMSE}ae_titel = 'X'\n",
            "protocol.unknown-key",
            "Line 6: .*nearest is 'ae_title'",
        ),
        (f"[endpoints.a]\n{WEB}password = 'geheim'\n", "protocol.unknown-key", "nearest is 'password_file'"),
        (f"[endpoint.a]\n{DIMSE}", "protocol.unknown-key", "nearest is 'endpoints'"),
        (
            f"[endpoints.a]\n{DIMSE}url = 'https://x'\n",
            "protocol.value",
            r"Line 6: endpoints\.a\.url is no key",
        ),
        (f"[endpoints.a]\n{WEB}host = 'x'\n", "protocol.value", r"Line 4: endpoints\.a\.host is no key"),
        ("[endpoints.a]\nkind = 'dimse'\nhost = 'x'\n", "protocol.value", "Line 2: .*also needs port"),
        ("[endpoints.a]\nkind = 'dicomweb'\n", "protocol.value", "also needs url"),
        ("[endpoints.a]\nkind = 'ftp'\n", "protocol.value", "must be one of: dimse, dicomweb"),
        ("[endpoints.a]\nhost = 'x'\n", "protocol.value", "'kind' is missing"),
        (f"[endpoints.a]\n{DIMSE}retrieve = 'move'\n", "protocol.value", "needs move_port"),
        (f"[endpoints.a]\n{DIMSE}move_port = 0\n", "protocol.value", "1 to 65535"),
        (f"[endpoints.a]\n{DIMSE}move_from = ['x']\n", "protocol.value", "must be a list such as"),
        (f"[endpoints.a]\n{DIMSE}attempts = 0\n", "protocol.value", "Line 6: .*above 0"),
        (f"[endpoints.a]\n{DIMSE}timeout_s = -1\n", "protocol.value", "above 0"),
        (f"[endpoints.a]\n{DIMSE}largest_object_mb = 9999\n", "protocol.value", "at most 4096"),
        (f"[endpoints.a]\n{DIMSE.replace('104', '99999')}", "protocol.value", "Line 4: .*1 to 65535"),
        (f"[endpoints.a]\n{DIMSE.replace('104', 'true')}", "protocol.type", "whole number"),
        (f"[endpoints.a]\n{DIMSE.replace('10.0.0.5', 'a b')}", "protocol.value", "must name a host"),
        (f"[endpoints.a]\n{DIMSE.replace('PACS', 'P' * 17)}", "protocol.value", "1 to 16 plain"),
        (f"[endpoints.'a b']\n{DIMSE}", "protocol.value", "letters, digits"),
        (f"[endpoints.a]\n{WEB}token_file = 't'\nuser = 'x'\n", "protocol.value", "cannot both be given"),
        (f"[endpoints.a]\n{WEB}user = 'x'\n", "protocol.value", "needs the other"),
        ("not toml", "protocol.parse", "not valid TOML"),
    ],
)
def test_each_fault_is_named_with_its_line(tmp_path: Path, text: str, code: str, said: str) -> None:
    with pytest.raises(ProtocolError, match=said) as caught:
        read(tmp_path, text)
    assert caught.value.code == code
    assert "geheim" not in str(caught.value.as_json())


@pytest.mark.parametrize(
    "url",
    [
        "ftp://pacs/x", "pacs.example.org", "https://", "https://me:secret@pacs/x", "https://pacs/x?token=secret",
        "https://pacs/x#y", "https://pacs/../x", "https://pacs:99999/x", "https://pa cs/", "file:///etc/passwd",
        "https://pacs/x y", "http://[::1", "https://pacs\\evil/", "https://pacs@evil/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_an_address_that_is_not_plain_is_refused_without_its_secret(tmp_path: Path, url: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        read(tmp_path, f"[endpoints.a]\nkind = 'dicomweb'\nurl = '{url}'\n")
    assert caught.value.code == "protocol.value"
    assert "secret" not in caught.value.sentence


@pytest.mark.parametrize("host", ["10.0.0.5", "pacs.example.org", "127.0.0.1.example.org", "0177.1"])
def test_a_secret_goes_over_plain_http_to_this_computer_alone(tmp_path: Path, host: str) -> None:
    entry = "[endpoints.a]\nkind = 'dicomweb'\nurl = 'http://{}/'\ntoken_file = 't'\n"
    with pytest.raises(ProtocolError, match="must be https"):
        read(tmp_path, entry.format(host))
    assert read(tmp_path, entry.format("127.0.0.1"))
    assert read(tmp_path, entry.format("[::1]"))


def test_an_unknown_name_lists_the_known_ones_and_a_missing_file_says_where_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "endpoints.toml"
    file.write_text(f"[endpoints.main]\n{DIMSE}")
    with pytest.raises(InputError) as caught:
        find_endpoint(file, "mian")
    assert caught.value.remedy == "Name one of: main."
    monkeypatch.setattr("adcurate.formats.endpoints.user_config_path", lambda _: tmp_path / "none")
    with pytest.raises(AdcurateError) as missing:
        find_endpoint(None, "main")
    assert "endpoints.toml" in missing.value.remedy
