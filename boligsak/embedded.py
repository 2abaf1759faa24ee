"""The embedded PostgreSQL and Valkey that serve demo and tests when no URL is configured.

One *keeper* process (boligsak/keeper.py) per data folder starts both engines and owns them.
Whoever needs them calls `serve()`, which starts a keeper if there is none and holds a shared file
lock for as long as the caller lives. When nobody holds the lock any more the keeper stops the
engines and leaves. The kernel drops the lock of a killed process and the engines die with their
keeper, so nothing is ever left running.

The engines listen on Unix sockets only, in a folder nobody else may enter. PostgreSQL refuses to
run as root; then both run as `nobody`. Never used in production.

This module is standard library only: the launcher loads it before there is anything else.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DATABASE = "boligsak"
PREPARE_SQL = Path(__file__).with_name("prepare.sql")
START_SECONDS = 60.0

_held: dict[Path, int] = {}  # folder → file descriptor of the users' lock


class EngineError(RuntimeError):
    """The embedded engines cannot be started; the message says why and what to do."""


@dataclass(frozen=True)
class Engines:
    """Where the running engines answer. The addresses carry passwords: never log them."""

    socket_dir: str
    password: str
    keeper_pid: int

    def database_url(self, role: str, database: str = DATABASE) -> str:
        """Address in the form django-environ reads: the socket folder stands in the path."""
        return f"postgres://{role}:{self.password}@/{self.socket_dir}/{database}"

    @property
    def app_url(self) -> str:
        return self.database_url("boligsak_app")

    @property
    def owner_url(self) -> str:
        return self.database_url("boligsak_owner")

    @property
    def admin_url(self) -> str:
        """The cluster's superuser; tests use it to create and drop databases."""
        return self.database_url("postgres", "postgres")

    def redis_url(self, database: int = 0) -> str:
        """`database`: 0 to 63."""
        return f"unix://{self.socket_dir}/valkey.sock?db={database}"


# --- the user's side -------------------------------------------------------------------------


def serve(data_dir: Path, python: str = sys.executable) -> Engines:
    """The engines of this data folder, started if need be, kept up as long as this process lives.

    `python` is the interpreter whose packages hold the engines. Raises EngineError when they
    cannot start.
    """
    folder = _folder(data_dir)
    with _locked(folder / "start.lock"):
        if folder not in _held:
            users = os.open(folder / "users.lock", os.O_WRONLY | os.O_CREAT, 0o600)
            fcntl.flock(users, fcntl.LOCK_SH)
            _held[folder] = users
        running = _running(folder)
        return running or _start_keeper(folder, python)


def is_up(data_dir: Path) -> bool:
    """Whether the engines of this data folder are running."""
    return _running(_folder(data_dir)) is not None


def release(data_dir: Path) -> None:
    """Let go of the engines and, unless somebody else uses them, wait until they have stopped."""
    folder = _folder(data_dir)
    users = _held.pop(folder, None)
    if users is not None:
        os.close(users)
    running = _running(folder)
    if running is None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.keeper_pid, signal.SIGHUP)
    deadline = time.monotonic() + 30
    in_use = 0
    while _keeper_lives(folder) and in_use < 10 and time.monotonic() < deadline:
        # The keeper looks at the same lock; only a lock held all the while is another user's.
        in_use = 0 if is_idle(folder) else in_use + 1
        time.sleep(0.1)


def remove(data_dir: Path) -> None:
    """Delete the engines of this data folder with everything in them. They must not be running."""
    folder = _folder(data_dir)
    if _keeper_lives(folder):
        raise EngineError(f"The engines in {folder} are in use.")
    shutil.rmtree(folder)
    shutil.rmtree(home_elsewhere(folder), ignore_errors=True)


def home_elsewhere(folder: Path) -> Path:
    """Where root's engines keep their data when `nobody` cannot reach the folder itself."""
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path("/var/lib/boligsak") / digest


def _folder(data_dir: Path) -> Path:
    """The folder of locks and state for this data folder, open to its owner only."""
    folder = data_dir.resolve() / "engines"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid != os.geteuid():
            owner = pwd.getpwuid(folder.stat().st_uid).pw_name
            raise EngineError(
                f"{folder} belongs to {owner}. Run as {owner}, or remove the folder to start anew."
            )
    except PermissionError as error:
        raise EngineError(f"{folder} cannot be written to: {error.strerror}.") from error
    return folder


def _running(folder: Path) -> Engines | None:
    """The state the keeper wrote, if that keeper is alive and not on its way out."""
    with contextlib.suppress(FileNotFoundError):
        if _keeper_lives(folder):
            return Engines(**json.loads((folder / "state.json").read_text()))
    return None


def _keeper_lives(folder: Path) -> bool:
    """A keeper holds a lock all its life, its last breath included."""
    with (folder / "keeper.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def is_idle(folder: Path) -> bool:
    """Whether no process holds the users' lock."""
    with (folder / "users.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _start_keeper(folder: Path, python: str) -> Engines:
    log = folder / "keeper.log"
    with log.open("w") as output:
        keeper = subprocess.Popen(
            [python, "-m", "boligsak.keeper", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=Path(__file__).resolve().parents[1],
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if keeper.poll() is not None:
            break
        running = _running(folder)
        if running and running.keeper_pid == keeper.pid:
            # The keeper outlives us on purpose; without this, Popen would warn about it.
            keeper.returncode = 0
            return running
        time.sleep(0.02)
    keeper.kill()
    keeper.wait()
    reason = log.read_text().strip() or "no message"
    raise EngineError(f"The embedded PostgreSQL and Valkey did not start:\n{reason[-2000:]}")


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
