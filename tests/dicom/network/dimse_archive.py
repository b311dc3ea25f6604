"""A small DIMSE archive made of pynetdicom, which fails as a test says: what a real one does on bad days."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pydicom import dcmread
from pynetdicom import AE, evt
from pynetdicom.sop_class import (
    CTImageStorage,
    MRImageStorage,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
    Verification,
)

Handler = Callable[[Any], Any]
_MODELS = (
    Verification,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)


@dataclass(frozen=True)
class DimseArchive:
    """Where it listens."""

    port: int


@contextlib.contextmanager
def dimse_archive(
    *,
    find: Handler | None = None,
    get: Handler | None = None,
    ae_title: str = "PACS",
    knows: tuple[str, ...] = (),
    models: tuple[Any, ...] = _MODELS,
) -> Iterator[DimseArchive]:
    """An archive on loopback, until the block ends. `knows` are the callers it lets in (all if empty)."""
    entity = AE(ae_title=ae_title)
    entity.require_called_aet = True
    entity.require_calling_aet = list(knows)
    for model in models:
        entity.add_supported_context(model)
    entity.add_supported_context(MRImageStorage, scu_role=True, scp_role=True)
    handlers = [(evt.EVT_C_ECHO, lambda _: 0x0000)]
    if find is not None:
        handlers.append((evt.EVT_C_FIND, find))
    if get is not None:
        handlers.append((evt.EVT_C_GET, get))
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)  # type: ignore[arg-type]
    assert server is not None
    try:
        yield DimseArchive(server.server_address[1])
    finally:
        server.shutdown()


def sends(objects: list[bytes], *, failing: int = 0) -> Handler:
    """A C-GET that sends these objects; the first `failing` are of a class that nobody agreed on."""

    def handler(event: Any) -> Iterator[Any]:
        yield len(objects)
        for number, content in enumerate(objects):
            dataset = dcmread(BytesIO(content))
            if number < failing:
                dataset.SOPClassUID = CTImageStorage
            yield 0xFF00, dataset

    return handler
