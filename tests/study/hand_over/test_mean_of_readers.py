"""Where the plan takes the mean of readers, the main analysis and the table of cases round it alike."""

from __future__ import annotations

import numpy as np

from adcurate.study.run import run_study


def test_a_mean_of_two_readers_is_one_number_everywhere(study) -> None:
    text = study.protocol_file.read_text("utf-8") + '[plan]\nvalue = "mean"\n'
    study.protocol_file.write_text(text, "utf-8")
    results = run_study(study, workers=0).results
    cases = results.readings["scanner"]
    for analysis in results.of_record:
        for value in analysis.values:
            own = [at for at, subject in enumerate(cases.subject) if subject == value.subject]
            known = [cases.markers[analysis.marker][at] for at in own]
            assert value.value == (known[0] if len(known) == 1 else float(f"{np.mean(known):.12g}"))
