"""How much memory a worker takes at the most, in a process that does nothing else.

Run as a module it is that process: `python -m bench.memory DATABASE night|import [FILE]`.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django

NIGHT_MB, IMPORT_MB = 150, 200


def peak_mb() -> float:
    """The most that was resident since the program began (Linux; `ru_maxrss` remembers what was
    before `exec`)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status has no VmHWM")


def of_nights(database: str) -> dict[str, float]:
    """The night after the portfolio's last, the due day's and the one after it, in one worker."""
    return _child(database, "night")


def of_import(database: str, count: int) -> dict[str, float]:
    """An import of `count` payments."""
    from bench import payments
    from bench.portfolio import DAY

    with tempfile.TemporaryDirectory(prefix="boligsak-bench-") as folder:
        path = payments.write_file(Path(folder) / "many.ocr", payments.many(count, DAY))
        return _child(database, "import", str(path))


def _child(*arguments: str) -> dict[str, float]:
    answer = subprocess.check_output(
        [sys.executable, "-m", "bench.memory", *arguments],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "boligsak.settings", "LOG_LEVEL": "ERROR"},
    )
    found: dict[str, float] = json.loads(answer.splitlines()[-1])
    return found


def main(database: str, what: str, *files: str) -> None:
    """Does the work, takes it back, and says how much memory that took."""
    django.setup()
    from bench import payments
    from bench.database import use
    from bench.measure import undone
    from bench.nights import DUE, ONE_DAY
    from bench.portfolio import DAY
    from boligsak.night import run_night

    use(database)
    found = {"before": peak_mb()}
    with undone():
        if what == "import":
            payments.take_in(Path(files[0]), DAY)
        else:
            run_night(DAY + ONE_DAY)
            found["typical"] = peak_mb()
            run_night(DUE, fill_gaps=False)
            run_night(DUE + ONE_DAY)
    found["peak"] = peak_mb()
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
