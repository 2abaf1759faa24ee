"""Who can log in to the demo: one for each role, and the caseworkers of each office."""

import datetime as dt
from typing import NamedTuple

from django.contrib.auth.hashers import make_password

from boligsak.accounts.models import Office, Role, RoleAssignment, User
from boligsak.desk.demo.places import DISTRICTS

PASSWORD = "boligsak-demo"  # noqa: S105 - printed for everybody; production refuses the demo
OPENED_ON = dt.date(2015, 1, 1)


class DemoUser(NamedTuple):
    """`office` is a code, empty for every office."""

    username: str
    given_name: str
    family_name: str
    role: str
    office: str = ""
    is_cleared: bool = False


ROLES = (
    DemoUser("koordinator", "Marit", "Aune", Role.COORDINATOR, "", True),
    DemoUser("saksbehandler", "Jonas", "Tiller", Role.CASEWORKER, "heimdal"),
    DemoUser("boligenhet", "Berit", "Sund", Role.HOUSING_UNIT),
    DemoUser("utleier", "Geir", "Forbord", Role.LANDLORD),
    DemoUser("leder", "Ingrid", "Kvam", Role.MANAGER),
    DemoUser("personvern", "Arve", "Stokke", Role.PRIVACY_OFFICER),
    DemoUser("admin", "Silje", "Engan", Role.ADMINISTRATOR),
)

CASEWORKERS = (
    DemoUser("heimdal2", "Hodan", "Warsame", Role.CASEWORKER, "heimdal", True),
    DemoUser("heimdal3", "Trond", "Hegstad", Role.CASEWORKER, "heimdal"),
    DemoUser("lerkendal1", "Synnøve", "Moen", Role.CASEWORKER, "lerkendal", True),
    DemoUser("lerkendal2", "Khaled", "Darwish", Role.CASEWORKER, "lerkendal"),
    DemoUser("lerkendal3", "Kari", "Rønning", Role.CASEWORKER, "lerkendal"),
    DemoUser("midtbyen1", "Maja", "Kappfjell", Role.CASEWORKER, "midtbyen", True),
    DemoUser("midtbyen2", "Eirik", "Wold", Role.CASEWORKER, "midtbyen"),
    DemoUser("midtbyen3", "Nora", "Brekken", Role.CASEWORKER, "midtbyen"),
    DemoUser("ostbyen1", "Håkon", "Sæther", Role.CASEWORKER, "ostbyen", True),
    DemoUser("ostbyen2", "Selam", "Tesfamariam", Role.CASEWORKER, "ostbyen"),
    DemoUser("ostbyen3", "Vigdis", "Øien", Role.CASEWORKER, "ostbyen"),
)


def make_offices() -> dict[str, Office]:
    """The four welfare offices, by code."""
    return {
        district.code: Office.objects.create(
            name=district.name, code=district.code, opened_on=OPENED_ON
        )
        for district in DISTRICTS
    }


def make_users(offices: dict[str, Office]) -> dict[str, User]:
    """Everybody who can log in, by user name, all with the same password."""
    password = make_password(PASSWORD)
    users = {}
    for row in (*ROLES, *CASEWORKERS):
        user = User.objects.create(
            username=row.username,
            first_name=row.given_name,
            last_name=row.family_name,
            email=f"{row.username}@example.org",
            password=password,
        )
        RoleAssignment.objects.create(
            user=user,
            role=row.role,
            office=offices.get(row.office),
            is_cleared=row.is_cleared,
            valid_from=OPENED_ON,
        )
        users[row.username] = user
    return users
