"""Running the command in this process."""

import pytest

from adcurate.cli import entry


@pytest.fixture
def run(capfd):
    """Run the command in this process; give its exit code, output and error text."""

    def call(*arguments):
        code = entry.run([str(argument) for argument in arguments])
        shown = capfd.readouterr()
        assert "Traceback" not in shown.out + shown.err
        return code, shown.out, shown.err

    return call
