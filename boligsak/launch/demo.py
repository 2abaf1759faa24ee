"""./run demo: from a bare checkout to a municipality to log in to."""

from __future__ import annotations

import datetime
import fcntl
import importlib.util
import json
import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import setup
from setup import PYTHON
from steps import BASE_DIR, Failed, fingerprint, once, run, show, step
from supervise import Child, Children, follow_parent

PASSWORD = "boligsak-demo"  # noqa: S105 - printed for everybody to see; production refuses it
USERS = (
    ("housing coordinator", "koordinator"),
    ("caseworker", "saksbehandler"),
    ("housing unit", "boligenhet"),
    ("landlord", "utleier"),
    ("manager", "leder"),
    ("privacy officer", "personvern"),
    ("administrator", "admin"),
)
HOST = "127.0.0.1"
READY_SECONDS = 90.0
LOCK = "demo.lock"


class Stop(BaseException):
    """Somebody asked us to stop."""


def main(arguments: Sequence[str]) -> int:
    if arguments:
        raise Failed(f"./run demo takes no arguments: PORT=8001 ./run demo, not {arguments[0]!r}.")
    port = _number("PORT", 8000)
    wanted = _wanted()
    _ask_for_port(port)
    data = Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data" / "demo").resolve()
    with OnlyOne(data):
        return _serve(data, port, wanted)


def _serve(data: Path, port: int, wanted: dict[str, Any]) -> int:
    print("Boligsak: the demo municipality\n", flush=True)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    env = {"BOLIGSAK_MODE": "demo", "DATA_DIR": str(data)}
    children = Children(env)
    embedded: ModuleType | None = None
    status = 0
    try:
        setup.packages("app", "embedded")
        setup.assets()
        setup.messages()
        setup.static_files()
        embedded = _embedded()
        with step("Database and broker"):
            _start_engines(embedded, data)
        _migrate(data, env)
        _build(data, env, embedded, wanted)
        with step("Web server, worker and beat"):
            _start(children, data, port)
        _greet(port, data)
        while True:
            time.sleep(1)
            _keep_engines(embedded, data)
            children.look(lambda line: print(line, flush=True))
    except Stop as stop:
        print("\nStopping …", flush=True)
        status = 0 if children.children else 128 + int(str(stop))
    finally:
        _end(children, embedded, data)
    kept = " The data is kept; ./run demo takes it up again."
    print(f"Stopped.{'' if status else kept}", flush=True)
    return status


def _stop(number: int, _frame: object) -> None:
    # Once is enough to stop in order; a second time ends at once (the children follow us).
    for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(again, signal.SIG_DFL)
    raise Stop(str(number))


def _end(children: Children, embedded: ModuleType | None, data: Path) -> None:
    children.stop()
    if embedded is not None:
        embedded.release(data)


# --- The steps --------------------------------------------------------------------------------


def _embedded() -> ModuleType:
    """boligsak/embedded.py by its path: the package itself needs the virtual environment."""
    spec = importlib.util.spec_from_file_location("embedded", BASE_DIR / "boligsak" / "embedded.py")
    if spec is None or spec.loader is None:
        raise Failed("boligsak/embedded.py is missing.")
    module = importlib.util.module_from_spec(spec)
    sys.modules["embedded"] = module
    spec.loader.exec_module(module)
    return module


def _start_engines(embedded: ModuleType, data: Path) -> None:
    os.environ["BOLIGSAK_MODE"] = "demo"  # read by the keeper: what is committed is on disk
    try:
        embedded.serve(data, python=str(PYTHON))
    except embedded.EngineError as error:
        raise Failed(str(error)) from None


def _keep_engines(embedded: ModuleType, data: Path) -> None:
    """Database and broker again, where one of them has died and taken the other along."""
    if not embedded.is_up(data):
        log = data / "engines" / "keeper.log"
        print(f"The database or the broker stopped; both are started again: {log}", flush=True)
        _start_engines(embedded, data)


def _migrate(data: Path, env: dict[str, str]) -> None:
    with once(data / "migrated", fingerprint(setup.migration_files()), "Tables") as due:
        if due:
            run([PYTHON, "manage.py", "migrate", "--noinput"], env, what="Making the tables")


