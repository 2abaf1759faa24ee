"""Who answers for a lease and who lives there, as one value that two days can be compared by."""

from typing import Any

from tenants.models import HouseholdMember, Lease, LeaseParty


def household_state(lease: Lease) -> dict[str, list[list[Any]]]:
    """Parties and members with their days, JSON values in a fixed order.

    Equal states mean that nobody has been entered, taken out or given another day in between,
    whatever hand did it.
    """
    parties = LeaseParty.objects.filter(lease=lease).order_by("person_id", "from_on", "role")
    members = HouseholdMember.objects.filter(household_id=lease.household_id)
    if lease.household_id is None:
        members = members.none()
    return {
        "parties": [
            [person_id, role, _said(from_on), _said(to_on)]
            for person_id, role, from_on, to_on in parties.values_list(
                "person_id", "role", "from_on", "to_on"
            )
        ],
        "members": [
            [person_id, role, _said(from_on), _said(to_on)]
            for person_id, role, from_on, to_on in members.order_by(
                "person_id", "from_on", "role"
            ).values_list("person_id", "role", "from_on", "to_on")
        ],
    }


def _said(day: Any) -> str:
    return day.isoformat() if day else ""
