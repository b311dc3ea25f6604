"""Objects that differ only in identity give the same bytes: nothing leaks by a length or an order."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field

from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from tests.dicom.conftest import HeldObject
from tests.dicom.deidentification.planting import ROWS

from adcurate.dicom.deidentification import kept_values
from adcurate.dicom.deidentification.keep_list import KEPT
from adcurate.dicom.received.ingest_object import Prepared, prepare_object

PAIRS = 200
IDENTITY = [
    int(row, 16)
    for row in ROWS
    if len(row) == 8
    and not set(row) - set("0123456789abcdef")
    and 8 <= int(row, 16) >> 16 < 0x7FE0
    and int(row, 16) not in KEPT
    and dictionary_VR(int(row, 16)) in ("LO", "SH", "PN", "ST", "LT", "UT", "AE", "CS", "TM", "DA", "DT")
]
BASE_DATE = datetime.date(2019, 4, 2)


@dataclass(eq=False)
class Frozen:
    """Codes, UIDs and the day as the frozen map gives them, whoever the object is about."""

    days: int
    uids: dict[str, str] = field(default_factory=dict)

    def subject_code(self, _patient_id: str) -> str:
        return "S-22222-33333"

    def is_subject_code(self, _text: str) -> bool:
        return False

    def shift_days(self, _code: str) -> int:
        return self.days

    def uid(self, original: str) -> str:
        return self.uids.setdefault(original, f"2.25.{len(self.uids) + 1}")

    def received_digest(self, _content: bytes) -> str:
        return "0" * 64

    def fingerprint(self) -> str:
        return "0" * 16

    def seal(self, content: bytes) -> str:
        return f"{len(content):032d}"


def a_world(make_mr, chance: random.Random, seed: int) -> tuple[Dataset, Frozen]:
    """An object whose science `seed` fixes and whose identity `chance` draws."""
    science = random.Random(seed)
    days = chance.randrange(3000)
    date = (BASE_DATE + datetime.timedelta(days=days)).strftime("%Y%m%d")
    root = f"1.2.{chance.randrange(1, 10**9)}"
    received = make_mr(
        EchoTime=science.randrange(40, 90),
        RescaleSlope=f"{science.random():.6f}",
        StudyDate=date,
        SeriesDate=date,
        StudyInstanceUID=f"{root}.1",
        SeriesInstanceUID=f"{root}.2",
        SOPInstanceUID=f"{root}.3.{chance.randrange(10**9)}",
        FrameOfReferenceUID=f"{root}.4",
        PatientID=_text(chance, 16),
        PatientName=_text(chance, 60),
    )
    for tag in chance.sample(IDENTITY, chance.randrange(40)):
        vr = dictionary_VR(tag)
        received.add_new(tag, "LO" if vr in ("TM", "DA", "DT", "CS") else vr, _text(chance, 64, vr))
    for _ in range(chance.randrange(4)):
        group = chance.choice((0x0009, 0x0011, 0x00E1, 0x0033))
        block = received.private_block(group, _text(chance, 30), create=True)
        block.add_new(chance.randrange(256), "LO", _text(chance, 64))
    received.SpecificCharacterSet = chance.choice(("ISO_IR 100", "ISO_IR 192", ""))
    received.SeriesDescription = f"{_text(chance, 9, 'CS')} ep2d_diff_b50_800 {_text(chance, 9, 'CS')}"
    received.preamble = chance.randbytes(128)
    received.file_meta.SourceApplicationEntityTitle = _text(chance, 16)
    return received, Frozen(days + 77)


def _text(chance: random.Random, most: int, vr: str = "LO") -> str:
    # Letters of which no listed word is made.
    longest = 16 if vr in ("AE", "CS", "SH") else most
    return "".join(chance.choice("QZJ") for _ in range(chance.randrange(1, longest)))


def worlds(make_mr, written, seed: int) -> tuple[Prepared, Prepared]:
    made = []
    for world in (1, 2):
        received, frozen = a_world(make_mr, random.Random(10_000 * world + seed), seed)
        trailing = bytes(world * 7) if world == 2 else b""
        result = prepare_object(HeldObject("file 1", written(received) + trailing), frozen)  # type: ignore[arg-type]
        assert isinstance(result, Prepared), result
        made.append(result)
    return made[0], made[1]


def test_two_hundred_pairs_of_worlds_give_the_same_bytes(make_mr, written) -> None:
    for seed in range(PAIRS):
        one, two = worlds(make_mr, written, seed)
        assert one.content == two.content, seed
        assert (one.subject, one.exam_date, one.study_uid) == (two.subject, two.exam_date, two.study_uid)


def test_pairs_that_differ_in_science_do_not(make_mr, written) -> None:
    contents = {worlds(make_mr, written, seed)[0].content for seed in range(20)}
    assert len(contents) == 20


def test_the_harness_catches_a_length_that_leaks(make_mr, written, monkeypatch) -> None:
    real = kept_values.ValueKeeper.keep

    def leaks(self, kept, element, raw):
        value = real(self, kept, element, raw)
        if element.tag == 0x0008103E and value is not None:
            return value[0], value[1] + b" " * (len(raw) // 2 % 5 * 2)
        return value

    monkeypatch.setattr(kept_values.ValueKeeper, "keep", leaks)
    assert any(one.content != two.content for one, two in (worlds(make_mr, written, n) for n in range(20)))
