"""OCR giro: the bank's file of payments with KID, read strictly and in one pass.

reader = OcrReader(stream)
for payment in reader: ...      # OcrError at the first fault: the whole file is refused
reader.header, reader.totals, reader.fingerprint
"""

from arrears.rules.ocr_giro.reader import OcrReader
from arrears.rules.ocr_giro.values import (
    AssignmentTotals,
    FileHeader,
    FileTotals,
    OcrError,
    Payment,
)

__all__ = [
    "AssignmentTotals",
    "FileHeader",
    "FileTotals",
    "OcrError",
    "OcrReader",
    "Payment",
]
