"""How fast does a folder of MR files become durable, against Orthanc's REST import of the same files?

    python benchmarks/ingest.py [--files 1920] [--rounds 5] [--json FILE]

Ours reads each file, takes identity off, syncs the object to disk, commits its row and only then counts it.
Orthanc gets one POST /instances for each file over one kept connection, and syncs as it does by default
(SyncStorageArea). Both start empty in every round and take turns; ratios are paired round by round.
Ends with status 1 when the target is missed, and says so where Orthanc (Debian package) is not installed.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from adcurate.compute import available_workers

AT_LEAST_TIMES_ORTHANC = 3.0
SERIES_OF = 160


def write_files(folder: Path, n_files: int) -> int:
    """Single-frame files as an archive holds them, 256 x 256 with a private blob; returns their bytes."""
    # Here, because every worker process imports this script anew, as it does not the program's own command.
    import numpy as np
    import pydicom

    from adcurate.phantom import ExamPrescription, simulate_exam, write_exam

    prescription = ExamPrescription(
        patient_id="B1",
        patient_name="SYNTHETIC^B1",
        birth_date="19600101",
        sex="F",
        exam_date="20240102",
        dialect="siemens-classic",
        model="Phantom",
        field_strength_t=1.5,
        b_values=(0.0, 400.0, 800.0),
        lesions=(),
    )
    write_exam(simulate_exam(prescription), folder / "model")
    model = pydicom.dcmread(next(path for path in (folder / "model").rglob("*") if path.is_file()))
    shutil.rmtree(folder / "model")
    rng = np.random.default_rng(1)
    model.Rows = model.Columns = 256
    block = model.private_block(0x0029, "BENCHMARK", create=True)
    block.add_new(0x10, "OB", rng.bytes(16_000))
    total = 0
    for number in range(n_files):
        exam, image = divmod(number, SERIES_OF)
        model.PatientID = f"B{exam}"
        model.StudyInstanceUID, model.SeriesInstanceUID = f"2.25.1{exam:04d}", f"2.25.2{exam:04d}"
        model.SOPInstanceUID = model.file_meta.MediaStorageSOPInstanceUID = f"2.25.3{exam:04d}{image:04d}"
        model.InstanceNumber = str(image + 1)
        model.PixelData = rng.normal(800, 200, (256, 256)).clip(0, 4095).astype("<u2").tobytes()
        path = folder / f"exam{exam}" / f"{image:05d}.dcm"
        path.parent.mkdir(exist_ok=True)
        model.save_as(path, enforce_file_format=True)
        total += path.stat().st_size
    return total


def ours(files: Path, workers: int) -> tuple[float, int]:
    """Seconds for the whole command's work into a new study, and how many objects it stored."""
    from adcurate.study.create import create_study
    from adcurate.study.receiving.add import add_exams

    with tempfile.TemporaryDirectory(dir=files.parent) as place:
        study = create_study(Path(place) / "study", key_file=Path(place) / "key").folder
        start = time.perf_counter()
        added = add_exams(study, [files], workers=workers)
        return time.perf_counter() - start, added.stored


def free_port() -> int:
    """A port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def empty_orthanc(program: str, place: Path) -> Iterator[http.client.HTTPConnection]:
    """An Orthanc without plug-ins that has just started, and one connection to it."""
    port = free_port()
    settings = {
        "StorageDirectory": str(place / "objects"),
        "IndexDirectory": str(place / "objects"),
        "AuthenticationEnabled": False,
        "RemoteAccessAllowed": False,
        "HttpPort": port,
        "DicomServerEnabled": False,
        "KeepAlive": True,
        "SyncStorageArea": True,
    }
    (place / "orthanc.json").write_text(json.dumps(settings), encoding="utf-8")
    server = subprocess.Popen(
        [program, str(place / "orthanc.json")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                connection.connect()
                break
            time.sleep(0.1)
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection
    finally:
        connection.close()
        server.terminate()
        server.wait(60)


def orthanc(files: Path, program: str) -> tuple[float, int]:
    """Seconds for one POST /instances for each file, and how many Orthanc says it stored."""
    with tempfile.TemporaryDirectory(dir=files.parent) as place, empty_orthanc(program, Path(place)) as to:
        paths = sorted(path for path in files.rglob("*") if path.is_file())
        stored = 0
        start = time.perf_counter()
        for path in paths:
            to.request("POST", "/instances", path.read_bytes(), {"Content-Type": "application/dicom"})
            answer = to.getresponse()
            stored += json.loads(answer.read())["Status"] == "Success"
        return time.perf_counter() - start, stored


def main() -> int:
    """Measure, print and judge."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--files", type=int, default=1920)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--workers", type=int, default=available_workers())
    arguments.add_argument("--json", type=Path)
    chosen = arguments.parse_args()
    program = shutil.which("Orthanc")
    seconds: dict[str, list[float]] = {"Adcurate": [], "Orthanc REST": []}
    with tempfile.TemporaryDirectory() as place:
        files = Path(place) / "files"
        files.mkdir()
        n_bytes = write_files(files, chosen.files)
        os.sync()
        for _ in range(chosen.rounds):
            took, stored = ours(files, chosen.workers)
            assert stored == chosen.files
            seconds["Adcurate"].append(took)
            if program:
                took, stored = orthanc(files, program)
                assert stored == chosen.files
                seconds["Orthanc REST"].append(took)
    print(
        f"{platform.machine()}, Python {platform.python_version()}; {chosen.files} files, "
        f"{n_bytes / chosen.files / 1000:.0f} kB each; {chosen.workers} workers; {chosen.rounds} rounds"
    )
    for name, taken in seconds.items():
        if taken:
            median = statistics.median(taken)
            print(
                f"{name:14s}{chosen.files / median:8.0f} files/s{n_bytes / median / 1e6:8.1f} MB/s  "
                f"(rounds: {', '.join(f'{one:.2f}' for one in taken)} s)"
            )
    if not program:
        print("Orthanc is not installed (Debian package orthanc): the target was not checked.")
        return 0
    paired = [peer / own for own, peer in zip(seconds["Adcurate"], seconds["Orthanc REST"], strict=True)]
    ratio = statistics.median(paired)
    met = ratio >= AT_LEAST_TIMES_ORTHANC
    print(
        f"{'met   ' if met else 'MISSED'}  at least {AT_LEAST_TIMES_ORTHANC:g} times Orthanc's REST import: "
        f"{ratio:.2f} (rounds: {', '.join(f'{one:.2f}' for one in paired)})"
    )
    if chosen.json:
        answer = {"files": chosen.files, "bytes": n_bytes, "seconds": seconds, "ratio": ratio, "met": met}
        chosen.json.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
