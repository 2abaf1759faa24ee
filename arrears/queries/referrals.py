"""Referrals: the claim they carry, where they stand, and what the petition and the file hold."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from arrears.models import Case, CaseDecision, Referral
from arrears.queries.claims import open_charges
from arrears.queries.measures import measure_facts
from arrears.queries.notices import notice_facts
from arrears.queries.recipients import tenants_on
from arrears.rules.gate import NEEDED
from arrears.rules.gate.notices import NAME_CHARGES
from arrears.rules.notices import OpenCharge
from arrears.rules.referrals import (
    ADDITIONAL_KINDS,
    RUNNING,
    Claim,
    Ground,
    ReferralKind,
    Split,
    Standing,
    State,
    Step,
    split_claims,
)
from boligsak import sealed
from tenants.models import Person, PersonIdentity
from tenants.services.people import IDENTITY

OVER = tuple(str(state) for state in State if state not in RUNNING)


def referrals_of(case_id: int) -> QuerySet[Referral]:
    """Newest first, with the decision each rests on and who made it."""
    rows = Referral.objects.filter(case=case_id).select_related("decision", "by")
    return rows.order_by("-made_on", "-id")


def seen_referrals(user: Any) -> QuerySet[Referral]:
    """Referrals of cases this user may see."""
    return Referral.objects.filter(case__in=Case.objects.visible_to(user)).select_related(
        "case", "case__lease", "decision", "by"
    )


def decisions_of(case_id: int) -> QuerySet[CaseDecision]:
    """What meetings decided about the case, newest first."""
    rows = CaseDecision.objects.filter(case=case_id).select_related("by", "owner", "referral")
    return rows.order_by("-held_on", "-id")


def running_referrals(case_ids: Collection[int]) -> dict[int, list[Referral]]:
    """Referrals in which something more can come of it, by case. One query."""
    found: dict[int, list[Referral]] = {case_id: [] for case_id in case_ids}
    rows = Referral.objects.filter(case__in=list(case_ids)).exclude(state__in=OVER)
    for row in rows.order_by("made_on", "id"):
        found[row.case_id].append(row)
    return found


def standing_of(referral: Referral, day: datetime.date) -> Standing:
    """Where it stands, as the rule asks. Two queries."""
    measures = measure_facts([referral.case_id], day)[referral.case_id]
    return Standing(
        kind=ReferralKind(referral.kind),
        ground=Ground(referral.ground),
        state=State(referral.state),
        made_on=referral.made_on,
        filed_on=referral.filed_on,
        comment_by_on=referral.comment_by_on,
        eviction_on=referral.eviction_on,
        lock_changed_on=referral.lock_changed_on,
        has_children=measures.has_children,
        has_temporary_home=bool(referral.temporary_home.strip()),
    )


# --- What is claimed ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a referral claims on a day. `later` has fallen due since and is no part of the claim,
    but must be paid with it for an eviction on ground (a) to stop. Øre, oldest due first."""

    lines: tuple[OpenCharge, ...]
    later: tuple[OpenCharge, ...]
    split: Split

    @property
    def total_ore(self) -> int:
        return self.split.principal_ore + self.split.additional_ore


def claimed(case: Case, kind: ReferralKind, ground: Ground, day: datetime.date) -> Claimed:
    """The charges that the notice behind the referral names and that still are open, with fees and
    interest; of the other grounds nothing is claimed in money, and what is overdue is `later`."""
    overdue = [charge for charge in open_charges(case.lease_id, day) if charge.due_on <= day]
    naming = [name for name in NEEDED[kind, ground] if name in NAME_CHARGES]
    if not naming:
        return Claimed((), tuple(overdue), Split(0, 0, 0))
    latest = notice_facts([case.pk], day)[case.pk].latest
    named: set[int] = set()
    for name in naming:
        found = latest.get(name)
        ids = set(found.carrying_line_ids) if found is not None else set()
        # With two notices (§§ 9 and 10) only what both have named is claimed.
        named = named & ids if named else ids
    lines = [one for one in overdue if one.line_id in named or one.kind in ADDITIONAL_KINDS]
    later = [one for one in overdue if one not in lines]
    split = split_claims((Claim(one.kind, one.open_ore) for one in lines), kind)
    return Claimed(tuple(lines), tuple(later), split)


def claim_of(referral: Referral, day: datetime.date) -> Claimed:
    """What the referral claims: as it was sent, and as it stands on `day` while it is prepared."""
    kind, ground = ReferralKind(referral.kind), Ground(referral.ground)
    sent = referral.steps.filter(what=str(Step.FILE)).first() if referral.filed_on else None
    if sent is None:
        return claimed(referral.case, kind, ground, day)
    return Claimed(
        _kept(sent.facts["lines"]),
        _kept(sent.facts["later"]),
        Split(referral.principal_ore, referral.additional_ore, 0),
    )


def _kept(lines: list[dict[str, Any]]) -> tuple[OpenCharge, ...]:
    return tuple(
        OpenCharge(
            one["line"],
            one["kind"],
            datetime.date.fromisoformat(one["due_on"]),
            one["open_ore"],
        )
        for one in lines
    )


# --- The parties --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Respondent:
    """A tenant a referral is against. `number` is empty where there is none or it is not asked
    for; `address` is empty where it is kept back."""

    person_id: int
    name: str
    born_on: datetime.date | None
    number: str
    address: str
    postcode: str
    place: str
    is_protected: bool


def respondents(
    case: Case, day: datetime.date, *, with_numbers: bool, keeps_addresses: bool
) -> list[Respondent]:
    """The tenants of the day. `keeps_addresses`: nobody's address when one of them, or of those
    they live with, has a protected one: where one lives, the other does."""
    people: list[Person] = [one.person for one in tenants_on([case.lease_id], day)[case.lease_id]]
    numbers = _numbers(people) if with_numbers else {}
    dwelling = case.lease.dwelling
    hides = keeps_addresses and (
        case.lease.is_protected or any(person.is_protected for person in people)
    )
    unit = f", {dwelling.unit}" if dwelling.unit else ""
    return [
        Respondent(
            person_id=person.pk,
            name=str(person),
            born_on=person.born_on,
            number=numbers.get(person.pk, ""),
            address="" if hides else f"{dwelling.street} {dwelling.house_no}{unit}",
            postcode="" if hides else dwelling.postcode,
            place="" if hides else dwelling.place,
            is_protected=person.is_protected or case.lease.is_protected,
        )
        for person in people
    ]


def _numbers(people: Collection[Person]) -> dict[int, str]:
    rows = PersonIdentity.objects.filter(person__in=people).values_list("person", "number_sealed")
    return {person_id: sealed.unseal(number, IDENTITY) for person_id, number in rows}


def without_number(case: Case, day: datetime.date) -> list[Person]:
    """Tenants whose identity number is not registered: a petition must hold it (§ 5-2)."""
    people = [one.person for one in tenants_on([case.lease_id], day)[case.lease_id]]
    known = set(
        PersonIdentity.objects.filter(person__in=people).values_list("person_id", flat=True)
    )
    return [person for person in people if person.pk not in known]
