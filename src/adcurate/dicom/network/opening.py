"""An archive by its endpoint: the one place that knows which way of fetching belongs to which kind."""

from __future__ import annotations

from adcurate.dicom.network.archive import Archive
from adcurate.model.endpoint import DimseEndpoint, Endpoint


def open_archive(endpoint: Endpoint) -> Archive:
    """The archive behind an endpoint; nothing is contacted yet.

    Raises
    ------
    InputError
        A token, password or certificate file that cannot be read.
    """
    if isinstance(endpoint, DimseEndpoint):
        from adcurate.dicom.network.fetch_dimse import DimseArchive

        return DimseArchive(endpoint)
    from adcurate.dicom.network.fetch_web import WebArchive

    return WebArchive(endpoint)
