"""What a study holds on disk: the research zone (`StudyStore`) and the encrypted identity zone (`Vault`)."""

from adcurate.store.blobs import BlobFolder, BlobSource
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
from adcurate.store.instances import Instances, Quarantine
from adcurate.store.journal import Findings, RunRecord, Runs
from adcurate.store.received import (
    InstanceRecord,
    NewInstance,
    NewRefusal,
    Outcome,
    QuarantineRecord,
    Receipt,
)
from adcurate.store.study_store import StudyStore
from adcurate.store.vault import Vault

__all__ = [
    "BlobFolder",
    "BlobSource",
    "Choices",
    "Contours",
    "DerivedObjects",
    "DerivedRecord",
    "Findings",
    "InstanceRecord",
    "Instances",
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
    "StudyStore",
    "Vault",
    "VersionedPayload",
    "WorksheetRow",
    "WorksheetVersion",
    "Worksheets",
]
