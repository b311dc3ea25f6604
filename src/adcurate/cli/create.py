"""``adcurate study create``: a new, empty study."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, one_of, wants_only_json, write_json
from adcurate.errors import UsageError


def create(
    folder: Annotated[Path, typer.Argument(help="A new folder, on a local disk.")],
    template: Annotated[
        str,
        typer.Option(
            "--template",
            help="net-grade (the paper's study), prostate-isup, liver-benign-malignant or graded-outcome "
            "(empty: any other).",
        ),
    ] = "net-grade",
    language: Annotated[str, typer.Option("--language", help="Of the worksheet: en, nl, fr or de.")] = "en",
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file",
            metavar="FILE",
            help="The vault's key: one that is there (the same codes as in its study), or where to make it.",
            show_default="in your settings",
        ),
    ] = None,
    prevalence: Annotated[
        float | None,
        typer.Option(
            "--prevalence",
            help="Share of positives where the test would be used, such as 0.19; 0: none is stated.",
            show_default="the template's",
        ),
    ] = None,
    questions: Annotated[
        str,
        typer.Option(
            "--questions", help="main: the confirmatory ones only; all: a reviewer's typical ones too."
        ),
    ] = "all",
    json_file: JsonOption = None,
) -> None:
    """Make an empty study: its protocol, its worksheet to fill in, its store and its vault."""
    from adcurate.cli.console import show_lines, show_next
    from adcurate.study.create import create_study
    from adcurate.study.folder import named_key_file
    from adcurate.study.plan_start import ASKED, PlanStart, begin_plan, template_offers
    from adcurate.study.status import next_step

    one_of("--language", language, ("en", "nl", "fr", "de"))
    named = named_key_file()
    if key_file is not None and named is not None and key_file.absolute() != named.absolute():
        raise UsageError(
            "usage.option",
            "--key-file and ADCURATE_VAULT_KEY_FILE name different files, and the variable would count.",
            remedy="Unset ADCURATE_VAULT_KEY_FILE, or leave --key-file out.",
        )
    one_of("--questions", questions, ASKED)
    offer = next((one for one in template_offers() if one.id == template), None)
    published = None if offer is None else offer.published_prevalence
    start = PlanStart(published if prevalence is None else prevalence or None, questions)  # type: ignore[arg-type]
    created = create_study(
        folder,
        template,
        key_file=key_file,
        language=language,  # type: ignore[arg-type]
        begin=lambda text: begin_plan(text, start),
    )
    unconfirmed = []
    if published and prevalence is None:
        said = f"its prevalence of {published:g} is the published study's: change or confirm it"
        unconfirmed = [" " * 18 + said]
    if not wants_only_json(json_file):
        show_lines(
            [
                f"Study made in {folder}.",
                "  study.toml      the protocol: read it, change it before the first analysis",
                *unconfirmed,
                "  worksheet.xlsx  the worksheet to fill in",
                f"The key of its vault: {created.key_file}",
                *(
                    ["It was there: persons have the codes of its other study."]
                    if created.key_was_there
                    else []
                ),
                "Keep a copy of the key in a safe place: without it nobody can be told who a code is.",
            ]
        )
        show_next(f"cd {shlex.quote(str(folder))}, then " + next_step(()))
    write_json(json_file, {"study": str(created.folder.path), "key_file": str(created.key_file)})
