"""What was read of leases, kept in the process for as long as nothing it is made of has changed.

A list of fifty leases needs four hundred rows to say who lives where, and the next list, of other
people in another order, needs many of them again. They change a few times an hour.

Every transaction that touches one of these tables leaves its number in tenants_cardchange (a
trigger of the tables themselves, see the migration 0027). What is kept is kept with the snapshot it
was read in, and each question that uses it asks the database first, in the same statement, whether
it now sees a number which that snapshot did not. If so everything kept is forgotten and read anew.
So what is shown is what a reading would have found: a transaction that is still open is not seen by
either, and one that has ended is seen by both. Nothing is sent to anybody, and nothing waits for a
time to run out; the ten minutes only keep the numbers few that have to be stored.
"""

import time
from collections.abc import Callable, Collection, Hashable
from typing import Any, NamedTuple

MOST_KEPT = 5_000
MOST_AT_ONCE = 100
"""Leases of one question. A file of thousands would crowd out what the lists ask for."""

_SECONDS = 600


class Since(NamedTuple):
    """Which database of which started server, and its snapshot as PostgreSQL writes it.

    A server that was restored, or took over from another, counts on from an older number, and may
    give the database the number it had.
    """

    server: str
    snapshot: str


class Read(NamedTuple):
    """What a statement found. `is_current`: nothing has changed since what it was told of."""

    found: dict[int, Any]
    since: Since
    is_current: bool


class _Kept(NamedTuple):
    """Everything in `found` was read in the snapshot `since` or a later one."""

    since: Since
    until: float
    found: dict[Hashable, dict[int, Any]]


_kept: _Kept | None = None


def kept_or_read(
    key: Hashable,
    lease_ids: Collection[int],
    read: Callable[[Collection[int], Since | None], Read],
) -> dict[int, Any]:
    """What `read` finds of these leases, by id, read only where it is not kept.

    `key`: all that the answer depends on beside the lease: the reader's rights, the day. Not for
    use within a transaction: what it has written itself may be taken back.
    """
    global _kept
    kept = _kept
    if kept is not None and kept.until < time.monotonic():
        kept = None
    have = kept.found.get(key, {}) if kept else {}
    told = read([pk for pk in lease_ids if pk not in have], kept.since if kept else None)
    if kept is None or not told.is_current:
        if kept is not None:
            told = read(lease_ids, None)
        # Another thread may put its own in place of it: each is right by its own snapshot.
        _kept = _Kept(told.since, time.monotonic() + _SECONDS, {key: dict(told.found)})
        return told.found
    if told.found:
        kept.found.setdefault(key, {}).update(told.found)
        if sum(map(len, kept.found.values())) > MOST_KEPT:
            _kept = None
    return {pk: have[pk] for pk in lease_ids if pk in have} | told.found


def forget_everything() -> None:
    """For tests that count what is read."""
    global _kept
    _kept = None
