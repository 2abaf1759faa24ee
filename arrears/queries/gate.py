"""The gate of one case: the facts from all nouns, and what the rule says of them."""

import datetime
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, Q

from arrears.models import (
    REFERRALS,
    Case,
    CaseAct,
    CaseDecision,
    DebtSettlement,
    GateAnswer,
    LedgerLine,
    LineKind,
    Occupant,
    RepaymentPlan,
)
from arrears.queries.claims import open_charges
from arrears.queries.contacts import contact_facts
from arrears.queries.households import household_state
from arrears.queries.measures import measure_facts
from arrears.queries.notices import lease_facts, limitation_years, notice_facts
from arrears.queries.plans import plan_facts
from arrears.queries.recipients import guardians_on, tenants_on
from arrears.rules.contacts import ContactFacts
from arrears.rules.gate import (
    Answer,
    DecisionFacts,
    Gate,
    GateFacts,
    NoticeState,
    Waiting,
    conditions,
)
from arrears.rules.notices import NoticeFacts, OpenCharge
from arrears.rules.referrals import PRINCIPAL_KINDS, Ground, ReferralKind
from boligsak.rates.queries import rate_on
from tenants.models import Application, ApplicationAct, Lease, Person
from tenants.queries.decisions import handed_in_by, undecided
from tenants.queries.service_agreements import outside_the_act
from tenants.rules.leases import expiry_state

_PAID = (LineKind.PAYMENT, LineKind.MOVE_IN, LineKind.MOVE_OUT, LineKind.CREDIT, LineKind.REVERSAL)
"""What counts as a payment since the decision: money that came, was moved or was taken back."""


def gate(
    case_id: int,
    referral_kind: ReferralKind | str,
    ground: Ground | str,
    day: datetime.date,
    *,
    referral_id: int | None = None,
    decision_id: int | None = None,
) -> Gate:
    """What each condition says on `day` for handing the case over in this way.

    With `referral_id` as that referral stands: on its own decision, which it uses. `decision_id`
    picks another than the newest. A constant number of queries.
    """
    kind, why = ReferralKind(referral_kind), Ground(ground)
    case = Case.objects.select_related("lease").get(pk=case_id)
    facts = gate_facts(case, kind, day, referral_id=referral_id, decision_id=decision_id)
    return Gate(conditions(facts, kind, why, day))


def gate_facts(
    case: Case,
    kind: ReferralKind,
    day: datetime.date,
    *,
    referral_id: int | None = None,
    decision_id: int | None = None,
) -> GateFacts:
    """All that the conditions look at, from the contracts of the other nouns."""
    contact = contact_facts([case.pk], day)[case.pk]
    measures = measure_facts([case.pk], day)[case.pk]
    plan = plan_facts([case.pk], day)[case.pk]
    notices = notice_facts([case.pk], day)[case.pk]
    lease: Lease = case.lease
    term = expiry_state(lease_facts(lease, outside=outside_the_act([lease], day)), day)
    answers = _answers(case.pk, day)
    overdue = [charge for charge in open_charges(lease.pk, day) if charge.due_on < day]
    tenants = tenants_on([lease.pk], day)[lease.pk]
    people = [party.person for party in tenants]
    heard = Occupant.objects.filter(case=case, left_on__isnull=True, seen_on__lte=day)
    occupants = [heard_on for (heard_on,) in heard.values_list("heard_on")]
    lapses = int(rate_on("referral-decision-lapses", day).value)
    visit = answers.get("contact.home_visit")
    return GateFacts(
        decision=_decision(case, kind, people, referral_id, decision_id, day),
        lapses_days=lapses,
        channels=contact.channels,
        home_visit_on=contact.home_visit_on,
        has_no_home_visit_reason=visit is not None and visit.is_clear,
        tenants=len(contact.tenants) or max(len(people), 1),
        views=_views(contact),
        unanswered=len(measures.unanswered),
        undecided=len(measures.undecided),
        support_without_reason=len(measures.running_support_without_reason),
        waiting=tuple(map(_waiting, undecided([one.pk for one in people], lease.pk, day))),
        application=answers.get("application.decided"),
        has_children=measures.has_children,
        children_assessed_on=measures.children_assessed_on,
        guardians=len(guardians_on([person.pk for person in people], day)),
        guardian_informed_on=_guardians_informed(contact),
        notices=_notices(notices),
        signed_on=lease.signed_on,
        has_clause_a=lease.has_clause_a,
        has_clause_b=lease.has_clause_b,
        expiry=term.expiry,
        ends_on=lease.ends_on,
        last_safe_on=term.last_safe_on,
        overdue_ore=_sum(overdue),
        overdue_rent_ore=_sum(one for one in overdue if one.kind in PRINCIPAL_KINDS),
        oldest_due_on=min((one.due_on for one in overdue), default=None),
        limitation_years=limitation_years(day),
        limitation=answers.get("limitation.checked"),
        running_plan_on=plan.signed_on if plan.running_plan_id is not None else None,
        settlement_on=_settlement(people, overdue, day),
        objection=answers.get("objection.assessed"),
        died_on=min((one.died_on for one in people if one.died_on is not None), default=None),
        occupants=len(occupants),
        unheard=sum(heard_on is None or heard_on > day for heard_on in occupants),
        is_protected=lease.is_protected,
    )


