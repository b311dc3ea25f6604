"""Work within limits: the answer, or a named end, and the next call as if nothing had been."""

from __future__ import annotations

import concurrent.futures
import os
import sys
import time
from pathlib import Path

import pytest

from adcurate.compute import limited
from adcurate.compute.limited import run_limited
from adcurate.errors import LimitError

MIB = 2**20
pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="memory and processor time are not limited there"
)


def echo(content: bytes, times: int = 1) -> bytes:
    return content * times


def who(_: bytes) -> bytes:
    return str(os.getpid()).encode()


def refuse(_: bytes) -> bytes:
    raise KeyError("PATIENT^NAME")


def die(_: bytes) -> bytes:
    os.abort()


def hang(_: bytes) -> bytes:
    while True:
        pass


def sleep(_: bytes) -> bytes:
    time.sleep(60)
    return b""


def swell(_: bytes) -> bytes:
    return b"x" * (2048 * MIB)


def write_a_file(path: bytes) -> bytes:
    Path(os.fsdecode(path)).write_bytes(b"x" * 4096)
    return b"written"


def print_much(_: bytes) -> bytes:
    os.write(1, b"libraries print\n" * 100)
    os.write(2, b"libraries complain\n" * 100)
    return b"quiet"


def see_variables(_: bytes) -> bytes:
    return "\n".join(os.environ).encode()


def ask(function, content: bytes = b"", *more: object, most_bytes: int = MIB) -> bytes:
    return run_limited(function, (content, *more), most_bytes=most_bytes)


def test_the_answer_is_the_function_s() -> None:
    assert ask(echo, b"abc", 3) == b"abcabcabc"
    assert ask(echo, b"x" * MIB, most_bytes=MIB) == b"x" * MIB


def test_a_worker_is_used_again_and_is_another_process() -> None:
    pids = {ask(who) for _ in range(5)}
    assert len(pids) == 1
    assert str(os.getpid()).encode() not in pids


def test_a_refusal_says_nothing_of_what_was_in_it() -> None:
    with pytest.raises(ValueError, match="refused") as refusal:
        ask(refuse)
    assert "PATIENT" not in repr(refusal.value)
    assert ask(echo, b"next") == b"next"


@pytest.mark.parametrize(
    ("function", "code"),
    [(die, "limit.died"), (hang, "limit.time"), (sleep, "limit.time"), (swell, "limit.memory")],
)
def test_what_takes_too_much_is_ended_by_name_and_the_next_call_works(
    function, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited, "SECONDS", 1.0)
    start = time.monotonic()
    with pytest.raises(LimitError) as ended:
        ask(function)
    assert ended.value.code == code
    assert time.monotonic() - start < 10
    assert ask(echo, b"next") == b"next"


def test_an_answer_longer_than_allowed_is_not_read() -> None:
    with pytest.raises(LimitError) as ended:
        ask(echo, b"x" * 1000, 10, most_bytes=100)
    assert ended.value.code == "limit.died"


def test_a_worker_writes_no_file_and_what_it_prints_is_lost(
    tmp_path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises((ValueError, LimitError)):
        ask(write_a_file, os.fsencode(tmp_path / "out"))
    assert not (tmp_path / "out").exists() or (tmp_path / "out").stat().st_size == 0
    assert ask(print_much) == b"quiet"
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""


def test_a_worker_knows_nothing_of_this_process_s_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADCURATE_KEY_FILE", "secret")
    limited._WORKERS.end_all()
    assert b"ADCURATE_KEY_FILE" not in ask(see_variables)


def test_callers_at_once_each_have_their_own_worker() -> None:
    with concurrent.futures.ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda n: ask(echo, str(n).encode()), range(60)))
    assert answers == [str(n).encode() for n in range(60)]
    assert len(limited._WORKERS._idle) <= 4


def test_no_worker_outlives_the_program() -> None:
    import subprocess

    code = (
        "from adcurate.compute import limited\nfrom tests.compute.test_limited import ask, who\n"
        "print(ask(who).decode())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