def _build(data: Path, env: dict[str, str], embedded: ModuleType, wanted: dict[str, Any]) -> None:
    """The municipality, if there is none; one that was interrupted halfway is built anew."""
    done, begun = data / "demo.json", data / "demo.begun"
    if done.exists() and not begun.exists():
        _mention_other(json.loads(done.read_text()), wanted, data)
        return
    if begun.exists():
        print("  The last build was interrupted; it is done anew.", flush=True)
        embedded.release(data)
        embedded.remove(data)
        for leftover in data.iterdir():
            if leftover.name not in (done.name, begun.name, LOCK):
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        _start_engines(embedded, data)
        _migrate(data, env)
    print(f"  The municipality, {wanted['leases']} leases:", flush=True)
    begun.touch()
    options = [part for name, value in wanted.items() for part in (f"--{name}", str(value))]
    started = time.monotonic()
    # Apart from the terminal: on Ctrl-C we end it, and it does not complain on the way out.
    command = [PYTHON, "manage.py", "build_demo", *options]
    if show(command, env | {"LOG_LEVEL": "WARNING"}, preexec_fn=follow_parent()):
        raise Failed("The demo municipality could not be built; the reason stands above.")
    done.write_text(json.dumps(wanted))
    begun.unlink()
    print(f"  The municipality is built ({time.monotonic() - started:.0f} s).", flush=True)


def _mention_other(present: dict[str, Any], wanted: dict[str, Any], data: Path) -> None:
    asked = {name: value for name, value in wanted.items() if name.upper() in os.environ}
    if any(present.get(name) != value for name, value in asked.items()):
        was = ", ".join(f"{name.upper()}={value}" for name, value in present.items())
        print(f"  There is a demo already ({was}). Remove {data} to build another.", flush=True)


def _start(children: Children, data: Path, port: int) -> None:
    logs = data / "logs"
    python = str(PYTHON)
    gunicorn = [python, "-m", "gunicorn", "boligsak.wsgi", "--bind", f"{HOST}:{port}"]
    gunicorn += ["--workers", "2", "--threads", "4", "--graceful-timeout", "10"]
    celery = [python, "-m", "celery", "-A", "boligsak"]
    worker = [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"]
    worker += ["--without-gossip", "--without-mingle", "--hostname", f"demo-{port}@%h"]
    beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile", ""]
    children.add(Child("web server", gunicorn, logs / "web.log"))
    children.add(Child("worker", worker, logs / "worker.log"))
    children.add(Child("beat", beat, logs / "beat.log"))
    deadline = time.monotonic() + READY_SECONDS
    answer = "nothing"
    while time.monotonic() < deadline:
        children.look(lambda _line: None)
        ready, answer = _health(port)
        if ready:
            return
        time.sleep(0.3)
    raise Failed(f"The demo did not get ready: /healthz says {answer}. The logs are in {logs}.")


def _health(port: int) -> tuple[bool, str]:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5) as response:
            return True, response.read().decode()
    except urllib.error.HTTPError as error:
        return False, error.read().decode(errors="replace")[:200]
    except OSError as error:
        return False, str(error)


def _greet(port: int, data: Path) -> None:
    address = f"http://{HOST}:{port}"
    print(f"\nBoligsak is at {address}\n\nLog in (password: {PASSWORD}):", flush=True)
    for role, user in USERS:
        print(f"  {role:<21} {user}")
    print(f"\nData and logs: {data}\nCtrl-C stops it.\n", flush=True)


# --- What must hold first ---------------------------------------------------------------------


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdigit():
        raise Failed(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _wanted() -> dict[str, Any]:
    """Which municipality, as build_demo's options; asked before half a minute has been spent."""
    wanted: dict[str, Any] = {"leases": _number("LEASES", 4500), "seed": _number("SEED", 1)}
    if not wanted["leases"]:
        raise Failed("LEASES must be 1 or more.")
    if today := os.environ.get("TODAY"):
        try:
            wanted["today"] = datetime.date.fromisoformat(today).isoformat()
        except ValueError:
            raise Failed(f"TODAY must be a day such as 2026-11-20, not {today!r}.") from None
    return wanted


def _ask_for_port(port: int) -> None:
    if not 0 < port < 65536:
        raise Failed(f"PORT must be between 1 and 65535, not {port}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Failed(f"Only root may use port {port}. Try: PORT=8001 ./run demo") from None
        except OSError:
            raise Failed(
                f"Port {port} is in use. Choose another: PORT={port + 1} ./run demo"
            ) from None


class OnlyOne:
    """At most one demo on one data folder."""

    def __init__(self, data: Path) -> None:
        self.path = data / LOCK
        self.lock: IO[str] | None = None

    def __enter__(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.lock = self.path.open("a")
        except PermissionError:
            raise Failed(
                f"{self.path.parent} belongs to another user. Run as that user, or set DATA_DIR."
            ) from None
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(f"A demo is already running on {self.path.parent}.") from None

    def __exit__(self, *_: object) -> None:
        if self.lock is not None:
            self.lock.close()
