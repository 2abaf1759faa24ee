"""What the floor with the ledger is asked about old arrears: it registers who answers.

A condition of a decision may ask for an agreement on old arrears. Whether such an agreement still
holds is known above; here it arrives as values, and is asked for in one place.
"""

import datetime
from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol


class PlanNow(NamedTuple):
    """A repayment plan on a day. `state`: draft, running, broken, kept or ended."""

    plan_id: int
    lease_number: str
    state: str
    signed_on: datetime.date | None
    broken_on: datetime.date | None


class Books(Protocol):
    """`plans`: each plan by id. `who_owes`: those of some people who owe something that fell due
    before a day and that no running plan covers, from any tenancy they have had."""

    def plans(self, plan_ids: Collection[int]) -> Mapping[int, PlanNow]: ...

    def who_owes(self, person_ids: Collection[int], day: datetime.date) -> Collection[int]: ...


_books: list[Books] = []


def register(books: Books) -> None:
    _books[:] = [books]


def books() -> Books:
    """Raises `LookupError` when no floor keeps a ledger."""
    if not _books:
        raise LookupError("no ledger is registered")
    return _books[0]
