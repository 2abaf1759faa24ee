"""Every benchmark runs and finds the kept state right, on a tiny portfolio. Nothing is timed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# One run of the benchmarks for all of them, so one process.
pytestmark = pytest.mark.xdist_group("bench")

BASE_DIR = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def output() -> str:
    """What the whole of the benchmarks says of eighty leases with two years of ledger."""
    size = ["--leases", "80", "--years", "2", "--compare-with", "40", "--rounds", "1"]
    work = ["--payments", "200", "--requests", "2", "--without-netsgiro", "--drop"]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *size, *work],
        cwd=BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "boligsak.settings"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_no_kept_state_differs_from_a_rebuild(output: str) -> None:
    assert "NO FIGURE" not in output


@pytest.mark.parametrize(
    "name",
    [
        "typical night",
        "typical night, its payments in the inbox",
        "back-dated payments",
        "reversals",
        "the same file again",
        "two nights skipped",
        "due day: every lease charged",
        "night after the due day",
        "night when the grace ends",
        "14 days after the due day",
        "rebuild of everything",
    ],
)
def test_every_night_of_the_list_is_run(output: str, name: str) -> None:
    assert f"\n{name}  " in output


def test_registers_of_two_sizes_are_compared(output: str) -> None:
    assert "among 80 leases" in output
    assert "among 40" in output


def test_an_import_is_measured_against_parsing(output: str) -> None:
    assert "200 payments parsed, checked, matched, settled" in output


def test_memory_is_measured_for_nights_and_for_imports_of_two_sizes(output: str) -> None:
    assert "worker at rest" in output
    assert "import of 200 payments" in output
    assert "import of 2000 payments" in output


@pytest.mark.parametrize(
    "page", ["worklist", "search", "lease", "person", "dashboard", "admin: leases"]
)
def test_every_page_answers(output: str, page: str) -> None:
    (line,) = [line for line in output.splitlines() if line.startswith(f"{page} ")]
    assert " queries, " in line
