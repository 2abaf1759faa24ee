"""Lists of cases for one reader and one choice, and the cases of leases.

Everything is asked in sets: fifty rows cost the same number of queries as one.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Exists,
    F,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models import (
    Case as Either,
)
from django.db.models.functions import Coalesce

from arrears.models import (
    Case,
    CaseTrigger,
    ContactAttempt,
    Flag,
    NextStep,
    NoticeServing,
    OpenCharge,
    Referral,
)
from arrears.models.contacts import ContactState
from arrears.models.notices import NoticeState
from arrears.models.referrals import ReferralState
from arrears.queries.case_deadlines import LegalDeadline, legal_deadlines
from arrears.queries.targets import evicted, petitioned
from arrears.rules.cases import is_anonymous_to, parties_of

MOST_HITS = 10_000
NOBODY = "nobody"
OPEN, CLOSED, EVERY = "open", "closed", "all"
STEP_OVER, STEP_TODAY, STEP_WEEK = "over", "today", "week"
WEEK = datetime.timedelta(days=6)
"""Seven days with today among them."""

RUNNING_REFERRAL = (
    ReferralState.PREPARED,
    ReferralState.FILED,
    ReferralState.DATE_SET,
    ReferralState.POSTPONED,
)


@dataclass(frozen=True, slots=True)
class CaseChoice:
    """What a reader has asked to see. Empty fields choose every open case.

    `owner` is a user's id or `NOBODY`; `step` one of `STEP_OVER`, `STEP_TODAY`, `STEP_WEEK`: the
    proposed step is due before, on or within a week from today. `contact` "none": nobody has tried
    to reach the tenant. `deadline` "week": a legal deadline runs out within a week. `petition` and
    `eviction`: filed with the bailiff, or carried out, in the year of today.
    """

    office_id: int | None = None
    trigger: str = ""
    status: str = OPEN
    outcome: str = ""
    owner: int | str | None = None
    meeting: str = ""
    contact: str = ""
    referral: str = ""
    step: str = ""
    deadline: str = ""
    petition: str = ""
    eviction: str = ""

    @property
    def is_everything(self) -> bool:
        return self == CaseChoice()


class CaseRow(NamedTuple):
    """One case as stored. `level` is that of its lease's gravest open flag, 0 for none;
    `deadline` the nearest legal one that has not passed; `is_anonymous`: no name, address
    or money."""

    case_id: int
    number: str
    lease_id: int
    office: str
    owner_id: int | None
    owner: str
    status: str
    outcome: str
    opened_on: datetime.date
    closed_on: datetime.date | None
    for_meeting_on: datetime.date | None
    triggers: tuple[str, ...]
    level: int
    step: str
    step_due_on: datetime.date | None
    deadline: LegalDeadline | None
    last_contact_on: datetime.date | None
    overdue_ore: int
    referral: str
    is_anonymous: bool


ORDERS: Mapping[str, tuple[Any, ...]] = {
    "work": (F("level").desc(), F("step_due").asc(nulls_last=True), "opened_on", "pk"),
    "number": ("number",),
    "-number": ("-number",),
    "opened": ("opened_on", "pk"),
    "-opened": ("-opened_on", "-pk"),
    "step": (F("step_due").asc(nulls_last=True), "pk"),
    "-step": (F("step_due").desc(nulls_last=True), "-pk"),
    "deadline": (F("deadline_rank").asc(nulls_last=True), "pk"),
    "-deadline": (F("deadline_rank").desc(nulls_last=True), "-pk"),
    "owed": ("overdue_ore", "pk"),
    "-owed": ("-overdue_ore", "pk"),
}
"""By name in the address. "work" is the order in which they should be worked."""

# An order by these would tell of an anonymous row what the row does not show.
_TELLING = frozenset({"owed", "-owed"})


def chosen(user: Any, choice: CaseChoice, day: datetime.date) -> QuerySet[Case]:
    """The cases of this choice that the user may see a row of.

    A choice of office or of another caseworker would tell where somebody with a protected address
    lives, so it leaves out what the user sees masked.
    """
    cases = Case.objects.visible_to(user)
    tells_where = choice.office_id is not None or (
        isinstance(choice.owner, int) and choice.owner != user.pk
    )
    if tells_where and not user.access.is_cleared:
        cases = cases.filter(lease__is_protected=False)
    if choice.status != EVERY:
        cases = cases.filter(status=choice.status)
    if choice.office_id is not None:
        cases = cases.filter(office_id=choice.office_id)
    if choice.outcome:
        cases = cases.filter(outcome=choice.outcome)
    if choice.trigger:
        running = CaseTrigger.objects.filter(case=OuterRef("pk"), kind=choice.trigger)
        cases = cases.filter(Exists(running.filter(closed_on__isnull=True) | _ended_with(running)))
    if choice.owner == NOBODY:
        cases = cases.filter(owner__isnull=True)
    elif choice.owner is not None:
        cases = cases.filter(owner_id=choice.owner)
    if choice.meeting:
        cases = cases.filter(for_meeting_on__isnull=False)
    if choice.contact:
        cases = cases.filter(first_contact_on__isnull=True)
    if choice.referral:
        cases = cases.filter(Exists(_referrals()))
    if choice.petition:
        cases = cases.filter(Exists(petitioned(day)))
    if choice.eviction:
        cases = cases.filter(Exists(evicted(day)))
    if choice.step:
        cases = cases.filter(Exists(_steps().filter(_step_due(choice.step, day))))
    if choice.deadline:
        due = legal_deadlines(_open_ids(cases), day)
        soon = [case_id for case_id, deadline in due.items() if deadline.on <= day + WEEK]
        cases = cases.filter(pk__in=soon)
    return cases


def _open_ids(cases: QuerySet[Case]) -> list[int]:
    return list(cases.filter(status=OPEN).values_list("pk", flat=True)[:MOST_HITS])


def _ended_with(triggers: QuerySet[CaseTrigger]) -> QuerySet[CaseTrigger]:
    """The triggers that ran when their case was closed."""
    return triggers.filter(closed_on=F("case__closed_on"))


def _step_due(which: str, day: datetime.date) -> Q:
    if which == STEP_OVER:
        return Q(due_on__lt=day)
    if which == STEP_TODAY:
        return Q(due_on__lte=day)
    return Q(due_on__lte=day + WEEK)


def _steps() -> QuerySet[NextStep]:
    return NextStep.objects.filter(case=OuterRef("pk"), ended_on__isnull=True)


def _referrals() -> QuerySet[Referral]:
    return Referral.objects.filter(case=OuterRef("pk"), state__in=RUNNING_REFERRAL)


def ordered(cases: QuerySet[Case], order: str, user: Any, day: datetime.date) -> QuerySet[Any]:
    """In the named order, with what a row shows. By what is owed, anonymous rows stand last."""
    charges = OpenCharge.objects.filter(lease=OuterRef("lease_id"), due_on__lt=day).order_by()
    flags = Flag.objects.filter(lease=OuterRef("lease_id"), resolved_on__isnull=True).order_by()
    triggers = CaseTrigger.objects.filter(case=OuterRef("pk"))
    running = triggers.filter(closed_on__isnull=True) | _ended_with(triggers)
    contacts = ContactAttempt.objects.filter(case=OuterRef("pk"), state=ContactState.DONE)
    steps = _steps()
    terms: tuple[Any, ...] = ORDERS[order]
    rows: QuerySet[Any] = cases
    if order.endswith("deadline"):
        # The law's days are reckoned by the rule, not by the database: it gets their order.
        due = legal_deadlines(_open_ids(cases), day)
        ranked = sorted(due, key=lambda case_id: (due[case_id].on, case_id))
        rank = Func(
            Value(ranked, output_field=ArrayField(BigIntegerField())),
            F("pk"),
            function="array_position",
            output_field=IntegerField(),
        )
        rows = rows.annotate(deadline_rank=rank)
    rows = rows.annotate(
        level=Coalesce(Subquery(flags.values("lease_id").values_list(Max("level"))), 0),
        step_action=Subquery(steps.values("action")[:1]),
        step_due=Subquery(steps.values("due_on")[:1]),
        overdue_ore=Coalesce(Subquery(charges.values("lease_id").values_list(Sum("open_ore"))), 0),
        last_contact_on=Subquery(contacts.order_by().values("case_id").values_list(Max("on"))),
        kinds=ArraySubquery(running.order_by("kind").values("kind").distinct()),
        sent_to=Subquery(_referrals().order_by("-pk").values("kind")[:1]),
        has_reservation=Exists(_reserved()),
    )
    if order in _TELLING:
        own = parties_of(user.access.roles)
        hides = Q(sharing_basis="none") & ~Q(party__in=own)
        if not user.access.is_cleared:
            hides |= Q(lease__is_protected=True)
        rows = rows.annotate(_hidden=Either(When(hides, then=Value(1)), default=Value(0)))
        terms = ("_hidden", *terms)
    return rows.order_by(*terms)


def rows(
    cases: QuerySet[Any], user: Any, day: datetime.date, offset: int, limit: int
) -> list[CaseRow]:
    """At most `limit` rows of an ordered choice, from place `offset` on."""
    parties, is_cleared = parties_of(user.access.roles), user.access.is_cleared
    found = cases.values_list(
        "pk",
        "number",
        "lease_id",
        "office__name",
        "owner_id",
        "owner__first_name",
        "owner__last_name",
        "status",
        "outcome",
        "opened_on",
        "closed_on",
        "for_meeting_on",
        "kinds",
        "level",
        "step_action",
        "step_due",
        "last_contact_on",
        "overdue_ore",
        "sent_to",
        "party",
        "sharing_basis",
        "has_reservation",
        "lease__is_protected",
    )[offset : offset + limit]
    fetched: list[tuple[Any, ...]] = list(found)
    due = legal_deadlines([row[0] for row in fetched if row[7] == OPEN], day)
    return [row_of(row, due.get(row[0]), parties, is_cleared) for row in fetched]


def row_of(
    row: tuple[Any, ...],
    deadline: LegalDeadline | None,
    parties: frozenset[str],
    is_cleared: bool,
) -> CaseRow:
    """The row of the columns that `rows` fetches, as this reader sees it."""
    party, basis, has_reservation, is_protected = row[19:]
    return CaseRow(
        case_id=row[0],
        number=row[1],
        lease_id=row[2],
        office=row[3],
        owner_id=row[4],
        owner=f"{row[5] or ''} {row[6] or ''}".strip(),
        status=row[7],
        outcome=row[8],
        opened_on=row[9],
        closed_on=row[10],
        for_meeting_on=row[11],
        triggers=tuple(row[12] or ()),
        level=row[13],
        step=row[14] or "",
        step_due_on=row[15],
        deadline=deadline,
        last_contact_on=row[16],
        overdue_ore=row[17],
        referral=row[18] or "",
        is_anonymous=is_anonymous_to(
            parties,
            opened_by=party,
            basis=basis,
            is_protected=is_protected,
            is_cleared=is_cleared,
            has_reservation=has_reservation,
        ),
    )


def in_parts(
    cases: QuerySet[Any], user: Any, day: datetime.date, size: int, most: int
) -> Iterator[list[CaseRow]]:
    """The same, in lists of `size`, `most` rows at the most."""
    for offset in range(0, most, size):
        part = rows(cases, user, day, offset, size)
        if part:
            yield part
        if len(part) < size:
            return


def count(cases: QuerySet[Case]) -> int:
    """How many, counted to one more than `MOST_HITS` and no further."""
    return cases.order_by()[: MOST_HITS + 1].count()


# --- Of leases ----------------------------------------------------------------------------------


class OpenCase(NamedTuple):
    """The case that is open on a lease, as a list names it."""

    case_id: int
    number: str


def named_to(user: Any) -> QuerySet[Case]:
    """The cases this user sees with a name: to say of a lease that such a number is its case would
    name an anonymous one. The same rule as `arrears.rules.cases.is_anonymous_to`."""
    cases = Case.objects.visible_to(user).exclude(
        ~Q(party__in=parties_of(user.access.roles))
        & (Q(sharing_basis="none") | Exists(_reserved()))
    )
    return cases if user.access.is_cleared else cases.filter(lease__is_protected=False)


def _reserved() -> QuerySet[NoticeServing]:
    """A tenant's reservation against the warning to Nav (husleieloven § 9-11)."""
    return NoticeServing.objects.filter(
        notice__case=OuterRef("pk"), notice__state=NoticeState.SENT, reserved_on__isnull=False
    )


def open_cases_of(lease_ids: Collection[int], user: Any) -> dict[int, OpenCase]:
    """By lease id, those this user sees with a name. One query."""
    if not lease_ids:
        return {}
    found = named_to(user).filter(status=OPEN, lease_id__in=list(lease_ids))
    return {
        lease_id: OpenCase(pk, number)
        for lease_id, pk, number in found.values_list("lease_id", "pk", "number")
    }


def cases_of(lease_id: int, user: Any) -> list[tuple[int, str, str, datetime.date]]:
    """(id, number, status, opened on) of every case there has been on a lease that this user sees
    with a name, newest first."""
    found = named_to(user).filter(lease_id=lease_id).order_by("-opened_on", "-pk")
    return list(found.values_list("pk", "number", "status", "opened_on"))
