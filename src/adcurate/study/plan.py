"""``plan``: the analysis plan as a page, and a version of the protocol that proves when it stood."""

from __future__ import annotations

from pathlib import Path

from adcurate import __version__
from adcurate.report.files import write_atomically
from adcurate.report.methods import write_fixed_methods
from adcurate.report.plan_page import render_plan
from adcurate.study.folder import StudyFolder
from adcurate.study.protocol.amend import keep_protocol


def write_plan(study: StudyFolder, path: Path | None = None) -> Path:
    """Write the plan's page to `path` (``results/plan.html``), and keep the protocol as it stands.

    Raises
    ------
    ProtocolError
        A faulty ``study.toml``.
    OutputError
        ``output.not-writable``
    """
    protocol = study.protocol()
    with study.open_store() as store:
        version = keep_protocol(study, store)
    page = render_plan(
        protocol.plan,
        title=protocol.title,
        methods=write_fixed_methods(protocol),
        kept=f"Version {version.version} of the protocol, kept since {version.at[:10]} "
        f"({version.digest[:19]}…)",
        version=__version__,
    )
    target = path or study.results / "plan.html"
    write_atomically(target, page.encode())
    return target
