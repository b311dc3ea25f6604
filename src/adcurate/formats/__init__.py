"""Files that are not DICOM: tables, the clinical worksheet, contours. What would be a guess is refused."""

from adcurate.formats.cells import DateOrder, Decimals
from adcurate.formats.contours import parse_contours, read_contours, write_contours
from adcurate.formats.delimited import Delimiter, Encoding
from adcurate.formats.table import Numbers, Table, read_table
from adcurate.formats.vocabulary import Language
from adcurate.formats.worksheet import Worksheet, WorksheetOptions, read_worksheet
from adcurate.formats.worksheet_writing import write_worksheet, write_worksheet_template

__all__ = [
    "DateOrder",
    "Decimals",
    "Delimiter",
    "Encoding",
    "Language",
    "Numbers",
    "Table",
    "Worksheet",
    "WorksheetOptions",
    "parse_contours",
    "read_contours",
    "read_table",
    "read_worksheet",
    "write_contours",
    "write_worksheet",
    "write_worksheet_template",
]
