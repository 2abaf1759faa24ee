"""`./run bench`: makes the portfolio if it is not there, measures, and prints ratios."""

import argparse
import os
import signal
import sys
import time

import django

# The nights come last: for them days pass in the database.
PARTS = ("registers", "import", "memory", "pages", "letters", "nights")


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--leases", type=int, default=int(os.environ.get("LEASES", "4000")))
    parser.add_argument("--years", type=int, default=10, help="of ledger (10)")
    parser.add_argument("--rounds", type=int, default=5, help="of each benchmark (5)")
    parser.add_argument("--payments", type=int, default=100_000, help="in the imported file")
    parser.add_argument("--requests", type=int, default=40, help="of each page by each client")
    parser.add_argument("--compare-with", type=int, default=4_000, help="leases (4000)")
    parser.add_argument("--without-netsgiro", action="store_true", help="do not fetch it")
    parser.add_argument("--drop", action="store_true", help="do not keep the portfolio")
    choice = parser.parse_args()
    if unknown := [part for part in choice.parts if part not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boligsak.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    from bench.run import Bench  # needs Django

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # clones and servers go, too
    start = time.monotonic()
    ok = Bench(choice).run([part for part in PARTS if part in (choice.parts or PARTS)])
    print(f"\n{time.monotonic() - start:.0f} s in all.")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
