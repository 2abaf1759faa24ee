"""The database, the broker and the browser of the tests.

One cluster serves every run. The migrations run once into a template database that is kept as
long as they stay the same; each pytest process clones it. The program logs in as the role that
owns nothing, as in production. A test with `transaction=True` gets a fresh clone afterwards: no
table is emptied, so what the migrations put there stays and no role needs TRUNCATE.
"""

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import environ
import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader
from django.test import TestCase, TransactionTestCase, override_settings
from django.utils import translation
from psycopg2 import sql

from boligsak.embedded import PREPARE_SQL

BASE_DIR = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEST_DATABASE = f"boligsak_test_{os.getpid()}_{WORKER}"
LONGEST = "test_bench_smoke.py"
LOCK = 7_305_001  # advisory lock: one process at a time makes or clones the template
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def find_browser() -> str | None:
    """The Chromium to run the browser tests with: CHROMIUM if set, else one on the PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test comes first: begun last, one worker was at it when the other was done."""
    items.sort(key=lambda item: item.path.name != LONGEST)


@pytest.fixture(autouse=True)
def _in_the_municipalitys_language() -> None:
    """A page that was asked for in English leaves the process in English."""
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_for_when_asked_for() -> Iterator[None]:
    """Every client of a test makes middleware of its own, and whitenoise would look through all
    static files each time: ten milliseconds, a sixth of what a test of a page takes."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


# --- The database -----------------------------------------------------------------------------


def _parts(url: str) -> dict[str, Any]:
    config = environ.Env.db_url_config(url)
    return {name: config[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}


class Cluster:
    """The PostgreSQL the tests run on, with the rights to make databases there."""

    def __init__(self) -> None:
        app = settings.DATABASES[DEFAULT_DB_ALIAS]
        self.app = {name: app[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        self.owner = _parts(settings.DATABASE_OWNER_URL or settings.DATABASE_URL)
        self.admin = _parts(settings.DATABASE_ADMIN_URL) if settings.DATABASE_ADMIN_URL else {}
        self.admin = self.admin or self.owner
        self.template = f"boligsak_template_{self._fingerprint()}"

    @property
    def options(self) -> dict[str, str]:
        """With one role only, every connection of the program steps down to the role it owns."""
        if self.owner["USER"] == self.app["USER"]:
            return {"options": f"-c role={settings.DATABASE_APP_ROLE}"}
        return {}

    def _make_app_role(self, cursor: Any) -> None:
        role = settings.DATABASE_APP_ROLE
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone():
            return
        try:
            self.run(cursor, "CREATE ROLE {role}", role=role)
            self.run(cursor, "GRANT {role} TO CURRENT_USER", role=role)
        except psycopg2.errors.InsufficientPrivilege as error:
            pytest.exit(
                "The role in DATABASE_URL may not make roles. Give it CREATEDB and CREATEROLE, or "
                f"set DATABASE_OWNER_URL to a role with CREATEDB as well. ({error})",
                returncode=2,
            )

    def _fingerprint(self) -> str:
        """Changes with every migration file, of ours or of a package."""
        digest = hashlib.sha256(PREPARE_SQL.read_bytes())
        names = {type(m).__module__ for m in MigrationLoader(None).disk_migrations.values()}
        folders: set[Path] = set()
        for name in names:
            module = __import__(name, fromlist=["Migration"])
            folders.add(Path(str(module.__file__)).parent)
        for folder in sorted(folders):
            for file in sorted(folder.iterdir()):
                if file.is_file():
                    digest.update(file.name.encode() + file.read_bytes())
        return digest.hexdigest()[:12]

    @contextlib.contextmanager
    def cursor(self, database: str) -> Iterator[Any]:
        connection = psycopg2.connect(
            dbname=database,
            user=self.admin["USER"],
            password=self.admin["PASSWORD"] or None,
            host=self.admin["HOST"] or None,
            port=self.admin["PORT"] or None,
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def run(self, cursor: Any, statement: str, **names: str) -> None:
        identifiers = {key: sql.Identifier(name) for key, name in names.items()}
        cursor.execute(sql.SQL(statement).format(**identifiers))

    def prepare(self) -> None:
        """Make the template if the migrations are new, and this process's clone of it."""
        with self.cursor("postgres") as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            if self.options:
                self._make_app_role(cursor)
            cursor.execute("SELECT datname FROM pg_database")
            present = {name for (name,) in cursor.fetchall()}
            for name in filter(self._is_abandoned, present.copy()):
                self.run(cursor, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=name)
                present.remove(name)
            if self.template not in present:
                self._make_template(cursor)
                if not any(name.startswith("boligsak_test_") for name in present):
                    self._drop_templates(cursor, present)  # no other run needs the old ones
            self.clone(cursor, TEST_DATABASE, self.template)

    def _drop_templates(self, cursor: Any, present: set[str]) -> None:
        for name in present:
            if name.startswith("boligsak_template_"):
                self.run(cursor, "DROP DATABASE IF EXISTS {name}", name=name)

    def _is_abandoned(self, name: str) -> bool:
        match = re.fullmatch(r"boligsak_test_(\d+)_\w+", name)
        if not match or not settings.DATABASE_ADMIN_URL:
            return False  # on a shared server the process may live on another machine
        return not Path("/proc", match[1]).exists()

    def _make_template(self, cursor: Any) -> None:
        building = "boligsak_building"
        self.run(cursor, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=building)
        owner = self.owner["USER"]
        self.run(cursor, "CREATE DATABASE {name} OWNER {owner}", name=building, owner=owner)
        statements = PREPARE_SQL.read_text()
        statements = statements.replace("boligsak_owner", owner)
        if not self.options:
            statements = statements.replace("boligsak_app", self.app["USER"])
        with self.cursor(building) as inside:
            inside.execute(statements)
        connection = connections[DEFAULT_DB_ALIAS]
        connection.close()
        connection.settings_dict.update(self.owner | {"NAME": building})
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            connection.close()
            connection.settings_dict.update(self.app)
        self.run(cursor, "ALTER DATABASE {old} RENAME TO {new}", old=building, new=self.template)

    def clone(self, cursor: Any, name: str, template: str) -> None:
        """By its files, which takes a third of writing every page to the log first."""
        self.drop(cursor, name)
        self.run(
            cursor,
            "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template} STRATEGY file_copy",
            name=name,
            owner=self.owner["USER"],
            template=template,
        )

    def drop(self, cursor: Any, name: str) -> None:
        self.run(cursor, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=name)

    def renew(self) -> None:
        """Throw away what a test with real transactions left behind."""
        for connection in connections.all(initialized_only=True):
            connection.close()
        with self.cursor("postgres") as cursor:
            self.clone(cursor, TEST_DATABASE, self.template)


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, cluster: Cluster) -> Iterator[None]:
    with django_db_blocker.unblock():
        cluster.prepare()
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = TEST_DATABASE
        connections[alias].settings_dict["OPTIONS"] |= cluster.options
    with pytest.MonkeyPatch.context() as patch:
        _arrange_test_cases(patch, cluster)
        yield
    with django_db_blocker.unblock():
        for connection in connections.all(initialized_only=True):
            connection.close()
        with cluster.cursor("postgres") as cursor:
            cluster.drop(cursor, TEST_DATABASE)


def _arrange_test_cases(patch: pytest.MonkeyPatch, cluster: Cluster) -> None:
    """Teach Django's test cases our two connections and our way of cleaning up.

    Inside a test's transaction "progress" is the default connection itself: a connection of its
    own would not see the test's rows and would wait for them for ever. With `transaction=True`
    it is a real second connection, as in the program.
    """
    patch.setattr(TransactionTestCase, "databases", {"default", "progress"})
    set_up = TestCase.__dict__["_fixture_setup"].__func__
    tear_down = TestCase._fixture_teardown
    own: dict[str, Any] = {}

    def fixture_setup(cls: type[TestCase]) -> None:
        own["progress"] = connections["progress"]
        connections["progress"] = connections["default"]
        set_up(cls)

    def fixture_teardown(self: TestCase) -> None:
        tear_down(self)
        connections["progress"] = own.pop("progress")

    patch.setattr(TestCase, "_fixture_setup", classmethod(fixture_setup))
    patch.setattr(TestCase, "_fixture_teardown", fixture_teardown)
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: cluster.renew())


# --- The browser ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of a downloaded one; its sandbox does not work for root."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": find_browser(), "args": arguments}