def _sum(charges: Any) -> int:
    return sum(charge.open_ore for charge in charges)


def _views(contact: ContactFacts) -> int:
    """Tenants who have spoken, or were invited to and lack a view for a written reason."""
    return sum(
        one.view_on is not None or (bool(one.missing_because) and one.invited_on is not None)
        for one in contact.tenants
    )


def _guardians_informed(contact: ContactFacts) -> datetime.date | None:
    """The day the last of the guardians was informed; None while one has not been."""
    wards = [one for one in contact.tenants if one.has_guardian]
    days = [one.guardian_informed_on for one in wards if one.guardian_informed_on is not None]
    return max(days) if wards and len(days) == len(wards) else None


# --- (a) ----------------------------------------------------------------------------------------


def decisions_to_refer(case_id: int, kind: str) -> Any:
    """Decisions to refer the case in this way, the one that can best be used first."""
    return CaseDecision.objects.filter(case=case_id, kind=kind).order_by("-held_on", "-id")


def usable_decision(case_id: int, kind: str) -> CaseDecision | None:
    """The newest decision to refer that is neither withdrawn nor used, or else None."""
    rows = decisions_to_refer(case_id, kind)
    found: CaseDecision | None = rows.filter(
        withdrawn_on__isnull=True, referral__isnull=True
    ).first()
    return found


def _decision(
    case: Case,
    kind: ReferralKind,
    tenants: list[Person],
    referral_id: int | None,
    decision_id: int | None,
    day: datetime.date,
) -> DecisionFacts | None:
    rows = decisions_to_refer(case.pk, kind)
    made: CaseDecision | None
    if referral_id is not None:
        made = rows.filter(referral=referral_id).first()
    elif decision_id is not None:
        made = rows.filter(pk=decision_id).first()
    else:
        # One that can be used, before one that tells why it cannot.
        made = usable_decision(case.pk, kind) or rows.first()
    if made is None:
        return None
    used_by = getattr(made, "referral", None)
    present = {
        party
        for party, was_there in (
            ("welfare", made.welfare_present),
            ("landlord", made.landlord_present),
        )
        if was_there
    }
    return DecisionFacts(
        held_on=made.held_on,
        is_withdrawn=made.withdrawn_on is not None,
        is_used=used_by is not None and used_by.pk != referral_id,
        overtaken_on=_overtaken(made),
        closed_on=_closed_since(made),
        present=frozenset(present),
        invited=frozenset({"housing_unit"} if made.housing_unit_invited else ()),
        paid_on=_paid_since(made),
        planned_on=_planned_since(made),
        applied_on=_applied_since(made, tenants),
        household_on=_household_changed(made, case.lease, day),
    )


def _overtaken(made: CaseDecision) -> datetime.date | None:
    """The first later meeting that decided not to refer the case: its word is the newer one."""
    rows = (
        CaseDecision.objects.filter(case=made.case_id, withdrawn_on__isnull=True)
        .exclude(kind__in=REFERRALS)
        .filter(Q(held_on__gt=made.held_on) | Q(held_on=made.held_on, pk__gt=made.pk))
    )
    found: datetime.date | None = rows.aggregate(first=Min("held_on"))["first"]
    return found


