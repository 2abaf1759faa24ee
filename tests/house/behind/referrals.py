"""The gate, decisions, referrals, costs and settlements."""

from datetime import timedelta
from typing import Any

from arrears.models import CaseDecision, Referral
from arrears.queries.households import household_state
from arrears.services.gate import register_settlement
from boligsak.dates import today
from tests.factories import UserFactory, held_meeting
from tests.house.world import SECRET_NAME, SECRET_STREET

_TELLS = f"{SECRET_NAME} i {SECRET_STREET}"
_OPEN = [{"code": "decision.made", "is_met": True, "facts": {}}]


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    day = today()
    chief = UserFactory(role="coordinator", role__cleared=True)
    worker = UserFactory(role="caseworker", role__cleared=True)
    person_id = case.lease.parties.get().person_id
    settlement = register_settlement(
        case.pk, person_id, opened_on=day, covers_to=day, note=_TELLS, by=worker, on=day
    )
    sent = _referral(case, "collection", "none", chief, day)
    Referral.objects.filter(pk=sent.pk).update(
        state="filed", filed_on=day, gate_at_filing=_OPEN, result=_TELLS
    )
    sent.refresh_from_db()
    sent.steps.create(what="file", on=day, facts={"lines": [], "later": []}, by=chief)
    petition = _referral(case, "bailiff", "a", chief, day)
    free = _decision(case, "bailiff", chief, day)
    on_the_case = ("gate", "refer", "settlement_new", "cost_new")
    return {
        **{f"arrears:{name}": {"pk": case.pk} for name in on_the_case},
        "arrears:gate_answer": {"pk": case.pk, "condition": "application.decided"},
        "arrears:settlement_end": {"pk": case.pk, "settlement": settlement.pk},
        "arrears:decision_withdraw": {"pk": free.pk},
        "arrears:referral": {"pk": petition.pk},
        "arrears:petition": {"pk": petition.pk},
        "arrears:petition_draft": {"pk": petition.pk},
        "arrears:referral_step": {"pk": petition.pk, "name": "withdraw"},
        "arrears:collector_file": {"pk": sent.pk, "file_format": "json"},
    }


def _decision(case: Any, kind: str, by: Any, day: Any) -> CaseDecision:
    row: CaseDecision = CaseDecision.objects.create(
        case=case,
        kind=kind,
        meeting=f"Samarbeidsmøte {kind} {case.decisions.count()}",
        held_on=day - timedelta(days=1),
        welfare_present=True,
        landlord_present=True,
        housing_unit_invited=True,
        reason=_TELLS,
        household=household_state(case.lease),
        by=by,
    )
    held_meeting(row)
    return row


def _referral(case: Any, kind: str, ground: str, by: Any, day: Any) -> Referral:
    """Past the gate as the database knows it: what is behind the pages, not how it came there."""
    row: Referral = Referral.objects.create(
        case=case,
        lease=case.lease,
        decision=_decision(case, kind, by, day),
        kind=kind,
        ground=ground,
        reason="arrears",
        gate=_OPEN,
        made_on=day,
        by=by,
    )
    return row
