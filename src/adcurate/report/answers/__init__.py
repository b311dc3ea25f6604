"""An answer as a reader sees it: sentences to paste and tables, rounded here and nowhere else.

Knows no figures, so that a terminal can print an answer without a plotting library; those are in
`adcurate.report.figures`.
"""
