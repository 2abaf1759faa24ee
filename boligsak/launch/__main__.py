"""The launcher behind ./run. Runs on any Python ≥ 3.11 with the standard library only."""

import os
import sys
from collections.abc import Callable, Sequence

import demo
import lock
import suite
from steps import Failed

HELP = """\
./run demo          set up everything and serve the demo municipality at http://127.0.0.1:8000
                    PORT=8000  LEASES=4500  SEED=1  TODAY=2026-11-20 (default: the day it is built)
                    Ctrl-C stops it; starting again keeps the data (in .data/demo)
./run test [ARGS]   set up what the tests need and run them; ARGS go to pytest
                    DATABASE_URL, REDIS_URL: test on these instead of the embedded engines
./run check         style, types, floors between the apps, migrations, production settings
./run bench [ARGS]  the benchmarks; LEASES=4000 (110000 for the whole country)
./run messages      bring new texts into the Norwegian catalogue; says which ones lack words
./run lock          pin all Python packages anew from requirements/*.in
"""

COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo": demo.main,
    "test": suite.test,
    "check": suite.check,
    "bench": suite.bench,
    "messages": suite.messages,
    "lock": lock.main,
}


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        print(HELP, end="")
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"./run knows no command {name!r}.\n\n{HELP}", end="", file=sys.stderr)
        return 2
    try:
        return COMMANDS[name](rest)
    except Failed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(sys.argv[1:]))
