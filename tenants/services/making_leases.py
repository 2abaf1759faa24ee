"""From an accepted offer to a lease, with everything that follows from one.

The control at allocation stands here and in the database: while a condition of the decision is not
met, no lease is made.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from boligsak.rule import RuleBroken
from tenants.models import (
    Application,
    ApplicationState,
    Dwelling,
    HouseholdMember,
    Lease,
    LeaseKind,
    MemberRole,
    Offer,
    OfferState,
    Person,
)
from tenants.queries.conditions import open_conditions
from tenants.queries.contracts import short_terms
from tenants.queries.offers import granted
from tenants.queries.vacancies import vacancies
from tenants.rules import kid_number
from tenants.rules.contracts import Ground, Term, check_lease_days, ends_on
from tenants.rules.leases import check_term
from tenants.services.applications.base import note_act, touched
from tenants.services.conditions import review_arrears_conditions
from tenants.services.contracts import FIRST, write_contract
from tenants.services.guarantees import give_guarantee
from tenants.services.history import signed
from tenants.services.leases import NewLease, register_leases
from tenants.services.move_outs import move_by_swap
from tenants.services.offers import lock_offer
from tenants.services.people import NewMember, form_households, join_households, leave_household
from tenants.services.running_support import start_measures
from tenants.services.service_agreements import write_agreement

_NUMBERS = 0x6C73  # "ls": the lock under which leases get their numbers
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTerms:
    """What is agreed in a new lease. Amounts are øre a month; days are inclusive.

    `tenants` are person ids besides the applicant. `told_on`: the day the tenant was told in
    writing of the dwelling's purpose and of the exceptions agreed (§ 11-1). `ground` and `reason`
    go with a term shorter than three years. `old_ends_on`: the last day in the home that a swap
    leaves.
    """

    starts_on: datetime.date
    term: Term = Term.THREE_YEARS
    ends_on: datetime.date | None = None
    ground: str = ""
    reason: str = ""
    told_on: datetime.date | None = None
    rent_ore: int
    utilities_ore: int = 0
    has_clause_a: bool = True
    has_clause_b: bool = True
    tenants: Sequence[int] = ()
    guarantor: str = ""
    guarantee_ore: int = 0
    guarantee_to: datetime.date | None = None
    old_ends_on: datetime.date | None = None
    kind: str = LeaseKind.LEASE
    services: str = ""
    ends_when: str = ""
    review_on: datetime.date | None = None


@transaction.atomic
def make_lease(
    offer_id: int, terms: LeaseTerms, *, version: int, by: Any, on: datetime.date
) -> Lease:
    """The offer becomes a lease: everything that follows from it happens, or nothing does.

    The tenants move in, the rent and the KID are set, the guarantee is noted, what was prepared of
    help begins, a swap ends the old lease, and the contract is written. Raises `RuleBroken` as
    `lock_offer` does, "offer.not_accepted", "offer.no_decision", "offer.conditions_open" (count,
    conditions), "lease.not_free_yet" (free_on), "contract.tenant_not_in_household",
    "contract.tenant_dead", "contract.no_old_end", what `check_lease_days`, `check_term`,
    `check_security`, `register_leases` and the letter's writing raise.
    """
    offer = lock_offer(offer_id, version=version, by=by)
    if offer.state != OfferState.ACCEPTED:
        raise RuleBroken("offer.not_accepted", state=offer.state)
    application = offer.application
    review_arrears_conditions(application.pk, by=by, on=on)
    check_control(application, on)
    _lock_dwellings(offer, application)
    last = ends_on(terms.term, terms.starts_on, terms.ends_on)
    check_lease_days(terms.starts_on, last, terms.told_on, terms.old_ends_on, on)
    _check_free(offer, terms, on)
    tenants = _tenants(application, terms, on)
    is_short = _check_term(offer.dwelling_id, tenants, terms, last)
    if application.kind == "swap" and application.lease_id is not None:
        _end_old(application.lease_id, terms, application.number, by, on)
    lease = _register(offer, terms, tenants, last, by, on)
    _move_in(application, lease, by, on)
    if terms.guarantee_ore:
        give_guarantee(
            lease.pk,
            guarantor=terms.guarantor,
            amount_ore=terms.guarantee_ore,
            from_on=terms.starts_on,
            to_on=terms.guarantee_to,
            by=by,
            on=on,
        )
    if terms.kind == LeaseKind.SERVICE_AGREEMENT:
        write_agreement(
            lease.pk,
            services=terms.services,
            ends_when=terms.ends_when,
            review_on=terms.review_on,
            version=None,
            by=by,
            on=on,
        )
    _housed(offer, application, lease, by, on)
    start_measures(application, lease, by=by, on=on)
    write_contract(
        lease,
        kind=FIRST,
        starts_on=terms.starts_on,
        ends_on=last,
        is_short=is_short,
        ground=terms.ground if is_short else "",
        reason=terms.reason.strip() if is_short else "",
        terms=_kept(terms),
        by=by,
        on=on,
    )
    return lease


def check_control(application: Application, on: datetime.date) -> None:
    """The control at allocation: a decision grants a home, and its conditions are met.

    Raises `RuleBroken` "offer.no_decision" or "offer.conditions_open" (count, conditions: ids).
    """
    if granted(application.pk, on) is None:
        raise RuleBroken("offer.no_decision", number=application.number)
    if unmet := open_conditions(application.pk):
        raise RuleBroken(
            "offer.conditions_open", count=len(unmet), conditions=[one.pk for one in unmet]
        )


def _lock_dwellings(offer: Offer, application: Application) -> None:
    """The new home and, in a swap, the old one, always in the same order."""
    wanted = {offer.dwelling_id}
    if application.lease is not None:
        wanted.add(application.lease.dwelling_id)
    rows = Dwelling.objects.select_for_update(of=("self",)).filter(pk__in=wanted)
    list(rows.order_by("pk").values_list("pk", flat=True))


def _check_free(offer: Offer, terms: LeaseTerms, on: datetime.date) -> None:
    if terms.starts_on < offer.reserved_on:
        raise RuleBroken("lease.starts_before_offer", reserved_on=offer.reserved_on)
    found = vacancies(None, on, coming_days=366, dwelling_ids=[offer.dwelling_id])
    if not found:
        raise RuleBroken("offer.dwelling_let")
    if found[0].free_on > terms.starts_on:
        raise RuleBroken("lease.not_free_yet", free_on=found[0].free_on)


def _tenants(application: Application, terms: LeaseTerms, on: datetime.date) -> list[int]:
    """The applicant first, then the others who are to answer for the lease: adults who are to live
    there."""
    adults = application.members.filter(role=MemberRole.ADULT)
    applicant_id = application.applicant_id
    if applicant_id is None:
        raise RuleBroken("application.no_applicant")
    known = {applicant_id, *adults.values_list("person_id", flat=True)}
    chosen = [applicant_id, *(one for one in terms.tenants if one != applicant_id)]
    if not known >= set(chosen):
        raise RuleBroken("contract.tenant_not_in_household")
    dead = Person.objects.filter(pk__in=chosen, died_on__isnull=False).first()
    if dead is not None:
        raise RuleBroken("contract.tenant_dead", died_on=dead.died_on)
    return chosen


def _check_term(
    dwelling_id: int, tenants: Sequence[int], terms: LeaseTerms, last: datetime.date | None
) -> bool:
    is_short = check_term(
        terms.starts_on,
        last,
        told_in_writing=terms.told_on is not None,
        short_terms_before=short_terms(dwelling_id, tenants),
        has_special_grounds=terms.ground == Ground.SPECIAL,
        has_weighty_grounds=terms.ground == Ground.WEIGHTY,
    )
    if is_short and not terms.reason.strip():
        raise RuleBroken("contract.no_reason")
    return is_short


def _end_old(lease_id: int, terms: LeaseTerms, number: str, by: Any, on: datetime.date) -> None:
    old = Lease.objects.get(pk=lease_id)
    if old.moved_out_on is not None:
        return
    if terms.old_ends_on is None:
        raise RuleBroken("contract.no_old_end")
    if terms.old_ends_on < terms.starts_on - _ONE_DAY:
        raise RuleBroken("contract.old_ends_early", starts_on=terms.starts_on)
    move_by_swap(lease_id, last_on=terms.old_ends_on, number=number, by=by, on=on)


def _register(
    offer: Offer,
    terms: LeaseTerms,
    tenants: Sequence[int],
    last: datetime.date | None,
    by: Any,
    on: datetime.date,
) -> Lease:
    number, kid = _next_number(terms.starts_on.year)
    rents = {"rent": terms.rent_ore}
    if terms.utilities_ore:
        rents["utilities"] = terms.utilities_ore
    new = NewLease(
        number=number,
        kid=kid,
        dwelling_id=offer.dwelling_id,
        offer_id=offer.pk,
        kind=terms.kind,
        starts_on=terms.starts_on,
        ends_on=last,
        tenants=tenants,
        household_id=_household(offer.application),
        has_clause_a=terms.has_clause_a,
        has_clause_b=terms.has_clause_b and last is not None,
        purpose_told_on=terms.told_on,
        rents=rents,
    )
    return register_leases([new], by=by, today=on)[0]


def _next_number(year: int) -> tuple[str, str]:
    """The next lease number of a year and its KID. Held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NUMBERS, year])
    numbers = Lease.objects.filter(number__regex=rf"^{year}-\d{{5}}$").order_by("-number")
    last = numbers.values_list("number", flat=True).first()
    serial = int(last.partition("-")[2]) + 1 if last else 1
    # A KID may be taken by a lease that came from another system under another number.
    while Lease.objects.filter(kid=kid_number.kid_of(year, serial)).exists():
        serial += 1
    return kid_number.lease_number(year, serial), kid_number.kid_of(year, serial)


