"""A meeting's items in order, and what they are called for those who may know."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet

from arrears.models import Case, CaseStatus, Disqualification, NextStep
from arrears.queries import ledger
from arrears.queries.case_access import sight, sights
from arrears.queries.contacts import contact_facts
from arrears.queries.measures import measure_facts
from arrears.queries.next_steps import open_step
from arrears.queries.notices import next_deadlines
from arrears.queries.plans import plan_facts
from arrears.rules.clock import Running
from arrears.rules.contacts import ContactFacts
from arrears.rules.measures import MeasureFacts
from arrears.rules.plans import PlanFacts
from meetings.models import AgendaItem, ItemState, Meeting, Minutes
from meetings.rules.session import Draft
from tenants.models import LeaseParty
from tenants.queries.cards import lease_cards


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """The items in order, those taken off last, with their case, issue and owner."""
    rows = meeting.items.select_related(
        "case__lease__dwelling", "case__office", "issue", "owner", "recorded"
    ).order_by("position", "pk")
    return sorted(rows, key=lambda item: item.state == ItemState.DROPPED)


def drafts(items: Sequence[AgendaItem], by: Any) -> list[Draft]:
    """What the rules need to know of them for `by` to close the meeting. Places begin with 1."""
    return [
        Draft(
            item_id=item.pk,
            place=place,
            is_case=item.case_id is not None,
            is_dropped=item.state == ItemState.DROPPED,
            has_note=bool(item.note.strip() or item.social_note.strip()),
            decision=item.decision,
            reason=item.reason,
            due_on=item.due_on,
            again_on=item.again_on,
            may_decide=item.case is None
            # One that was closed meanwhile may have been talked about; nothing is left to decide.
            or (item.case.status == CaseStatus.OPEN and may_decide(item.case, by)),
        )
        for place, item in enumerate(items, start=1)
    ]


def may_decide(case: Case, user: Any) -> bool:
    """Whether this user sees whose case it is, so that a decision can be written on it."""
    return (
        not sight(case, user).is_masked
        and Case.objects.visible_to(user).filter(pk=case.pk).exists()
    )


def hidden_items(items: Sequence[AgendaItem], user: Any) -> frozenset[int]:
    """The items, by id, of cases that this user is disqualified from: they are told no more than
    the number, on the screen in the room too."""
    case_ids = [item.case_id for item in items if item.case_id is not None]
    rows = Disqualification.objects.filter(case__in=case_ids, user=user, lifted_on=None)
    hidden = set(rows.values_list("case_id", flat=True)) if case_ids else set()
    return frozenset(item.pk for item in items if item.case_id in hidden)


def may_be_named(case: Case) -> bool:
    """Whether the case may stand in minutes that all parties get with its name and address.

    Not one with a protected address, nor one without a basis for sharing or with a reservation
    (husleieloven § 9-11): those stand by their number.
    """
    if case.lease.is_protected or case.sharing_basis == "none":
        return False
    return not case.notices.filter(state="sent", servings__reserved_on__isnull=False).exists()


def named(cases: Sequence[Case], day: datetime.date) -> dict[int, str]:
    """Tenants and address in one line, by case id, of those that may be named."""
    open_to_all = [case for case in cases if may_be_named(case)]
    tenants: dict[int, list[str]] = {}
    rows: Any = (
        LeaseParty.objects.filter(
            lease__in=[case.lease_id for case in open_to_all], role="tenant", from_on__lte=day
        )
        .exclude(to_on__lt=day)
        .order_by("position", "pk")
        .values_list("lease_id", "person__given_name", "person__family_name")
    )
    for lease_id, given, family in rows:
        tenants.setdefault(lease_id, []).append(f"{given} {family}")
    return {
        case.pk: ", ".join([*tenants.get(case.lease_id, []), str(case.lease.dwelling)])
        for case in open_to_all
    }


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What a case is about, without anybody's name: fit for a screen that all can see.

    Amounts in øre. `deadline` is the legal deadline that ends first.
    """

    triggers: tuple[str, ...]
    money: ledger.Money
    deadline: Running | None
    step: NextStep | None
    plan: PlanFacts
    contact: ContactFacts
    measures: MeasureFacts


def room_facts(case: Case, day: datetime.date) -> RoomFacts:
    """Of one case on a day, as lists and the case page reckon them."""
    ids = [case.pk]
    account = getattr(case.lease, "account", None)
    running = case.triggers.filter(closed_on__isnull=True).order_by("opened_on", "pk")
    return RoomFacts(
        triggers=tuple(running.values_list("kind", flat=True)),
        money=ledger.money_now(
            ledger.open_charges(case.lease_id),
            balance_ore=account.balance_ore if account else 0,
            disputed_ore=account.disputed_ore if account else 0,
            unallocated_ore=account.unallocated_ore if account else 0,
            monthly_rent_ore=account.monthly_rent_ore if account else 0,
            day=day,
        ),
        deadline=next_deadlines(ids, day).get(case.pk),
        step=open_step(ids).get(case.pk),
        plan=plan_facts(ids, day).get(case.pk, PlanFacts()),
        contact=contact_facts(ids, day).get(case.pk, ContactFacts()),
        measures=measure_facts(ids, day).get(case.pk, MeasureFacts()),
    )


class Who(NamedTuple):
    """Whose case it is: tenants, address, and the ids of those who are named."""

    names: str
    address: str
    person_ids: tuple[int, ...]


def who_is(case: Case, user: Any, day: datetime.date) -> Who | None:
    """For the screen in the room, once somebody opens it; None where a number is all there is:
    for this user, or because the others in the room may not know."""
    if not may_be_named(case) or not may_decide(case, user):
        return None
    card = lease_cards([case.lease_id], user, day, also=[case.lease_id]).get(case.lease_id)
    if card is None or card.is_masked:
        return None
    where = f"{card.address}, {card.unit}" if card.unit else card.address
    return Who(card.name, where, tuple(card.person_ids))


def may_have_file(minutes: Minutes, user: Any, *, with_names: bool) -> bool:
    """Whether the PDF may be given to this user, for a file cannot leave out a part.

    Not to somebody who is disqualified from one of its cases; and the version with names not when
    one of them has been hidden from this user since: by a protected address, or because the case
    is no longer shared with their party.
    """
    items = minutes.content["items"]
    cases = Case.objects.filter(number__in=[one["case"] for one in items if one["case"]])
    if shut_out(cases, user):
        return False
    if not with_names:
        return True
    named_then = cases.filter(number__in=[one["case"] for one in items if one["name"]])
    told = sights(named_then.select_related("lease"), user)
    return not any(one.is_masked for one in told.values())


def shut_out(cases: QuerySet[Case], user: Any) -> frozenset[str]:
    """The numbers of those cases from which the user is disqualified."""
    rows = Disqualification.objects.filter(case__in=cases, user=user, lifted_on=None)
    return frozenset(rows.values_list("case__number", flat=True))
