"""Logging in and out, and the second step, in the product's look."""

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user_model
from django.urls import reverse

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-password-of-her-own"


@pytest.fixture
def user():
    return get_user_model().objects.create_user(username="kari", password=PASSWORD)


def log_in(client, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": "kari", "password": password})


def test_the_log_in_page_is_ours(client):
    page = client.get(reverse("account_login")).content.decode()
    assert "ds-input" in page
    assert "signup" not in page


def test_a_right_password_lets_in(client, user):
    answer = log_in(client)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_wrong_password_says_so_in_the_summary(client, user):
    page = log_in(client, "wrong").content.decode()
    assert "data-error-summary" in page


def test_logging_out_asks_once(client, user):
    client.force_login(user)
    page = client.get(reverse("account_logout")).content.decode()
    assert f'action="{reverse("account_logout")}"' in page
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_with_an_app_the_password_is_not_enough(client, user):
    TOTP.activate(user, generate_totp_secret())
    answer = log_in(client)
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    page = client.get(answer.headers["Location"]).content.decode()
    assert 'name="code"' in page
    assert Authenticator.objects.filter(user=user).count() == 1
    assert get_adapter().is_mfa_enabled(user)


@pytest.mark.parametrize("name", ["account_change_password", "mfa_index", "account_reauthenticate"])
def test_the_pages_of_ones_own_account_open(client, user, name):
    client.force_login(user)
    assert client.get(reverse(name)).status_code == 200


@pytest.fixture
def confirmed(client, user):
    """A reader who has just typed the password once more, as the second step asks for."""
    log_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_the_app_is_set_up_by_a_square_or_a_key(confirmed):
    page = confirmed.get(reverse("mfa_activate_totp")).content.decode()
    assert 'src="data:image/svg+xml' in page
    assert "<dd>" in page


@pytest.mark.parametrize("name", ["mfa_generate_recovery_codes", "mfa_deactivate_totp"])
def test_what_weakens_the_second_step_states_it_and_asks_once(confirmed, user, name):
    TOTP.activate(user, generate_totp_secret())
    page = confirmed.get(reverse(name)).content.decode()
    assert '<form class="form" method="post"' in page


def test_recovery_codes_can_be_read_and_downloaded(confirmed, user):
    TOTP.activate(user, generate_totp_secret())
    confirmed.post(reverse("mfa_generate_recovery_codes"))
    page = confirmed.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert page.count("<code>") == 10
    assert reverse("mfa_download_recovery_codes") in page
