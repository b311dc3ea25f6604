"""Outcomes under a person's passphrase: while they are sealed, no row of the store holds one.

What is sealed lies here as ciphertext (AES-GCM, its key by scrypt from the passphrase and a salt), and the
cells that it came from are emptied in every version of the worksheet. Who loses the passphrase loses them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from sqlalchemy import select

from adcurate.errors import ReadError
from adcurate.model import canonical_json
from adcurate.model.reading.kept import OutcomeSeal
from adcurate.store.database import Database
from adcurate.store.reading.audit import append
from adcurate.store.schema import outcome_openings, outcome_seals, worksheet_rows

_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32
# 32 MiB and about a tenth of a second for each guess.
_COST: Final = 2**15


def seal_bytes(content: bytes, passphrase: str) -> bytes:
    """Encrypt under a passphrase."""
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    return salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, content, None)


def open_bytes(sealed: bytes, passphrase: str) -> bytes:
    """What `seal_bytes` was given.

    Raises
    ------
    ReadError
        ``read.passphrase``
    """
    salt, rest = sealed[:_SALT_BYTES], sealed[_SALT_BYTES:]
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], None)
    except (InvalidTag, ValueError) as trouble:
        raise ReadError(
            "read.passphrase",
            "This is not the passphrase that the outcomes were sealed with.",
            remedy="Ask the person who sealed them.",
        ) from trouble


class Seals:
    """The outcomes' seal: at most one stands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self) -> OutcomeSeal | None:
        """The seal that was made last, opened or not; None before the first."""
        query = (
            select(
                outcome_seals,
                outcome_openings.c.at.label("opened_at"),
                outcome_openings.c.person.label("opened_by"),
            )
            .join(outcome_openings, outcome_openings.c.id == outcome_seals.c.id, isouter=True)
            .order_by(outcome_seals.c.id.desc())
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        opened = {"opened_at": row.opened_at or "", "opened_by": row.opened_by or ""}
        return OutcomeSeal(**{**row._mapping, **opened})

    def seal(self, columns: Collection[str], passphrase: str, sealer: str, person_id: str) -> int:
        """Take the columns out of every row, keep them sealed, and say how many rows held any."""
        with self._database.begin() as connection:
            taken: list[dict[str, Any]] = []
            for row in connection.execute(select(worksheet_rows)).all():
                values = json.loads(row.row)
                own = {name: values[name] for name in columns if values.get(name) is not None}
                if not own:
                    continue
                taken.append({"version": row.version, "position": row.position, "values": own})
                connection.execute(
                    worksheet_rows.update()
                    .where(worksheet_rows.c.version == row.version, worksheet_rows.c.position == row.position)
                    .values(row=canonical_json({**values, **dict.fromkeys(own)}))
                )
            at = self._database.clock()
            newest = max((one["version"] for one in taken), default=0)
            n_rows = sum(1 for one in taken if one["version"] == newest)
            sealed = seal_bytes(canonical_json(taken).encode(), passphrase)
            connection.execute(
                outcome_seals.insert().values(at=at, sealer=sealer, n_rows=n_rows, sealed=sealed)
            )
            append(
                connection,
                at=at,
                person=person_id,
                action="outcomes.seal",
                object="outcomes",
                after={"rows": n_rows},
            )
        self.forget()
        return n_rows

    def forget(self) -> None:
        """Emptied cells may still stand in the write-ahead log: empty it, too."""
        self._database.flush_log()

    def note_seen(self, keys: Collection[str], how: str, person_id: str) -> None:
        """Enter into the log that a person entered or saw the outcomes of these lesions."""
        with self._database.begin() as connection:
            append(
                connection,
                at=self._database.clock(),
                person=person_id,
                action=f"outcomes.{how}",
                object="outcomes",
                after={"lesions": sorted(keys)},
            )

    def open(self, seal: OutcomeSeal, passphrase: str, person: str, reason: str, person_id: str) -> None:
        """Put the outcomes back where they were taken from.

        Raises
        ------
        ReadError
            ``read.passphrase``
        """
        taken = json.loads(open_bytes(seal.sealed, passphrase))
        with self._database.begin() as connection:
            for one in taken:
                here = (worksheet_rows.c.version == one["version"]) & (
                    worksheet_rows.c.position == one["position"]
                )
                values = json.loads(str(connection.scalar(select(worksheet_rows.c.row).where(here))))
                connection.execute(
                    worksheet_rows.update()
                    .where(here)
                    .values(row=canonical_json({**values, **one["values"]}))
                )
            at = self._database.clock()
            connection.execute(
                outcome_openings.insert().values(id=seal.id, at=at, person=person, reason=reason)
            )
            append(
                connection,
                at=at,
                person=person_id,
                action="outcomes.open",
                object="outcomes",
                after={"rows": seal.n_rows},
                reason=reason,
            )


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=_KEY_BYTES, n=_COST, r=8, p=1).derive(passphrase.encode())
