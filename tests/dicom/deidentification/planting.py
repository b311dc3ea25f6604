"""Received objects with a person's name wherever anyone can write one, and the search for it afterwards.

A name is planted in every row of the standard's table, at three depths, in two hundred private blocks, in
vendors' own attributes, in overlays and curves, in the file header, in the preamble and behind the end, in
ten spellings: text in several character sets, UTF-16, base64, hexadecimal, reversed, in other case.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterable
from pathlib import Path

from pydicom.datadict import dictionary_VR

from adcurate.dicom.deidentification.encoding import Written, encoded, encoded_items
from adcurate.dicom.deidentification.keep_list import KEPT, KEPT_PRIVATE
from adcurate.dicom.received.structure import walk_object

NAME = "Zwiebelküchen"
OTHER_NAME = "山田椿太郎"
ROWS: dict[str, list[str]] = json.loads(
    (Path(__file__).parents[2] / "oracles" / "ps3.15_e1_actions.json").read_text()
)["rows"]

_PLACES = frozenset([0x00080016, 0x00080018, 0x0020000D, 0x0020000E, 0x00100020, 0x7FE00010])
_LONG = frozenset(["OB", "OW", "OF", "OD", "OL", "OV", "UN", "UT", "UC", "UR"])
_NUMBERS = frozenset(["US", "SS", "UL", "SL", "FL", "FD", "AT", "SV", "UV"])


def spellings(name: str = NAME, other: str = OTHER_NAME) -> tuple[bytes, ...]:
    """How a name may lie in bytes, each of even length."""
    plain = name.encode()
    forms = (
        plain,
        name.encode("latin-1"),
        name.upper().encode(),
        name.lower().encode("latin-1"),
        name[::-1].encode(),
        name.encode("utf-16-le"),
        name.encode("utf-16-be"),
        base64.b64encode(plain),
        plain.hex().encode(),
        other.encode("iso2022_jp"),
        other.encode(),
    )
    return tuple(form if len(form) % 2 == 0 else form + b" " for form in forms)


def traces(name: str = NAME, other: str = OTHER_NAME) -> tuple[bytes, ...]:
    """What must not be found in any output: the spellings, and cores that survive other wrappings."""
    core = name.rstrip("n")[:7]
    cores = [core.encode(), core.upper().encode(), core.lower().encode(), core[::-1].encode()]
    cores += [core.encode("utf-16-le"), core.encode("utf-16-be"), core.encode().hex().encode()]
    cores += [base64.b64encode(core.encode()[:6]), json.dumps(other)[1:-1].encode()]
    return tuple(dict.fromkeys([*(form.rstrip(b" =") for form in spellings(name, other)), *cores]))


def hits(content: bytes, name: str = NAME, other: str = OTHER_NAME) -> list[bytes]:
    """The traces that `content` holds."""
    return [trace for trace in traces(name, other) if trace in content]


def planted_object(base: bytes, turn: int = 0, name: str = NAME, other: str = OTHER_NAME) -> bytes:
    """`base` with the name everywhere; `turn` says which spelling comes first."""
    forms = spellings(name, other)
    planter = _Planter(forms[turn % len(forms) :] + forms[: turn % len(forms)])
    walked = walk_object(base)
    written: Written = {tag: (one.vr, walked.raw(one)) for tag, one in walked.elements.items()}
    row_item = planter.rows()
    for tag, value in row_item.items():
        written.setdefault(tag, value)
    for tag, kept in KEPT.items():
        if tag in _PLACES or tag >> 16 == 0x0028 or kept.vr in ("SQ", "US", "UL", "FD", "US/SS", "AT"):
            continue
        written[tag] = (kept.vr, planter.text(kept.vr))
    deep = row_item
    for _ in range(3):
        deep = {**planter.rows(), 0x00081140: encoded_items([deep]), 0x00082112: encoded_items([deep])}
        deep = {tag: deep[tag] for tag in sorted(deep)}
    for tag in (0x00082112, 0x00400275, 0x52009230):
        written[tag] = encoded_items([row_item, deep])
    written |= planter.private_blocks() | planter.vendors() | planter.graphics()
    meta = encoded(
        {
            0x00020001: ("OB", b"\0\1"),
            0x00020002: written[0x00080016],
            0x00020003: written[0x00080018],
            0x00020010: ("UI", b"1.2.840.10008.1.2.1\0"),
            0x00020013: ("SH", planter.text("SH")),
            0x00020016: ("AE", planter.text("AE")),
            0x00020017: ("AE", planter.text("AE")),
            0x00020102: ("OB", planter.text("OB")),
        }
    )
    preamble = (planter.text("OB") * 20)[:128]
    head = preamble + b"DICM" + encoded({0x00020000: ("UL", struct.pack("<L", len(meta)))}) + meta
    return head + encoded(written) + planter.text("OB") * 9


class _Planter:
    def __init__(self, forms: Iterable[bytes]) -> None:
        self._forms = tuple(forms)
        self._next = 0

    def text(self, vr: str) -> bytes:
        """The next spelling; twice where a value may be long."""
        self._next += 1
        form = self._forms[self._next % len(self._forms)]
        return form * 2 if vr in _LONG else form

    def rows(self) -> Written:
        """Every row of the table that an object can hold."""
        item: Written = {}
        for row in ROWS:
            if len(row) != 8 or set(row) - set("0123456789abcdef"):
                continue
            tag = int(row, 16)
            if tag >> 16 < 8 or tag in _PLACES or tag >= 0x7FE00000:
                continue
            vr = dictionary_VR(tag)
            if vr == "SQ":
                item[tag] = encoded_items([{0x00104000: ("LT", self.text("LT"))}])
            else:
                item[tag] = ("UN" if vr in _NUMBERS else vr, self.text(vr))
        return item

    def private_blocks(self) -> Written:
        """Two hundred blocks of unknown creators: text, bytes, a sequence, one that lost its VR."""
        blocks: Written = {}
        for n in range(200):
            group, block = 0x0009 + 2 * (n % 50), 0x10 + n // 50
            if group in (0x0019, 0x0021, 0x0029, 0x0043, 0x0065):
                block += 0x40
            item = encoded({0x00104000: ("LT", self.text("LT"))})
            implicit = struct.pack("<HHL", 0x0010, 0x4000, len(item) - 8) + item[8:]
            hidden = struct.pack("<HHL", 0xFFFE, 0xE000, len(implicit)) + implicit
            first = group << 16 | block << 8
            blocks[group << 16 | block] = ("LO", self.text("LO"))
            blocks[first | 1] = ("LO", self.text("LO"))
            blocks[first | 2] = ("OB", self.text("OB"))
            blocks[first | 3] = encoded_items([{0x00100010: ("PN", self.text("PN"))}])
            blocks[first | 4] = ("UN", hidden)
        return blocks

    def vendors(self) -> Written:
        """The attributes that the keep-list knows, with text where it expects numbers and terms."""
        blocks: Written = {}
        block_of: dict[tuple[int, str], int] = {}
        for (group, creator, element), kept in KEPT_PRIVATE.items():
            block = block_of.setdefault((group, creator), 0x80 + sum(known == group for known, _ in block_of))
            blocks[group << 16 | block] = ("LO", _even(creator.encode()))
            tag = group << 16 | block << 8 | element
            if kept.rule == "sequence":
                blocks[tag] = encoded_items([{0x00100010: ("PN", self.text("PN"))}])
            else:
                blocks[tag] = ("LO" if kept.vr not in ("OB", "UN") else kept.vr, self.text("LO"))
        blocks[0x00290011] = ("LO", b"SIEMENS CSA HEADER")
        blocks[0x00291110] = ("OB", csa_header({"PatientName": self.text("LO"), "B_value": b"400"}))
        return blocks

    def graphics(self) -> Written:
        """Overlays and curves in several groups."""
        found: Written = {}
        for group in (0x5000, 0x5002, 0x501E, 0x6000, 0x6002, 0x601E):
            found[group << 16 | 0x3000] = ("OW", self.text("OW"))
            found[group << 16 | 0x4000] = ("LT", self.text("LT"))
            found[group << 16 | 0x1500] = ("LO", self.text("LO"))
        return found


def csa_header(values: dict[str, bytes]) -> bytes:
    """A Siemens image header with these texts, several separated by ``|``."""
    parts = [b"SV10\4\3\2\1", struct.pack("<II", len(values), 77)]
    for name, text in values.items():
        texts = text.split(b"|")
        parts.append(struct.pack("<64si4siii", name.encode(), len(texts), b"LO\0\0", 0, len(texts), 77))
        for one in texts:
            raw = one + b"\0"
            parts.append(struct.pack("<4i", len(raw), len(raw), 77, len(raw)) + raw + bytes(-len(raw) % 4))
    return _even(b"".join(parts))


def _even(content: bytes) -> bytes:
    return content if len(content) % 2 == 0 else content + b"\0"
