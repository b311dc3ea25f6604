"""Ending a command that serves: Ctrl-C, the end signal, or the closed window of its terminal."""

from __future__ import annotations

from threading import Event
from types import FrameType
from typing import Any


def stop_at_signal() -> Event:
    """Set by Ctrl-C or the end signal; who asks twice does not want to wait for open requests."""
    import signal

    stop = Event()
    earlier: dict[int, Any] = {}

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()
        for one, handler in earlier.items():
            signal.signal(one, handler)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            earlier[number] = signal.signal(number, ask)
    return stop
