"""The received worksheets in the vault while outcomes are sealed: encrypted once more.

The seal itself is one transaction of the store; the worksheets are files. So their sealed copies are written
before it, and stay until the worksheets are as the seal says: without the passphrase, `settle_worksheets` can
bring a move that was broken off to its end at the next opening, and no worksheet lies open beside a seal for
longer than that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from adcurate.errors import VaultError
from adcurate.store import StudyStore, Vault
from adcurate.store.reading.seals import open_bytes, seal_bytes
from adcurate.study.folder import StudyFolder

_MOVE_CHOICE: Final = "sealed-worksheets"
_WORKSHEETS: Final = "worksheet/"
_COPIES: Final = "sealed-copy/"
_SEALED_REASON: Final = "sealed worksheet"
_PLAIN_REASON: Final = "received worksheet"


@contextmanager
def worksheets_sealed(store: StudyStore, vault: Vault, passphrase: str) -> Iterator[None]:
    """Seal the outcomes' rows inside this context; the worksheets follow."""
    _note(store, "moving")
    try:
        for name in _worksheets(vault, _PLAIN_REASON):
            vault.put_bytes(_copy_of(name), seal_bytes(vault.get_bytes(name), passphrase), _SEALED_REASON)
        yield
    finally:
        _follow(store, vault)


@contextmanager
def worksheets_opened(store: StudyStore, vault: Vault, passphrase: str) -> Iterator[None]:
    """Open the seal inside this context, after its worksheets; a wrong passphrase was refused before."""
    _note(store, "moving")
    try:
        for name in _worksheets(vault, _SEALED_REASON):
            sealed = vault.get_bytes(name)
            vault.put_bytes(_copy_of(name), sealed, _SEALED_REASON)
            vault.put_bytes(name, open_bytes(sealed, passphrase), _PLAIN_REASON)
        yield
    finally:
        _follow(store, vault)


def settle_worksheets(study: StudyFolder, store: StudyStore) -> None:
    """Bring a move that was broken off to its end; without the vault's key a later opening does."""
    move = store.choices.latest(_MOVE_CHOICE)
    if move is None or move.payload["state"] == "settled":
        return
    store.reading.seals.forget()
    try:
        _follow(store, study.open_vault(store))
    except VaultError:
        return


def _follow(store: StudyStore, vault: Vault) -> None:
    """Where a seal stands every worksheet becomes its sealed copy; then no copy is needed."""
    seal = store.reading.seals.latest()
    stands = seal is not None and not seal.opened_at
    copies = [name for name in vault.names() if name.startswith(_COPIES)]
    for copy in copies:
        name = _WORKSHEETS + copy.removeprefix(_COPIES)
        if stands and vault.reason(name) == _PLAIN_REASON:
            vault.put_bytes(name, vault.get_bytes(copy), _SEALED_REASON)
    for copy in copies:
        vault.remove(copy)
    _note(store, "settled")


def _note(store: StudyStore, state: str) -> None:
    store.choices.add(_MOVE_CHOICE, {"state": state})


def _copy_of(name: str) -> str:
    return _COPIES + name.removeprefix(_WORKSHEETS)


def _worksheets(vault: Vault, reason: str) -> list[str]:
    return [name for name in vault.names() if name.startswith(_WORKSHEETS) and vault.reason(name) == reason]
