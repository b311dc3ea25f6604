"""The house stands: imports only go down, the command starts light, every error code has its place."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import adcurate
from adcurate.errors import ERRORS, AdcurateError, SchemeError

SOURCE = Path(adcurate.__file__).parent


def test_imports_only_go_down():
    from importlinter.cli import lint_imports

    config = str(SOURCE.parents[1] / "pyproject.toml")
    assert lint_imports(config_filename=config, no_cache=True) == 0


def _raised_codes() -> dict[str, set[str]]:
    """Error class -> codes it is raised with, read from the source."""
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            name, first = node.func.id, node.args[0]
            code = first.value if isinstance(first, ast.Constant) else None
            if name.endswith("Error") and isinstance(code, str) and "." in code and " " not in code:
                found.setdefault(name, set()).add(code)
    return found


def test_every_code_that_is_raised_stands_in_the_table():
    raised = _raised_codes()
    assert sum(map(len, raised.values())) > 40
    assert {code for codes in raised.values() for code in codes} <= set(ERRORS)


def test_no_code_stands_in_the_table_without_a_use():
    source = "".join(
        path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if path.name != "errors.py"
    )
    assert [code for code in ERRORS if f'"{code}"' not in source] == []


def test_every_family_of_codes_has_its_class():
    families = {kind.family for kind in AdcurateError.__subclasses__()}
    assert {code.split(".")[0] for code in ERRORS} == families


def test_an_error_refuses_a_code_of_another_family():
    with pytest.raises(LookupError):
        SchemeError("dicom.truncated", "A sentence.", remedy="A remedy.")


def test_starting_the_command_imports_nothing_heavy():
    heavy = ["numpy", "scipy", "pydicom", "matplotlib", "sqlalchemy", "rich", "openpyxl", "jinja2"]
    probe = (
        "import sys; from adcurate.cli.app import app\n"
        "try: app(['--help'], prog_name='adcurate')\n"
        "except SystemExit: pass\n"
        f"print('HEAVY', [name for name in {heavy!r} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout
    assert "HEAVY []" in shown
    assert "analyze" in shown
