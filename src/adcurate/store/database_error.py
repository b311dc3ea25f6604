"""What the database says when it cannot, as the store's errors. Light: worker processes import it."""

from __future__ import annotations

from adcurate.errors import StoreError


def store_error(message: str) -> StoreError:
    """The store's error for what the database says."""
    if "locked" in message:
        return StoreError(
            "store.locked",
            "Another command is writing to this study.",
            remedy="Wait until it is done, or stop it.",
        )
    if "full" in message:
        return StoreError("store.disk-full", "The disk is full.", remedy="Free some space and run it again.")
    return StoreError(
        "store.disk",
        "The study's database could not be read or written.",
        remedy="Check the disk, then run the command again.",
    )
