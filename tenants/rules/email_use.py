"""When somebody last used their e-mail address: what goes there must reach them."""

import datetime

from boligsak.rule import RuleBroken

Address = tuple[str, datetime.date | None]
"""An address and the last day it is known to have been used."""


def check_use(used_on: datetime.date, on: datetime.date) -> None:
    """An address has been used today or before. Raises `RuleBroken("person.email_used_ahead")`
    (today)."""
    if used_on > on:
        raise RuleBroken("person.email_used_ahead", today=on)


def used_on_after(was: Address, now: Address, on: datetime.date) -> datetime.date | None:
    """The day that stands after a change made on `on`.

    Tvangsfullbyrdelsesloven § 4-18 lets a warning go by e-mail only to an address the recipient has
    recently used: a day that was said of another address says nothing of this one, unless it is
    said again today. Raises as `check_use` does.
    """
    (was_email, was_used_on), (email, used_on) = was, now
    if not email or used_on is None:
        return None
    check_use(used_on, on)
    is_other = email.casefold() != was_email.casefold()
    return None if is_other and used_on == was_used_on and used_on != on else used_on
