"""docs/statistics.md names every method that can be chosen and every oracle, with the tool's version."""

from __future__ import annotations

import json
import re
import typing
from pathlib import Path

import pytest
from doc_pages import DOCS, ROOT

from adcurate.model.protocol import Analysis
from adcurate.statistics.correlation.spearman import SpearmanInterval
from adcurate.statistics.cutoff.youden import CutoffInterval
from adcurate.statistics.groups.rank_tests import MannWhitneyMethod, PairAdjustment
from adcurate.statistics.proportion import ProportionInterval
from adcurate.statistics.roc.auc import AucInterval

TEXT = (DOCS / "statistics.md").read_text(encoding="utf-8")
ORACLES = sorted((ROOT / "tests" / "oracles").glob("*.json"))


@pytest.mark.parametrize(
    "choice",
    [MannWhitneyMethod, PairAdjustment, SpearmanInterval, AucInterval, CutoffInterval, ProportionInterval],
)
def test_every_method_is_named(choice: object) -> None:
    methods = set(typing.get_args(choice)) - {"none"}
    assert {method for method in methods if f"`{method}`" not in TEXT} == set()


def test_every_method_of_the_protocol_is_named() -> None:
    for name, hint in typing.get_type_hints(Analysis).items():
        for method in typing.get_args(hint):
            if isinstance(method, str) and method != "none":
                assert f"`{method}`" in TEXT, (name, method)


@pytest.mark.parametrize(
    "path", [path for path in ORACLES if path.name in TEXT], ids=lambda path: str(path.stem)
)
def test_the_versions_of_an_oracle_are_those_inside_it(path: Path) -> None:
    oracle = json.loads(path.read_text(encoding="utf-8"))
    assert path.with_suffix(".R").exists() or path.with_suffix(".py").exists()
    line = next(line for line in TEXT.splitlines() if f"`{path.name}`" in line)
    for package, version in oracle.get("packages", {}).items():
        assert f"{package} {_dashed(version)}" in _dashed(line), package
    assert "command" in oracle


def test_every_oracle_named_on_the_page_is_there_and_every_statistical_one_is_named() -> None:
    named = set(re.findall(r"`(\w+\.json)`", TEXT))
    assert named <= {path.name for path in ORACLES}
    about_statistics = {"groups", "describe", "correlation", "roc", "cutoff", "diagnostic"}
    assert {f"{name}.json" for name in about_statistics} <= named


def _dashed(version: str) -> str:
    return version.replace("-", ".").removesuffix(".0")
