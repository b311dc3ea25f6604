"""What files and labels are called may name a person: nothing of it enters the study."""

from __future__ import annotations

import json

from tests.study import region_files as write

from adcurate.cli.entry import run

NAME = "KOWALSKA"


def named_seg(case):
    """A SEG whose label, patient and file are called after a person."""
    content = write.write_seg(case.mask, case.frames, case.adc, label=f"{NAME} JANINA ca")
    return case.write(f"{NAME}_JANINA.dcm", content)


def named_label_map(case):
    """A label map whose file is called after a person, with a finding about it."""
    volume, affine = write.turned(case.mask, case.frames)
    content = bytearray(write.write_nifti_labels(volume, affine, packed=False))
    content[123] = 0  # no unit of length
    return case.write(f"{NAME}_labels.nii", bytes(content))


def says_the_name(content: bytes) -> bool:
    spellings = (NAME, NAME.lower(), NAME.title())
    return any(one.encode(form) in content for one in spellings for form in ("ascii", "utf-16-le"))


def test_no_label_and_no_file_name_enters_the_study_or_what_is_written_of_it(case, capsys):
    study = str(case.folder / "study")
    written = [case.folder / "regions.json", case.folder / "refused.json", case.folder / "status.json"]
    of_all = ["--lesion-of", "*=1", "--subject", "P1", "--study", study, "--json"]
    files = [str(named_seg(case)), str(named_label_map(case))]
    assert run(["study", "regions", *files, "--reader", "R9", *of_all, str(written[0])]) == 0
    junk = case.write(f"{NAME}.bin", b"no region at all")
    refused = ["--lesion-of", f"{NAME}*=1", "--lesion-of", f"x{NAME}=2", "--reader", "R9"]
    assert run(["study", "regions", *files, str(junk), *refused, *of_all[2:], str(written[1])]) != 0
    assert NAME in capsys.readouterr().out  # whoever holds the files is shown what they are called
    assert run(["study", "status", "--study", study, "--json", str(written[2])]) == 0
    assert {one["where"].get("file") for one in json.loads(written[0].read_bytes())["findings"]} >= {"file 2"}
    assert {one["file"] for one in json.loads(written[1].read_bytes())["faults"]} >= {"file 3"}
    inside = [path for path in (case.folder / "study").rglob("*") if path.is_file()]
    kept = [path for path in inside if "vault" not in path.relative_to(case.folder / "study").parts]
    assert any(path.suffix == ".sqlite" for path in kept)
    assert [path.name for path in [*kept, *written] if says_the_name(path.read_bytes())] == []
