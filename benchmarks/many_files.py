"""Does memory grow with the number of files that are added, or time with its square?

    python benchmarks/many_files.py [--sizes 1000 10000 100000] [--workers 0] [--json FILE]

Each size is a study of its own, filled by a process of its own with tiny MR objects (200 to an exam), then
added a second time, when every object is known. The table shows the process's peak memory and the time for
one file. Ends with status 1 when memory grows by more than 1 KiB for each file (their list of names), when a
file costs more than 1.6 times what it costs at a tenth of the size, or when a count is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pydicom

from adcurate.phantom import ExamPrescription, simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.receiving.add import add_exams

TO_AN_EXAM = 200
MOST_BYTES_A_FILE = 1024
MOST_SLOWER = 1.6
_UIDS = {"study": "2.25.1000000001", "series": "2.25.1000000002", "object": "2.25.1000000003"}
_PATIENT = "BENCH00000"


def model_object(folder: Path) -> bytes:
    """One object of 8 x 8 pixels, with marks where each copy differs."""
    prescription = ExamPrescription(
        patient_id=_PATIENT,
        patient_name="SYNTHETIC^BENCH",
        birth_date="19600101",
        sex="F",
        exam_date="20240102",
        dialect="ge",
        model="Phantom",
        field_strength_t=1.5,
        b_values=(0.0, 800.0),
        lesions=(),
    )
    write_exam(simulate_exam(prescription), folder)
    found = pydicom.dcmread(next(path for path in sorted(folder.rglob("*")) if path.is_file()))
    found.Rows = found.Columns = 8
    found.PixelData = np.arange(64, dtype="<u2").tobytes()
    found.StudyInstanceUID, found.SeriesInstanceUID = _UIDS["study"], _UIDS["series"]
    found.SOPInstanceUID = found.file_meta.MediaStorageSOPInstanceUID = _UIDS["object"]
    path = folder / "model"
    found.save_as(path, enforce_file_format=True)
    return path.read_bytes()


def write_files(model: bytes, folder: Path, n_files: int) -> None:
    """Copies of the model, each an object of its own."""
    for number in range(n_files):
        exam = number // TO_AN_EXAM
        content = model.replace(_PATIENT.encode(), f"BENCH{exam:05d}".encode())
        for mark, value in (("study", exam), ("series", exam), ("object", number)):
            uid = _UIDS[mark]
            content = content.replace(uid.encode(), f"{uid[:6]}{value:08d}{uid[-1]}".encode())
        path = folder / f"{exam:05d}" / f"{number % TO_AN_EXAM:03d}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def add_here(study: Path, files: Path, workers: int) -> None:
    """Add the files in this process, and print what it took."""
    from adcurate.study.folder import StudyFolder

    start = time.perf_counter()
    added = add_exams(StudyFolder(study), [files], workers=workers)
    took = time.perf_counter() - start
    print(json.dumps({"s": took, "peak": peak_bytes(), "stored": added.stored, "duplicate": added.duplicate}))


def peak_bytes() -> int:
    """Most memory that this process has held. On Linux its parent's peak is part of ``ru_maxrss``."""
    with contextlib.suppress(OSError):
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def measure(files: Path, study: Path, key: Path, workers: int) -> list[dict[str, float]]:
    """The first and the second adding, each by a fresh process."""
    create_study(study, key_file=key)
    results = []
    for _ in range(2):
        command = [sys.executable, __file__, "--here", str(study), str(files), "--workers", str(workers)]
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
        results.append(json.loads(ended.stdout))
    return results


def main() -> int:
    """Measure, print and judge."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    arguments.add_argument("--workers", type=int, default=0)
    arguments.add_argument("--json", type=Path)
    arguments.add_argument("--here", nargs=2, type=Path, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.here:
        add_here(*chosen.here, chosen.workers)
        return 0
    found: dict[int, list[dict[str, float]]] = {}
    print(
        f"{'files':>9}{'peak MiB':>10}{'ms a file':>11}{'again: peak MiB':>17}{'ms a file':>11}", flush=True
    )
    with tempfile.TemporaryDirectory() as place:
        model = model_object(Path(place) / "model")
        for n_files in chosen.sizes:
            files = Path(place) / f"files{n_files}"
            files.mkdir()
            write_files(model, files, n_files)
            study = Path(place) / f"study{n_files}"
            found[n_files] = measure(files, study, Path(place) / "key", chosen.workers)
            shown = (
                f"{one['peak'] / 2**20:{w}.1f}{1e3 * one['s'] / n_files:11.2f}"
                for one, w in zip(found[n_files], (10, 17), strict=True)
            )
            print(f"{n_files:9,}" + "".join(shown), flush=True)
    targets = {
        "every object was stored once and known the second time": all(
            (first["stored"], first["duplicate"], again["stored"], again["duplicate"]) == (n, 0, 0, n)
            for n, (first, again) in found.items()
        )
    }
    for fewer, more in itertools.pairwise(sorted(found)):
        for run, name in ((0, "first"), (1, "second")):
            grown = (found[more][run]["peak"] - found[fewer][run]["peak"]) / (more - fewer)
            slower = (found[more][run]["s"] / more) / (found[fewer][run]["s"] / fewer)
            where = f"{fewer:,} to {more:,}, {name} time"
            if more - fewer >= 10_000:
                targets[f"{where}: {grown:.0f} bytes a file, at most {MOST_BYTES_A_FILE}"] = (
                    grown <= MOST_BYTES_A_FILE
                )
            targets[f"{where}: {slower:.2f} times as long a file, at most {MOST_SLOWER:g}"] = (
                slower <= MOST_SLOWER
            )
    for target, met in targets.items():
        print(f"{'met   ' if met else 'MISSED'}  {target}")
    if chosen.json:
        chosen.json.write_text(
            json.dumps({"runs": found, "targets": targets}, indent=1) + "\n", encoding="utf-8"
        )
    return 0 if all(targets.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
