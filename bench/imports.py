"""A payment file, from its bytes to settled leases, against what merely parses it."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from arrears.rules.ocr_giro import OcrReader
from arrears.services.settle import resettle
from bench import payments
from bench.measure import Floor, Rounds, in_turn, must_be, state, timed, undone
from bench.portfolio import DAY

NETSGIRO = "netsgiro==2.0.1"

_PARSE = """
import sys, time, netsgiro
text = open(sys.argv[1], encoding="latin-1", newline="").read()
start = time.perf_counter()
netsgiro.parse(text)
print(time.perf_counter() - start)
"""
_KEPT = ("accounts", "open charges")


def netsgiro() -> Path | None:
    """A Python that has netsgiro, in a virtual environment of its own; None when it cannot be had.

    It is what the import is measured against and no part of the product.
    """
    home = Path(settings.DATA_DIR) / "netsgiro"
    python = home / "bin" / "python"
    there = python.exists() and not subprocess.call(
        [python, "-c", "import netsgiro"], stderr=subprocess.DEVNULL
    )
    if not there:
        made = subprocess.call([sys.executable, "-m", "venv", "--clear", home]) == 0
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if not made or subprocess.call([*install, NETSGIRO], stderr=subprocess.DEVNULL):
            return None
    return python


def against_parsing(floor: Floor, count: int, rounds: int, *, fetch: bool) -> tuple[str, Rounds]:
    """Importing `count` payments; the floor's name and the rounds."""
    with tempfile.TemporaryDirectory(prefix="boligsak-bench-") as folder:
        path = payments.write_file(Path(folder) / "many.ocr", payments.many(count, DAY))
        python = netsgiro() if fetch else None

        def parse() -> float:
            if python is None:
                return own_parse(path)
            return float(subprocess.check_output([python, "-c", _PARSE, path]))

        checked: list[bool] = []

        def once() -> tuple[float, Any]:
            with undone():
                found = timed(floor, lambda: payments.take_in(path, DAY))
                if not checked:
                    kept = state()
                    resettle()
                    again = state()
                    must_be(*({name: s[name] for name in _KEPT} for s in (kept, again)), "import")
                    checked.append(True)
            floor.sweep()
            return found

        rounds_ = in_turn(floor, rounds, once, parse)
        return "netsgiro's parsing" if python else "our own parsing", rounds_


def own_parse(path: Path) -> float:
    """Seconds our reader takes to read the file and check its counts and sums."""
    start = time.perf_counter()
    with path.open("rb") as stream:
        for _payment in OcrReader(stream):
            pass
    return time.perf_counter() - start
