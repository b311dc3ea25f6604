"""How the cells of a returned new column are written: what a person should see before it enters.

These are findings and no errors, for a file may mean it so: a column of centres may say 01, a group YES.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from adcurate.findings import Finding
from adcurate.formats.cells import Decimals
from adcurate.model.data_table import VariableKind
from adcurate.study.hand_over.returned_values import By, cell_number, said_cells

_ZERO_IN_FRONT: Final = re.compile(r"[+-]?0[0-9]+")
_MOST_NAMED: Final = 10


def cell_oddities(name: str, cells: By, kind: VariableKind, decimal: Decimals) -> tuple[Finding, ...]:
    """Zeros that numbers lose, words that differ in writing alone, few words among numbers."""
    said = said_cells(name, cells, decimal)
    if kind == "number":
        return tuple(_zeros(name, said))
    return (*_few_words(name, said, decimal), *_alike(name, said))


def _zeros(name: str, said: By) -> Iterator[Finding]:
    found = {case: text for case, text in said.items() if _ZERO_IN_FRONT.fullmatch(text)}
    if found:
        yield Finding(
            "join.zeros-in-front",
            f"{name} becomes numbers, so zeros in front are lost ({_named(found.values())}): where 01 and 1 "
            "are not the same, write words, such as site 01.",
            where={"cases": _named(found)},
        )


def _few_words(name: str, said: By, decimal: Decimals) -> Iterator[Finding]:
    words = {case: text for case, text in said.items() if cell_number(text, decimal) is None}
    if 0 < len(words) <= len(said) // 2:
        yield Finding(
            "join.words-among-numbers",
            f"{name} becomes words, each number a group of its own, because of {len(words)} cells that are "
            f"no numbers ({_named(words.values())}): leave them blank if it is a measurement.",
            where={"cases": _named(words)},
        )


def _alike(name: str, said: By) -> Iterator[Finding]:
    written: dict[str, set[str]] = {}
    for text in said.values():
        bare = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
        written.setdefault(bare, set()).add(text)
    apart = [sorted(texts) for texts in written.values() if len(texts) > 1]
    if apart:
        listed = "; ".join(", ".join(texts) for texts in apart[:_MOST_NAMED])
        odd = {text for texts in apart for text in texts}
        yield Finding(
            "join.words-alike",
            f"Words of {name} differ in writing alone and become groups of their own: {listed}. Write them "
            "one way if they mean the same.",
            where={"cases": _named(case for case, text in said.items() if text in odd)},
        )


def _named(texts: Iterable[str]) -> str:
    one_each = list(dict.fromkeys(texts))
    return ", ".join(one_each[:_MOST_NAMED]) + (" and more" if len(one_each) > _MOST_NAMED else "")
