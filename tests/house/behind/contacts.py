"""Contacts: one that took place, a home visit that is planned, and the tenant's view."""

from datetime import timedelta
from typing import Any

from arrears.services.contacts import NewContact, note_contact
from arrears.services.tenant_views import NewView, record_view
from arrears.services.visits import plan_visit
from boligsak.dates import today
from tenants.models import Person
from tenants.services.absences import AwayFromHome, note_absence
from tenants.services.guardians import NewGuardian, appoint_guardians
from tests.factories import UserFactory
from tests.house.world import SECRET_NAME, SECRET_STREET


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    day = today()
    # What is said of an ordinary tenancy may be read; only the protected one has a secret to keep.
    tells = f"{SECRET_NAME} i {SECRET_STREET}" if case.lease.is_protected else "Ikke noe hemmelig"
    by = UserFactory(role="caseworker", role__cleared=True)
    person_id = case.lease.parties.get().person_id
    told = NewContact(channel="phone", on=day, result="talked", person_id=person_id, agreed=tells)
    contact = note_contact(case.pk, told, by=by, on=day)
    visit = plan_visit(case.pk, day + timedelta(days=1), who_goes=tells, by=by, on=day)
    view = NewView(person_id=person_id, on=day, words=tells, is_social=True)
    record_view(case.pk, view, by=by, on=day)
    away = note_absence(person_id, AwayFromHome(kind="other", from_on=day, note=tells), by=by)
    Person.objects.filter(pk=person_id).update(email=f"{case.pk}@example.org")
    (guardian,) = appoint_guardians(
        [
            NewGuardian(
                person_id=person_id,
                guardian_name="Kari Verge",
                mandate="Økonomi",
                from_on=day - timedelta(days=400),
                to_on=day - timedelta(days=1),  # notices need no copy any more
                post_address=tells,
            )
        ]
    )
    on_the_case = ("phone_note", "contact_new", "visit_new", "tenant_view")
    on_the_contact = ("contact_correct", "contact_withdraw")
    on_the_visit = ("visit_report", "visit_cancel", "visit_card")
    return {
        **{f"arrears:{name}": {"pk": case.pk} for name in on_the_case},
        **{f"arrears:{name}": {"pk": contact.pk} for name in on_the_contact},
        **{f"arrears:{name}": {"pk": visit.pk} for name in on_the_visit},
        "desk:absence_new": {"pk": person_id},
        "desk:email_used": {"pk": person_id},
        "desk:guardian_new": {"pk": person_id},
        "desk:guardian_change": {"pk": guardian.pk},
        "desk:person_death": {"pk": person_id},
        "desk:absence_change": {"pk": away.pk},
        "desk:absence_withdraw": {"pk": away.pk},
    }
