"""Who may come in at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

BASE_DIR = Path(__file__).resolve().parents[2]
OIDC = {
    "BOLIGSAK_MODE": "test",
    "WITHOUT_DATABASE": "yes",
    "OIDC_SERVER_URL": "https://login.example",
    "OIDC_CLIENT_ID": "boligsak",
    "OIDC_CLIENT_SECRET": "secret",
}


@pytest.mark.django_db
def test_nobody_signs_up(client: Client) -> None:
    client.post(
        "/account/signup/",
        {"username": "kari", "password1": "lang og hemmelig", "password2": "lang og hemmelig"},
    )
    assert not get_user_model().objects.exists()


@pytest.mark.django_db
def test_a_page_asks_for_a_log_in_first(client: Client) -> None:
    response = client.get("/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/account/login/")


def test_a_directory_can_be_signed_in_with_when_it_is_configured() -> None:
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"]} | OIDC,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
