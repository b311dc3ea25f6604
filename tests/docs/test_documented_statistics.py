"""The parity page and the method pages name every method that can be chosen, and every oracle."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doc_pages import DOCS, ROOT

import adcurate.statistics
from adcurate.model.protocol import Analysis

INDEX = (DOCS / "statistics.md").read_text(encoding="utf-8")
PARITY = (DOCS / "reference" / "parity.md").read_text(encoding="utf-8")
METHODS = sorted((DOCS / "methods").glob("*.md"))
TEXT = "\n".join([INDEX, PARITY, *(page.read_text(encoding="utf-8") for page in METHODS)])
ORACLES = sorted((ROOT / "tests" / "oracles").glob("*.json"))
# Words in answers, of which nobody chooses.
NOT_CHOSEN = {
    "CombatMethod",
    "Design",
    "EffectScale",
    "Gap",
    "ModelQuantity",
    "PoolScale",
    "PrevalenceSource",
    "Separation",
}


def _choices() -> Iterator[Any]:
    """Every named set of words of the statistics, once."""
    seen = set()
    for found in pkgutil.walk_packages(adcurate.statistics.__path__, "adcurate.statistics."):
        for name, hint in vars(importlib.import_module(found.name)).items():
            if typing.get_origin(hint) is typing.Literal and not name.startswith("_") and name not in seen:
                seen.add(name)
                yield pytest.param(name, hint, id=name)


CHOICES = list(_choices())


@pytest.mark.parametrize(("name", "choice"), CHOICES)
def test_every_method_is_named(name: str, choice: object) -> None:
    if name in NOT_CHOSEN:
        return
    methods = {method for method in typing.get_args(choice) if isinstance(method, str)} - {"none"}
    assert {method for method in methods if not re.search(rf"[`\"]{re.escape(method)}[`\"]", TEXT)} == set()


def test_the_choices_are_found() -> None:
    names = {choice.values[0] for choice in CHOICES}
    assert names >= {"MannWhitneyMethod", "PairAdjustment", "SpearmanInterval", "AucInterval", *NOT_CHOSEN}
    assert names >= {"CutoffInterval", "ProportionInterval", "BandMethod", "QuantileRule", "BiasRule"}


def test_every_method_of_the_protocol_is_named() -> None:
    for name, hint in typing.get_type_hints(Analysis).items():
        for method in typing.get_args(hint):
            if isinstance(method, str) and method != "none":
                assert f"`{method}`" in TEXT, (name, method)


@pytest.mark.parametrize(
    "path", [path for path in ORACLES if f"`{path.name}`" in PARITY], ids=lambda path: str(path.stem)
)
def test_the_versions_of_an_oracle_are_those_inside_it(path: Path) -> None:
    oracle = json.loads(path.read_text(encoding="utf-8"))
    assert path.with_suffix(".R").exists() or path.with_suffix(".py").exists()
    lines = "\n".join(line for line in PARITY.splitlines() if f"`{path.name}`" in line)
    for package, version in oracle.get("packages", {}).items():
        assert f"{package} {_dashed(version)}" in _dashed(lines), package
    assert oracle.get("version", "") in lines
    assert "command" in oracle


def test_every_oracle_named_on_the_page_is_there_and_every_statistical_one_is_named() -> None:
    named = set(re.findall(r"`(\w+\.json)`", INDEX + PARITY))
    assert named <= {path.name for path in ORACLES}
    not_statistics = {"ps3.15_e1_actions.json", "reference_object.json"}
    assert {path.name for path in ORACLES} - not_statistics <= named


@pytest.mark.parametrize("page", METHODS, ids=lambda page: str(page.stem))
def test_the_index_leads_to_every_method_page(page: Path) -> None:
    (line,) = (
        line for line in INDEX.splitlines() if line.startswith("|") and f"](methods/{page.name})" in line
    )
    assert len(line.strip("|").split("|")[-1]) > 15


def _dashed(version: str) -> str:
    return version.replace("-", ".").removesuffix(".0")
