"""Floor, subject, floor in turn, and what is made of the figures."""

import contextlib
import datetime
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from arrears.services.figures import differing
from arrears.services.flags import rebuild
from bench.database import connect

FLOOR = (
    "SELECT count(*), sum(total) FROM"
    " (SELECT lease_id, sum(amount_ore) AS total FROM arrears_ledgerline GROUP BY lease_id) AS t"
)
NARROW_FLOOR = FLOOR.replace("arrears_ledgerline", "bench_narrow")

MOST_APART = 1.3
"""Two floors around a subject may differ by so much; else the machine was busy elsewhere."""

# What a night rewrites: emptied of the rows that a round which was taken back has left.
_REWRITTEN = (
    "arrears_leaseaccount, arrears_opencharge, arrears_flag, arrears_flagchange, arrears_figure,"
    " arrears_figurestep, arrears_figurecount,"
    " jobs_jobrun, rates_policy"
)

# Order does not matter to a sum, so nothing need be sorted.
_STATE = {
    "accounts": "SELECT lease_id, balance_ore, open_ore, disputed_ore, unallocated_ore,"
    " monthly_rent_ore, oldest_due_on, last_due_on, last_payment_on, has_flag"
    " FROM arrears_leaseaccount",
    "open charges": "SELECT line_id, lease_id, due_on, kind, reference, amount_ore, open_ore"
    " FROM arrears_opencharge",
    "flags": "SELECT lease_id, kind, level, anchor_on FROM arrears_flag WHERE resolved_on IS NULL",
}


class StateDiffers(Exception):
    """What is kept is not what a rebuild makes: then no figure is worth anything."""


@dataclass(slots=True)
class Rounds:
    """The seconds of every round: floor before, subject, floor after; and what the subject did."""

    seconds: list[tuple[float, float, float]] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, float] = field(default_factory=dict)

    @property
    def fair(self) -> list[tuple[float, float, float]]:
        """The rounds whose floors agree."""
        return [r for r in self.seconds if max(r[0], r[2]) <= MOST_APART * min(r[0], r[2])]

    @property
    def ratio(self) -> float | None:
        """The median of subject by floor, over the rounds that count; None without any."""
        ratios = [subject / ((a + b) / 2) for a, subject, b in self.fair]
        return statistics.median(ratios) if ratios else None

    @property
    def subject(self) -> float:
        return statistics.median(r[1] for r in (self.fair or self.seconds))

    @property
    def floor(self) -> float:
        return statistics.median((r[0] + r[2]) / 2 for r in (self.fair or self.seconds))


class Floor:
    """The bare sum over the ledger on a connection of its own, and what goes with it."""

    def __init__(self, database: str) -> None:
        self._connection = connect(database)
        self.database = database

    def close(self) -> None:
        self._connection.close()

    def __call__(self, statement: str = FLOOR) -> float:
        with self._connection.cursor() as cursor:
            start = time.perf_counter()
            cursor.execute(statement)
            cursor.fetchall()
            return time.perf_counter() - start

    def sweep(self) -> None:
        """Clears away what rounds that were taken back have left behind. Not measured."""
        with self._connection.cursor() as cursor:
            cursor.execute(f"VACUUM {_REWRITTEN}")

    def flush(self) -> None:
        """Brings everything written so far to the disk, as the end of a transaction would."""
        with self._connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_mark VALUES (now())")


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """A transaction that is taken back at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def timed(floor: Floor, work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of wall clock until the work is done, checked and on the disk; and its answer.

    Foreign keys are checked when a transaction ends, and then it is written out. Rounds are taken
    back instead, so both are done here on purpose, on the clock.
    """
    start = time.perf_counter()
    answer = work()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    floor.flush()
    return time.perf_counter() - start, answer


def in_turn(
    floor: Floor,
    rounds: int,
    subject: Callable[[], tuple[float, Any]],
    measure_floor: Callable[[], float] | None = None,
) -> Rounds:
    """Floor, subject, floor, subject, …, floor. The subject takes itself back and times itself."""
    take = measure_floor or floor
    found = Rounds()
    before = take()
    for _number in range(rounds):
        seconds, answer = subject()
        after = take()
        found.seconds.append((before, seconds, after))
        if isinstance(answer, dict):
            found.counts = answer
        before = after
    return found


def state() -> dict[str, tuple[int, int]]:
    """Rows and a sum over their hashes, for each kept table."""
    found = {}
    with connection.cursor() as cursor:
        for name, rows in _STATE.items():
            cursor.execute(
                f"SELECT count(*), coalesce(sum(hashtextextended(kept::text, 0)), 0)::text"
                f" FROM ({rows}) AS kept"
            )
            count, total = cursor.fetchone()
            found[name] = (count, int(total))
    return found


def must_be(expected: dict[str, Any], found: dict[str, Any], when: str) -> None:
    """Raises `StateDiffers` with the tables that are not the same."""
    differing = [name for name in expected if expected[name] != found[name]]
    if differing:
        raise StateDiffers(
            f"{when}: kept is not what a rebuild makes: "
            + ", ".join(f"{n} ({expected[n][0]} and {found[n][0]} rows)" for n in differing)
        )


def must_be_rebuilt(day: datetime.date, when: str) -> None:
    """Raises `StateDiffers` unless a rebuild makes what is kept.

    A lease may be looked at earlier than it has to be (the rent that fell due yesterday is within
    its grace), never later. Leaves the rebuilt state: call it where all is taken back.
    """
    if wrong := differing(day):
        raise StateDiffers(f"{when}: {len(wrong)} figures are not what counting all says")
    kept = state()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_look AS SELECT lease_id,"
            " coalesce(next_look_on, 'infinity') AS look_on FROM arrears_leaseaccount"
        )
        rebuild(day)
        must_be(kept, state(), when)
        cursor.execute(
            "SELECT count(*) FROM bench_look JOIN arrears_leaseaccount AS account USING (lease_id)"
            " WHERE bench_look.look_on > coalesce(account.next_look_on, 'infinity')"
        )
        late = cursor.fetchone()[0]
        cursor.execute("DROP TABLE bench_look")
    if late:
        raise StateDiffers(f"{when}: {late} leases would be looked at too late")
