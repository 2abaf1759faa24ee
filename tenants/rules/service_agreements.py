"""Service agreements (bo- og tjenesteavtaler): when husleieloven's clocks stop, and reviews."""

import datetime as dt

from boligsak.dates import add_months
from boligsak.rule import RuleBroken

LONGEST_TO_REVIEW_MONTHS = 36
"""A review further off is a mistyped year, or none."""


def is_outside(lawyer_on: dt.date | None, day: dt.date) -> bool:
    """§§ 1-1, 1-2: whether, on `day`, something other than the use of the dwelling is the
    agreement's essence, as a lawyer has recorded. Until then every clock of the act runs."""
    return lawyer_on is not None and lawyer_on <= day


def check_assessment(lawyer: str, reasons: str, assessed_on: dt.date, today: dt.date) -> None:
    """Raises RuleBroken "service.no_lawyer", "service.no_reasons" or "service.not_yet" (today)."""
    if not lawyer.strip():
        raise RuleBroken("service.no_lawyer")
    if not reasons.strip():
        raise RuleBroken("service.no_reasons")
    if assessed_on > today:
        raise RuleBroken("service.not_yet", today=today)


def check_review_day(review_on: dt.date | None, today: dt.date) -> None:
    """Raises RuleBroken "service.review_past" (today) or "service.review_far" (last_on)."""
    if review_on is None:
        return
    if review_on < today:
        raise RuleBroken("service.review_past", today=today)
    last_on = add_months(today, LONGEST_TO_REVIEW_MONTHS)
    if review_on > last_on:
        raise RuleBroken("service.review_far", last_on=last_on)


def check_reviewed(reviewed_on: dt.date, starts_on: dt.date, today: dt.date) -> None:
    """Raises RuleBroken "service.not_yet" (today) or "service.before_start" (starts_on)."""
    if reviewed_on > today:
        raise RuleBroken("service.not_yet", today=today)
    if reviewed_on < starts_on:
        raise RuleBroken("service.before_start", starts_on=starts_on)


def check_content(
    services: str, ends_when: str, review_on: dt.date | None, reviewed_on: dt.date | None
) -> None:
    """An agreement says what help it holds and what ends it, and is looked at again some day.

    Raises RuleBroken "service.no_services", "service.no_end", "service.no_review" or
    "service.review_order" (reviewed_on).
    """
    if not services.strip():
        raise RuleBroken("service.no_services")
    if not ends_when.strip():
        raise RuleBroken("service.no_end")
    if review_on is None:
        raise RuleBroken("service.no_review")
    if reviewed_on is not None and review_on <= reviewed_on:
        raise RuleBroken("service.review_order", reviewed_on=reviewed_on)
