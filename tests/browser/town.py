"""A small demo municipality, built once for a whole run and cloned for each of its processes."""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from django.db import connections
from django.test import override_settings

from boligsak import dates
from boligsak.desk.demo.build import build

TODAY = dt.date(2026, 11, 26)
"""A Thursday six days after the rent fell due: some have paid, some are late."""
MORNING = dt.time(9, 30)
LEASES, SEED, MONTHS = 300, 1, 14

PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "main")
RUN = os.getppid() if PROCESS != "main" else os.getpid()
BUILT = f"boligsak_test_{RUN}_town"
OWN = f"boligsak_test_{os.getpid()}_{PROCESS}_town"
LOCK = 7_305_002  # advisory lock: one process builds the town, the others wait for it


@contextmanager
def at_work(cluster: Any, folder: Path) -> Iterator[None]:
    """The town's database, clock and folders instead of the tests' own."""
    own = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    files = {"DATA_DIR": folder, "INBOX_DIR": folder / "inbox", "FILES_DIR": folder / "files"}
    with override_settings(**files), mock.patch.object(dates, "now", _now):
        try:
            _prepare(cluster)
            yield
        finally:
            _point_at(own)
            with cluster.cursor("postgres") as cursor:
                cluster.drop(cursor, OWN)
            if PROCESS == "main":
                take_away(cluster)


def take_away(cluster: Any) -> None:
    with cluster.cursor("postgres") as cursor:
        cluster.drop(cursor, BUILT)


def _now() -> dt.datetime:
    return dt.datetime.combine(TODAY, MORNING, dates.OSLO)


def _prepare(cluster: Any) -> None:
    with cluster.cursor("postgres") as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [BUILT])
        if not cursor.fetchone():
            _build(cluster, cursor)
        cluster.clone(cursor, OWN, BUILT)
    _point_at(dict.fromkeys(connections, OWN))


def _build(cluster: Any, cursor: Any) -> None:
    """Under another name first, so that a town that was never finished is nobody's town."""
    building = f"{BUILT}_building"
    cluster.clone(cursor, building, cluster.template)
    _point_at(dict.fromkeys(connections, building))
    build(leases=LEASES, seed=SEED, today=TODAY, say=lambda _line: None, months=MONTHS)
    _point_at(dict.fromkeys(connections, OWN))
    cluster.run(cursor, "ALTER DATABASE {old} RENAME TO {new}", old=building, new=BUILT)


def _point_at(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
