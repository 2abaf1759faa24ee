"""The registers of buildings, dwellings, people, leases and criteria."""

from tenants.admin.criteria import CriterionRegister
from tenants.admin.dwellings import BuildingRegister, DwellingRegister
from tenants.admin.leases import LeaseRegister
from tenants.admin.people import PersonRegister

__all__ = [
    "BuildingRegister",
    "CriterionRegister",
    "DwellingRegister",
    "LeaseRegister",
    "PersonRegister",
]
