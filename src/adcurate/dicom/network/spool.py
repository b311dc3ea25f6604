"""One object while it comes in over the network: a little in memory, the rest encrypted on disk.

What waits on disk has no name there and is encrypted with a key that only this process knows, so that
nothing of a patient can be found after a power cut. It must not know who sends, or over which protocol.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

_NONCE_BYTES = 16
_KEY_BYTES = 32


class SpoolOverflowError(Exception):
    """More bytes came than one object may have."""


class Spool:
    """Takes bytes piece by piece up to `limit_bytes`. Use it as a context manager.

    Parameters
    ----------
    folder
        Where bytes beyond `memory_bytes` wait; the system's place for unfinished files when None.
    """

    def __init__(self, limit_bytes: int, memory_bytes: int, folder: Path | None = None) -> None:
        self._limit_bytes = limit_bytes
        self._memory_bytes = memory_bytes
        self._folder = folder
        self._memory = bytearray()
        self._disk: IO[bytes] | None = None
        self._cipher: Cipher[CTR] | None = None
        self._encryptor: CipherContext | None = None
        self.n_bytes = 0

    def write(self, piece: bytes | memoryview) -> None:
        """Take one more piece.

        Raises
        ------
        SpoolOverflowError
            The limit is passed; nothing of the piece is kept.
        OSError
            The disk is full or fails.
        """
        if self.n_bytes + len(piece) > self._limit_bytes:
            raise SpoolOverflowError
        self.n_bytes += len(piece)
        if self._encryptor is None:
            if len(self._memory) + len(piece) <= self._memory_bytes:
                self._memory += piece
                return
            self._start_disk()
        self._put(piece)

    def content(self, before: bytes = b"") -> bytes:
        """Everything that came, in one piece, with `before` put in front."""
        if self._disk is None or self._cipher is None:
            return before + self._memory
        self._disk.flush()
        self._disk.seek(0)
        decryptor = self._cipher.decryptor()
        whole = bytearray(before)
        while sealed := self._disk.read(2**20):
            whole += decryptor.update(sealed)
        return bytes(whole)

    def close(self) -> None:
        """Let go of everything."""
        self._memory = bytearray()
        if self._disk is not None:
            self._disk.close()
            self._disk = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start_disk(self) -> None:
        # The file is open for as long as the spool is; close() ends it.
        self._disk = tempfile.TemporaryFile(dir=self._folder, prefix="adcurate-")  # noqa: SIM115
        self._cipher = Cipher(AES256(os.urandom(_KEY_BYTES)), CTR(os.urandom(_NONCE_BYTES)))
        self._encryptor = self._cipher.encryptor()
        self._put(self._memory)
        self._memory = bytearray()

    def _put(self, piece: bytes | bytearray | memoryview) -> None:
        if self._disk is not None and self._encryptor is not None:
            self._disk.write(self._encryptor.update(bytes(piece)))
