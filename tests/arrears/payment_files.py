"""Payment files for the tests of the import, by the tests' own encoder."""

import datetime as dt
import io

from arrears.models import LeaseAccount, OpenCharge, PaymentImport
from arrears.rules.kid import make_kid
from arrears.services.imports import import_file
from tenants.models import Lease
from tests.arrears.ocr_encoder import Batch, OcrFile, Paid
from tests.factories import LeaseFactory

TODAY = dt.date(2026, 1, 21)
DUE = dt.date(2026, 1, 20)
RENT = 900_000


def lease_with_kid(number: int, **fields: object) -> Lease:
    return LeaseFactory(kid=make_kid(number), **fields)


def paid(lease: Lease | None = None, ore: int = RENT, **fields: object) -> Paid:
    """A payment to this lease; less than 0 is a reversal."""
    fields.setdefault("kid", lease.kid if lease else "")
    return Paid(ore=abs(ore), minus=ore < 0, **fields)  # type: ignore[arg-type]


def content(*payments: Paid, number: str = "0000001") -> bytes:
    return OcrFile([Batch(list(payments))], number=number).encode()


def imported(file: bytes, name: str = "ocr.txt", **fields: object) -> PaymentImport:
    return import_file(io.BytesIO(file), filename=name, today=TODAY, **fields)  # type: ignore[arg-type]


def kept_state() -> list[tuple[object, ...]]:
    """Everything that is kept of all leases, as settling writes it."""
    accounts = LeaseAccount.objects.order_by("lease_id").values_list(
        "lease_id", "balance_ore", "open_ore", "unallocated_ore", "oldest_due_on", "last_payment_on"
    )
    charges = OpenCharge.objects.order_by("lease_id", "due_on", "kind", "reference").values_list(
        "lease_id", "due_on", "kind", "reference", "amount_ore", "open_ore"
    )
    return [*accounts, *charges]
