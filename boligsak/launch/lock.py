"""Pins every Python package with its hash, for every platform, from requirements/*.in."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from steps import BASE_DIR, run, step

ORDER = ("app", "embedded", "test", "browser", "node", "lock")
OPTIONS = ("--generate-hashes", "--universal", "--python-version=3.11", "--no-header")


def main(_arguments: Sequence[str]) -> int:
    folder = BASE_DIR / "requirements"
    home = BASE_DIR / ".data" / "lock"
    uv = home / "bin" / "uv"
    if not uv.exists():
        with step("The tool that pins (uv)"):
            run([sys.executable, "-m", "venv", home])
            pip = [home / "bin" / "python", "-m", "pip", "install", "--quiet"]
            run([*pip, "--require-hashes", "-r", folder / "lock.txt"])
    for name in ORDER:
        with step(f"requirements/{name}.txt"):
            source, target = f"requirements/{name}.in", f"requirements/{name}.txt"
            run(
                [uv, "pip", "compile", *OPTIONS, "--no-annotate", "--quiet", "--upgrade"]
                + [source, "-o", target]
            )
    return 0
