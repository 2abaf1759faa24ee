"""Every benchmark runs and finds the kept state right, on a tiny portfolio. Nothing is timed."""

import os
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

NIGHTS = (
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
)
PAGES = ("worklist", "search", "lease", "person", "dashboard", "admin: leases")
REST = (
    "among 80 leases",
    "among 40",
    "200 payments parsed, checked, matched, settled",
    "worker at rest",
    "import of 200 payments",
    "import of 2000 payments",
    "letters a round, journaled, sealed and in the outbox",
)


def test_every_benchmark_runs_and_no_kept_state_differs_from_a_rebuild() -> None:
    """One run for all of them: two at a time would make one database twice."""
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
    said = done.stdout
    assert done.returncode == 0, said + done.stderr
    assert "NO FIGURE" not in said
    assert [name for name in NIGHTS if f"\n{name}  " not in said] == []
    assert [words for words in REST if words not in said] == []
    lines = said.splitlines()
    answers = [line for page in PAGES for line in lines if line.startswith(f"{page} ")]
    assert len(answers) == len(PAGES)
    assert all(" queries, " in line for line in answers)  # else: MORE THAN 15
