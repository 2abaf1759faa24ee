"""The case's own addresses: handing over, closing, sharing, notes and tasks."""

from typing import Any

from arrears.services.cases.handing import ask_transfer, disqualify
from arrears.services.tasks import make_task
from boligsak.dates import today
from tests.factories import UserFactory
from tests.house.world import SECRET_NAME, SECRET_STREET


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    day = today()
    # What is said of an ordinary tenancy may be read; only the protected one has a secret to keep.
    tells = f"{SECRET_NAME} i {SECRET_STREET}" if case.lease.is_protected else "Ikke noe hemmelig"
    chief = UserFactory(role="coordinator", role__cleared=True)
    kept_out = UserFactory(role="caseworker", role__cleared=True)
    row = disqualify(case.pk, kept_out, reason=tells, by=chief, on=day)
    offer = ask_transfer(
        case.pk, to_office=world.elsewhere, to_owner=chief, reason=tells, by=chief, on=day
    )
    task = make_task(
        kind="by_hand", case=case, title=tells, party="other", due_on=day, by=chief, on=day
    )
    on_the_case = (
        "case_owner",
        "case_transfer",
        "case_disqualify",
        "case_trigger",
        "case_close",
        "case_reopen",
        "case_sharing",
        "case_meeting",
        "case_note",
        "case_task",
    )
    return {
        "arrears:case_new": {"lease_id": case.lease_id},
        "arrears:case_transfer_answer": {"pk": offer.pk},
        "arrears:case_disqualify_lift": {"pk": row.pk},
        "arrears:case_trigger_end": {"pk": case.pk, "kind": "arrears"},
        "arrears:task": {"pk": task.pk},
        **{f"arrears:{name}": {"pk": case.pk} for name in on_the_case},
    }
