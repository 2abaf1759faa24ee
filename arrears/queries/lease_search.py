"""Finding the lease that a payment belongs to, by whatever is known of it."""

import re
from typing import Any

from django.db.models import Q

from tenants.models import Lease, LeaseParty

MOST_FOUND = 20

_KID = re.compile(r"[0-9]{3,25}-?")


def find_leases(text: str, user: Any) -> list[int]:
    """Ids of at most 20 leases: by number, KID, tenant's name or address, the running ones first.

    A number or a KID finds every lease whose row the user may see; names and addresses only those
    that are not masked for them.
    """
    words = text.lower().split()
    if not words:
        return []
    joined = "".join(words)
    by_number = Q(number__iexact=text.strip())
    if _KID.fullmatch(joined):
        by_number |= Q(kid=joined)
    found = list(
        Lease.objects.visible_to(user).filter(by_number).values_list("pk", flat=True)[:MOST_FOUND]
    )
    if found or len(joined) < 2:
        return found
    open_to_user = Lease.objects.unmasked(user)
    of_person = LeaseParty.objects.all()
    at_address = open_to_user
    for word in words:
        of_person = of_person.filter(person__search_name__contains=word)
        at_address = at_address.filter(dwelling__search_address__contains=word)
    by_name = open_to_user.filter(pk__in=of_person.values("lease_id"))
    for leases in (by_name, at_address):
        running_first = leases.order_by("-moved_out_on", "number").values_list("pk", flat=True)
        found += running_first[:MOST_FOUND]
    return list(dict.fromkeys(found))[:MOST_FOUND]
