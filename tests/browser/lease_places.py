"""Where the pages of a lease's life stand: what runs out, renewals, many at once, and rents."""

from boligsak import dates
from boligsak.accounts.models import User
from tenants.models import BulkStep, Lease, LeaseContract
from tenants.rules.indexation import first_valid_from
from tenants.rules.renewal import Wish
from tenants.services.bulk_indexation import prepare_indexation
from tenants.services.bulk_renewal import prepare_renewals
from tenants.services.renewals import NewTerm, renew
from tests.browser.visits import CASEWORKER, COORDINATOR, HOUSING_UNIT, LANDLORD, Visit

ON_A_LEASE_THAT_ENDS = ("renew", "convert")


def _ending() -> list[int]:
    """Leases whose term runs out in the coming half year, and nobody is protected."""
    day = dates.today()
    rows = Lease.objects.filter(
        is_protected=False,
        moved_out_on=None,
        move_requested_on=None,
        ends_on__gt=day,
        ends_on__lte=dates.add_months(day, 5),
    )
    return list(rows.order_by("ends_on", "pk").values_list("pk", flat=True))


def a_lease_that_ends() -> list[int]:
    return _ending()[-1:]


def an_unsigned_term() -> list[int]:
    found = LeaseContract.objects.filter(kind="renewal", state="signing").order_by("pk").first()
    if found is None:
        by = User.objects.get(username="boligenhet")
        new = NewTerm(wish=Wish(has_looked=True))
        found = renew(_ending()[0], new, version=None, by=by, on=dates.today())
    return [found.pk]


def many_renewals() -> list[int]:
    found = BulkStep.objects.filter(kind="renewal", state="preview").order_by("pk").first()
    by = User.objects.get(username="boligenhet")
    found = found or prepare_renewals(_ending(), by=by, on=dates.today())
    return [found.pk]


def an_indexation() -> list[int]:
    found = BulkStep.objects.filter(kind="indexation", state="preview").order_by("pk").first()
    by, day = User.objects.get(username="utleier"), dates.today()
    found = found or prepare_indexation(first_valid_from(day), None, by=by, on=day)
    return [found.pk]


def a_rent() -> list[int]:
    return _ending()[:1]


VISITS = [
    Visit("tenants:expiring", HOUSING_UNIT),
    Visit("tenants:expiring", COORDINATOR, query="within=365&sort=-ends"),
    *(Visit(f"tenants:{name}", CASEWORKER, a_lease_that_ends) for name in ON_A_LEASE_THAT_ENDS),
    Visit("tenants:term_drop", HOUSING_UNIT, an_unsigned_term),
    Visit("tenants:bulk", HOUSING_UNIT, many_renewals),
    Visit("tenants:indexation", LANDLORD),
    Visit("tenants:index_run", LANDLORD, an_indexation),
    Visit("tenants:rent", LANDLORD, a_rent),
]