def _household(application: Application) -> int:
    """The household of the application; formed under the application's number where it has none."""
    if application.household_id is not None:
        return application.household_id
    household = form_households([application.number])[0]
    application.household = household
    application.save(update_fields=["household"])
    return household.pk


def _move_in(application: Application, lease: Lease, by: Any, on: datetime.date) -> None:
    """Everybody on the application lives there from the first day. Who moves leaves the household
    they were in; a child who stays part of the time belongs to both."""
    household_id = lease.household_id
    assert household_id is not None  # noqa: S101 - it was formed a moment ago
    roles = {application.applicant_id: (MemberRole.ADULT.value, False)}
    for member in application.members.all():
        if member.person_id != application.applicant_id:
            roles[member.person_id] = (member.role, member.is_part_time)
    there = HouseholdMember.objects.filter(person__in=roles, to_on__isnull=True)
    has = set()
    for row in list(there.order_by("pk")):
        if row.household_id == household_id:
            has.add(row.person_id)
        elif not roles[row.person_id][1] and row.from_on < lease.starts_on:
            leave_household(row.pk, to_on=lease.starts_on - _ONE_DAY, by=by, on=on)
    new = [
        NewMember(
            household_id=household_id, person_id=person_id, role=role, from_on=lease.starts_on
        )
        for person_id, (role, _part_time) in roles.items()
        if person_id is not None and person_id not in has
    ]
    join_households(new, by=by, on=on)


def _housed(
    offer: Offer, application: Application, lease: Lease, by: Any, on: datetime.date
) -> None:
    offer.state, offer.lease, offer.ended_on = OfferState.LEASED, lease, on
    offer.version += 1
    application.state, application.ended_on = ApplicationState.HOUSED, on
    with signed(by):
        # The database looks at the conditions once more, whoever is to be trusted.
        offer.save(update_fields=["state", "lease", "ended_on", "version"])
        application.save(update_fields=["state", "ended_on"])
    note_act(application, "lease_made", {"offer": offer.pk, "lease": lease.pk}, by=by, on=on)
    touched(application)


def _kept(terms: LeaseTerms) -> dict[str, Any]:
    """What the contract was written from, as JSON."""
    return {
        "rent_ore": terms.rent_ore,
        "utilities_ore": terms.utilities_ore,
        "clause_a": terms.has_clause_a,
        "clause_b": terms.has_clause_b,
        "told_on": terms.told_on.isoformat() if terms.told_on else None,
        "guarantor": terms.guarantor,
        "guarantee_ore": terms.guarantee_ore,
    }
