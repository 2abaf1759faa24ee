"""./run test, ./run check, ./run bench and ./run messages."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Sequence

import setup
from setup import PYTHON
from steps import BASE_DIR, show

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
TEST = {"BOLIGSAK_MODE": "test"}
NO_BROWSER = (
    "Browser tests skipped: no Chromium was found. To run them too: apt-get install chromium\n"
    "(or set CHROMIUM to its path)."
)


def _prepare() -> str | None:
    """Everything the tests need; the browser that was found."""
    setup.packages("app", "embedded", "test")
    browser = setup.find_browser()
    if browser:
        setup.packages("browser")
    setup.assets()
    setup.messages()
    return browser


def test(arguments: Sequence[str]) -> int:
    """The unit tests, then the browser tests; with arguments, one pytest run with these."""
    browser = _prepare()
    env = TEST | ({"CHROMIUM": browser} if browser else {})
    pytest = [PYTHON, "-m", "pytest"]
    without_browser_tests = [] if browser else ["--ignore=tests/browser", "-m", "not browser"]
    if arguments:
        status = show([*pytest, *without_browser_tests, *arguments], env)
        if not browser:
            print(NO_BROWSER, flush=True)
        return status
    status = show(
        [*pytest, "-n", "2", "--ignore=tests/browser", "-m", "not browser"],
        env,
    )
    if browser and (BASE_DIR / "tests" / "browser").exists():
        print("\nBrowser tests:", flush=True)
        return show([*pytest, "-n", "2", "tests/browser"], env) or status
    if not browser:
        print(f"\n{NO_BROWSER}", flush=True)
        if IN_CI:
            print("In CI that is a failure.", flush=True)
            return status or 1
    return status


def check(_arguments: Sequence[str]) -> int:
    """Each check in turn; all are run, and one that fails fails the whole."""
    _prepare()
    production = {
        "BOLIGSAK_MODE": "production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": secrets.token_urlsafe(50),
        "FIELD_MAC_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": "postgres:///nowhere",
        "REDIS_URL": "redis://localhost/0",
        "DATA_DIR": str(BASE_DIR / ".data" / "nowhere"),
        "ALLOWED_HOSTS": "boligsak.example",
        "EMAIL_URL": "smtp://localhost",
        "EMAIL_FROM": "boligsak@boligsak.example",
        "WITHOUT_DATABASE": "yes",
    }
    deploy = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    checks: list[tuple[str, list[str], dict[str, str]]] = [
        ("ruff check", ["-m", "ruff", "check", "."], {}),
        ("ruff format", ["-m", "ruff", "format", "--check", "."], {}),
        ("mypy", ["-m", "mypy"], TEST | {"WITHOUT_DATABASE": "yes"}),
        ("floors", ["-c", "from importlinter.cli import lint_imports_command as c; c()"], {}),
        ("migrations", ["manage.py", "makemigrations", "--check", "--dry-run"], TEST),
        ("production settings", deploy, production),
    ]
    failed = []
    for name, command, env in checks:
        print(f"\n--- {name}", flush=True)
        if show([PYTHON, *command], env):
            failed.append(name)
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nAll checks passed.", flush=True)
    return 1 if failed else 0


def bench(arguments: Sequence[str]) -> int:
    setup.packages("app", "embedded")
    setup.assets()
    setup.messages()
    setup.static_files()
    data = os.environ.get("DATA_DIR", str(BASE_DIR / ".data" / "bench"))
    env = {"BOLIGSAK_MODE": "demo", "DATA_DIR": data}
    status = show([PYTHON, "manage.py", "migrate", "--verbosity", "0"], env)
    return status or show([PYTHON, "-m", "bench", *arguments], env)


def messages(_arguments: Sequence[str]) -> int:
    """New texts into the catalogue; 1 when one has no Norwegian words yet."""
    setup.packages("app")
    status = show([PYTHON, "boligsak/launch/catalogue.py"])
    if not status:
        setup.messages()
    return status


if __name__ == "__main__":
    sys.exit("Start this through ./run.")
