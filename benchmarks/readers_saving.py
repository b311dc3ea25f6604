"""200 readers save five times each, all at once: are all saves kept, and how long does one wait?

    python benchmarks/readers_saving.py [--readers 200] [--saves 5]

Every save is the use case of the reading room: the case's right, the revision, its line in the log, the
sync to disk. Threads stand for the readers; the web around them is not measured here.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.reading_room import Somebody, begin, opened_room, reading_study

from adcurate.model.reading.draft import Draft, DrawnContour
from adcurate.study.reading.next_case import reading_list
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.save import save_draft


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--saves", type=int, default=5)
    asked = parser.parse_args()
    names = [f"reader{number:03d}" for number in range(asked.readers)]
    with tempfile.TemporaryDirectory() as folder:
        study = reading_study(Path(folder), 2)
        with opened_room(study) as room:
            begin(room, names)
            items = {name: reading_list(room, name).next_item or "" for name in names}
            room.images.exam(room.store.reading.designs.items()[0].study_instance_uid)
            took, whole = save_together(room, items, asked.saves)
            kept = sum(len(room.store.reading.drafts.history(item)) for item in items.values())
            faults = room.store.audit.check().faults
    took.sort()
    print(f"kept            {kept} of {asked.readers * asked.saves}")
    print(f"log             {faults or 'whole'}")
    print(f"saves a second  {len(took) / whole:.0f}")
    for part in (0.5, 0.95, 1.0):
        print(f"p{100 * part:<4.0f}           {took[math.ceil(part * len(took)) - 1] * 1000:.0f} ms")


def save_together(room: ReadingRoom, items: dict[str, str], saves: int) -> tuple[list[float], float]:
    """How long each save took, and all of them together, in seconds."""
    took: list[float] = []
    ready = threading.Barrier(len(items) + 1)

    def read(name: str) -> None:
        who = Somebody(name)
        ready.wait()
        for base in range(saves):
            start = time.perf_counter()
            save_draft(room, who, items[name], base, f"{name}-{base}", drawing(base))
            took.append(time.perf_counter() - start)

    threads = [threading.Thread(target=read, args=(name,)) for name in items]
    for thread in threads:
        thread.start()
    ready.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    return took, time.perf_counter() - start


def drawing(seed: int) -> Draft:
    """A lesion of 200 points and an exclusion of 60."""
    return Draft(
        tuple(
            DrawnContour(
                f"c{number}",
                role,
                "s1",
                1,
                "freehand",
                tuple(
                    (20 * math.cos(6.28 * at / n) + seed, 20 * math.sin(6.28 * at / n), 5.0)
                    for at in range(n)
                ),
            )
            for number, (role, n) in enumerate((("lesion", 200), ("exclusion", 60)))
        )
    )


if __name__ == "__main__":
    main()
