from tenants.models.dwellings import Building, BuildingKind, Dwelling
from tenants.models.leases import (
    ChargeKind,
    Lease,
    LeaseKind,
    LeaseParty,
    PartyRole,
    RentTerm,
)
from tenants.models.people import (
    Guardianship,
    Household,
    HouseholdMember,
    MemberRole,
    Person,
    PersonIdentity,
    Protection,
)

__all__ = [
    "Building",
    "BuildingKind",
    "ChargeKind",
    "Dwelling",
    "Guardianship",
    "Household",
    "HouseholdMember",
    "Lease",
    "LeaseKind",
    "LeaseParty",
    "MemberRole",
    "PartyRole",
    "Person",
    "PersonIdentity",
    "Protection",
    "RentTerm",
]
