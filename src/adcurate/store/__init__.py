"""What a study holds on disk: the research zone (`StudyStore`) and the encrypted identity zone (`Vault`)."""

from adcurate.store.accounts import AccountRecord
from adcurate.store.blobs import BlobFolder, BlobSource, StagedBlob
from adcurate.store.derived import DerivedObjects, DerivedRecord
from adcurate.store.documents import (
    Choices,
    Contours,
    Link,
    Links,
    LinkStatus,
    Protocols,
    ProtocolVersion,
    VersionedPayload,
    WorksheetRow,
    Worksheets,
    WorksheetVersion,
)
from adcurate.store.instances import Instances
from adcurate.store.journal import Findings, RunRecord, Runs
from adcurate.store.known import KnownObjects
from adcurate.store.quarantine import Quarantine
from adcurate.store.received import (
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

__all__ = [
    "AccountRecord",
    "BlobFolder",
    "BlobSource",
    "Choices",
    "Contours",
    "DerivedObjects",
    "DerivedRecord",
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
