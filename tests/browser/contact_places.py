"""Where the pages about contact stand: a contact and a planned visit on the case, and somebody who
is away."""

from arrears.models import Case, Channel, ContactAttempt, ContactState
from arrears.services.contacts import NewContact, note_contact
from arrears.services.visits import plan_visit
from boligsak.accounts.models import User
from tenants.models import Absence, Guardianship
from tenants.services.absences import AwayFromHome, note_absence
from tenants.services.guardians import NewGuardian, appoint_guardians
from tests.browser.case_places import a_case
from tests.browser.town import TODAY
from tests.browser.visits import COORDINATOR, Visit


def _by() -> User:
    return User.objects.get(username="koordinator")


def a_contact() -> list[int]:
    rows = ContactAttempt.objects.filter(case__in=a_case(), state=ContactState.DONE)
    found = rows.order_by("pk").first()
    if found is None:
        told = NewContact(
            channel=Channel.PHONE,
            on=TODAY,
            result="promised",
            promised_ore=250_000,
            promised_on=TODAY,
            agreed="Fikk lønn for sent, betaler i dag",
        )
        found = note_contact(a_case()[0], told, by=_by(), on=TODAY)
    return [found.pk]


def a_planned_visit() -> list[int]:
    rows = ContactAttempt.objects.filter(case__in=a_case(), state=ContactState.PLANNED)
    found = rows.order_by("pk").first()
    if found is None:
        found = plan_visit(
            a_case()[0], TODAY, at_time="13.30", who_goes="Kari og Per", by=_by(), on=TODAY
        )
    return [found.pk]


def a_day_of_visits() -> list[int]:
    """Nothing in the address: but there is a visit to show."""
    a_planned_visit()
    return []


def somebody_on_a_case() -> list[int]:
    parties = Case.objects.get(pk=a_case()[0]).lease.parties.filter(role="tenant")
    return [parties.order_by("pk").values_list("person_id", flat=True)[0]]


def a_guardian() -> list[int]:
    found = Guardianship.objects.filter(person_id=somebody_on_a_case()[0]).first()
    if found is None:
        new = NewGuardian(
            person_id=somebody_on_a_case()[0],
            guardian_name="Kari Verge",
            mandate="Økonomi",
            from_on=TODAY,
            post_address="Lia 2, 7020 Trondheim",
        )
        (found,) = appoint_guardians([new])
    return [found.pk]


def an_absence() -> list[int]:
    found = Absence.objects.filter(withdrawn_because="").order_by("pk").first()
    if found is None:
        away = AwayFromHome(
            kind="treatment",
            from_on=TODAY,
            contact_name="Miljøterapeut Moen",
            contact_phone="73 00 00 00",
        )
        found = note_absence(somebody_on_a_case()[0], away, by=None)
    return [found.pk]


ON_THE_CASE = ("phone_note", "contact_new", "visit_new", "tenant_view")
ON_A_CONTACT = ("contact_correct", "contact_withdraw")
ON_A_VISIT = ("visit_report", "visit_cancel", "visit_card")

VISITS = [
    *(Visit(f"arrears:{name}", COORDINATOR, a_case) for name in ON_THE_CASE),
    *(Visit(f"arrears:{name}", COORDINATOR, a_contact) for name in ON_A_CONTACT),
    *(Visit(f"arrears:{name}", COORDINATOR, a_planned_visit) for name in ON_A_VISIT),
    Visit("arrears:visits", COORDINATOR, a_day_of_visits),
    Visit("desk:absence_new", COORDINATOR, somebody_on_a_case),
    Visit("desk:absence_change", COORDINATOR, an_absence),
    Visit("desk:absence_withdraw", COORDINATOR, an_absence),
    Visit("desk:email_used", COORDINATOR, somebody_on_a_case),
    Visit("desk:guardian_new", COORDINATOR, somebody_on_a_case),
    Visit("desk:guardian_change", COORDINATOR, a_guardian),
    Visit("desk:person_death", COORDINATOR, somebody_on_a_case),
]
