"""Where the pages of the desk stand: work, a lease, a person, a dwelling, and who looked."""

from arrears.models import Flag
from boligsak.accounts.models import LookUp, User
from tenants.models import Lease, Person
from tests.browser.visits import (
    CASEWORKER,
    COORDINATOR,
    HOUSING_UNIT,
    LANDLORD,
    MANAGER,
    PRIVACY_OFFICER,
    Visit,
)


def owing() -> list[int]:
    flag = Flag.objects.open().filter(kind="arrears", lease__is_protected=False)
    return [flag.order_by("-level", "pk").values_list("lease_id", flat=True)[0]]


def protected() -> list[int]:
    leases = Lease.objects.filter(is_protected=True, moved_out_on=None)
    return [leases.order_by("pk").values_list("pk", flat=True)[0]]


def tenant() -> list[int]:
    [lease_id] = owing()
    parties = Person.objects.filter(lease_parties__lease_id=lease_id)
    return [parties.order_by("pk").values_list("pk", flat=True)[0]]


def dwelling() -> list[int]:
    return [Lease.objects.get(pk=owing()[0]).dwelling_id]


def own_tenant() -> list[int]:
    """A tenant whom a caseworker of one office may see."""
    people = Person.objects.visible_to(User.objects.get(username="saksbehandler"))
    return [people.filter(protection=0).order_by("pk").values_list("pk", flat=True)[0]]


def look_up() -> list[int]:
    if not LookUp.objects.exists():
        user = User.objects.get(username="koordinator")
        LookUp.objects.create(user=user, page="desk:person", person_ids=tenant(), why="")
    return [LookUp.objects.order_by("pk")[0].pk]


VISITS = [
    Visit("desk:dashboard", COORDINATOR),
    Visit("desk:worklist", COORDINATOR),
    Visit("desk:worklist", COORDINATOR, query="level=3&sort=-since"),
    Visit("desk:worklist", COORDINATOR, query="new=31.12.2029"),
    Visit("desk:worklist", COORDINATOR, query="new=tull"),
    Visit("desk:worklist", HOUSING_UNIT),
    Visit("desk:my_work", CASEWORKER),
    Visit("desk:my_work", COORDINATOR),
    Visit("desk:figures", MANAGER),
    Visit("desk:leases", COORDINATOR, query="tile=expiring"),
    Visit("desk:lease", COORDINATOR, owing),
    Visit("desk:lease", COORDINATOR, owing, "on=21.06.2026&months=36"),
    Visit("desk:lease", LANDLORD, owing),
    Visit("desk:lease", LANDLORD, protected),
    Visit("desk:lease", HOUSING_UNIT, owing),
    Visit("desk:person", COORDINATOR, tenant),
    Visit("desk:person", LANDLORD, tenant),
    Visit("desk:person_change", CASEWORKER, own_tenant),
    Visit("desk:person_change", COORDINATOR, tenant),
    Visit("desk:dwelling", COORDINATOR, dwelling),
    Visit("desk:search", COORDINATOR),
    Visit("accounts:lookups", PRIVACY_OFFICER),
    Visit("accounts:lookup", PRIVACY_OFFICER, look_up),
    Visit("accounts:person_log", PRIVACY_OFFICER, tenant),
]
