"""The worklist: order, filters, pages, what masked rows show, and what it costs."""

import pytest
from django.urls import reverse

from boligsak.accounts.models import LookUp
from boligsak.dates import format_day, today
from boligsak.money import format_kr
from tests.desk.work import (
    DAY,
    body,
    flag,
    numbers_in_order,
    owing,
    run_out,
    running_out,
    signed_in,
)
from tests.factories import (
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
WORKLIST = "/worklist/"


@pytest.fixture
def coordinator():
    return UserFactory(role="coordinator")


def test_the_gravest_come_first_and_then_the_oldest(coordinator) -> None:
    early, old = owing(days=20, level=2), owing(days=40, level=2)
    grave = owing(days=10, level=4)
    page = body(signed_in(coordinator), WORKLIST)
    assert numbers_in_order(page, [early, old, grave]) == [grave, old, early]


def test_each_row_says_why_it_is_there(coordinator) -> None:
    household = HouseholdFactory()
    for _ in range(2):
        child = PersonFactory(born_on=today() - 3000 * DAY)
        HouseholdMemberFactory(household=household, person=child, role="child")
    owing(days=23, ore=1_260_000, household=household)
    page = body(signed_in(coordinator), WORKLIST)
    assert "Owes 1.4 months' rent, 23 days past due, two children" in page
    assert format_kr(1_260_000) in page


def test_the_reason_counts_the_money_as_it_is_now(coordinator) -> None:
    from arrears.services.ledger import NewLine, post

    row = owing(days=23, ore=1_800_000)
    post([NewLine(row.lease_id, "payment", -900_000, today(), "paid")])
    page = body(signed_in(coordinator), WORKLIST)
    assert "Owes one month's rent" in page
    post([NewLine(row.lease_id, "payment", -900_000, today(), "paid the rest")])
    page = body(signed_in(coordinator), WORKLIST)
    assert "Has paid what was overdue" in page


def test_the_reason_counts_the_days_of_what_is_still_owed(coordinator) -> None:
    from arrears.services.ledger import NewLine, post

    row = owing(days=53, ore=900_000)
    person = row.lease.parties.get().person
    later = today() - 23 * DAY
    post([NewLine(row.lease_id, "rent", 900_000, later, "rent:later", due_on=later)])
    post([NewLine(row.lease_id, "payment", -900_000, today(), "paid the oldest")])
    client = signed_in(coordinator)
    addresses = (WORKLIST, f"/leases/{row.lease_id}/", f"/people/{person.pk}/")
    pages = [body(client, address) for address in addresses]
    assert ["Owes one month's rent, 23 days past due" in page for page in pages] == [True] * 3


def test_other_flags_of_the_lease_are_named_beside_it(coordinator) -> None:
    row = owing()
    flag(row.lease, "no_kid")
    page = body(signed_in(coordinator), WORKLIST, kind="arrears")
    assert "Also: check data: no KID" in page


FILTERS = {
    "of a trigger": ({"kind": "any-expiry"}, {"out", "over"}),
    "of a kind": ({"kind": "arrears"}, {"owes"}),
    "of a level at least": ({"level": "3"}, {"out", "over"}),
    "of one caseworker": ({"owner": "worker"}, {"out"}),
    "that are mine": ({"owner": "me"}, {"over"}),
    "that nobody has": ({"owner": "nobody"}, {"owes", "data"}),
    "raised since a day": ({"new": "i går"}, {"owes", "out", "over"}),
    "with a deadline this week": ({"due": "week"}, {"out", "over"}),
    "with a deadline today": ({"due": "today"}, {"out"}),
    "of an office": ({"office": "office"}, {"data"}),
}


@pytest.mark.parametrize("name", FILTERS)
def test_the_filter_chooses_those(name, coordinator) -> None:
    asked, expected = FILTERS[name]
    worker = UserFactory(role="caseworker")
    rows = {
        "owes": owing(level=2),
        "out": running_out(left=0),
        "over": run_out(last_safe_in=3),
        "data": flag(LeaseFactory(), raised_on=today() - 5 * DAY),
    }
    type(rows["out"]).objects.filter(pk=rows["out"].pk).update(owner=worker)
    type(rows["over"]).objects.filter(pk=rows["over"].pk).update(owner=coordinator)
    places = {"worker": worker.pk, "office": rows["data"].lease.office_id}
    query = {key: places.get(value, value) for key, value in asked.items()}
    page = body(signed_in(coordinator), WORKLIST, **query)
    found = numbers_in_order(page, list(rows.values()))
    assert {key for key, row in rows.items() if row in found} == expected


def test_a_request_to_move_ends_the_deadline(coordinator) -> None:
    row = run_out(last_safe_in=2)
    assert numbers_in_order(body(signed_in(coordinator), WORKLIST, due="week"), [row])
    type(row.lease).objects.filter(pk=row.lease_id).update(move_requested_on=today())
    assert not numbers_in_order(body(signed_in(coordinator), WORKLIST, due="week"), [row])


def test_a_day_nobody_can_read_is_said_and_kept(coordinator) -> None:
    row = owing()
    page = body(signed_in(coordinator), WORKLIST, new="tull & tøys")
    assert "is not a date" in page
    assert 'value="tull & tøys"' in page
    assert numbers_in_order(page, [row])


@pytest.mark.parametrize(
    ("sort", "expected"), [("-owed", "bca"), ("owed", "acb"), ("since", "abc"), ("-since", "cba")]
)
def test_the_list_is_sorted_as_asked(sort, expected, coordinator) -> None:
    rows = {
        "a": owing(ore=500_000, level=1),
        "b": owing(ore=1_500_000, level=2),
        "c": owing(ore=900_000, level=3),
    }
    for place, row in enumerate(rows.values()):
        type(row).objects.filter(pk=row.pk).update(raised_on=today() - (3 - place) * DAY)
    page = body(signed_in(coordinator), WORKLIST, sort=sort)
    assert numbers_in_order(page, list(rows.values())) == [rows[key] for key in expected]


def test_the_list_is_paged_and_its_hits_are_counted(coordinator) -> None:
    lease = LeaseFactory
    rows = [flag(lease(), anchor_on=today() - n * DAY) for n in range(53)]
    client = signed_in(coordinator)
    first, second = body(client, WORKLIST), body(client, WORKLIST, page=2)
    assert len(numbers_in_order(first, rows)) == 50
    assert len(numbers_in_order(second, rows)) == 3
    assert "1–50 of 53" in first
    assert "51–53 of 53" in second


def test_an_empty_list_says_what_to_do(coordinator) -> None:
    client = signed_in(coordinator)
    assert "fills itself in the night" in body(client, WORKLIST)
    owing()
    page = body(client, WORKLIST, kind="no_kid")
    assert "No open flags fit this filter" in page
    assert "Clear the filter" in page


def test_a_row_leads_to_its_lease_and_back_to_its_place(coordinator) -> None:
    row = owing(level=3)
    client = signed_in(coordinator)
    page = body(client, WORKLIST, level="3")
    address = reverse("desk:lease", args=[row.lease_id])
    back = f"{address}?back=/worklist/%3Flevel%3D3%23f{row.pk}"
    assert back in page
    assert f'href="/worklist/?level=3#f{row.pk}"' in body(client, back)


def test_a_protected_lease_shows_its_number_only(coordinator) -> None:
    lease = LeaseFactory(is_protected=True, tenant__family_name="Hemmelig")
    row = flag(lease, owner=UserFactory(first_name="Røper", role="caseworker"))
    page = body(signed_in(coordinator), WORKLIST)
    assert numbers_in_order(page, [row])
    assert lease.number in page
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    secrets = ("Hemmelig", lease.dwelling.street, str(lease.office), "Røper", 'type="checkbox"')
    assert not [secret for secret in secrets if secret in table]


def test_who_is_cleared_sees_it_whole() -> None:
    lease = LeaseFactory(is_protected=True, tenant__family_name="Hemmelig")
    flag(lease)
    page = body(signed_in(UserFactory(role="coordinator", role__cleared=True)), WORKLIST)
    assert "Hemmelig" in page
    assert lease.dwelling.street in page


def test_a_choice_that_tells_where_leaves_protected_leases_out(coordinator) -> None:
    worker = UserFactory(role="caseworker")
    lease = LeaseFactory(is_protected=True)
    row = flag(lease, owner=worker)
    client = signed_in(coordinator)
    assert numbers_in_order(body(client, WORKLIST), [row])
    assert not numbers_in_order(body(client, WORKLIST, office=lease.office_id), [row])
    assert not numbers_in_order(body(client, WORKLIST, owner=worker.pk), [row])


def test_a_caseworker_sees_the_leases_of_her_offices() -> None:
    here, there = OfficeFactory(), OfficeFactory()
    mine, theirs = (
        flag(LeaseFactory(dwelling__office=here)),
        flag(LeaseFactory(dwelling__office=there)),
    )
    hidden = flag(LeaseFactory(dwelling__office=here, is_protected=True))
    user = UserFactory(role="caseworker", role__offices=[here])
    page = body(signed_in(user), WORKLIST)
    assert numbers_in_order(page, [mine, theirs, hidden]) == [mine]
    assert str(there) not in page


def test_only_who_may_know_reads_of_children() -> None:
    household = HouseholdFactory()
    child = PersonFactory(born_on=today() - 3000 * DAY)
    HouseholdMemberFactory(household=household, person=child, role="child")
    owing(household=household)
    assert "one child" not in body(signed_in(UserFactory(role="housing_unit")), WORKLIST)
    assert "one child" in body(signed_in(UserFactory(role="caseworker")), WORKLIST)


@pytest.mark.parametrize("role", ["landlord", "manager", "privacy_officer", "administrator"])
def test_the_worklist_is_closed_to(role) -> None:
    assert signed_in(UserFactory(role=role)).get(WORKLIST).status_code == 403


def test_who_was_shown_is_written_down_once(coordinator) -> None:
    seen = flag(LeaseFactory()).lease.parties.get().person_id
    flag(LeaseFactory(is_protected=True))
    body(signed_in(coordinator), WORKLIST)
    assert LookUp.objects.get().person_ids == [seen]


@pytest.mark.parametrize(
    "query", [{}, {"sort": "-owed"}, {"kind": "any-arrears", "owner": "nobody"}]
)
def test_fifty_rows_ask_as_little_as_one(
    query, coordinator, django_assert_max_num_queries, django_assert_num_queries
) -> None:
    owing()
    client = signed_in(coordinator)
    client.get(WORKLIST, query)
    with django_assert_max_num_queries(7) as asked:
        client.get(WORKLIST, query)
    for _ in range(49):
        owing()
    with django_assert_num_queries(len(asked)):
        client.get(WORKLIST, query)


def test_a_full_page_stays_small(coordinator) -> None:
    for _ in range(50):
        owing()
    response = signed_in(coordinator).get(WORKLIST)
    assert len(response.content) < 80_000


def test_norwegian_is_the_language_of_the_list(coordinator) -> None:
    owing(days=23)
    page = body(signed_in(coordinator, "nb"), WORKLIST)
    assert 'lang="nb"' in page
    assert format_day(today()) in page
