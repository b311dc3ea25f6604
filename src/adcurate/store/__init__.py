"""What a study holds on disk: the research zone (`StudyStore`) and the encrypted identity zone (`Vault`).

A name is imported when it is first asked for: a worker process that only writes blobs opens no database.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adcurate.store.accounts import AccountRecord
    from adcurate.store.blob_source import BlobSource
    from adcurate.store.blobs import BlobFolder
    from adcurate.store.derived import DerivedObjects, DerivedRecord
    from adcurate.store.documents import (
        Choices,
        Contours,
        Link,
        Links,
        LinkStatus,
        VersionedPayload,
        WorksheetRow,
        Worksheets,
        WorksheetVersion,
    )
    from adcurate.store.instances import Instances
    from adcurate.store.journal import Findings, RunRecord, Runs
    from adcurate.store.known import KnownObjects
    from adcurate.store.packs import StagedBlob
    from adcurate.store.protocols import Protocols, ProtocolVersion
    from adcurate.store.quarantine import Quarantine
    from adcurate.store.received import (
        ExamRecord,
        InstanceRecord,
        KnownObject,
        NewInstance,
        NewRefusal,
        Outcome,
        QuarantineRecord,
        Receipt,
        StoreSize,
    )
    from adcurate.store.study_store import StudyStore
    from adcurate.store.vault import Vault

_NAMES_OF = {
    "accounts": "AccountRecord",
    "blob_source": "BlobSource",
    "blobs": "BlobFolder",
    "derived": "DerivedObjects DerivedRecord",
    "documents": (
        "Choices Contours Link Links LinkStatus VersionedPayload WorksheetRow Worksheets WorksheetVersion"
    ),
    "instances": "Instances",
    "journal": "Findings RunRecord Runs",
    "known": "KnownObjects",
    "packs": "StagedBlob",
    "protocols": "Protocols ProtocolVersion",
    "quarantine": "Quarantine",
    "received": (
        "ExamRecord InstanceRecord KnownObject NewInstance NewRefusal Outcome QuarantineRecord Receipt "
        "StoreSize"
    ),
    "study_store": "StudyStore",
    "vault": "Vault",
}
_HOME_OF = {name: home for home, names in _NAMES_OF.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


__all__ = [
    "AccountRecord",
    "BlobFolder",
    "BlobSource",
    "Choices",
    "Contours",
    "DerivedObjects",
    "DerivedRecord",
    "ExamRecord",
    "Findings",
    "InstanceRecord",
    "Instances",
    "KnownObject",
    "KnownObjects",
    "Link",
    "LinkStatus",
    "Links",
    "NewInstance",
    "NewRefusal",
    "Outcome",
    "ProtocolVersion",
    "Protocols",
    "Quarantine",
    "QuarantineRecord",
    "Receipt",
    "RunRecord",
    "Runs",
    "StagedBlob",
    "StoreSize",
    "StudyStore",
    "Vault",
    "VersionedPayload",
    "WorksheetRow",
    "WorksheetVersion",
    "Worksheets",
]
