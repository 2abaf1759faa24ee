"""The registers of buildings, dwellings, people and leases."""

from tenants.admin.dwellings import BuildingRegister, DwellingRegister
from tenants.admin.leases import LeaseRegister
from tenants.admin.people import PersonRegister

__all__ = ["BuildingRegister", "DwellingRegister", "LeaseRegister", "PersonRegister"]
