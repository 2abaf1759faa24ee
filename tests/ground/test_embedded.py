"""The embedded engines: one set for all who ask, gone with the last of them, data kept."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from boligsak import embedded

BASE_DIR = Path(__file__).resolve().parents[2]
USE = """
import sys
from pathlib import Path
from boligsak import embedded
print(embedded.serve(Path(sys.argv[1])).keeper_pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="engines-", dir=BASE_DIR / ".data"))
    folder.chmod(0o755)
    yield folder
    embedded.release(folder)
    embedded.remove(folder)
    shutil.rmtree(folder)


def _ask(engines: embedded.Engines, statement: str) -> object:
    connection = psycopg2.connect(
        host=engines.socket_dir, user="postgres", password=engines.password, dbname="boligsak"
    )
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def _is_gone(pid: int) -> bool:
    """Whether the process has ended, even if nobody has asked for its status yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def _wait_for(happened) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def test_all_who_ask_get_the_same_engines(data_dir: Path) -> None:
    engines = embedded.serve(data_dir)
    other = subprocess.run(
        [sys.executable, "-c", USE, str(data_dir)],
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(other.stdout) == engines.keeper_pid


def test_they_stay_while_somebody_else_uses_them(data_dir: Path) -> None:
    engines = embedded.serve(data_dir)
    with subprocess.Popen(
        [sys.executable, "-c", USE, str(data_dir)],
        cwd=BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        other.stdout.readline()
        embedded.release(data_dir)
        assert _ask(engines, "SELECT 1") == 1
        other.kill()


def test_they_stop_with_the_last_and_keep_what_was_written(data_dir: Path) -> None:
    first = embedded.serve(data_dir)
    _ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    embedded.release(data_dir)
    _wait_for(lambda: _is_gone(first.keeper_pid))
    assert not Path(first.socket_dir, ".s.PGSQL.5432").exists()
    assert _ask(embedded.serve(data_dir), "SELECT answer FROM kept") == 42


def test_a_killed_keeper_takes_its_engines_along(data_dir: Path) -> None:
    first = embedded.serve(data_dir)
    postmaster = int(Path(first.socket_dir, ".s.PGSQL.5432.lock").read_text().split()[0])
    os.kill(first.keeper_pid, signal.SIGKILL)
    _wait_for(lambda: _is_gone(first.keeper_pid) and _is_gone(postmaster))
    assert not embedded.is_up(data_dir)
    second = embedded.serve(data_dir)
    assert embedded.is_up(data_dir)
    assert second.keeper_pid != first.keeper_pid
    assert _ask(second, "SELECT 1") == 1


def test_the_engines_answer_on_no_network_address(data_dir: Path) -> None:
    assert _ask(embedded.serve(data_dir), "SHOW listen_addresses") == ""


def test_nobody_else_may_enter_the_folder_of_the_sockets(data_dir: Path) -> None:
    engines = embedded.serve(data_dir)
    assert Path(engines.socket_dir).stat().st_mode & 0o077 == 0
    assert (data_dir / "engines" / "password").stat().st_mode & 0o077 == 0
