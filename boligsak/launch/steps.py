"""One line for each step: what is being done, whether there was anything to do, how long it took.

A step remembers a fingerprint of what it was made from and is not done again while that is the
same, so a second start does no work the first has done.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
STAMPS = BASE_DIR / ".data" / "stamps"
WIDTH = 44


class Failed(Exception):
    """A step failed; the message is all the user needs to see."""


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Show the step, its running time on a terminal, and how it ended."""
    started = time.monotonic()
    label = f"  {title} ".ljust(WIDTH, ".")
    done = threading.Event()

    def tick() -> None:
        while not done.wait(1):
            sys.stdout.write(f"\r{label} {time.monotonic() - started:4.0f} s")
            sys.stdout.flush()

    sys.stdout.write(label)
    sys.stdout.flush()
    clock = threading.Thread(target=tick, daemon=True)
    if sys.stdout.isatty():
        clock.start()
    ending = "failed"
    try:
        yield
        ending = f"{time.monotonic() - started:4.1f} s"
    finally:
        done.set()
        if clock.is_alive():
            clock.join()
            sys.stdout.write(f"\r{label}")
        print(f" {ending}", flush=True)


def fingerprint(paths: Iterable[Path], *more: str) -> str:
    """A hash of the content of files, and of all files below folders, and of further texts."""
    digest = hashlib.sha256("\0".join(more).encode())
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(BASE_DIR)).encode() + b"\0")
                digest.update(file.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def once(stamp: Path, mark: str, title: str) -> Iterator[bool]:
    """Yields whether the step has to be done; when its body ends well, that is remembered."""
    if stamp.exists() and stamp.read_text() == mark:
        yield False
        return
    stamp.unlink(missing_ok=True)
    with step(title):
        yield True
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark)


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None, what: str = "") -> str:
    """Run a command without a word; on failure show the end of what it said."""
    try:
        result = subprocess.run(
            [str(part) for part in command],
            cwd=BASE_DIR,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise Failed(f"{command[0]} was not found.") from error
    if result.returncode:
        tail = "\n".join(result.stdout.strip().splitlines()[-40:])
        name = what or " ".join(Path(str(part)).name for part in command[:4])
        raise Failed(f"{name} failed (status {result.returncode}):\n\n{tail}")
    return result.stdout


def show(
    command: Sequence[str | Path],
    env: Mapping[str, str] | None = None,
    preexec_fn: Callable[[], None] | None = None,
) -> int:
    """Run a command in the open; its status."""
    sys.stdout.flush()
    return subprocess.call(
        [str(part) for part in command],
        cwd=BASE_DIR,
        env={**os.environ, **(env or {})},
        start_new_session=preexec_fn is not None,
        preexec_fn=preexec_fn,
    )
