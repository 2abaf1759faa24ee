"""Changes of parties: separation, death, moving out of a joint lease, taking it over, and new
members of the household."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from boligsak.dates import add_months
from boligsak.jobs.services import Counts
from boligsak.rule import RuleBroken
from tenants.models import (
    HouseholdMember,
    Lease,
    LeaseAct,
    LeaseParty,
    MemberRole,
    PartyChange,
    PartyChangeKind,
    PartyRole,
    Person,
)
from tenants.rules import identity
from tenants.rules import party_changes as rules
from tenants.rules.party_changes import NO, SILENCE, WAITING, YES, PartyFacts
from tenants.services.leases import add_party, change_lease, end_party
from tenants.services.people import (
    NewMember,
    NewPerson,
    form_households,
    join_households,
    leave_household,
    people_with,
    register_people,
)

_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPartyChange:
    """Who leaves and who comes in, from which day: the first on which the new parties answer."""

    kind: str
    from_on: datetime.date
    out_id: int | None = None
    in_id: int | None = None
    reason: str = ""


@transaction.atomic
def change_parties(
    lease_id: int,
    new: NewPartyChange,
    *,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> PartyChange:
    """Changes who is party to the lease. Who leaves stays answerable for what fell due before.

    Raises `RuleBroken` "lease.not_visible", "lease.changed" (version), what `rules.check_change`
    refuses, or what `add_party` and `end_party` raise.
    """
    lease = _locked(lease_id, by, version)
    parties = {
        party.person_id: party
        for party in LeaseParty.objects.select_for_update(of=("self",))
        .filter(lease=lease, role=PartyRole.TENANT, from_on__lt=new.from_on)
        .exclude(to_on__lt=new.from_on - _ONE_DAY)
    }
    there = {pk for pk, one in parties.items() if one.to_on is None or one.to_on >= new.from_on}
    if new.out_id in parties:
        there.add(new.out_id)  # ended on the very day already, as of the dead: it says when
    people = Person.objects.filter(pk__in=[pk for pk in (new.out_id, new.in_id) if pk])
    died = dict(people.values_list("pk", "died_on"))
    rules.check_change(
        PartyFacts(
            kind=new.kind,
            from_on=new.from_on,
            starts_on=lease.starts_on,
            tenants=frozenset(there),
            out_id=new.out_id,
            in_id=new.in_id,
            died_on=died.get(new.out_id or 0),
            in_died_on=died.get(new.in_id or 0),
            moved_out_on=lease.moved_out_on,
        )
    )
    last_on = new.from_on - _ONE_DAY
    if new.in_id is not None:
        add_party(lease.pk, new.in_id, from_on=new.from_on, by=by, today=on)
        _moves_in(lease, new.in_id, new.from_on, by, on)
    if new.out_id is not None:
        end_party(parties[new.out_id].pk, to_on=last_on, by=by, today=on)
        _moves_away(lease, new.out_id, last_on, by, on)
    row = PartyChange.objects.create(
        lease=lease,
        kind=new.kind,
        person_out_id=new.out_id,
        person_in_id=new.in_id,
        from_on=new.from_on,
        reason=new.reason.strip(),
        on=on,
        by=by,
    )
    _changed(lease)
    note_act(lease, "parties", by=by, on=on, change=row.pk, kind=new.kind)
    return row


@transaction.atomic
def ask_for_member(
    lease_id: int,
    *,
    person_id: int | None = None,
    new: NewPerson | None = None,
    asked_on: datetime.date,
    reason: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> PartyChange:
    """The tenant has asked to take somebody into the household; § 7-6: one month to answer.

    `new` is somebody to be registered, found by the identity number when it is known already.
    Raises `RuleBroken` "lease.not_visible", "lease.changed" (version), "member.nobody",
    "member.lives_there", "member.asked_already" (asked_on), or what `rules.check_asked` refuses.
    """
    lease = _locked(lease_id, by, version)
    rules.check_asked(asked_on, lease.starts_on, lease.moved_out_on, on)
    person = _person(person_id, new, on)
    if _lives_there(lease, person, asked_on):
        raise RuleBroken("member.lives_there")
    waiting = PartyChange.objects.filter(
        lease=lease, kind=PartyChangeKind.NEW_MEMBER, person_in=person, answer=""
    ).first()
    if waiting is not None:
        raise RuleBroken("member.asked_already", asked_on=waiting.asked_on)
    row = PartyChange.objects.create(
        lease=lease,
        kind=PartyChangeKind.NEW_MEMBER,
        person_in_id=person,
        asked_on=asked_on,
        answer_by=rules.answer_by(asked_on),
        reason=reason.strip(),
        on=on,
        by=by,
    )
    _changed(lease)
    note_act(lease, "member_asked", by=by, on=on, change=row.pk)
    return row


@transaction.atomic
def answer_member(
    change_id: int,
    answer: str,
    *,
    from_on: datetime.date | None = None,
    reason: str = "",
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> PartyChange:
    """Yes, and from when; or no, and why. Raises `RuleBroken` "lease.not_visible",
    "party.changed" (version), or what `rules.check_answer` refuses."""
    lease_id = PartyChange.objects.values_list("lease_id", flat=True).get(pk=change_id)
    lease = _locked(lease_id, by, None)
    row = PartyChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    if version is not None and row.version != version:
        raise RuleBroken("party.changed", version=row.version)
    if row.answer_by is None or row.asked_on is None:
        raise RuleBroken("party.kind")
    now = answer_now(row, lease, on)
    rules.check_answer(
        answer, now, row.answer_by, row.asked_on, from_on, reason, lease.moved_out_on
    )
    return _answered(row, lease, answer, from_on if answer == YES else None, by, on, reason)


def let_silence_answer(day: datetime.date) -> Counts:
    """§ 7-6, the night: what nobody has answered within the month is agreed to, from the day after.
    A request that nothing can come of any more is dropped, with why.

    Safe to run twice.
    """
    waiting = PartyChange.objects.filter(
        Q(answer_by__lt=day) | Q(person_in__died_on__isnull=False) | Q(lease__moved_out_on__lt=day),
        kind=PartyChangeKind.NEW_MEMBER,
        answer="",
    )
    counts = {"agreed": 0, "dropped": 0}
    for pk, lease_id in waiting.order_by("lease_id", "pk").values_list("pk", "lease_id"):
        with transaction.atomic():
            lease = Lease.objects.select_for_update(of=("self",)).get(pk=lease_id)
            row = PartyChange.objects.select_for_update(of=("self",)).get(pk=pk)
            if row.answer or row.answer_by is None:
                continue
            now = answer_now(row, lease, day)
            if now == SILENCE:
                _answered(row, lease, SILENCE, rules.silent_from(row.answer_by), None, day, "")
                counts["agreed"] += 1
            elif now != WAITING:
                _answered(row, lease, now, None, None, day, "")
                counts["dropped"] += 1
    return counts


def answer_now(row: PartyChange, lease: Lease, day: datetime.date) -> str:
    """What a request for a new member stands at on `day`: see `rules.answer_now`."""
    if row.answer_by is None:
        return row.answer
    died_on = row.person_in.died_on if row.person_in else None
    gone = rules.gone(row.answer_by, died_on, lease.moved_out_on, day)
    return rules.answer_now(row.answer, row.answer_by, day, gone)


def note_act(lease: Lease, what: str, *, by: Any, on: datetime.date, **facts: Any) -> LeaseAct:
    return LeaseAct.objects.create(lease=lease, what=what, facts=facts, on=on, by=by)


# --- What they share ----------------------------------------------------------------------------


def _answered(
    row: PartyChange,
    lease: Lease,
    answer: str,
    from_on: datetime.date | None,
    by: Any,
    on: datetime.date,
    reason: str,
) -> PartyChange:
    row.answer, row.answered_on, row.from_on = answer, on, from_on
    if answer == NO:
        row.reason = "\n\n".join(part for part in (row.reason, reason.strip()) if part)[:400]
    row.version += 1
    row.save(update_fields=["answer", "answered_on", "from_on", "reason", "version"])
    if from_on is not None and row.person_in_id is not None:
        _moves_in(lease, row.person_in_id, from_on, by, on)
    _changed(lease)
    note_act(lease, f"member_{answer}", by=by, on=on, change=row.pk)
    return row


def _locked(lease_id: int, by: Any, version: int | None) -> Lease:
    seen = Lease.objects.unmasked(by).filter(pk=lease_id)
    lease = Lease.objects.select_for_update(of=("self",)).filter(pk__in=seen).first()
    if lease is None:
        raise RuleBroken("lease.not_visible")
    if version is not None and lease.version != version:
        raise RuleBroken("lease.changed", version=lease.version)
    return lease


def _changed(lease: Lease) -> None:
    """Another version from here on: whoever opened a form before is told."""
    Lease.objects.filter(pk=lease.pk).update(version=F("version") + 1)


def _person(person_id: int | None, new: NewPerson | None, on: datetime.date) -> int:
    if person_id is not None:
        return person_id
    if new is None or not (new.given_name.strip() and new.family_name.strip()):
        raise RuleBroken("member.nobody")
    if new.identity_number:
        number = identity.compact(new.identity_number)
        known = people_with([number]).get(number)
        if known is not None:
            return known
    return register_people([new], today=on)[0].pk


def _household(lease: Lease, by: Any, on: datetime.date) -> int:
    """The lease's household; made the first time it is asked for, of its tenants."""
    if lease.household_id is not None:
        return lease.household_id
    (made,) = form_households([f"H-{lease.number}"])
    version = Lease.objects.values_list("version", flat=True).get(pk=lease.pk)
    change_lease(lease.pk, version=version, by=by, today=on, household_id=made.pk)
    lease.household_id = made.pk
    tenants = LeaseParty.objects.filter(lease=lease, role=PartyRole.TENANT).exclude(to_on__lt=on)
    join_households(
        [
            NewMember(household_id=made.pk, person_id=person, from_on=from_on)
            for person, from_on in tenants.values_list("person_id", "from_on")
        ],
        by=by,
        on=on,
    )
    return made.pk


