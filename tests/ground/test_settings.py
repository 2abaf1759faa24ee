"""The environment is read once and refused when it is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parents[2]
KEY = "k" * 50
PRODUCTION = {
    "BOLIGSAK_MODE": "production",
    "SECRET_KEY": KEY,
    "FIELD_KEYS": f"{KEY},{'o' * 40}",
    "FIELD_MAC_KEY": KEY,
    "DATABASE_URL": "postgres://boligsak_app@db/boligsak",
    "REDIS_URL": "redis://broker/0",
    "DATA_DIR": "/srv/boligsak",
    "ALLOWED_HOSTS": "boligsak.example",
    "EMAIL_URL": "smtp+tls://boligsak:secret@mail.example:587",
    "EMAIL_FROM": "boligsak@boligsak.example",
}


def _load(environment: dict[str, str], show: str = "MODE") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"from boligsak import settings; print(settings.{show})"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_complete_production_environment_is_accepted() -> None:
    result = _load(PRODUCTION)
    assert result.stdout.strip() == "production", result.stderr


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"BOLIGSAK_MODE": ""}, "BOLIGSAK_MODE"),
        ({"BOLIGSAK_MODE": "prod"}, "BOLIGSAK_MODE"),
        ({"DEBUG": "yes"}, "DEBUG"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "open-demo-key-never-for-real-data-0123456789"}, "SECRET_KEY"),
        ({"FIELD_KEYS": f"{KEY},open-demo-key-never-for-real-data-0123456789"}, "FIELD_KEYS"),
        ({"FIELD_MAC_KEY": ""}, "FIELD_MAC_KEY"),
        ({"DATABASE_URL": ""}, "embedded"),
        ({"REDIS_URL": ""}, "embedded"),
        ({"DATABASE_URL": "sqlite:////tmp/x"}, "PostgreSQL"),
        ({"DATA_DIR": ""}, "DATA_DIR"),
        ({"DATA_DIR": "data"}, "DATA_DIR"),
        ({"EMAIL_URL": ""}, "EMAIL_URL"),
        ({"EMAIL_FROM": ""}, "EMAIL_FROM"),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL"),
        ({"OUTGOING_DIR": "outgoing"}, "OUTGOING_DIR"),
        ({"OIDC_SERVER_URL": "https://login.example"}, "OIDC_CLIENT_ID"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_production_refuses(change: dict[str, str], reason: str) -> None:
    result = _load(PRODUCTION | change)
    assert result.returncode
    assert "ImproperlyConfigured" in result.stderr
    assert reason in result.stderr


def test_the_owner_logs_in_only_where_it_is_asked_for() -> None:
    owner = {"DATABASE_OWNER_URL": "postgres://boligsak_owner@db/boligsak"}
    show = "DATABASES['default']['USER']"
    assert _load(PRODUCTION | owner, show).stdout.strip() == "boligsak_app"
    asked = PRODUCTION | owner | {"DATABASE_ROLE": "owner"}
    assert _load(asked, show).stdout.strip() == "boligsak_owner"
