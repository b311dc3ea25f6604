"""A copy of the key that leads from codes to persons, for a safe place apart from the study.

Without the key nobody can tell whom a code stands for; with it and the study anybody can. So it is given to
one person at this computer, by name, and the log says so.
"""

from __future__ import annotations

from adcurate.errors import VaultError
from adcurate.store import Vault
from adcurate.study.folder import StudyFolder, key_file_of


def copy_of_key(study: StudyFolder, person_id: str) -> bytes:
    """The key's file, proved to be this study's; the log tells who took it.

    Raises
    ------
    VaultError
        ``vault.key-missing``, ``vault.key-mismatch``
    """
    with study.open_store() as store:
        key_file = key_file_of(store)
        vault = Vault.open(study.vault, key_file)
        try:
            content = key_file.read_bytes()
        except OSError as trouble:
            raise VaultError(
                "vault.key-missing", "The key file cannot be read.", remedy="Bring its disk back."
            ) from trouble
        after = {"fingerprint": vault.pseudonyms.fingerprint()}
        store.audit.note("vault.copy-key", "vault", person=person_id, after=after)
    return content
