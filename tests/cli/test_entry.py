"""The command as a shell sees it: exit codes, no traceback, nothing of a file's content in an error."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adcurate.cli import entry
from adcurate.errors import ERRORS, AdcurateError, InternalError

COHORT = Path(__file__).parents[2] / "src/adcurate/phantom/cohort/reconstructed_cohort.csv"
COMMAND = [sys.executable, "-c", "from adcurate.cli.entry import main; main()"]
QUESTION = ["--outcome", "who_grade", "--positive", "G3", "--direction", "low", "--resamples", "200"]
ANALYZE = ["analyze", str(COHORT), "--marker", "avg_adc_1e-3_mm2_s", *QUESTION]


def shell(*arguments, **options):
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=120, **options
    )


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_table_is_analysed_and_shown(run):
    code, out, err = run(*ANALYZE)
    assert (code, err) == (0, "")
    for text in ("avg_adc_1e-3_mm2_s", "Mann-Whitney", "0.871", "Youden", "clopper-pearson"):
        assert text in out


@pytest.mark.parametrize("word", ["--version", "--help", "-h"])
def test_the_command_says_what_it_is(run, word):
    code, out, _ = run(word)
    assert code == 0
    assert "adcurate" in out


@pytest.mark.parametrize("command", ["demo", "inspect", "analyze", "study"])
def test_every_command_explains_itself(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0
    assert "Usage: adcurate" in out


USAGE = {
    "no command": [],
    "an unknown command": ["analyse"],
    "an unknown option": [*ANALYZE, "--fast"],
    "a missing option": ["analyze", str(COHORT), "--marker", "age"],
    "a missing value": [*ANALYZE, "--seed"],
    "text for a number": [*ANALYZE, "--seed", "one"],
    "a negative seed": [*ANALYZE, "--seed", "-1"],
    "too few resamples": [*ANALYZE, "--resamples", "99"],
    "a direction that is none": [*ANALYZE, "--direction", "up"],
    "a decimal sign that is none": [*ANALYZE, "--decimal", ";"],
    "a prevalence in percent": [*ANALYZE, "--prevalence", "19"],
    "a level in percent": [*ANALYZE, "--level", "95"],
    "a positive value that never occurs": [*ANALYZE, "--positive", "G9"],
    "two tables": [*ANALYZE, "second.csv"],
}


@pytest.mark.parametrize("arguments", USAGE.values(), ids=USAGE.keys())
def test_a_command_put_together_wrongly_ends_with_2(run, arguments):
    code, out, err = run(*arguments)
    assert code == 2
    assert out == "" or not arguments
    assert err or not arguments


@pytest.fixture
def odd_files(tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    (tmp_path / "dangling.csv").symlink_to("nowhere.csv")
    (tmp_path / "latin.csv").write_bytes("who_grade,größe\n".encode("cp1252"))
    (tmp_path / "header.csv").write_text("who_grade,age\n")
    (tmp_path / "text.csv").write_text("who_grade,age\nG3,old\nG1,4\n")
    (tmp_path / "other.csv").write_text("grade,age\nG3,3\nG1,4\n")
    return tmp_path


REFUSED = {
    "none.csv": "input.missing",
    "loop.csv": "input.missing",
    "dangling.csv": "input.missing",
    "empty.csv": "input.empty",
    "folder.csv": "input.is-a-directory",
    "pipe.csv": "input.not-a-file",
    "latin.csv": "table.encoding",
    "header.csv": "table.empty",
    "text.csv": "table.value",
    "other.csv": "table.missing-column",
}


@pytest.mark.parametrize(("name", "code"), REFUSED.items())
def test_an_input_that_is_refused_ends_with_its_exit_code_and_a_remedy(run, odd_files, name, code):
    exit_code, out, err = run("analyze", odd_files / name, "--marker", "age", *QUESTION)
    assert exit_code == ERRORS[code].exit_code == 3
    assert out == ""
    assert err.startswith("Error: ")
    assert "\nWhat to do: " in err
    assert f"({code}, exit code 3)" in err


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(run, odd_files):
    (odd_files / "text.csv").chmod(0)
    assert run("analyze", odd_files / "text.csv", "--marker", "age", *QUESTION)[0] == 3


NAMES = ["two\nlines.csv", "🧲 größe.csv", "-rf.csv", "[red]bold.csv", 'a b\'s "c".csv', ".hidden.csv"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_may_have_any_name(run, tmp_path, monkeypatch, name):
    (tmp_path / name).write_bytes(COHORT.read_bytes())
    monkeypatch.chdir(tmp_path)
    marked = [argument if argument != str(COHORT) else "--" for argument in ANALYZE]
    marked.remove("--")
    code, out, _ = run(*marked, "--json", "-", "--", name)
    assert code == 0
    assert json.loads(out)["table"] == name


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_file_name_that_is_no_utf_8_is_kept_and_its_json_can_be_read(tmp_path):
    name = os.fsdecode(b"table-\xff.csv")
    (tmp_path / name).write_bytes(COHORT.read_bytes())
    arguments = [name if argument == str(COHORT) else argument for argument in ANALYZE]
    done = shell(*arguments, "--json", "out.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((tmp_path / "out.json").read_bytes())["table"] == name
    printed = shell(*arguments, "--json", "-", cwd=tmp_path)
    assert json.loads(printed.stdout)["table"] == name


def test_control_characters_of_a_table_do_not_reach_the_terminal(run, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text(
        COHORT.read_text().replace("avg_adc_1e-3_mm2_s", "\x1b[2Jadc").replace("G1", "G\x1b[31m1")
    )
    arguments = ["--outcome", "who_grade", "--positive", "G3", "--direction", "low", "--resamples", "200"]
    code, out, err = run("analyze", table, "--marker", "\x1b[2Jadc", "--grade", "who_grade", *arguments)
    assert code == 0
    assert "\x1b" not in out + err
    code, out, err = run("analyze", table, "--marker", "nix\x1b[2J", *arguments)
    assert (code, "\x1b" in out + err) == (3, False)


def test_json_is_written_beside_what_is_shown_and_replaces_a_file_whole(run, tmp_path):
    target = tmp_path / "result.json"
    target.write_text('{"older": 1}')
    code, out, _ = run(*ANALYZE, "--json", target)
    assert code == 0
    assert "Mann-Whitney" in out
    result = json.loads(target.read_text(encoding="utf-8"))
    assert (result["schema"], result["n_rows"]) == ("adcurate.analysis", 47)
    assert names_in(tmp_path) == ["result.json"]


def test_a_dash_prints_the_json_and_nothing_else(run, tmp_path):
    code, out, err = run(*ANALYZE, "--json", "-")
    assert (code, err) == (0, "")
    assert json.loads(out)["markers"]["avg_adc_1e-3_mm2_s"]["n"] == 47
    run(*ANALYZE, "--json", tmp_path / "file.json")
    assert (tmp_path / "file.json").read_text(encoding="utf-8") == out


@pytest.mark.parametrize("target", ["folder", "none/result.json", ".", "x" * 300, "file.txt/result.json"])
def test_a_target_that_cannot_be_written_is_an_error_without_a_partial_file(
    run, tmp_path, monkeypatch, target
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.txt").write_text("mine")
    code, _, err = run(*ANALYZE, "--json", target)
    assert code == 5
    assert "(output.not-writable, exit code 5)" in err
    assert names_in(tmp_path) == ["file.txt", "folder"]
    assert names_in(tmp_path / "folder") == []
    assert (tmp_path / "file.txt").read_text() == "mine"


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_a_disk_that_fills_up_leaves_the_older_file_as_it_was(run, tmp_path, monkeypatch, step):
    target = tmp_path / "result.json"
    target.write_text('{"older": 1}')
    real = getattr(Path, step)

    def full(self, *arguments):
        if step == "write_bytes":
            real(self, b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, step, full)
        code, _, err = run(*ANALYZE, "--json", target)
    assert code == 5
    assert "No space left on device" in err
    assert names_in(tmp_path) == ["result.json"]
    assert target.read_text() == '{"older": 1}'


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX systems")
def test_a_pipe_is_written_to_and_never_replaced(run, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE)
    code, _, _ = run(*ANALYZE, "--json", tmp_path / "pipe")
    try:
        assert (code, (tmp_path / "pipe").is_fifo()) == (0, True)
        read, _ = reader.communicate(timeout=30)
    finally:
        reader.kill()
        reader.wait()
    assert json.loads(read)["n_rows"] == 47


def break_analysis(monkeypatch, error):
    def broken(*_arguments, **_options):
        raise error

    monkeypatch.setattr("adcurate.study.tables.analyze_table.read_table", broken)


BUGS = [
    ValueError("could not convert 'Muster^Erika'"),
    KeyError("Muster^Erika"),
    RecursionError("Muster^Erika"),
    MemoryError("Muster^Erika"),
    UnicodeDecodeError("utf-8", b"Muster^Erika", 0, 1, "bad"),
    OSError(5, "Input/output error", "/archive/Muster^Erika"),
    ExceptionGroup("Muster^Erika", [ValueError("Muster^Erika")]),
]


@pytest.mark.parametrize("error", BUGS, ids=lambda error: type(error).__name__)
def test_a_bug_is_said_plainly_without_the_text_of_the_exception(run, monkeypatch, error):
    break_analysis(monkeypatch, error)
    monkeypatch.delenv("ADCURATE_TRACEBACK", raising=False)
    code, out, err = run(*ANALYZE)
    assert code == 70
    assert f"A bug of Adcurate: {type(error).__name__} in adcurate.study.tables.analyze_table, line " in err
    assert "Muster" not in out + err


def test_whoever_looks_for_a_bug_can_ask_for_the_traceback(monkeypatch):
    break_analysis(monkeypatch, ValueError("shown"))
    monkeypatch.setenv("ADCURATE_TRACEBACK", "1")
    with pytest.raises(ValueError, match="shown"):
        entry.run(ANALYZE)


def test_every_error_ends_with_the_exit_code_of_the_table(run, monkeypatch):
    kinds = {kind.family: kind for kind in AdcurateError.__subclasses__()}
    for code, kind in ERRORS.items():
        family = kinds[code.split(".")[0]]
        break_analysis(
            monkeypatch, family(code, "A sentence [bold] of one line.", remedy="A remedy [/bold].")
        )
        exit_code, out, err = run(*ANALYZE)
        assert (exit_code, out) == (kind.exit_code, "")
        expected = f"Error: A sentence [bold] of one line.\nWhat to do: A remedy [/bold].\n({code}, "
        assert err.startswith(expected)
    assert InternalError.family in kinds


def test_a_long_error_stays_on_one_line_so_that_it_can_be_copied(run, monkeypatch):
    path = "/a/very/long/path" * 20
    break_analysis(monkeypatch, InternalError("internal.bug", f"At {path}.", remedy=f"adcurate study {path}"))
    _, _, err = run(*ANALYZE)
    assert f"Error: At {path}.\nWhat to do: adcurate study {path}\n" in err


def test_an_interrupt_ends_with_130_and_a_sentence(run, monkeypatch):
    break_analysis(monkeypatch, KeyboardInterrupt())
    code, _, err = run(*ANALYZE)
    assert code == 130
    assert "Stopped." in err


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_control_c_stops_a_running_command_without_a_traceback():
    slow = (
        "import signal, time, adcurate.study.tables.analyze_table as a\n"
        # A shell that starts the tests in the background has Ctrl-C ignored, and children inherit that.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def wait(*x, **y): print('reading', flush=True); time.sleep(60)\n"
        "a.read_table = wait\n"
        "from adcurate.cli.entry import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", slow, *ANALYZE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "reading\n"
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - started < 10
    assert "Traceback" not in err
    assert "Stopped." in err


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX systems")
@pytest.mark.parametrize("more", [[], ["--json", "-"]], ids=["tables", "json"])
def test_a_reader_that_goes_away_is_no_trouble(more):
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [*COMMAND, *ANALYZE, *more], stdout=write_end, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write_end)
    assert done.stderr == ""
    assert done.returncode in {1, 141}


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_terminal_that_lacks_a_sign_still_shows_the_result(encoding):
    done = subprocess.run(
        [*COMMAND, *ANALYZE],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"LR+" in done.stdout
    json_too = shell(*ANALYZE, "--json", "-", env={**os.environ, "PYTHONIOENCODING": encoding})
    assert json.loads(json_too.stdout)["n_rows"] == 47


def test_the_installed_command_is_this_one():
    from importlib.metadata import entry_points

    (point,) = [point for point in entry_points(group="console_scripts") if point.name == "adcurate"]
    assert point.load() is entry.main


def test_a_missing_file_is_told_from_a_shell_too(tmp_path):
    done = shell("analyze", "none.csv", "--marker", "age", *QUESTION, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.count("\n") == 3
    assert "input.missing" in done.stderr
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [
        "subject,adc\n1,2\n",
        'title = "mine"\n',
        '{"schema": "adcurate.contours", "contours": []}',
        '{"contours": [' + " " * 9000 + '], "schema": "adcurate.contours"}',
    ],
)
def test_a_file_that_is_no_earlier_result_is_never_written_over(run, tmp_path, content):
    target = tmp_path / "mine"
    target.write_text(content)
    code, _, err = run(*ANALYZE, "--json", target)
    assert code == 2
    assert "output.exists" in err
    assert target.read_text() == content


def test_a_marker_in_small_units_is_shown_with_its_digits(run, tmp_path):
    rows = [f"{0.0009 + number * 0.00003:.6f},{'G3' if number < 4 else 'G1'}" for number in range(12)]
    (tmp_path / "si.csv").write_text("adc,g\n" + "\n".join(rows) + "\n")
    asked = ("--marker", "adc", "--outcome", "g", "--positive", "G3", "--direction", "low")
    code, out, _ = run("analyze", tmp_path / "si.csv", *asked)
    assert code == 0
    assert "≤ 0.000990" in out


def test_an_empty_argument_is_refused_and_not_taken_for_this_folder(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "something.dcm").write_bytes(bytes(128) + b"DICM")
    assert entry.run(["inspect", ""]) == 2
    assert "empty" in capsys.readouterr().err
