"""Objects that other tools open: ADC maps, regions and measurements of one exam as DICOM.

Each module makes one kind of object from frozen records of numbers and geometry; what is in the store, and
which files are written where, is the caller's business. Every object carries the study's codes and nothing
else of a person, and the same input gives the same bytes.
"""
