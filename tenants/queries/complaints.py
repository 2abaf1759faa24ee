"""Complaints: those of a tenancy, the list, and the duty to talk with the household."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from boligsak.dates import add_months
from boligsak.together import Part, Question, answers
from tenants.complaint_policy import policy_of
from tenants.models import Complaint, ComplaintAbout, ComplaintState, Lease, Person, Protection
from tenants.queries.visibility import complaint_is_seen
from tenants.rules.clocks import Clock
from tenants.rules.complainants import Known, may_be
from tenants.rules.complaints import CLOSED, OPEN, WITHDRAWN

MOST_HITS = 10_000
CONTACT = "complaint_contact"
"""The code of the clock: the household is to be spoken with."""
EVERY = "all"
MISSED, WEEK, COOPERATIVE = "missed", "week", "cooperative"

_UP_TO = datetime.timedelta(days=6)


# --- Of one tenancy -----------------------------------------------------------------------------


def counting(lease_id: int) -> QuerySet[Complaint]:
    """Those about the tenancy that count: see `tenants.rules.complaints.counts`."""
    rows = Complaint.objects.filter(lease=lease_id, about=ComplaintAbout.TENANCY)
    return rows.exclude(state=ComplaintState.WITHDRAWN).exclude(is_upheld=False)


def in_pattern(lease: Lease, day: datetime.date) -> QuerySet[Complaint]:
    """Of those, the ones that count on `day` by the office's own terms, and those still open."""
    policy = policy_of(lease.office_id, day).values
    # Three months back from a day may be any of the last days of a month; the rule decides.
    since = add_months(day, -policy.pattern_months) - datetime.timedelta(days=3)
    near = [
        pk
        for pk, received_on, state in counting(lease.pk).values_list("pk", "received_on", "state")
        if state == OPEN
        or (received_on >= since and day < add_months(received_on, policy.pattern_months))
    ]
    return Complaint.objects.filter(pk__in=near)


def of_lease(lease_id: int, user: Any) -> list[Complaint]:
    """Every complaint about a tenancy, and its tenant's own about the dwelling, newest first."""
    rows = Complaint.objects.visible_to(user).filter(lease=lease_id)
    return list(rows.select_related("on_case__case").order_by("-received_on", "-pk"))


def of_dwelling(dwelling_id: int, user: Any) -> list[Complaint]:
    """The same of a dwelling, whoever lived there."""
    rows = Complaint.objects.visible_to(user).filter(dwelling=dwelling_id)
    return list(rows.select_related("lease").order_by("-received_on", "-pk"))


def protected_complainants(row: Complaint) -> list[int]:
    """The people with a protected address who may be the one who complained: see
    `tenants.rules.complainants`."""
    if row.person is not None and row.person.is_protected:
        return [row.person.pk]
    if row.person is not None or not (row.from_name or row.from_contact):
        return []
    people = Person.objects.exclude(protection=Protection.NONE).values_list(
        "pk", "given_name", "family_name", "phone", "email"
    )
    return [pk for pk, *told in people if may_be(row.from_name, row.from_contact, Known(pk, *told))]


# --- The list -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ComplaintChoice:
    """What a reader has asked to see; the open ones, when nothing is said. Days are inclusive, of
    receipt. `only`: `MISSED`, `WEEK` (the talk), or `COOPERATIVE` (with its own action)."""

    state: str = OPEN
    about: str = ""
    kind: str = ""
    source: str = ""
    only: str = ""
    office_id: int | None = None
    from_on: datetime.date | None = None
    to_on: datetime.date | None = None

    @property
    def is_usual(self) -> bool:
        return self == ComplaintChoice()


ORDERS: dict[str, tuple[Any, ...]] = {
    "contact": (F("contact_by").asc(nulls_last=True), "pk"),
    "-contact": (F("contact_by").desc(nulls_last=True), "-pk"),
    "received": ("received_on", "pk"),
    "-received": ("-received_on", "-pk"),
    "number": ("number",),
    "-number": ("-number",),
}
USUAL = "work"


def chosen(user: Any, choice: ComplaintChoice, day: datetime.date) -> QuerySet[Complaint]:
    rows = Complaint.objects.visible_to(user)
    if choice.state in (OPEN, CLOSED, WITHDRAWN):
        rows = rows.filter(state=choice.state)
    if choice.about:
        rows = rows.filter(about=choice.about)
    if choice.kind:
        rows = rows.filter(kind=choice.kind)
    if choice.source:
        rows = rows.filter(source=choice.source)
    if choice.office_id is not None:
        rows = rows.filter(dwelling__office=choice.office_id)
    if choice.from_on is not None:
        rows = rows.filter(received_on__gte=choice.from_on)
    if choice.to_on is not None:
        rows = rows.filter(received_on__lte=choice.to_on)
    waiting = Q(state=OPEN, contacted_on__isnull=True)
    if choice.only == MISSED:
        rows = rows.filter(waiting, contact_by__lt=day)
    elif choice.only == WEEK:
        rows = rows.filter(waiting, contact_by__range=(day, day + _UP_TO))
    elif choice.only == COOPERATIVE:
        rows = rows.filter(head_action__isnull=False)
    return rows.select_related("dwelling__office", "lease", "on_case__case", "head_action")


def ordered(rows: QuerySet[Complaint], order: str) -> QuerySet[Complaint]:
    """`USUAL`: those nobody has talked about first, by their last day; then the newest."""
    if order in ORDERS:
        return rows.order_by(*ORDERS[order])
    waits = Q(state=OPEN, contacted_on__isnull=True)
    return rows.annotate(is_waiting=waits).order_by(
        F("is_waiting").desc(), "contact_by", "-received_on", "-pk"
    )


def count(rows: QuerySet[Complaint]) -> int:
    """How many, counted to one more than `MOST_HITS` and no further."""
    return rows.order_by()[: MOST_HITS + 1].count()


# --- Deadlines ----------------------------------------------------------------------------------


def deadlines(user: Any, first: datetime.date, last: datetime.date) -> list[Clock]:
    """The days from `first` to `last` by which a household is to be spoken with."""
    (found,) = answers([due(user, first, last)])
    return found


def due(user: Any, first: datetime.date, last: datetime.date) -> Question:
    """The same, to be asked with other things."""
    where = (
        "row.state = 'open' AND row.contacted_on IS NULL"
        " AND row.contact_by BETWEEN %(first)s AND %(last)s"
    )
    seen = complaint_is_seen(user, "row")
    part = Part(
        Complaint,
        ("number", "lease", "dwelling", "contact_by"),
        where if seen is None else f"{where} AND {seen.sql}",
        "row.contact_by, row.id",
        (("dwelling", ("office",)), ("lease", ("is_protected",))),
    )
    days = {"first": first, "last": last}
    return Question(part, days | (seen.parameters if seen is not None else {}), _clocks)


def _clocks(rows: list[Complaint]) -> list[Clock]:
    return [
        Clock(
            row.contact_by,  # type: ignore[arg-type]
            CONTACT,
            row.number,
            row.dwelling.office_id,
            bool(row.lease and row.lease.is_protected),
            lease_id=row.lease_id,
            complaint_id=row.pk,
        )
        for row in rows
    ]
