"""Research objects in the forms that DICOMweb gives them out: JSON, and frames as bytes.

Only research objects come here. What is in the store, and who may ask, is the caller's business.
"""
