"""Users, roles and offices, as an administrator meets them."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from boligsak import dates
from boligsak.accounts.models import Office, RoleAssignment, User
from boligsak.accounts.staffing import NewUser, assign_role, change_user, end_role, enter_user
from boligsak.rule import RuleBroken
from tests.factories import OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
LONG = "et ganske langt passord"


@pytest.fixture
def boss() -> User:
    return UserFactory(role="administrator", username="sjefen")


@pytest.fixture
def administrator(client: Client, boss: User) -> Client:
    client.force_login(boss)
    return client


def send(client: Client, page: str, step: str, pk: int | None = None, /, **values: Any) -> Any:
    data = {f"{step}-{field}": value for field, value in values.items()} | {"step": step}
    return client.post(reverse(f"admin:{page}", args=[pk] if pk else None), data)


NEW = {"username": "kari", "first_name": "Kari", "last_name": "Nordmann"}


def test_a_user_is_entered_and_can_do_nothing_before_a_role_is_given(
    administrator: Client, client: Client
) -> None:
    send(administrator, "accounts_user_add", "new", **NEW, password=LONG)
    user = User.objects.get(username="kari")
    assert user.check_password(LONG)
    assert user.access.permissions == frozenset()
    today = dates.today()
    send(
        administrator,
        "accounts_user_change",
        "role",
        user.pk,
        role="caseworker",
        office="",
        valid_from="i dag",
        valid_to="",
    )
    assert "desk.view_my_work" in User.objects.get(pk=user.pk).access_on(today).permissions


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "SJEFEN"}, "username"),
        ({"username": "kari nordmann"}, "username"),
        ({"password": "kort"}, "password"),
        ({"password": "123456789012"}, "password"),
        ({"email": "nei"}, "email"),
    ],
)
def test_a_user_is_refused_beside_the_field_at_fault(
    administrator: Client, change: dict[str, str], field: str
) -> None:
    page = send(administrator, "accounts_user_add", "new", **NEW | {"password": LONG} | change)
    assert page.status_code == 422
    assert field in page.context["failed"].errors
    assert LONG not in page.content.decode()


def test_without_a_password_only_the_municipalitys_own_sign_in_opens() -> None:
    user = enter_user(NewUser(**NEW))
    assert not user.has_usable_password()


def test_a_role_is_given_once_in_the_same_days() -> None:
    user, office = UserFactory(role=""), OfficeFactory()
    first = datetime.date(2026, 1, 1)
    given = {"office_id": office.pk, "valid_from": first}
    assign_role(user.pk, "caseworker", **given, valid_to=datetime.date(2026, 6, 30))
    with pytest.raises(RuleBroken, match=r"role\.already"):
        assign_role(user.pk, "caseworker", **given)
    assign_role(user.pk, "caseworker", office_id=None, valid_from=first)
    assign_role(user.pk, "caseworker", office_id=office.pk, valid_from=datetime.date(2026, 7, 1))
    assert user.role_assignments.count() == 3


def test_a_role_is_ended_and_never_deleted(administrator: Client) -> None:
    user = UserFactory(role="caseworker")
    row = user.role_assignments.get()
    send(
        administrator,
        "accounts_user_change",
        "end",
        user.pk,
        assignment=row.pk,
        valid_to=dates.format_day(dates.today()),
    )
    row.refresh_from_db()
    assert row.valid_to == dates.today()


def test_the_last_administrator_stays(boss: User) -> None:
    row = boss.role_assignments.get()
    with pytest.raises(RuleBroken, match=r"role\.last_administrator"):
        end_role(row.pk, valid_to=dates.today(), by=boss)
    UserFactory(role="administrator")
    assert end_role(row.pk, valid_to=dates.today(), by=boss).valid_to


def test_an_administrator_who_has_left_is_no_administrator(boss: User) -> None:
    UserFactory(role="administrator", is_active=False)
    with pytest.raises(RuleBroken, match=r"role\.last_administrator"):
        end_role(boss.role_assignments.get().pk, valid_to=dates.today(), by=boss)


def test_nobody_shuts_themselves_out(boss: User) -> None:
    with pytest.raises(RuleBroken, match=r"user\.not_yourself"):
        change_user(boss.pk, by=boss, is_active=False)


def test_a_user_who_leaves_is_made_inactive(administrator: Client) -> None:
    user = UserFactory(role="caseworker")
    values = {"first_name": "Kari", "last_name": "Ny", "email": ""}
    send(administrator, "accounts_user_change", "change", user.pk, **values)
    user.refresh_from_db()
    assert (user.is_active, user.last_name) == (False, "Ny")


def test_a_password_is_set_by_the_administrator(administrator: Client) -> None:
    user = UserFactory()
    send(administrator, "accounts_user_change", "password", user.pk, password=LONG)
    user.refresh_from_db()
    assert user.check_password(LONG)


@pytest.mark.parametrize(("query", "found"), [("?role=landlord", True), ("?role=manager", False)])
def test_users_are_filtered_by_role(administrator: Client, query: str, found: bool) -> None:
    UserFactory(role="landlord", username="utleieren")
    page = administrator.get(reverse("admin:accounts_user_changelist") + query)
    assert ("utleieren" in page.content.decode()) is found


@pytest.mark.parametrize("words", ["utlei", "Berit", "haug berit"])
def test_a_user_is_found_by_name_or_username(administrator: Client, words: str) -> None:
    UserFactory(username="utleieren", first_name="Berit", last_name="Haugen")
    address = reverse("admin:accounts_user_changelist")
    page = administrator.get(administrator.post(address, {"words": words})["Location"])
    assert [row["cells"][1] for row in page.context["rows"]] == ["utleieren"]


def test_two_offices_are_merged(administrator: Client) -> None:
    send(administrator, "accounts_office_add", "new", name="Ny", code="ny", opened_on="1.1.2026")
    new, old = Office.objects.get(code="ny"), OfficeFactory(name="Gammel")
    send(
        administrator,
        "accounts_office_change",
        "change",
        old.pk,
        name="Gammel",
        closed_on="31.12.2025",
        successor=new.pk,
    )
    old.refresh_from_db()
    assert (old.successor, old.closed_on) == (new, datetime.date(2025, 12, 31))


def test_an_office_is_refused_beside_the_field_at_fault(administrator: Client) -> None:
    office = OfficeFactory(code="her")
    page = send(
        administrator, "accounts_office_add", "new", name="X", code="her", opened_on="1.1.2026"
    )
    assert "code" in page.context["failed"].errors
    values = {"name": "X", "closed_on": "1.1.1990", "successor": ""}
    page = send(administrator, "accounts_office_change", "change", office.pk, **values)
    assert "closed_on" in page.context["failed"].errors


def test_an_administrator_sees_no_tenant(administrator: Client) -> None:
    for name in ("tenants_lease", "tenants_person", "tenants_dwelling", "arrears_ledgerline"):
        assert administrator.get(reverse(f"admin:{name}_changelist")).status_code == 403
    assert RoleAssignment.objects.count() == 1


def test_who_gave_a_role_is_told_on_the_users_page(administrator: Client) -> None:
    user = UserFactory(role="")
    values = {"role": "caseworker", "office": "", "valid_from": "i dag", "valid_to": ""}
    sent = send(administrator, "accounts_user_change", "role", user.pk, **values)
    (told,) = administrator.get(sent["Location"]).context["timeline"]
    assert "Nordmann" in told["who"]
    assert str(user.role_assignments.get()).lower() == told["text"].lower()


def test_a_refused_step_is_not_written_down(administrator: Client, boss: User) -> None:
    row = boss.role_assignments.get()
    send(
        administrator,
        "accounts_user_change",
        "end",
        boss.pk,
        assignment=row.pk,
        valid_to="i dag",
    )
    page = administrator.get(reverse("admin:accounts_user_change", args=[boss.pk]))
    assert page.context["timeline"] == []
