"""Statistics by question, one subpackage each; every result names its method, its n and its rule for ties.

Pure: arrays in, frozen results out; randomness comes in as a `numpy.random.Generator`. Units are the
caller's. Nothing here rounds for display. What several questions share (intervals, ranks, resampling,
proportions, the marker beside its reference standard) stands in modules of this folder.

==============  ====================================================================================
`groups`        do groups differ?
`correlation`   do two quantities rise together?
`roc`           how well does a marker separate classes, and is one marker better than another?
`cutoff`        which cut-off, and how far does the choice move?
`diagnostic`    what does a rule say of the next patient?
`validation`    how would the cut-off do in new patients?
`agreement`     do readers, and readings, agree?
`clusters`      several lesions in one subject
`models`        regression: logistic, ordinal, mixed, censored; missing values
`scanners`      does the scanner, rather than the tumour, make the number?
`meta`          what do all studies together say?
`planning`      how many subjects?
==============  ====================================================================================
"""
