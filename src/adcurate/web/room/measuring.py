"""The threads that measure, apart from those that save: one measurement of a person at a time.

Measuring takes the processor for longer than anything else that a reader asks for. Who asks again while the
last answer is being made waits, without a thread; who asks for many at once is told to come back.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from adcurate.errors import WebError

_THREADS: Final = 2
_MOST_OF_A_PERSON: Final = 4

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


class Measuring:
    """Runs measurements for the routes; all of them on one event loop."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, "measuring")
        self._asked: Counter[str] = Counter()
        self._turns: dict[str, asyncio.Lock] = {}

    async def run(
        self, person_id: str, call: Callable[_Given, _Answer], *given: _Given.args, **named: _Given.kwargs
    ) -> _Answer:
        """Call it when the person's calls before are done.

        Raises
        ------
        WebError
            ``web.busy``: the person waits for several already.
        """
        if self._asked[person_id] >= _MOST_OF_A_PERSON:
            raise WebError(
                "web.busy",
                "Several of your drawings are being measured already.",
                remedy="Send it again in a few seconds.",
            )
        self._asked[person_id] += 1
        try:
            async with self._turns.setdefault(person_id, asyncio.Lock()):
                running = asyncio.get_running_loop().run_in_executor(
                    self._threads, lambda: call(*given, **named)
                )
                return await running
        finally:
            self._asked[person_id] -= 1
            if not self._asked[person_id]:
                del self._asked[person_id], self._turns[person_id]

    def close(self) -> None:
        """Let the threads go; what has not begun is not done."""
        self._threads.shutdown(wait=True, cancel_futures=True)
