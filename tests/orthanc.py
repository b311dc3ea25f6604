"""A real Orthanc on loopback for the tests: its own ports, its own empty folder, gone afterwards."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AE_TITLE = "ORTHANC"
_PLUGIN = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"


@dataclass(frozen=True, slots=True)
class Orthanc:
    """Where it listens. `dicom_web` is the root of its DICOMweb services."""

    http_port: int
    dicom_port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def dicom_web(self) -> str:
        return f"{self.address}/dicom-web"

    def call(self, method: str, path: str, content: bytes | None = None) -> Any:
        """Orthanc's own REST interface; the answer's JSON."""
        request = urllib.request.Request(self.address + path, data=content, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def store(self, content: bytes) -> str:
        """Put one object in; gives Orthanc's identifier."""
        return str(self.call("POST", "/instances", content)["ID"])

    def know_receiver(self, name: str, ae_title: str, port: int) -> None:
        """Tell it where a C-MOVE to `ae_title` goes."""
        self.call("PUT", f"/modalities/{name}", json.dumps([ae_title, "127.0.0.1", port]).encode())

    def empty(self) -> None:
        """Take out every patient."""
        for patient in self.call("GET", "/patients"):
            self.call("DELETE", f"/patients/{patient}")


def free_port() -> int:
    """A port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_orthanc(program: str, folder: Path) -> Iterator[Orthanc]:
    """Orthanc with an empty store in `folder`, until the block ends."""
    server = Orthanc(free_port(), free_port())
    settings = {
        "Name": "adcurate-tests",
        "StorageDirectory": str(folder / "objects"),
        "IndexDirectory": str(folder / "objects"),
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "HttpPort": server.http_port,
        "DicomPort": server.dicom_port,
        "DicomAet": AE_TITLE,
        "DicomAlwaysAllowEcho": True,
        "DicomAlwaysAllowStore": True,
        "DicomAlwaysAllowFind": True,
        "DicomAlwaysAllowGet": True,
        "DicomAlwaysAllowMove": True,
        "Plugins": [_PLUGIN],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "Ssl": False},
        "OverwriteInstances": True,
        "StableAge": 1,
    }
    file = folder / "orthanc.json"
    file.write_text(json.dumps(settings))
    log = (folder / "orthanc.log").open("wb")
    process = subprocess.Popen([program, str(file)], cwd=folder, stdout=log, stderr=log)
    try:
        _wait(server, process, folder / "orthanc.log")
        yield server
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def _wait(server: Orthanc, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            server.call("GET", "/system")
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"Orthanc did not start:\n{log.read_text()[-2000:]}")
