"""What the plan may ask and what is answered: a ``...Question`` and an ``...Answer`` for each kind.

A question's fields are the keys of its entry in the plan, with their defaults. An answer joins frozen
results of `adcurate.statistics`; it is not rounded.
"""
