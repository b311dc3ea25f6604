"""DICOM objects to and from the model. Import the modules by name: this package re-exports nothing.

pydicom's warnings and log quote the header that it stumbles over, a name or a number among them, so both are
silent wherever this package is used; what matters in them is a finding or an error here.
"""

import logging
import warnings

warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")
logging.getLogger("pydicom").addFilter(lambda record: False)
