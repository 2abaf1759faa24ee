"""Every page names its permission, and every permission is somebody's and for something."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin

from boligsak.accounts.grants import GRANTS
from boligsak.accounts.models import Role
from tests.house import world as houses

BASE_DIR = Path(settings.BASE_DIR)
ASKED = re.compile(r"""has_perm\(\s*["']([a-z_]+\.[a-z_]+)["']""")
IN_TEMPLATE = re.compile(r"perms\.([a-z_]+\.[a-z_]+)")
NAMED = re.compile(
    r"""["'](?:desk|tenants|arrears|meetings|letters|rates|jobs|accounts)\.[a-z_]+["']"""
)


def of_pages() -> set[str]:
    return {name for address in houses.ours() for name in address.permissions}


def of_registers() -> set[str]:
    found: set[str] = set()
    for register in admin.site._registry.values():
        found |= {register.to_view, register.to_change}  # type: ignore[attr-defined]
        found |= {step.permission for step in register.steps}  # type: ignore[attr-defined]
    found |= {link.permission for link in admin.site._links}  # type: ignore[attr-defined]
    return found - {""}


def asked_in_the_sources() -> set[str]:
    found: set[str] = set()
    for folder in ("boligsak", "tenants", "arrears", "meetings"):
        for path in (BASE_DIR / folder).rglob("*.py"):
            found |= set(ASKED.findall(path.read_text()))
    for path in (BASE_DIR / "templates").rglob("*.html"):
        found |= set(IN_TEMPLATE.findall(path.read_text()))
    return found


@pytest.mark.parametrize("address", houses.ours(), ids=lambda address: address.name)
def test_a_page_names_its_permission(address: houses.Address) -> None:
    assert "" not in address.permissions, f"{address.name} has no @page"


def test_every_permission_that_is_asked_is_granted_to_somebody() -> None:
    assert of_pages() | of_registers() | asked_in_the_sources() <= set(GRANTS)


def test_every_permission_that_is_granted_is_asked_somewhere() -> None:
    assert set(GRANTS) <= of_pages() | of_registers() | asked_in_the_sources()


def test_a_permission_is_granted_to_roles_that_exist() -> None:
    assert {role for roles in GRANTS.values() for role in roles} == set(Role.values)


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("tenants.view_social", {"caseworker", "coordinator"}),
        ("accounts.manage_users", {"administrator"}),
        ("accounts.view_lookups", {"privacy_officer"}),
        ("arrears.import_payments", {"landlord"}),
        ("rates.change_policies", {"administrator"}),
    ],
)
def test_what_few_may_do_stays_with_the_few(name: str, roles: set[str]) -> None:
    assert set(GRANTS[name]) == roles
