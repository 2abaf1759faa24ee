"""Nights, each run as the worker runs it, timed, compared with a rebuild, and taken back."""

import datetime
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from arrears.queries.flags import arrears_policies
from arrears.services.flags import rebuild
from bench import payments
from bench.measure import (
    Floor,
    Rounds,
    in_turn,
    must_be,
    must_be_rebuilt,
    state,
    timed,
    undone,
)
from bench.portfolio import DAY
from boligsak.jobs.models import JobRun
from boligsak.night import STEPS, run_night

MOVED_PERMILLE = 3
DUE = datetime.date(2026, 11, 20)
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Night:
    """`before` is what the day brings, `inbox` what waits for the night: neither is measured as
    such, but a file in the inbox is imported on the night's clock."""

    name: str
    day: datetime.date
    target: float | None = None
    before: Callable[[], Any] | None = None
    inbox: Callable[[Path], Any] | None = None


class Nights:
    """Runs nights against the floor, with files and an inbox in a folder of their own."""

    def __init__(self, floor: Floor, leases: int, rounds: int) -> None:
        self.floor = floor
        self.rounds = rounds
        self.moved = max(1, leases * MOVED_PERMILLE // 1000)
        self.folder = Path(tempfile.mkdtemp(prefix="boligsak-bench-"))
        settings.INBOX_DIR = self.folder / "inbox"

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def all(self) -> Iterator[tuple[Night, Rounds]]:
        """Every night of the list, in the order of the days; in between, days really pass."""
        moved, day = self.moved, DAY + ONE_DAY
        file = self.folder / "payments.ocr"

        def arrive(transactions: Callable[[], list[Any]], on: datetime.date) -> Callable[[], Any]:
            return lambda: payments.take_in(payments.write_file(file, transactions()), on)

        def twice(inbox: Path) -> None:
            path = payments.write_file(inbox / "1.ocr", payments.of_owing(moved, day))
            payments.take_in(path, day)

        yield self.night(
            Night("typical night", day, 0.05, arrive(lambda: payments.of_owing(moved, day), day))
        )
        yield self.night(
            Night(
                "typical night, its payments in the inbox",
                day,
                None,
                inbox=lambda inbox: payments.write_file(
                    inbox / "1.ocr", payments.of_owing(moved, day)
                ),
            )
        )
        back = day - datetime.timedelta(days=40)
        yield self.night(
            Night(
                "back-dated payments",
                day,
                0.05,
                arrive(lambda: payments.of_owing(moved, back), day),
            )
        )
        yield self.night(
            Night("reversals", day, 0.05, arrive(lambda: payments.of_paid(moved, day), day))
        )
        yield self.night(Night("the same file again", day, 0.05, inbox=twice))
        later = day + 2 * ONE_DAY
        yield self.night(
            Night(
                "two nights skipped",
                later,
                None,
                arrive(lambda: payments.of_owing(moved, later), later),
            )
        )
        run_night(DUE - ONE_DAY, fill_gaps=False)
        yield self.night(Night("due day: every lease charged", DUE, 2.0))
        run_night(DUE)
        self.floor.sweep()
        yield self.night(Night("night after the due day", DUE + ONE_DAY, 1.0))
        grace_over = DUE + (arrears_policies(DUE).general.values.grace_days + 1) * ONE_DAY
        arrive(lambda: payments.of_most(930, DUE + ONE_DAY), grace_over - ONE_DAY)()
        run_night(grace_over - ONE_DAY, fill_gaps=False)
        self.floor.sweep()
        yield self.night(Night("night when the grace ends", grace_over))
        fortnight = DUE + 14 * ONE_DAY
        run_night(fortnight - ONE_DAY, fill_gaps=False)
        self.floor.sweep()
        yield self.night(
            Night(
                "14 days after the due day",
                fortnight,
                None,
                arrive(lambda: payments.of_owing(moved, fortnight), fortnight),
            )
        )
        yield self.rebuild(fortnight - ONE_DAY)

    def typical(self, moved: int) -> tuple[Night, Rounds]:
        """The typical night with so many moved leases."""
        file, day = self.folder / "payments.ocr", DAY + ONE_DAY

        def arrive() -> None:
            payments.take_in(payments.write_file(file, payments.of_owing(moved, day)), day)

        return self.night(Night("typical night", day, None, arrive))

    def night(self, night: Night) -> tuple[Night, Rounds]:
        checked: list[bool] = []
        steps: list[dict[str, float]] = []

        def once() -> tuple[float, Any]:
            shutil.rmtree(settings.INBOX_DIR, ignore_errors=True)
            Path(settings.INBOX_DIR).mkdir()
            with undone():
                if night.before:
                    night.before()
                if night.inbox:
                    night.inbox(Path(settings.INBOX_DIR))
                seconds, run = timed(self.floor, lambda: run_night(night.day))
                steps.append(_steps(run.pk))
                if not checked:
                    must_be_rebuilt(night.day, night.name)
                    checked.append(True)
            self.floor.sweep()
            return seconds, run.counts

        if self.rounds > 1:
            once()  # a copy that was just made is not in memory yet
            steps.clear()
        rounds = in_turn(self.floor, self.rounds, once)
        rounds.steps = {
            name: statistics.median(step.get(name, 0.0) for step in steps) for name in STEPS
        }
        return night, rounds

    def rebuild(self, day: datetime.date) -> tuple[Night, Rounds]:
        kept = state()

        def once() -> tuple[float, Any]:
            with undone():
                seconds, counts = timed(self.floor, lambda: rebuild(day))
                must_be(kept, state(), "rebuild")
            self.floor.sweep()
            return seconds, counts

        return Night("rebuild of everything", day, 1.5), in_turn(self.floor, self.rounds, once)


def _steps(night_id: int) -> dict[str, float]:
    """Seconds of each step of a night that has just been run (of all its days together)."""
    found: dict[str, float] = dict.fromkeys(STEPS, 0.0)
    night = JobRun.objects.get(pk=night_id)
    for step in JobRun.objects.filter(asked_at__gte=night.asked_at, job__in=STEPS, day=night.day):
        if step.started_at and step.ended_at:
            found[step.job] += (step.ended_at - step.started_at).total_seconds()
    return found
