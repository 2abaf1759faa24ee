"""A lease with something in every table that its page shows, and who sees what of it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from arrears.models import ExpectedPayment, UnplacedPayment
from arrears.queries.ledger import lines_asked
from arrears.services.ledger import NewLine, correct, dispute, post
from boligsak.dates import add_months, today
from boligsak.desk.queries.lease import of_case
from boligsak.desk.queries.lease_file import lease_file
from boligsak.letters.models import Document
from boligsak.letters.services.journal import folder_of
from tenants.models import (
    Complaint,
    LeaseAct,
    LeaseContract,
    MoveOut,
    PartyChange,
    RentChange,
    RentTerm,
    SupportMeasure,
)
from tests.desk.work import body, flag, signed_in
from tests.factories import (
    ApplicationFactory,
    CaseFactory,
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
CLOSED = {"status": "closed", "closed_on": today(), "outcome": "paid"}


def whole(rows: int = 1, **fields):
    """A lease whose page has something in each of its sections, `rows` times over."""
    lease = LeaseFactory(household=HouseholdFactory(), ends_on=today() + 30 * DAY, **fields)
    by = UserFactory(role=False, first_name="Ola", last_name="Vik")
    since, own = add_months(today(), -5), {"lease": lease, "by": by}
    start = lease.starts_on
    first = today().replace(day=1)
    months = [add_months(first, -n) for n in range(1, 4)]
    lines = post(
        [
            NewLine(lease.pk, "rent", 900_000, due_on, f"rent:{due_on}", due_on=due_on)
            for due_on in months
        ]
    )
    dispute(lines[1].pk, 100_000, on=today(), note="fukt", by=by)
    correct(lines[0].pk, amount_ore=-1_000, on=today(), note="for mye", by=by)
    folder = folder_of(
        "lease",
        lease.pk,
        number=lease.number,
        title="Leieforhold",
        office_id=lease.office_id,
        is_protected=lease.is_protected,
        on=since,
    )
    for n in range(rows):
        HouseholdMemberFactory(household=lease.household)
        flag(lease, "no_kid" if n == 0 else "arrears", resolved_on=None if n == 0 else today())
        UnplacedPayment.objects.create(
            amount_ore=100 + n, effective_on=today(), payer="Kari", likely_lease=lease
        )
        LeaseAct.objects.create(what="move_told", facts={"moves_on": "2027-01-31"}, on=since, **own)
        LeaseContract.objects.create(kind="first", starts_on=start, state="signed", on=since, **own)
        RentTerm.objects.create(
            lease=lease, kind="rent", valid_from=start + (n + 1) * DAY, amount_ore=900_000 + n
        )
        RentChange.objects.create(
            kind="index",
            valid_from=start + (n + 1) * DAY,
            from_ore=1,
            to_ore=900_000 + n,
            from_index=Decimal("131.40"),
            to_index=Decimal("135.15"),
            on=since,
            **own,
        )
        SupportMeasure.objects.create(
            kind="budget",
            name="Hjelp med budsjettet",
            party="welfare",
            responsible=by,
            state="running",
            started_on=since + n * DAY,
            made_on=since,
            **own,
        )
        PartyChange.objects.create(
            kind="moves_out",
            person_out=PersonFactory(given_name="Per", family_name="Lie"),
            from_on=since,
            on=since,
            **own,
        )
        ExpectedPayment.objects.create(
            payer="nav", amount_ore=500_000 + n, day=1, from_on=since, **own
        )
        CaseFactory(lease=lease, **({} if n == 0 else CLOSED))
        ApplicationFactory(lease=lease, kind="extension", office=lease.office)
        Complaint.objects.create(
            number=f"K-{lease.pk}-{n}",
            about="tenancy",
            dwelling=lease.dwelling,
            kind="noise",
            source="neighbour",
            received_on=since,
            text=f"Bråk om natten {n}",
            **own,
        )
        for is_social in (False, True):
            serial = lease.pk * 1_000 + n * 2 + is_social
            Document.objects.create(
                folder=folder,
                direction="in",
                kind="other",
                title="For velferd" if is_social else "For alle",
                dated_on=since,
                stored=f"x/{serial}",
                sha256="0" * 64,
                size=1,
                media_type="application/pdf",
                access_code="UO",
                access_section="offl. § 13",
                is_social=is_social,
                year=2026,
                serial=serial,
                by=by,
                on=since,
            )
    MoveOut.objects.create(told_on=since, moves_on=today() + 30 * DAY, **own)
    return lease


def shown(lease, user, language: str = "en", **query) -> str:
    return body(signed_in(user, language), reverse("desk:lease", args=[lease.pk]), **query)


def test_a_lease_with_everything_costs_ten_queries_however_much_there_is(
    django_assert_max_num_queries,
) -> None:
    client = signed_in(UserFactory())
    counts = []
    for rows in (1, 12):
        address = reverse("desk:lease", args=[whole(rows).pk])
        body(client, address)
        with django_assert_max_num_queries(10) as queries:
            body(client, address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


SECTIONS = {
    "disputes": "fukt",
    "lookalikes": "looks as if it belongs here",
    "acts": "Ola Vik",
    "contracts": "First contract",
    "rent_changes": "131,4 → 135,15",
    "support": "Hjelp med budsjettet",
    "move_outs": "Moves out",
    "party_changes": "Per Lie",
    "payers": "every month on day 1",
    "complaints": "Bråk om natten 0",
    "documents": "For velferd",
}


@pytest.mark.parametrize("section", SECTIONS)
def test_each_table_s_row_is_on_the_page(section: str) -> None:
    assert SECTIONS[section] in shown(whole(), UserFactory())


def test_cases_and_applications_are_on_the_page() -> None:
    lease = whole()
    page = shown(lease, UserFactory())
    assert lease.cases.get().number in page
    assert lease.applications.get().number in page


def test_the_landlord_reads_nothing_of_the_welfare_side() -> None:
    page = shown(whole(), UserFactory(role="landlord"))
    assert "For alle" in page
    assert "Help is arranged" in page
    for words in ("For velferd", "Hjelp med budsjettet", "every month on day 1"):
        assert words not in page


def test_masked_the_tables_that_name_somebody_are_not_even_asked() -> None:
    lease = whole(is_protected=True)
    user = UserFactory(role="coordinator", role__cleared=False)
    file = lease_file(
        of_case(lease.pk, today()), user, today(), is_masked=True, lines=lines_asked(lease.pk)
    )
    assert len(file.disputes) == len(file.lookalikes) == 1
    assert not any((file.acts, file.contracts, file.support, file.cases, file.documents))
    page = shown(lease, user)
    for words in ("Ola Vik", "Per Lie", "fukt", "For alle", "Bråk"):
        assert words not in page


@pytest.mark.parametrize("is_bound", [True, False])
@pytest.mark.parametrize("role", ["coordinator", "caseworker", "landlord", "housing_unit"])
def test_the_file_finds_what_the_models_own_questions_find(role: str, is_bound: bool) -> None:
    office = OfficeFactory()
    lease = whole(3, dwelling__office=office)
    CaseFactory(lease=lease, party="landlord", **CLOSED)
    user = UserFactory(role=role, role__offices=[office if is_bound else None])
    file = lease_file(
        of_case(lease.pk, today()), user, today(), is_masked=False, lines=lines_asked(lease.pk)
    )

    from arrears.queries.cases import named_to
    from tenants.models import Application

    def seen(permission: str, rows) -> set[int]:
        mine = rows.filter(lease=lease) if user.has_perm(permission) else rows.none()
        return set(mine.values_list("pk", flat=True))

    for permission, rows, found in (
        ("arrears.view_case", named_to(user), file.cases),
        ("tenants.view_application", Application.objects.visible_to(user), file.applications),
        ("tenants.view_complaint", Complaint.objects.visible_to(user), file.complaints),
    ):
        assert {row.pk for row in found} == seen(permission, rows)
