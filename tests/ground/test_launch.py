"""./run demo says at once what it cannot do, before anything has been set up or started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parents[2]


def run_demo(data_dir: Path, **asked: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "boligsak/launch", "demo"],
        cwd=BASE_DIR,
        env={**os.environ, "DATA_DIR": str(data_dir), **asked},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LEASES", "0", "LEASES must be 1 or more."),
        ("LEASES", "mange", "LEASES must be a whole number, not 'mange'."),
        ("SEED", "-1", "SEED must be a whole number, not '-1'."),
        ("TODAY", "20.11.2026", "TODAY must be a day such as 2026-11-20, not '20.11.2026'."),
        ("TODAY", "2026-02-30", "TODAY must be a day such as 2026-11-20, not '2026-02-30'."),
        ("PORT", "70000", "PORT must be between 1 and 65535, not 70000."),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_at_once(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    answer = run_demo(tmp_path / "demo", **{name: value})
    assert answer.returncode == 1
    assert answer.stderr.strip() == words
    assert not (tmp_path / "demo").exists()
