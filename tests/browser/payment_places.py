"""Where the pages of payments stand: files, what found no lease, and lines of the ledger."""

import io
from collections.abc import Callable

from arrears.models import ChargeDispute, LedgerLine, PaymentImport, UnplacedPayment
from arrears.services.imports import import_file
from arrears.services.ledger import dispute
from boligsak.accounts.models import User
from tenants.models import Lease
from tests.browser.bank import mistyped, payment_file
from tests.browser.desk_places import owing
from tests.browser.town import TODAY
from tests.browser.visits import LANDLORD, Visit


def line(kind: str) -> Callable[[], list[int]]:
    def find() -> list[int]:
        lines = LedgerLine.objects.filter(kind=kind, corrects=None, lease__is_protected=False)
        return [lines.order_by("-effective_on", "pk").values_list("pk", flat=True)[0]]

    return find


def payment_and_lease() -> list[int]:
    return [*line("payment")(), *owing()]


def open_dispute() -> list[int]:
    found = ChargeDispute.objects.filter(closed_on=None, line__lease__is_protected=False).first()
    if found is None:
        by = User.objects.get(username="utleier")
        found = dispute(line("rent")()[0], 100_000, on=TODAY, note="Fukt på badet", by=by)
    return [found.pk]


def done_import() -> list[int]:
    return [PaymentImport.objects.filter(state="done").order_by("pk")[0].pk]


def refused_import() -> list[int]:
    found = PaymentImport.objects.filter(state="refused").first()
    return [(found or send_in(b"this is no payment file\n", "notat.txt")).pk]


def send_in(file: bytes, name: str) -> PaymentImport:
    return import_file(io.BytesIO(file), filename=name, today=TODAY)


def unplaced() -> list[int]:
    """A payment whose KID is one slip away from a lease's."""
    found = UnplacedPayment.objects.filter(state="open").order_by("pk").first()
    if found is None:
        leases = Lease.objects.filter(moved_out_on=None, is_protected=False).exclude(kid="")
        kid = leases.order_by("pk").values_list("kid", flat=True)[0]
        send_in(payment_file(mistyped(kid), 905_000, "0099001"), "OCR.feilskrevet.txt")
        found = UnplacedPayment.objects.filter(state="open").order_by("pk")[0]
    return [found.pk]


def unplaced_and_lease() -> list[int]:
    return [*unplaced(), *owing()]


VISITS = [
    Visit("arrears:imports", LANDLORD),
    Visit("arrears:imports", LANDLORD, query="state=waiting"),
    Visit("arrears:import_new", LANDLORD),
    Visit("arrears:import", LANDLORD, done_import),
    Visit("arrears:import", LANDLORD, refused_import),
    Visit("arrears:unplaced", LANDLORD),
    Visit("arrears:unplaced_payment", LANDLORD, unplaced),
    Visit("arrears:unplaced_place", LANDLORD, unplaced_and_lease),
    Visit("arrears:unplaced_return", LANDLORD, unplaced),
    Visit("arrears:correct_line", LANDLORD, line("rent")),
    Visit("arrears:dispute_charge", LANDLORD, line("rent")),
    Visit("arrears:settle_dispute", LANDLORD, open_dispute),
    Visit("arrears:new_charge", LANDLORD, owing),
    Visit("arrears:move_payment", LANDLORD, line("payment")),
    Visit("arrears:move_to", LANDLORD, payment_and_lease),
]
