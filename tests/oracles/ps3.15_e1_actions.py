"""Reduce the standard's confidentiality table to its actions: the basic profile and every option.

Usage: python ps3.15_e1_actions.py confidentiality_profile_attributes.json > ps3.15_e1_actions.json
The input is innolitics/dicom-standard, standard/confidentiality_profile_attributes.json (MIT).
"""

import json
import re
import sys
from pathlib import Path

COLUMNS = {
    "basicProfile": "basic profile",
    "rtnLongModifDatesOpt": "retain modified dates",
    "rtnPatCharsOpt": "retain patient characteristics",
    "cleanDescOpt": "clean descriptors",
    "rtnLongFullDatesOpt": "retain full dates",
    "rtnDevIdOpt": "retain device identity",
    "rtnInstIdOpt": "retain institution identity",
    "rtnUIDsOpt": "retain UIDs",
    "rtnSafePrivOpt": "retain safe private",
    "cleanStructContOpt": "clean structured content",
    "cleanGraphOpt": "clean graphics",
}

rows = {
    row["tag"].strip("()").replace(",", "").lower(): [row.get(column, "") for column in COLUMNS]
    for row in json.loads(Path(sys.argv[1]).read_text())
}
text = json.dumps(
    {
        "source": "DICOM PS3.15 Table E.1-1, edition of 2025-01, from innolitics/dicom-standard "
        "confidentiality_profile_attributes.json (MIT)",
        "generator": "ps3.15_e1_actions.py",
        "columns": list(COLUMNS.values()),
        "rows": rows,
    },
    indent=0,
    sort_keys=True,
)
print(re.sub(r"\[\n([^\]]*)\n\]", lambda found: "[" + found[1].replace("\n", " ") + "]", text))
