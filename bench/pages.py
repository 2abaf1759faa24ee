"""Pages against an empty one: processor time of a request, and how long eight clients wait."""

import contextlib
import datetime
import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from bench.measure import Rounds
from boligsak.accounts.models import RoleAssignment, User

CLIENTS = 8
_READY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Page:
    """A page as one user sees it. `url` is None where the product has none."""

    name: str
    role: str
    target: float
    url: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    page: Page
    queries: int
    length: int
    cpu: Rounds
    p95: Rounds | None


class Pages:
    """The product's pages over the database in use."""

    def __init__(self, database: str, per_client: int, rounds: int) -> None:
        settings.ROOT_URLCONF = "bench.urls"
        self.database = database
        self.per_client = per_client
        self.rounds = rounds
        self.clients = {role: self._signed_in(role) for role in ("coordinator", "landlord")}

    def all(self) -> Iterator[Seen]:
        pages = self._pages()
        with self._served() as port:
            for page in pages:
                if page.url is None:
                    yield Seen(page, 0, 0, Rounds(), None)
                else:
                    yield self._seen(page, port)

    # --- Which --------------------------------------------------------------------------------

    def _pages(self) -> list[Page]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT lease_id, person_id FROM arrears_leaseaccount AS account"
                " JOIN tenants_lease AS lease ON lease.id = lease_id"
                " JOIN tenants_leaseparty AS party USING (lease_id)"
                " WHERE has_flag AND NOT is_protected AND party.position = 1"
                " ORDER BY open_ore = 0, hashint8(lease_id) LIMIT 1"
            )
            lease_id, person_id = cursor.fetchone()
        return [
            Page("worklist", "coordinator", 1.2, _url("desk:worklist")),
            Page("search", "coordinator", 1.2, self._search("Hansen")),
            Page("lease", "coordinator", 1.5, _url("desk:lease", lease_id)),
            Page("person", "coordinator", 1.5, _url("desk:person", person_id)),
            Page("dashboard", "coordinator", 1.5, _url("desk:dashboard")),
            Page("admin: leases", "landlord", 4.0, _url("admin:tenants_lease_changelist")),
            Page("admin: ledger", "landlord", 4.0, _url("admin:arrears_ledgerline_changelist")),
        ]

    def _search(self, words: str) -> str | None:
        """The page of hits: the words are POSTed and stay in the session."""
        url = _url("desk:search")
        if url is None:
            return None
        response = self.clients["coordinator"].post(url, {"q": words})
        return response["Location"] if response.status_code in (302, 303) else None

    def _signed_in(self, role: str) -> Client:
        user, is_new = User.objects.get_or_create(username=f"bench-{role}")
        if is_new:
            RoleAssignment.objects.create(
                user=user, role=role, is_cleared=True, valid_from=datetime.date(2020, 1, 1)
            )
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(user)
        return client

    # --- Measuring ----------------------------------------------------------------------------

    def _seen(self, page: Page, port: int) -> Seen:
        client, url = self.clients[page.role], str(page.url)
        empty = reverse("bench_empty")
        connection.force_debug_cursor = True
        _get(client, url)
        connection.queries_log.clear()
        response = _get(client, url)
        queries = len(connection.queries_log)
        connection.force_debug_cursor = False
        length = len(response.content)
        many = 2 * self.per_client
        cpu = _in_turn(
            self.rounds, lambda: _cpu(client, empty, many), lambda: _cpu(client, url, many)
        )
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Host": "127.0.0.1"}
        p95 = _in_turn(
            self.rounds,
            lambda: _p95(port, empty, headers, self.per_client),
            lambda: _p95(port, url, headers, self.per_client),
        )
        return Seen(page, queries, length, cpu, p95)

    @contextlib.contextmanager
    def _served(self) -> Iterator[int]:
        """Gunicorn as `./run demo` starts it; its port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        log = Path(settings.DATA_DIR) / "bench-web.log"
        command = [sys.executable, "-m", "gunicorn", "bench.wsgi", "--bind", f"127.0.0.1:{port}"]
        with log.open("w") as output:
            server = subprocess.Popen(
                [*command, "--workers", "2", "--threads", "4"],
                env=os.environ | {"BENCH_DATABASE": self.database, "LOG_LEVEL": "ERROR"},
                stdout=output,
                stderr=output,
            )
        try:
            deadline = time.monotonic() + _READY_SECONDS
            while time.monotonic() < deadline and server.poll() is None:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.2)
            yield port
        finally:
            server.terminate()
            server.wait(20)


def _url(name: str, *arguments: Any) -> str | None:
    with contextlib.suppress(NoReverseMatch):
        return reverse(name, args=arguments)
    return None


def _get(client: Client, url: str) -> Any:
    response = client.get(url)
    if response.status_code != 200:
        raise RuntimeError(f"{url} answered {response.status_code}")
    if response.streaming:
        raise RuntimeError(f"{url} answered with a stream")
    return response


def _in_turn(rounds: int, floor: Callable[[], float], subject: Callable[[], float]) -> Rounds:
    found = Rounds()
    before = floor()
    for _number in range(rounds):
        value = subject()
        after = floor()
        found.seconds.append((before, value, after))
        before = after
    return found


def _cpu(client: Client, url: str, count: int) -> float:
    """Processor seconds of one request: this process and its database backend together."""
    _get(client, url)
    backend = _backend()
    start, there = time.process_time(), _cpu_of(backend)
    for _number in range(count):
        client.get(url)
    return (time.process_time() - start + _cpu_of(backend) - there) / count


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _cpu_of(pid: int) -> float:
    """Seconds the backend has worked; 0 where it lives on another machine."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _p95(port: int, url: str, headers: dict[str, str], per_client: int) -> float:
    """Seconds within which 95 of 100 answers came, with eight clients asking without a pause."""
    waited: list[float] = []
    faults: list[int] = []

    def ask() -> None:
        server = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _number in range(per_client):
            start = time.perf_counter()
            server.request("GET", url, headers=headers)
            response = server.getresponse()
            response.read()
            waited.append(time.perf_counter() - start)
            if response.status != 200:
                faults.append(response.status)
        server.close()

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults or len(waited) != CLIENTS * per_client:
        raise RuntimeError(f"{url} answered {sorted(set(faults))} to {len(faults)} requests")
    return statistics.quantiles(waited, n=20)[-1]
