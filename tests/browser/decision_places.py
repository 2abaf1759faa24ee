"""Where decisions stand: one at each step, with a condition, an appeal and a service agreement,
made for the visit where the town has none."""

from boligsak.accounts.models import Office, User
from tenants.models import Application, Condition, Decision, Lease, ServiceAgreement, SupportMeasure
from tenants.rules.decisions import NewCondition
from tenants.services.appeals import register_appeal, send_on
from tenants.services.conditions import meet_condition
from tenants.services.decisions import Draft, make_decision, save_draft, start_decision
from tenants.services.service_agreements import record_assessment, write_agreement
from tests.browser.town import TODAY
from tests.browser.visits import COORDINATOR, HOUSING_UNIT, LANDLORD, Visit
from tests.factories import ApplicationFactory, PersonFactory
from tests.tenants.deciding import assess

ON_A_DRAFT = ("decision", "decision_draft", "decision_make")
ON_A_DECISION = ("decision", "decision_notify", "appeal_new")
ON_A_CONDITION = ("condition", "condition_meet", "condition_waive", "condition_hand_over")
ON_AN_APPEAL = ("appeal", "appeal_assess", "appeal_reject", "appeal_withdraw")
ON_A_SERVICE_AGREEMENT = ("agreement", "write", "review", "assess", "withdraw")


def _by() -> User:
    return User.objects.get(username="koordinator")


def _received() -> Application:
    office = Office.objects.filter(closed_on=None).order_by("pk").first()
    person = PersonFactory(
        given_name="Nora", family_name="Fjellheim", post_address="Storgata 1, 7010 Trondheim"
    )
    return assess(ApplicationFactory(office=office, applicant=person, received_on=TODAY, by=_by()))


def _drafted(party: str = "welfare") -> Decision:
    row = start_decision(_received().pk, "allocation", by=_by(), on=TODAY)
    draft = Draft(
        outcome="granted",
        content="Kommunal bolig med to rom.",
        reasons="Søkeren bor hos venner og har ikke klart å skaffe seg bolig på egen hånd.",
        participation="Samtale 12. november.",
        answers={one.criterion_id: (True, "") for one in row.answers.all()},
        conditions=[
            NewCondition("document", "Legger fram oppholdstillatelse", party),
            NewCondition("arrears", "Avtale om gammel husleiegjeld", "welfare", TODAY),
        ],
    )
    return save_draft(row.pk, draft, version=row.version, by=_by(), on=TODAY)


def _made(party: str = "welfare") -> Decision:
    row = _drafted(party)
    return make_decision(row.pk, version=row.version, by=_by(), on=TODAY)


def a_received_application() -> list[int]:
    return [_received().pk]


def a_drafted_decision() -> list[int]:
    return [_drafted().pk]


def a_decision() -> list[int]:
    return [_made().pk]


def a_decided_application() -> list[int]:
    return [_made().application_id]


def a_condition() -> list[int]:
    return [_made().conditions.order_by("pk")[0].pk]


def a_condition_of_the_landlord() -> list[int]:
    return [_made("landlord").conditions.order_by("pk")[0].pk]


def a_met_condition() -> list[int]:
    (pk,) = a_condition()
    row: Condition = meet_condition(pk, because="Sett.", version=1, by=_by(), on=TODAY)
    return [row.pk]


def an_appeal() -> list[int]:
    row = register_appeal(
        _made().pk,
        received_on=TODAY,
        grounds="Jeg trenger tre rom.",
        channel="",
        by=_by(),
        on=TODAY,
    )
    return [row.pk]


def an_appeal_sent_on() -> list[int]:
    (pk,) = an_appeal()
    send_on(pk, assessment="Ingenting nytt.", channel="", version=1, by=_by(), on=TODAY)
    return [pk]


def help_that_runs() -> list[int]:
    lease = Lease.objects.filter(moved_out_on=None, is_protected=False).order_by("pk")[0]
    row, _made = SupportMeasure.objects.get_or_create(
        lease=lease,
        kind="practical-help",
        name="Hjelp til å holde orden i hjemmet",
        state="running",
        defaults={"party": "welfare", "started_on": TODAY, "by": _by(), "made_on": TODAY},
    )
    return [row.pk]


def a_service_agreement() -> list[int]:
    found = ServiceAgreement.objects.filter(lease__is_protected=False, lawyer_on=TODAY).first()
    if found is not None:
        return [found.lease_id]
    lease = Lease.objects.filter(kind="service", is_protected=False).order_by("pk")[0]
    row = write_agreement(
        lease.pk,
        services="Miljøarbeider tre ganger i uka.",
        ends_when="Når hjelpen ikke lenger trengs.",
        review_on=TODAY,
        version=None,
        by=_by(),
        on=TODAY,
    )
    record_assessment(
        lease.pk,
        lawyer="Advokat Lov",
        reasons="Omsorgen er det vesentlige i avtalen.",
        assessed_on=TODAY,
        version=row.version,
        by=_by(),
        on=TODAY,
    )
    return [lease.pk]


VISITS = [
    Visit("tenants:preliminary_answer", COORDINATOR, a_received_application),
    Visit("tenants:decision_new", COORDINATOR, a_received_application),
    *(Visit(f"tenants:{name}", COORDINATOR, a_drafted_decision) for name in ON_A_DRAFT),
    *(Visit(f"tenants:{name}", COORDINATOR, a_decision) for name in ON_A_DECISION),
    Visit("tenants:decision_approve", COORDINATOR, a_drafted_decision),
    Visit("tenants:decision_send_back", COORDINATOR, a_drafted_decision),
    Visit("tenants:decision", HOUSING_UNIT, a_decision),
    Visit("desk:application", HOUSING_UNIT, a_decided_application),
    Visit("arrears:old_arrears", COORDINATOR, a_decided_application),
    Visit("tenants:conditions_remind", COORDINATOR, a_decided_application),
    Visit("tenants:conditions", COORDINATOR),
    Visit("tenants:conditions", LANDLORD, query="state=every"),
    *(Visit(f"tenants:{name}", COORDINATOR, a_condition) for name in ON_A_CONDITION),
    Visit("tenants:condition", LANDLORD, a_condition_of_the_landlord),
    Visit("tenants:condition_reopen", COORDINATOR, a_met_condition),
    *(Visit(f"tenants:{name}", COORDINATOR, an_appeal) for name in ON_AN_APPEAL),
    Visit("tenants:appeal_result", COORDINATOR, an_appeal_sent_on),
    Visit("tenants:support_review", COORDINATOR, help_that_runs),
    Visit("tenants:support_end", COORDINATOR, help_that_runs),
    *(
        Visit(f"tenants:service_{name}", HOUSING_UNIT, a_service_agreement)
        for name in ON_A_SERVICE_AGREEMENT
    ),
]
