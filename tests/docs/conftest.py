"""Lets the tests of this folder import their two modules, `doc_pages` and `cli_reference`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
