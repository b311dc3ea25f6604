"""How fast does a series of native files become one array, against pydicom's `pixel_array`?

160 classic MR files of 256 x 256 16-bit pixels (about 149 KB each), page cache warm, one process. One
interleaved run (A B A B ...); medians, and ratios paired round by round. Ends with a non-zero exit code when
a target is missed.

Run: python benchmarks/native_pixels.py [--rounds 9] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pydicom
from dicom_archive import write_archive
from dicom_index import interleave

from adcurate.dicom.reading.decoding import read_native_stack
from adcurate.dicom.received.sources import FileSource

N_FILES = 160
AT_LEAST_TIMES_PYDICOM = 5.0


def pydicom_stack(paths: list[Path]) -> np.ndarray:
    """The same array by pydicom."""
    first = pydicom.dcmread(paths[0]).pixel_array
    stack = np.empty((len(paths), *first.shape), first.dtype)
    for number, path in enumerate(paths):
        stack[number] = pydicom.dcmread(path).pixel_array
    return stack


def read_whole(paths: list[Path]) -> None:
    """The limit: every byte read, nothing looked at."""
    for path in paths:
        path.read_bytes()


def main() -> int:
    """Print the table; 0 when the target is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = write_archive(Path(folder), N_FILES)
        sources = [FileSource(path) for path in paths]
        stack = read_native_stack(sources)
        assert stack is not None
        assert np.array_equal(stack, pydicom_stack(paths))
        seconds = interleave(
            {
                "stack": lambda: read_native_stack(sources),
                "pydicom": lambda: pydicom_stack(paths),
                "bytes": lambda: read_whole(paths),
            },
            options.rounds,
        )
    ratio = float(np.median(seconds["pydicom"] / seconds["stack"]))
    print(f"{N_FILES} files, {stack.nbytes / 2**20:.0f} MiB of pixels, {options.rounds} rounds")
    for name, words in (
        ("bytes", "every byte read, nothing looked at"),
        ("stack", "native stack, read in place"),
        ("pydicom", "pydicom, dcmread and pixel_array"),
    ):
        each = np.median(seconds[name]) / N_FILES
        print(
            f"{words:36s} {1e6 * each:8.1f} us/file"
            f" {stack.nbytes / 1e6 / np.median(seconds[name]):7,.0f} MB/s"
        )
    print(f"native stack over pydicom: {ratio:.1f} times (at least {AT_LEAST_TIMES_PYDICOM:g})")
    if options.json:
        options.json.write_text(json.dumps({"times_pydicom": ratio}, indent=1))
    met = ratio >= AT_LEAST_TIMES_PYDICOM
    print("target met" if met else "TARGET MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
