"""Which numbers of analysis.json the script must repeat, and which it need not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from adcurate.report.r_script.quote import pointer

# Numbers that were put in, not worked out; and how many steps a search took.
NOT_REPEATED: Final = frozenset(
    {"confidence_level", "iqr_type", "iterations", "level", "n_resamples", "percentile_type", "seed"}
)
_INFINITE: Final = {"inf": float("inf"), "-inf": float("-inf")}


def number_leaves(content: Any, *path: str | int) -> Iterator[tuple[str, float]]:
    """Yield the path and value of every number below `content`; "inf" and "-inf" are numbers.

    Examples
    --------
    >>> list(number_leaves({"a": [1, None, "inf"], "b": True}, "top"))
    [('top/a/0', 1.0), ('top/a/2', inf)]
    """
    if isinstance(content, dict):
        for name, item in content.items():
            yield from number_leaves(item, *path, name)
    elif isinstance(content, list):
        for position, item in enumerate(content):
            yield from number_leaves(item, *path, position)
    elif isinstance(content, str):
        if content in _INFINITE:
            yield pointer(*path), _INFINITE[content]
    elif content is not None and not isinstance(content, bool):
        yield pointer(*path), float(content)


def is_repeated(key: str) -> bool:
    """Whether the script must give the number at this path."""
    return key.rpartition("/")[2] not in NOT_REPEATED
