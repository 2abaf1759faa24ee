"""Where applications stand: a draft half-way, and one that is received with all of it assessed."""

import datetime

from arrears.models import MeasureKind
from boligsak.accounts.models import Office, User
from boligsak.desk.services.applications import assess
from tenants.models import Application, SupportMeasure
from tenants.rules.applications import Step
from tenants.rules.economy import DebtKind, ExpenseKind, IncomeKind, Line, People
from tenants.services.applications.assessing import assess_support, consent
from tenants.services.applications.beginning import begin, keep_typed
from tenants.services.applications.need import Need, describe
from tenants.services.applications.people import Somebody, add_member
from tenants.services.applications.registering import register
from tenants.services.support import NewSupport, prepare_measure
from tests.browser.town import TODAY
from tests.browser.visits import CASEWORKER, COORDINATOR, HOUSING_UNIT, Visit

PAGES = ("household", "need", "support", "consents", "register")
STEPS = ("applicant", "withdraw", "owner", "carried_out")
LINES = (
    Line(IncomeKind.BENEFIT, 1_850_000),
    Line(IncomeKind.HOUSING_ALLOWANCE, 310_000),
    Line(IncomeKind.CHILD_BENEFIT, 196_800),
    Line(ExpenseKind.RENT, 1_050_000),
    Line(ExpenseKind.ELECTRICITY, 92_050),
    Line(ExpenseKind.LIVING, 800_000),
    Line(DebtKind.CONSUMER_DEBT, 85_000),
)


def _by() -> User:
    return User.objects.get(username="koordinator")


def _begun(family_name: str) -> Application:
    by = _by()
    office = Office.objects.filter(closed_on__isnull=True).order_by("pk").first()
    assert office is not None
    somebody = Somebody(
        given_name="Máret",
        family_name=family_name,
        born_on=datetime.date(1988, 3, 14),
        phone="412 34 567",
        post_address="Storgata 1, 7010 Trondheim",
        is_other=True,
    )
    row = begin("new", office.pk, somebody, by=by, on=TODAY)
    child = Somebody(
        given_name="Áilu",
        family_name=family_name,
        born_on=datetime.date(2019, 8, 2),
        is_other=True,
    )
    add_member(row.pk, child, role="child", is_part_time=True, by=by, on=TODAY, version=None)
    need = Need(
        present_housing="family",
        present_note="Bor på sofaen hos søsteren, som har sagt at det ikke går lenger.",
        must_leave_on=TODAY + datetime.timedelta(days=20),
        need="Trenger et sted å bo med sønnen, nær skolen hans.",
        health="Sover dårlig.",
        wishes="Nær Lilleby skole.",
        rooms_from=2,
        rooms_to=3,
    )
    describe(row.pk, need, by=by, on=TODAY, version=None)
    return row


def a_draft() -> list[int]:
    """Half-way: the economy is typed and not understood yet."""
    rows = Application.objects.filter(state="draft", applicant__family_name="Utsi")
    row = rows.order_by("pk").first()
    if row is None:
        row = _begun("Utsi")
        typed = {"adults": ["1"], "children": ["1"], "in_benefit": ["18 500"], "note": ["Spør mer"]}
        keep_typed(row.pk, Step.ECONOMY, typed, by=_by(), on=TODAY, version=None)
    return [row.pk]


def a_received() -> list[int]:
    rows = Application.objects.filter(state="received", applicant__family_name="Sara")
    row = rows.order_by("pk").first()
    if row is not None:
        return [row.pk]
    by, row = _by(), _begun("Sara")
    assess(row.pk, LINES, People(1, 1), note="Vedtak fra Nav", by=by, on=TODAY, version=None)
    assess_support(
        row.pk,
        needs_help=True,
        reasons="Har mistet to leieforhold på grunn av ubetalt husleie.",
        tenant_says="Jeg vil gjerne ha hjelp til å få oversikt.",
        by=by,
        on=TODAY,
        version=None,
    )
    kind = MeasureKind.objects.get(code="debt-advice")
    support = NewSupport(
        kind=kind.code, name="Økonomisk rådgivning", party="welfare", responsible_id=by.pk
    )
    prepare_measure(row.pk, support, by=by, on=TODAY)
    given = {"obtain_income": True, "share_between_parties": True}
    consent(row.pk, given, given_on=TODAY, by=by, on=TODAY, version=None)
    register(row.pk, received_on=TODAY, by=by, on=TODAY, version=None)
    return [row.pk]


def a_member() -> list[int]:
    [pk] = a_draft()
    row = Application.objects.get(pk=pk)
    return [row.members.exclude(person=row.applicant_id).order_by("pk")[0].pk]


def prepared_help() -> list[int]:
    found = SupportMeasure.objects.filter(application__in=a_received(), state="prepared")
    return [found.order_by("pk")[0].pk]


VISITS = [
    Visit("desk:applications", COORDINATOR),
    Visit("desk:applications", HOUSING_UNIT, query="state=all&sort=-number"),
    Visit("tenants:application_new", CASEWORKER),
    *(Visit(f"tenants:application_{name}", CASEWORKER, a_draft) for name in (*PAGES, *STEPS)),
    Visit("desk:application_economy", CASEWORKER, a_draft),
    Visit("desk:application_budget", CASEWORKER, a_received),
    Visit("desk:application", CASEWORKER, a_draft),
    Visit("desk:application", COORDINATOR, a_received),
    Visit("desk:application", HOUSING_UNIT, a_received),
    Visit("tenants:application_support", COORDINATOR, a_received),
    Visit("tenants:member_new", CASEWORKER, a_draft),
    Visit("tenants:member_change", CASEWORKER, a_member),
    Visit("tenants:member_remove", CASEWORKER, a_member),
    Visit("desk:support_new", CASEWORKER, a_received),
    Visit("desk:support_change", CASEWORKER, prepared_help),
    Visit("desk:support_drop", CASEWORKER, prepared_help),
]
