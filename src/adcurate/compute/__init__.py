"""One task runner: inline or in worker processes, with the same results in the same order."""

from adcurate.compute.limited import run_limited
from adcurate.compute.tasks import available_workers, run_tasks

__all__ = ["available_workers", "run_limited", "run_tasks"]
