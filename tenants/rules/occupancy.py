"""One tenancy in a dwelling at a time, and days that must follow one another. Days inclusive."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from boligsak.rule import RuleBroken

_NEVER = dt.date.max

Place = TypeVar("Place")


class Span(NamedTuple):
    """The days a lease occupies a dwelling: from its start until the tenant has moved out.

    An agreed last day is no end: who stays on after it still lives there.
    """

    lease: str
    """The lease's number: it names the lease in a refusal."""
    starts_on: dt.date
    moved_out_on: dt.date | None


def overlaps(spans: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    """Each lease of one dwelling that begins before an earlier one is over, with that one."""
    longest: Span | None = None
    for span in sorted(spans, key=lambda span: (span.starts_on, span.lease)):
        if longest is not None and span.starts_on <= (longest.moved_out_on or _NEVER):
            yield span, longest
        if longest is None or (span.moved_out_on or _NEVER) > (longest.moved_out_on or _NEVER):
            longest = span


def clashing(
    new: Mapping[Place, Sequence[Span]], there: Mapping[Place, Sequence[Span]]
) -> dict[str, str]:
    """New leases that cannot stand, by number, and the lease each of them collides with.

    Of two that collide it is a new one that is named, never one that stands already.
    """
    found: dict[str, str] = {}
    for place, spans in new.items():
        standing = there.get(place, ())
        names = {span.lease for span in spans}
        for later, earlier in overlaps([*spans, *standing]):
            if later.lease in names:
                found[later.lease] = earlier.lease
            elif earlier.lease in names:
                found[earlier.lease] = later.lease
    return found


def check_days(
    starts_on: dt.date,
    ends_on: dt.date | None,
    moved_out_on: dt.date | None,
    move_requested_on: dt.date | None = None,
) -> None:
    """The days of a lease follow one another.

    Raises RuleBroken "term.ends_before_start", "lease.moved_out_before_start" or
    "lease.asked_before_start".
    """
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken("term.ends_before_start", starts_on=starts_on, ends_on=ends_on)
    if moved_out_on is not None and moved_out_on < starts_on:
        raise RuleBroken(
            "lease.moved_out_before_start", starts_on=starts_on, moved_out_on=moved_out_on
        )
    if move_requested_on is not None and move_requested_on < starts_on:
        raise RuleBroken(
            "lease.asked_before_start", starts_on=starts_on, move_requested_on=move_requested_on
        )
