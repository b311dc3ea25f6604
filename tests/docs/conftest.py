"""Lets the tests of this folder import its modules: `doc_pages`, the two generators and `parity`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
