"""What is found in folders, zip files and single files, and what is refused or left alone."""

from __future__ import annotations

import io
import os
import pickle
import re
import stat
import subprocess
import tracemalloc
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from adcurate.dicom.received import zip_members
from adcurate.dicom.received.ingest_object import Prepared, prepare_object
from adcurate.dicom.received.sources import FileSource, Skipped, find_objects
from adcurate.errors import ArchiveError, InputError
from adcurate.model import Pseudonyms

DICOM = bytes(128) + b"DICM" + b"rest of the object"
NAME = "KOWALSKA_ANNA"
KEY = Pseudonyms(b"a secret of thirty-two bytes or more")


def write_zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refusal_of(path: Path) -> str:
    with pytest.raises(ArchiveError) as refusal:
        find_objects([path])
    return refusal.value.code


def test_a_folder_is_searched_to_the_bottom_in_a_fixed_order(tmp_path: Path) -> None:
    for name in ("b/2.dcm", "a/10", "a/1"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(DICOM + name.encode())
    found = find_objects([tmp_path])
    assert [source.read()[len(DICOM) :] for source in found.sources] == [b"a/1", b"a/10", b"b/2.dcm"]
    assert find_objects([tmp_path]) == found


def test_a_link_that_leads_back_up_ends_the_search(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(DICOM)
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert len(find_objects([tmp_path]).sources) == 1


def test_what_lies_on_every_cd_is_noticed_and_left(tmp_path: Path) -> None:
    (tmp_path / "DICOMDIR").write_bytes(DICOM)
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4 text")
    (tmp_path / "viewer.exe").write_bytes(b"MZ" + bytes(200))
    (tmp_path / "empty.dcm").write_bytes(b"")
    (tmp_path / "zz.dcm").write_bytes(DICOM)
    found = find_objects([tmp_path])
    assert len(found.sources) == 1
    assert {item.reason_code for item in found.skipped} == {"dicomdir", "not-dicom", "empty"}


def test_no_printed_name_repeats_a_folder_or_file_name(tmp_path: Path) -> None:
    folder = tmp_path / NAME
    folder.mkdir()
    (folder / f"{NAME}.dcm").write_bytes(DICOM)
    (folder / f"{NAME}.{NAME}").write_bytes(b"text")
    (folder / f"{NAME}.pdf").write_bytes(b"%PDF")
    write_zip(folder / f"{NAME}.zip", {f"{NAME}/{NAME}.dcm": DICOM, f"{NAME}.txt": b"text"})
    found = find_objects([folder])
    assert len(found.sources) == 2
    assert NAME not in repr(found)
    assert NAME.lower() not in repr(found).lower()


def test_a_headless_object_is_told_by_its_first_element(tmp_path: Path) -> None:
    (tmp_path / "raw").write_bytes(b"\x08\x00\x05\x00CS\x0a\x00ISO_IR 100" + bytes(120))
    (tmp_path / "text").write_bytes(b"Dear colleague, " * 20)
    found = find_objects([tmp_path])
    assert len(found.sources) == 1


def test_members_of_a_zip_file_are_read_where_they_lie(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "exam.zip", {"a/1": DICOM + b"one", "a/2": DICOM + b"two", "n.txt": b"hi"})
    found = find_objects([path])
    assert [pickle.loads(pickle.dumps(source)).read()[-3:] for source in found.sources] == [b"one", b"two"]
    assert [item.reason_code for item in found.skipped] == ["not-dicom"]
    assert not [entry for entry in tmp_path.iterdir() if entry != path]


@pytest.mark.parametrize(
    "name", ["../evil.dcm", "a/../../evil", "/etc/evil", "..\\evil", "C:/evil", "C:\\evil"]
)
def test_a_member_that_points_outside_refuses_the_zip(tmp_path: Path, name: str) -> None:
    assert refusal_of(write_zip(tmp_path / "z.zip", {"good": DICOM, name: DICOM})) == "zip.path"


def test_a_link_inside_a_zip_refuses_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal_of(tmp_path / "z.zip") == "zip.link"


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "z.zip", {"one": DICOM})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert refusal_of(path) == "zip.encrypted"


def test_a_zip_that_unpacks_to_far_more_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "z.zip", {"one": DICOM + bytes(70 * 2**20)})
    assert refusal_of(path) == "zip.bomb"


def test_an_empty_background_slice_is_no_bomb(tmp_path: Path) -> None:
    assert len(find_objects([write_zip(tmp_path / "z.zip", {"one": DICOM + bytes(2**20)})]).sources) == 1


def test_too_many_members_refuse_the_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_members, "MAXIMUM_MEMBERS", 3)
    assert refusal_of(write_zip(tmp_path / "z.zip", {str(i): DICOM for i in range(4)})) == "zip.count"


