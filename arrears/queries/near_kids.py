"""The lease a mistyped KID was probably meant for: one character wrong, or two neighbours swapped.

With a check digit and numbers that follow each other, several leases may lie that near.
"""

from typing import Any

from django.db import connection

from arrears.models import UnplacedPayment
from tenants.models import Lease

MOST_NEAR = 10
# Of a shorter one almost every KID is near.
SHORTEST_KID = 4

# From a table `lost (kid)`: every KID that is one slip away, whether a lease has it or not.
NEAR_KIDS = """
    SELECT kid, overlay(kid PLACING written FROM place FOR 1) AS other
    FROM lost, generate_series(1, length(kid)) AS place,
        string_to_table('0123456789-', NULL) AS written
    UNION
    SELECT kid, overlay(kid PLACING substr(kid, place + 1, 1) || substr(kid, place, 1)
        FROM place FOR 2)
    FROM lost, generate_series(1, length(kid) - 1) AS place
"""

_NEAR_LEASES = f"""
WITH lost AS (SELECT %(kid)s::varchar AS kid), near AS ({NEAR_KIDS})
SELECT lease.id
FROM near
JOIN tenants_lease AS lease ON lease.kid = near.other
LEFT JOIN arrears_leaseaccount AS account ON account.lease_id = lease.id
ORDER BY coalesce(%(ore)s NOT IN (account.monthly_rent_ore, account.balance_ore), true),
    lease.moved_out_on DESC NULLS FIRST, lease.number
LIMIT %(most)s
"""  # noqa: S608 - put together of our own constants


def leases_meant(payment: UnplacedPayment, user: Any) -> list[int]:
    """Ids of the leases the payment may be meant for, the likeliest first.

    A lease that has got exactly this KID since the import comes alone. Of the others those whose
    rent or balance is the amount come first, then those that still run.
    """
    if len(payment.kid) < SHORTEST_KID:
        return []
    visible = Lease.objects.visible_to(user)
    same = visible.filter(kid=payment.kid).values_list("pk", flat=True).first()
    if same:
        return [same]
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAR_LEASES, {"kid": payment.kid, "ore": payment.amount_ore, "most": MOST_NEAR}
        )
        near = [lease_id for (lease_id,) in cursor.fetchall()]
    seen = set(visible.filter(pk__in=near).values_list("pk", flat=True))
    return [lease_id for lease_id in near if lease_id in seen]
