"""What waits on disk cannot be read there, and comes back as it came."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcurate.dicom.network.spool import Spool, SpoolOverflowError


@given(st.lists(st.binary(max_size=300), max_size=20), st.integers(0, 1000))
def test_pieces_come_back_in_one_piece(pieces: list[bytes], memory_bytes: int) -> None:
    with Spool(10_000, memory_bytes) as spool:
        for piece in pieces:
            spool.write(memoryview(piece))
        assert spool.content(b"head") == b"head" + b"".join(pieces)
        assert spool.n_bytes == sum(map(len, pieces))


def test_one_byte_too_many_is_refused_and_what_came_before_stays() -> None:
    with Spool(10, 4) as spool:
        spool.write(b"0123456789")
        with pytest.raises(SpoolOverflowError):
            spool.write(b"!")
        assert spool.content() == b"0123456789"


def test_nothing_readable_lies_on_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: list[IO[bytes]] = []

    def with_a_name(**settings: object) -> IO[bytes]:
        made.append((tmp_path / "spooled").open("w+b"))
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", with_a_name)
    with Spool(10_000, 10, tmp_path) as spool:
        spool.write(b"Sentinel^Quirina" * 100)
        assert spool.content() == b"Sentinel^Quirina" * 100
        made[0].flush()
        on_disk = (tmp_path / "spooled").read_bytes()
    assert len(on_disk) == 1600
    assert b"Sentinel" not in on_disk
    assert len(set(on_disk)) > 200
    assert made[0].closed