def _moves_in(
    lease: Lease, person_id: int, from_on: datetime.date, by: Any, on: datetime.date
) -> None:
    """Who lives there already stays the member they are."""
    household_id = _household(lease, by, on)
    if _lives_there(lease, person_id, from_on):
        return
    born_on = Person.objects.values_list("born_on", flat=True).get(pk=person_id)
    is_child = born_on is not None and born_on > add_months(from_on, -_ADULT_MONTHS)
    role = MemberRole.CHILD if is_child else MemberRole.ADULT
    new = NewMember(household_id=household_id, person_id=person_id, role=role, from_on=from_on)
    join_households([new], by=by, on=on)


_ADULT_MONTHS = 18 * 12


def _moves_away(
    lease: Lease, person_id: int, last_on: datetime.date, by: Any, on: datetime.date
) -> None:
    if lease.household_id is None:
        return
    members = HouseholdMember.objects.filter(
        household=lease.household_id, person=person_id, from_on__lte=last_on
    ).exclude(to_on__lte=last_on)
    for pk in members.values_list("pk", flat=True):
        leave_household(pk, to_on=last_on, by=by, on=on)


def _lives_there(lease: Lease, person_id: int, day: datetime.date) -> bool:
    if lease.household_id is None:
        return False
    members = HouseholdMember.objects.filter(household=lease.household_id, person=person_id)
    return members.exclude(to_on__lt=day).exists()
