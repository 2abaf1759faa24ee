"""Decisions at every step, their conditions, appeals, and a service agreement."""

from typing import Any

from boligsak.dates import today
from tenants.models import Criterion, Decision, SupportMeasure
from tenants.rules.decisions import NewCondition
from tenants.services.appeals import register_appeal, send_on
from tenants.services.conditions import meet_condition
from tenants.services.decisions import (
    Draft,
    make_decision,
    save_draft,
    start_decision,
)
from tenants.services.service_agreements import record_assessment, write_agreement
from tests.factories import ApplicationFactory, LeaseFactory, PersonFactory, UserFactory
from tests.house.world import SECRET_NAME, SECRET_STREET
from tests.tenants.deciding import assess


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    day, lease = today(), case.lease
    # What is said of an ordinary tenancy may be read; only the protected one has a secret to keep.
    tells = f"{SECRET_NAME} i {SECRET_STREET}" if lease.is_protected else "Ikke noe hemmelig"
    by = UserFactory(role="coordinator", role__cleared=True)

    def received() -> Any:
        return assess(
            ApplicationFactory(
                applicant=lease.parties.get().person,
                office=lease.office,
                is_protected=lease.is_protected,
                received_on=day,
            )
        )

    def drafted() -> Decision:
        row = start_decision(received().pk, "allocation", by=by, on=day)
        answers = {one.criterion_id: (True, tells) for one in row.answers.all()}
        asks = [
            NewCondition("document", tells, "landlord"),
            NewCondition("document", f"{tells}.", "landlord"),
        ]
        draft = Draft("granted", tells, tells, tells, answers=answers, conditions=asks)
        return save_draft(row.pk, draft, version=row.version, by=by, on=day)

    def made() -> Decision:
        row = drafted()
        return make_decision(row.pk, version=row.version, by=by, on=day)

    def appealed() -> Any:
        return register_appeal(made().pk, received_on=day, grounds=tells, channel="", by=by, on=day)

    begun, final, appeal, sent = drafted(), made(), appealed(), appealed()
    send_on(sent.pk, assessment=tells, channel="", version=sent.version, by=by, on=day)
    is_open, is_met = final.conditions.order_by("pk")
    landlord = UserFactory(role="landlord", role__cleared=True)
    meet_condition(is_met.pk, because=tells, version=1, by=landlord, on=day)
    waits = _waiting_for_a_second(drafted())
    agreement = _service(lease, tells, by, day)
    on_application = {"pk": begun.application_id}
    on_final, on_open = {"pk": final.pk}, {"pk": is_open.pk}
    criterion = Criterion.objects.order_by("pk").first()
    return {
        "tenants:preliminary_answer": on_application,
        "tenants:decision_new": on_application,
        "arrears:old_arrears": {"pk": final.application_id},
        "tenants:decision": on_final,
        "tenants:decision_draft": {"pk": begun.pk},
        "tenants:decision_preview": on_final,
        "tenants:decision_make": {"pk": begun.pk},
        "tenants:decision_approve": {"pk": waits.pk},
        "tenants:decision_send_back": {"pk": waits.pk},
        "tenants:decision_notify": on_final,
        "tenants:appeal_new": on_final,
        "tenants:conditions_remind": {"pk": final.application_id},
        "tenants:condition": on_open,
        "tenants:condition_meet": on_open,
        "tenants:condition_waive": on_open,
        "tenants:condition_reopen": {"pk": is_met.pk},
        "tenants:condition_hand_over": on_open,
        "tenants:appeal": {"pk": appeal.pk},
        "tenants:appeal_assess": {"pk": appeal.pk},
        "tenants:appeal_reject": {"pk": appeal.pk},
        "tenants:appeal_result": {"pk": sent.pk},
        "tenants:appeal_withdraw": {"pk": appeal.pk},
        **{f"tenants:service_{name}": {"pk": agreement} for name in _SERVICE},
        "tenants:support_review": {"pk": _help(lease, tells, by, day)},
        "tenants:support_end": {"pk": _help(lease, tells, by, day)},
        "admin:tenants_criterion_change": {"pk": criterion.pk if criterion else 0},
    }


_SERVICE = ("agreement", "write", "review", "assess", "withdraw")


def _waiting_for_a_second(row: Decision) -> Decision:
    """A decision that a second person is to look at, whatever the office's terms ask for."""
    Decision.objects.filter(pk=row.pk).update(state="approval")
    return row


def _help(lease: Any, tells: str, by: Any, day: Any) -> int:
    """Help that runs in the tenancy."""
    row = SupportMeasure.objects.create(
        lease=lease,
        kind="practical-help",
        name=tells,
        party="welfare",
        state="running",
        started_on=day,
        by=by,
        made_on=day,
    )
    return row.pk


def _service(like: Any, tells: str, by: Any, day: Any) -> int:
    """A service agreement at the same office, as secret as the lease it stands beside."""
    lease = LeaseFactory(
        kind="service",
        office=like.office,
        dwelling__office=like.office,
        is_protected=like.is_protected,
        tenant=PersonFactory(family_name=tells[:40], protection=6 if like.is_protected else 0),
    )
    row = write_agreement(
        lease.pk,
        services=tells,
        ends_when=tells,
        review_on=day,
        version=None,
        by=by,
        on=day,
    )
    record_assessment(
        lease.pk,
        lawyer=tells[:100],
        reasons=tells,
        assessed_on=day,
        version=row.version,
        by=by,
        on=day,
    )
    return lease.pk
