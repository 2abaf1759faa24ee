"""Child processes that start together, are kept alive, and end in order and without orphans."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from steps import BASE_DIR, Failed

PR_SET_PDEATHSIG = 1
SHORT_LIFE_SECONDS = 10.0
STARTS_AT_MOST = 3  # a child that ends so often right after its start will not get better
PATIENCE_SECONDS = 20.0  # for a child to finish what it is doing


def follow_parent() -> Callable[[], None]:
    """What a child runs before its program: the kernel ends it when we end, even by kill -9."""
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def apply() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return apply


@dataclass
class Child:
    """One program, its log, and how often it has been started."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    short_lives: int = 0

    def start(self, env: Mapping[str, str]) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=BASE_DIR,
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches us only; we end the children in order
                preexec_fn=follow_parent(),
            )
        self.started = time.monotonic()

    def tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-20:])

    def kill(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Children:
    """Started in order, ended in the opposite order."""

    env: Mapping[str, str]
    children: list[Child] = field(default_factory=list)

    def add(self, child: Child) -> None:
        self.children.append(child)
        child.start(self.env)

    def look(self, say: Callable[[str], None]) -> None:
        """Start again what has ended by itself. Raises Failed when that does not help."""
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            status = child.process.returncode
            if time.monotonic() - child.started < SHORT_LIFE_SECONDS:
                child.short_lives += 1
            else:
                child.short_lives = 0
            if child.short_lives >= STARTS_AT_MOST:
                raise Failed(
                    f"The {child.name} keeps stopping (status {status}). Its log {child.log} ends:"
                    f"\n\n{child.tail()}"
                )
            say(f"The {child.name} stopped (status {status}) and is started again: {child.log}")
            time.sleep(0.5)
            child.start(self.env)

    def stop(self) -> None:
        """End them one after another, the last started first; kill what does not listen."""
        for child in reversed(self.children):
            if child.process is None:
                continue
            if child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(PATIENCE_SECONDS)
            child.kill()
        self.children.clear()
