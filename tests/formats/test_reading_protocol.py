"""``[reading]``: what it may say, that the page shows all of it, and that without it nothing changes."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from adcurate.errors import ProtocolError
from adcurate.formats.protocol import parse_protocol
from adcurate.model.protocol import Reading
from adcurate.study.create import TEMPLATES, template_text

PAGE = (Path(__file__).parents[2] / "docs" / "reading-protocol.md").read_text(encoding="utf-8")


def parsed(reading: str):
    return parse_protocol((template_text("net-grade") + reading).encode())


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_protocol_without_reading_says_nothing_of_it(template):
    protocol = parse_protocol(template_text(template).encode())
    assert protocol.reading is None and "reading" not in protocol.as_json()


def test_an_empty_table_means_the_defaults():
    assert parsed("\n[reading]\n").reading == Reading()
    assert parsed("\n[reading]\n").as_json()["reading"]["show_numbers"] == "after_lock"


def test_the_page_shows_every_key_and_each_default():
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    reading = parsed("\n" + block).reading
    names = {field.name for field in dataclasses.fields(Reading)}
    assert names == set(re.findall(r"^(\w+) =", block, re.MULTILINE))
    assert reading.sessions == 2 and reading.adjudicate_over == 100.0
    defaults = Reading()
    told = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", PAGE, re.MULTILINE))
    for name, text in told.items():
        value = getattr(defaults, name)
        shown = text.strip("`") if isinstance(value, str) else text
        if isinstance(value, tuple):
            assert shown == ", ".join(value)
        else:
            assert shown == (value if isinstance(value, str) else f"{value:g}"), name
    assert names - set(told) == {"wants_confidence", "wants_ruler", "wants_reference"}


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        ('show_numbers = "sometimes"', "protocol.value"),
        ("sessions = 0", "protocol.value"),
        ("sessions = 2", "protocol.value"),
        ("washout_days = 14", "protocol.value"),
        ("washout_days = -1", "protocol.value"),
        ("repeat_fraction = 1.5", "protocol.value"),
        ("training_cases = -1", "protocol.value"),
        ("adjudicate_over = -1.0", "protocol.value"),
        ('layout = ["t2", "t2", "adc", "t1"]', "protocol.value"),
        ('layout = ["t2", "dwi", "adc"]', "protocol.value"),
        ('layout = ["t2", "dwi", "adc", "pet"]', "protocol.value"),
        ('where_agreed = "dora"', "protocol.value"),
        ("wants_ruler = 1", "protocol.type"),
        ("blinded = true", "protocol.unknown-key"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(reading, code):
    with pytest.raises(ProtocolError) as error:
        parsed(f"\n[reading]\n{reading}\n")
    assert error.value.code == code