def test_a_zip_inside_a_zip_is_left_alone(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("one", DICOM)
    found = find_objects([write_zip(tmp_path / "z.zip", {"inner.zip": inner.getvalue(), "1": DICOM})])
    assert len(found.sources) == 1
    assert [item.reason_code for item in found.skipped] == ["zip.nested"]


def test_a_bad_zip_inside_a_folder_does_not_stop_the_rest(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(DICOM)
    write_zip(tmp_path / "z.zip", {"../x": DICOM})
    found = find_objects([tmp_path])
    assert len(found.sources) == 1
    assert [item.reason_code for item in found.skipped] == ["zip.path"]


def test_a_damaged_member_is_refused_when_it_is_read(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "z.zip", {"one": DICOM * 20}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    (source,) = find_objects([path]).sources
    with pytest.raises(ArchiveError, match="damaged"):
        source.read()


def test_a_path_that_is_not_there_is_an_error_without_the_path(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refusal:
        find_objects([tmp_path / NAME])
    assert refusal.value.code == "input.missing"
    assert NAME not in str(refusal.value)


ODD_NAMES = ["new\nline.dcm", "smile 😀.dcm", "-rf", " leading", "trailing ", "quote'\".dcm", "a" * 250]


def test_odd_names_are_read_and_never_printed(tmp_path: Path) -> None:
    for number, name in enumerate(ODD_NAMES):
        (tmp_path / name).write_bytes(DICOM + bytes([number]))
    raw = os.fsencode(tmp_path) + b"/\xff\xfe latin \xe9.dcm"
    try:
        Path(os.fsdecode(raw)).write_bytes(DICOM + b"raw")
        expected = len(ODD_NAMES) + 1
    except OSError:  # a file system that takes only Unicode
        expected = len(ODD_NAMES)
    found = find_objects([tmp_path])
    assert len({source.read() for source in found.sources}) == expected
    assert all(re.fullmatch(r"file \d+( \(\.\w+\))?", source.name) for source in found.sources)


def test_a_link_to_itself_a_dead_link_and_a_pipe_are_left_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(DICOM)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    found = find_objects([tmp_path])
    assert len(found.sources) == 1
    assert sorted(item.reason_code for item in found.skipped) == [
        "input.not-a-file",
        "input.not-readable",
        "input.not-readable",
    ]
    for given in ("self", "pipe", "dead"):
        with pytest.raises(InputError):
            find_objects([tmp_path / given])


def test_folders_deeper_than_any_recursion_are_searched(tmp_path: Path) -> None:
    here = str(tmp_path)
    for _ in range(1300):
        here += "/d"
        Path(here).mkdir()
    Path(here, "1").write_bytes(DICOM)
    try:
        assert len(find_objects([tmp_path]).sources) == 1
    finally:  # pytest's own clean-up recurses
        subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)


def test_a_cd_with_a_viewer_and_reports_gives_its_images_and_counts_the_rest(
    tmp_path: Path, make_mr, written
) -> None:
    image = written(make_mr())
    pdf = written(
        make_mr(SOPClassUID="1.2.840.10008.5.1.4.1.1.104.1", Modality="DOC", PixelData=None, Rows=None)
    )
    scan = written(make_mr(SOPClassUID="1.2.840.10008.5.1.4.1.1.7", Modality="OT"))
    disc = {
        "DICOMDIR": DICOM,
        "AUTORUN.INF": b"[autorun]",
        "viewer/start.exe": b"MZ" + bytes(300),
        "viewer/lib.dll": b"MZ" + bytes(300),
        "viewer/logo.jpg": b"\xff\xd8\xff\xe0" + bytes(300),
        "index.html": b"<html>" + bytes(200),
        "DICOM/00000001": image,
        "DICOM/00000002": pdf,
        "DICOM/00000003": scan,
    }
    for name, content in disc.items():
        (tmp_path / "cd" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "cd" / name).write_bytes(content)
    for place in (tmp_path / "cd", write_zip(tmp_path / "cd.zip", disc)):
        found = find_objects([place])
        counted = Counter(item.reason_code for item in found.skipped)
        results = [prepare_object(source, KEY) for source in found.sources]
        counted.update(item.reason_code for item in results if isinstance(item, Skipped))
        assert counted == {"dicomdir": 1, "not-dicom": 5, "not-image": 1, "not-mr": 1}
        assert sum(isinstance(item, Prepared) for item in results) == 1


def test_a_zip_of_many_members_is_listed_without_holding_what_is_in_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for number in range(4_000):
            archive.writestr(f"{number}", DICOM)
    tracemalloc.start()
    found = find_objects([tmp_path / "z.zip"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.sources) == 4_000
    assert peak < 12 * 2**20


def test_a_file_can_be_read_in_part(tmp_path: Path) -> None:
    content = bytes(range(256)) * 300
    (tmp_path / "one").write_bytes(content)
    source = FileSource(tmp_path / "one")
    assert source.read_head(1000) == (content[:1000], len(content))
    assert source.read_head(10**6) == (content, len(content))
    target = bytearray(500)
    assert source.read_into(memoryview(target), 700) == 500
    assert bytes(target) == content[700:1200]
    assert source.read_into(memoryview(target), len(content) - 10) == 10
