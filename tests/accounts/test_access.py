"""Roles with dates, users who leave, and how one gets in at all."""

import datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from boligsak import dates
from boligsak.accounts.models import RoleAssignment, User
from tests.factories import OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 20)
ONE_DAY = datetime.timedelta(days=1)
PASSWORD = "et langt passord"


def holding(
    role: str, valid_from: datetime.date, valid_to: datetime.date | None, **more: Any
) -> User:
    user = UserFactory(role="")
    RoleAssignment.objects.create(
        user=user, role=role, valid_from=valid_from, valid_to=valid_to, **more
    )
    return user


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        (TODAY - 2 * ONE_DAY, False),
        (TODAY - ONE_DAY, True),
        (TODAY, True),
        (TODAY + ONE_DAY, False),
    ],
)
def test_a_role_gives_access_from_its_first_day_to_its_last(
    client: Client, day: datetime.date, opens: bool
) -> None:
    user = holding("caseworker", TODAY - ONE_DAY, TODAY)
    noon = datetime.datetime.combine(day, datetime.time(12), dates.OSLO)
    with time_machine.travel(noon, tick=False):
        client.force_login(user)
        assert (client.get(reverse("desk:my_work")).status_code == 200) is opens


def test_a_role_that_ends_ends_at_midnight_in_oslo(client: Client) -> None:
    user = holding("caseworker", TODAY, TODAY)
    midnight = datetime.datetime.combine(TODAY + ONE_DAY, datetime.time(), dates.OSLO)
    with time_machine.travel(midnight - datetime.timedelta(seconds=1), tick=False) as clock:
        client.force_login(user)
        assert client.get(reverse("desk:my_work")).status_code == 200
        clock.move_to(midnight)
        assert client.get(reverse("desk:my_work")).status_code == 403


@pytest.mark.parametrize(
    ("assignments", "offices", "is_cleared"),
    [
        ([], set(), False),
        ([(1, True)], {1}, True),
        ([(1, True), (2, False)], {1, 2}, False),
        ([(1, True), (2, True)], {1, 2}, True),
        ([(None, False), (1, True)], None, False),
    ],
)
def test_what_several_roles_give_together(
    assignments: list[tuple[int | None, bool]], offices: set[int] | None, is_cleared: bool
) -> None:
    places = {1: OfficeFactory(), 2: OfficeFactory()}
    user = UserFactory(role="")
    for number, cleared in assignments:
        office = places[number] if number else None
        RoleAssignment.objects.create(
            user=user, role="caseworker", office=office, is_cleared=cleared, valid_from=TODAY
        )
    access = user.access_on(TODAY)
    expected = None if offices is None else {places[number].pk for number in offices}
    assert access.office_ids == expected
    assert access.is_cleared is is_cleared


def test_a_user_who_has_left_is_out_at_once(client: Client) -> None:
    user = UserFactory(role="coordinator")
    client.force_login(user)
    assert client.get(reverse("desk:worklist")).status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(reverse("desk:worklist")).status_code == 302


def test_djangos_own_permissions_open_nothing(client: Client) -> None:
    from django.contrib.auth.models import Permission

    user = UserFactory(role="", is_superuser=True, is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    client.force_login(user)
    assert client.get(reverse("admin:index")).status_code == 403
    assert client.get(reverse("desk:worklist")).status_code == 403


# --- Logging in -------------------------------------------------------------------------------


def with_password() -> User:
    user = UserFactory(role="coordinator", username="kari")
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client: Client, password: str = PASSWORD, username: str = "kari") -> Any:
    return client.post(reverse("account_login"), {"login": username, "password": password})


def test_one_logs_in_with_name_and_password_and_out_again(client: Client) -> None:
    with_password()
    assert log_in(client)["Location"] == "/"
    assert client.get(reverse("desk:dashboard")).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(reverse("desk:dashboard")).status_code == 302


def test_an_inactive_user_does_not_come_in(client: Client) -> None:
    user = with_password()
    User.objects.filter(pk=user.pk).update(is_active=False)
    log_in(client)
    assert client.get(reverse("desk:dashboard")).status_code == 302


def test_nobody_makes_a_user_for_themselves(client: Client) -> None:
    page = client.get(reverse("account_signup"))
    assert "password1" not in page.content.decode()
    values = {"username": "ny", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), values)
    assert not User.objects.filter(username="ny").exists()


@override_settings(ACCOUNT_RATE_LIMITS={})
def test_guessing_passwords_is_stopped(client: Client) -> None:
    """With the limits the program runs with; the tests run without."""
    cache.clear()
    with_password()
    for _guess in range(12):
        log_in(client, "feil passord her")
    log_in(client)
    assert client.get(reverse("desk:dashboard")).status_code == 302
    cache.clear()


def test_a_session_ends_with_the_working_day_or_the_browser(client: Client) -> None:
    with_password()
    log_in(client)
    assert 0 < client.session.get_expiry_age() <= 12 * 3600
    assert client.cookies[settings.SESSION_COOKIE_NAME]["expires"] == ""


def test_a_new_password_ends_the_sessions_there_are(client: Client) -> None:
    from boligsak.accounts.staffing import set_password

    user = with_password()
    log_in(client)
    set_password(user.pk, "et annet langt passord")
    assert client.get(reverse("desk:dashboard")).status_code == 302
