"""An application that is received, with somebody more in the household and help prepared."""

from typing import Any

from arrears.models import MeasureKind
from boligsak import dates
from boligsak.desk.services.applications import assess
from tenants.models import Application
from tenants.rules.economy import ExpenseKind, IncomeKind, Line, People
from tenants.services.applications.assessing import assess_support
from tenants.services.applications.people import Somebody, add_member
from tenants.services.support import NewSupport, prepare_measure
from tests.factories import ApplicationFactory, PersonFactory, UserFactory
from tests.house.world import SECRET_NAME, SECRET_STREET


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    day, lease = dates.today(), case.lease
    tells = f"{SECRET_NAME} i {SECRET_STREET}" if lease.is_protected else "Ikke noe hemmelig"
    by = UserFactory(role="caseworker", role__cleared=True)
    row: Application = ApplicationFactory(
        applicant=lease.parties.get().person,
        office=lease.office,
        is_protected=lease.is_protected,
        lease=lease,
        kind="swap",
        need=tells,
        wishes=tells,
        received_on=day,
    )
    row.members.create(person=row.applicant, role="adult")
    somebody = Somebody(person_id=PersonFactory().pk)
    member = add_member(
        row.pk, somebody, role="adult", is_part_time=False, by=by, on=day, version=None
    )
    lines = [Line(IncomeKind.BENEFIT, 2_000_000), Line(ExpenseKind.LIVING, 900_000)]
    assess(row.pk, lines, People(2), note=tells, by=by, on=day, version=None)
    assess_support(
        row.pk,
        needs_help=True,
        reasons=tells,
        tenant_says=tells,
        by=by,
        on=day,
        version=None,
    )
    kind = MeasureKind.objects.get(code="debt-advice")
    support = NewSupport(kind=kind.code, name=tells, party="welfare")
    measure = prepare_measure(row.pk, support, by=by, on=day)
    on_row, on_member, on_help = ({"pk": one.pk} for one in (row, member, measure))
    steps = ("household", "applicant", "need", "support", "consents", "register", "withdraw")
    return {
        "desk:application": on_row,
        "desk:application_economy": on_row,
        "desk:application_budget": on_row,
        "desk:support_new": on_row,
        "desk:support_change": on_help,
        "desk:support_drop": on_help,
        **{f"tenants:application_{step}": on_row for step in (*steps, "owner", "carried_out")},
        "tenants:member_new": on_row,
        "tenants:member_change": on_member,
        "tenants:member_remove": on_member,
    }
