"""Where the ``adcurate`` command starts: trouble becomes a message and an exit code, never a traceback."""

from __future__ import annotations

import io
import os
import sys

from adcurate.errors import AdcurateError, UsageError, fault_words

_INTERRUPTED = 130
_PIPE_CLOSED = 141
_INTERNAL = 70


def main() -> None:
    """Run the command line and exit."""
    raise SystemExit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run the command line with `arguments` (those of the process by default) and return its exit code."""
    from adcurate.cli.app import app

    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign shows "?" for it: no reason to lose a result.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        _refuse_empty(sys.argv[1:] if arguments is None else arguments)
        app(arguments, prog_name="adcurate")
    except SystemExit as stop:
        if stop.code == _INTERRUPTED:
            _say_stopped()
        return _code(stop)
    except AdcurateError as error:
        from adcurate.cli.console import show_error

        show_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        _say_stopped()
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader (``| head``) has gone: say nothing more, also not when Python flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED
    except Exception as error:
        if os.environ.get("ADCURATE_TRACEBACK"):
            raise
        # The text of a foreign exception may quote a header, so only its kind and place are shown.
        print(f"A bug of Adcurate: {fault_words(error)}.", file=sys.stderr)
        print("Please report it with this line. Nothing was half-stored.", file=sys.stderr)
        return _INTERNAL
    return 0


def _refuse_empty(arguments: list[str]) -> None:
    """An empty argument is a shell's variable that was never set; as a path it would mean this folder."""
    for position, one in enumerate(arguments):
        if one.strip():
            continue
        before = arguments[position - 1] if position else ""
        raise UsageError(
            "usage.option",
            f"What follows {before} is empty."
            if before.startswith("--")
            else "One of the arguments is empty.",
            remedy="Write it out, or check the variable that should hold it.",
        )


def _say_stopped() -> None:
    print("\nStopped. What was finished is kept; run the command again to go on.", file=sys.stderr)


def _code(stop: SystemExit) -> int:
    if stop.code is None:
        return 0
    return stop.code if isinstance(stop.code, int) else 1
