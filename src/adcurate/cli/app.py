"""The commands, and nothing else: `adcurate --help` must stay light, so heavy imports wait inside them."""

from __future__ import annotations

from typing import Annotated

import typer

from adcurate import __version__
from adcurate.cli.analyze import analyze
from adcurate.cli.deidentify import deidentify
from adcurate.cli.demo import demo
from adcurate.cli.inspect import inspect
from adcurate.cli.phantom import phantom_app
from adcurate.cli.pull import pull
from adcurate.cli.receive import receive
from adcurate.cli.request_list import request_list
from adcurate.cli.sample_size import sample_size_app
from adcurate.cli.serve import serve
from adcurate.cli.start import start
from adcurate.cli.study import study_app

app = typer.Typer(
    help="Quantitative diffusion-MRI studies from the PACS to the paper. Research use only.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"adcurate {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Quantitative diffusion-MRI studies from the PACS to the paper. Research use only."""


app.command()(start)
app.command()(demo)
app.command()(inspect)
app.command()(analyze)
app.command()(deidentify)
app.command()(receive)
app.command()(serve)
app.command()(pull)
app.command("request-list")(request_list)
app.add_typer(study_app, name="study")
app.add_typer(phantom_app, name="phantom")
app.add_typer(sample_size_app, name="sample-size")