def _closed_since(made: CaseDecision) -> datetime.date | None:
    """A case that was finished and opened again is another matter than the meeting decided."""
    rows = CaseAct.objects.filter(case=made.case_id, what="closed", entered_at__gt=made.entered_at)
    found: datetime.date | None = rows.aggregate(first=Min("on"))["first"]
    return found


def _paid_since(made: CaseDecision) -> datetime.date | None:
    """The first payment that the meeting did not know of: of a later day, or entered later.

    A payment with an old value date counts too, for it was not in the balance they saw.
    """
    rows = LedgerLine.objects.filter(lease_id=made.case.lease_id, kind__in=_PAID).filter(
        Q(effective_on__gt=made.held_on) | Q(entered_at__gt=made.entered_at)
    )
    found: datetime.date | None = rows.aggregate(first=Min("effective_on"))["first"]
    return found


def _planned_since(made: CaseDecision) -> datetime.date | None:
    rows = RepaymentPlan.objects.filter(
        lease_id=made.case.lease_id, signed_on__isnull=False
    ).filter(
        Q(signed_on__gt=made.held_on)
        | Q(signed_on__gte=made.held_on, entered_at__gt=made.entered_at)
    )
    found: datetime.date | None = rows.aggregate(first=Min("signed_on"))["first"]
    return found


def _applied_since(made: CaseDecision, tenants: list[Person]) -> datetime.date | None:
    """An application that the meeting did not know of: received on a later day or registered later,
    or somebody answered after the decision that one waits elsewhere."""
    answered = GateAnswer.objects.filter(
        case=made.case_id, condition="application.decided", is_met=False
    ).filter(Q(on__gt=made.held_on) | Q(entered_at__gt=made.entered_at))
    registered = ApplicationAct.objects.filter(
        application=OuterRef("pk"), what="registered", entered_at__gt=made.entered_at
    )
    handed_in = handed_in_by([one.pk for one in tenants], made.case.lease_id).filter(
        Q(received_on__gt=made.held_on) | Exists(registered)
    )
    days = (
        answered.aggregate(first=Min("on"))["first"],
        handed_in.aggregate(first=Min("received_on"))["first"],
    )
    return min((one for one in days if one is not None), default=None)


def _household_changed(
    made: CaseDecision, lease: Lease, day: datetime.date
) -> datetime.date | None:
    """A tenant or a member of the household is another than when it was decided.

    A day that was entered then and has come since changes nothing: the meeting knew of it.
    """
    return None if made.household == household_state(lease) else day


# --- (b) and (c) --------------------------------------------------------------------------------


def _answers(case_id: int, day: datetime.date) -> dict[str, Answer]:
    """The newest answer to each condition that a person answers for."""
    rows = (
        GateAnswer.objects.filter(case=case_id, on__lte=day)
        .order_by("condition", "-id")
        .distinct("condition")
        .values_list("condition", "on", "is_met")
    )
    return {condition: Answer(on, is_met) for condition, on, is_met in rows}


def _waiting(row: Application) -> Waiting:
    return Waiting(row.pk, row.number, None if row.is_protected else row.received_on)


def _notices(facts: NoticeFacts) -> dict[str, NoticeState]:
    return {
        str(kind): NoticeState(
            sent_on=one.sent_on,
            allowed_from=one.allowed_from,
            is_carrying=one.is_carrying,
            is_served_to_all=one.served_to_all,
            sue_by_on=one.sue_by_on,
            protest_on=one.protest_on,
            reservation_on=one.reservation_on,
        )
        for kind, one in facts.latest.items()
    }


def _settlement(
    people: list[Any], overdue: list[OpenCharge], day: datetime.date
) -> datetime.date | None:
    """The day a gjeldsordning was opened that covers a part of what is overdue."""
    if not people or not overdue:
        return None
    oldest = min(charge.due_on for charge in overdue)
    rows = DebtSettlement.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=day),
        person__in=people,
        opened_on__lte=day,
        covers_to__gte=oldest,
    )
    found: datetime.date | None = rows.aggregate(last=Max("opened_on"))["last"]
    return found
