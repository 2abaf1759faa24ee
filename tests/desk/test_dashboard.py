"""The dashboard, my work, the figures and the leases behind them, over one small register."""

import datetime as dt
import html
import re

import pytest
from django.urls import reverse

from arrears.models import Flag, OpenCharge
from arrears.queries.figures import figures_for
from arrears.services.figures import refresh_figures
from arrears.services.ledger import NewLine, keep_rents, post
from boligsak.accounts.models import LookUp
from boligsak.dates import add_months, format_day, today
from boligsak.money import format_kr
from boligsak.night import run_night
from tenants.models import Lease
from tests.arrears.nights import _one_transaction  # noqa: F401
from tests.desk.work import (
    DAY,
    body,
    flag,
    links,
    numbers_in_order,
    owing,
    run_out,
    running_out,
    signed_in,
)
from tests.factories import ApplicationFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
DASHBOARD = "/dashboard/"


@pytest.fixture
def coordinator():
    return UserFactory(role="coordinator")


def owe(lease, *charges: tuple[int, int]) -> None:
    """Charges of (øre, days since they fell due)."""
    lines = [
        NewLine(lease.pk, "rent", ore, on, f"rent:{on}", due_on=on)
        for ore, days in charges
        for on in [today() - days * DAY]
    ]
    post(lines)
    keep_rents(today().replace(day=1), [lease.pk])


@pytest.fixture
def register():
    """A lease of every sort the figures count, brought up to date by the night itself."""
    office = OfficeFactory(name="Heimdal")
    for days in (5, 20, 40, 70, 120):
        owe(LeaseFactory(dwelling__office=office), (900_000, days))
    owe(LeaseFactory(), (900_000, 100), (900_000, 70), (900_000, 40), (900_000, 0))
    owe(LeaseFactory(is_protected=True), (900_000, 50))
    for left in (10, 45, 200):
        LeaseFactory(ends_on=today() + left * DAY, dwelling__office=office)
    LeaseFactory(starts_on=today() - 100 * DAY, ends_on=today() + 500 * DAY)
    LeaseFactory(ends_on=today() - 60 * DAY)
    LeaseFactory(ends_on=today() - 200 * DAY)
    run_night(today())
    return office


def total(page: str) -> int:
    """The hits a list says it has."""
    found = re.search(r'"list-foot">\s*<p class="subtle">(?:\d+–\d+ of )?(\d+)', page)
    return int(found[1]) if found else 0


def counted(figure: str) -> int:
    return int(re.sub(r"\D", "", figure))


def tiles(page: str) -> list[tuple[str, str, str, str]]:
    """(address, value, label, note) of the figures."""
    pattern = (
        r'<a class="figure[^"]*" href="([^"]*)"><span class="figure__value[^"]*">([^<]*)</span>'
        r'<span class="figure__label">([^<]*)</span><span class="figure__note">([^<]*)</span>'
    )
    return re.findall(pattern, page)


@pytest.mark.parametrize("of_office", [False, True])
def test_every_figure_leads_to_exactly_the_rows_it_counts(of_office, coordinator, register) -> None:
    client = signed_in(coordinator)
    page = body(client, DASHBOARD, **({"office": register.pk} if of_office else {}))
    found = tiles(page)
    assert len(found) == 6
    for address, value, label, note in found:
        rows = total(body(client, address))
        # What is past due is money; the leases that owe it stand under it.
        assert rows == counted(note if label == "Past due" else value), label
    assert any(counted(value) for _address, value, *_ in found)


def test_every_bar_leads_to_exactly_the_rows_it_counts(coordinator, register) -> None:
    client = signed_in(coordinator)
    page = body(client, DASHBOARD)
    bars = dict(
        re.findall(
            r'<th scope="row"><a class="ds-link" href="([^"]*)">.*?<td class="end">([^<]*)<', page
        )
    )
    by_month = {href: text for href, text in bars.items() if "ends=" in href}
    assert len(by_month) == 12
    assert sum(map(int, by_month.values())) > 2
    for href, text in by_month.items():
        assert total(body(client, href)) == int(text)
    figures = figures_for(coordinator)
    for age, youngest, oldest in (("0_14", 0, 14), ("31_60", 31, 60), ("91", 91, 9999)):
        first, last = today() - oldest * DAY, today() - youngest * DAY
        charges = OpenCharge.objects.filter(due_on__range=(first, last))
        href = next(href for href in bars if href.endswith(f"age={age}"))
        assert total(body(client, href)) == charges.values("lease").distinct().count() > 0
        assert figures[f"arrears.ore.{age}"] == sum(charges.values_list("open_ore", flat=True))


def test_what_is_new_is_counted_by_kind(coordinator, register) -> None:
    client = signed_in(coordinator)
    page = body(client, DASHBOARD)
    chips = re.findall(r'<a class="chip" href="([^"]*)">[^<]*<strong>(\d+)</strong>', page)
    assert len(chips) > 3
    for address, value in chips:
        assert total(body(client, address)) == int(value)


def test_the_top_of_the_worklist_stands_in_working_order(coordinator) -> None:
    rows = [owing(days=20 + n, level=1 + n % 4) for n in range(9)]
    page = body(signed_in(coordinator), DASHBOARD)
    expected = sorted(rows, key=lambda row: (-row.level, row.anchor_on))[:7]
    assert numbers_in_order(page, rows) == expected
    assert "Owes 1.4 months' rent" in page


def test_the_law_s_deadlines_come_before_the_others(coordinator) -> None:
    soon = running_out(left=1, tenant__family_name="Alfa")
    legal = run_out(last_safe_in=5, tenant__family_name="Beta")
    running_out(left=7, tenant__family_name="Gamma")
    page = body(signed_in(coordinator), DASHBOARD)
    part = page[page.index('id="due-title"') :]
    assert part.index("Beta") < part.index("Alfa")
    assert "Gamma" not in part[: part.index("dash__charts")]
    last_safe_on = dt.date.fromisoformat(legal.facts["last_safe_on"])
    assert format_day(last_safe_on) in part
    assert "Last day to ask the tenant to move (§ 9-2)" in part
    assert format_day(soon.lease.ends_on) in part


def test_a_term_that_was_moved_since_the_night_is_no_deadline_any_more(coordinator) -> None:
    moved, asked = running_out(left=2).lease, run_out(last_safe_in=5).lease
    client = signed_in(coordinator)

    def deadlines() -> str:
        return body(client, DASHBOARD).split('id="due-title"')[1].split("</section>")[0]

    addresses = [f"/leases/{lease.pk}/" for lease in (moved, asked)]
    assert all(address in deadlines() for address in addresses)
    Lease.objects.filter(pk=moved.pk).update(ends_on=today() + 700 * DAY)
    Lease.objects.filter(pk=asked.pk).update(move_requested_on=today())
    assert not any(address in deadlines() for address in addresses)


def test_the_filter_follows_the_reader_into_the_worklist(coordinator, register) -> None:
    page = body(signed_in(coordinator), DASHBOARD, office=register.pk, level="2")
    assert links(page, f"/worklist/?office={register.pk}&level=2")


@pytest.mark.parametrize("query", [{}, {"level": "2", "due": "today", "new": "2020-01-01"}])
@pytest.mark.parametrize("is_cleared", [False, True])
def test_a_coordinator_of_one_office_has_that_office_s_dashboard(query, is_cleared) -> None:
    office = OfficeFactory()
    user = UserFactory(role="coordinator", role__offices=[office], role__cleared=is_cleared)
    here = {"dwelling__office": office, "tenant__family_name": "Her"}
    running_out(left=0, level=3, **here)
    running_out(left=0, level=4, tenant__family_name="Borte")
    application = ApplicationFactory(office=office, received_on=add_months(today(), -1))
    elsewhere = ApplicationFactory(received_on=add_months(today(), -1))
    for more in ({}, {"office": office.pk}):
        page = body(signed_in(user), DASHBOARD, **query, **more)
        assert page.count("Her</a>") == 2
        assert "Borte" not in page
        assert application.number in page
        assert elsewhere.number not in page


def test_a_protected_lease_is_its_number_on_the_dashboard(coordinator) -> None:
    lease = LeaseFactory(
        is_protected=True, tenant__family_name="Hemmelig", ends_on=today() + 2 * DAY
    )
    facts = {"ends_on": lease.ends_on.isoformat()}
    flag(lease, "expiring", 4, anchor_on=lease.ends_on, facts=facts)
    page = body(signed_in(coordinator), DASHBOARD)
    assert lease.number in page
    assert "Hemmelig" not in page
    assert lease.dwelling.street not in page
    assert not LookUp.objects.exists()


def test_old_figures_say_of_which_day_they_are(coordinator, register) -> None:
    from boligsak.jobs.models import JobRun

    JobRun.objects.update(day=today() - 2 * DAY)
    page = body(signed_in(coordinator), DASHBOARD)
    assert f"The figures are those of {format_day(today() - 2 * DAY)}" in page


def test_the_dashboard_opens_on_an_empty_register(coordinator) -> None:
    page = body(signed_in(coordinator), DASHBOARD)
    assert "have not been counted yet" in page
    assert "fills itself in the night" in page
    assert "No deadlines run out in the next seven days" in page


def test_the_dashboard_asks_as_little_of_many_as_of_one(
    coordinator, register, django_assert_max_num_queries, django_assert_num_queries
) -> None:
    client = signed_in(coordinator)
    ApplicationFactory(received_on=today() - 28 * DAY)
    client.get(DASHBOARD)
    with django_assert_max_num_queries(6) as asked:
        client.get(DASHBOARD)
    for n in range(30):
        running_out(left=n % 5)
        owing()
        ApplicationFactory(received_on=today() - 28 * DAY)
    with django_assert_num_queries(len(asked)):
        client.get(DASHBOARD)


START = {
    "coordinator": "/dashboard/",
    "caseworker": "/my-work/",
    "housing_unit": "/worklist/",
    "landlord": "arrears:imports",
    "manager": "/figures/",
    "privacy_officer": "accounts:lookups",
    "administrator": "admin:index",
}


@pytest.mark.parametrize("role", START)
def test_each_role_starts_where_its_work_is(role) -> None:
    where = START[role]
    response = signed_in(UserFactory(role=role)).get("/")
    assert response["Location"] == (where if where.startswith("/") else reverse(where))


def test_who_has_no_role_is_let_in_nowhere() -> None:
    assert signed_in(UserFactory(role=False)).get("/").status_code == 403


def test_my_work_is_what_is_mine_what_runs_out_what_is_new_and_what_is_solved() -> None:
    office = OfficeFactory()
    user = UserFactory(role="caseworker", role__offices=[office])
    other = UserFactory(role="caseworker", role__offices=[office])
    place = {"dwelling__office": office}
    mine = owing(tenant__family_name="Mine", **place)
    theirs = owing(tenant__family_name="Deres", **place)
    new = owing(tenant__family_name="Ny", **place)
    away = owing(tenant__family_name="Borte")
    due = running_out(left=2, tenant__family_name="Frist", **place)
    solved = owing(tenant__family_name="Løst", **place)
    Flag.objects.filter(pk__in=[mine.pk, due.pk]).update(owner=user)
    Flag.objects.filter(pk=theirs.pk).update(owner=other)
    Flag.objects.filter(pk=solved.pk).update(owner=user, resolved_on=today())
    page = body(signed_in(user), "/my-work/")
    main = page[page.index("<main") :]
    part = {
        key: main[main.index(f'id="{key}-title"') :].split("</section>")[0]
        for key in ("mine", "new", "due", "solved")
    }
    assert [name for name in ("Mine", "Frist") if name in part["mine"]] == ["Mine", "Frist"]
    assert "Ny" in part["new"]
    assert "Deres" not in main
    assert "Borte" not in main
    assert "Frist" in part["due"]
    assert "Løst" in part["solved"]
    assert away.lease.number not in main
    assert new.lease_id


def test_my_work_asks_as_little_of_many_as_of_one(
    django_assert_max_num_queries, django_assert_num_queries
) -> None:
    user = UserFactory(role="caseworker")
    Flag.objects.filter(pk=owing().pk).update(owner=user)
    client = signed_in(user)
    client.get("/my-work/")
    with django_assert_max_num_queries(7) as asked:
        client.get("/my-work/")
    for _ in range(10):
        Flag.objects.filter(pk=owing().pk).update(owner=user)
        Flag.objects.filter(pk=running_out(left=1).pk).update(owner=user)
        owing()
    with django_assert_num_queries(len(asked) + 1):  # more than a page of them is counted
        client.get("/my-work/")


def test_my_work_goes_on_on_a_second_page() -> None:
    user = UserFactory(role="caseworker")
    rows = [owing(days=20 + n) for n in range(23)]
    Flag.objects.filter(pk__in=[row.pk for row in rows]).update(owner=user)
    owing(tenant__family_name="Ny")
    page = body(signed_in(user), "/my-work/", page=2)
    oldest_first = sorted(rows, key=lambda row: row.anchor_on)
    assert numbers_in_order(page, rows) == oldest_first[20:]
    assert "Ny" in page[page.index('id="new-title"') :]


def test_a_manager_reads_figures_and_nobody_s_name(register) -> None:
    manager = UserFactory(role="manager")
    page = body(signed_in(manager), "/figures/")
    assert "Heimdal" in page
    assert "Hansen" not in page
    assert "Innherredsveien" not in page
    assert not re.search(r'href="/(worklist|leases|people)', page)
    assert not LookUp.objects.exists()
    figures = figures_for(manager)
    assert str(figures["leases.running"]) in page
    for address in ("/worklist/", "/leases/", "/dashboard/", "/my-work/"):
        assert signed_in(manager).get(address).status_code == 403


def test_a_manager_of_one_office_reads_that_office_only(register) -> None:
    other = OfficeFactory(name="Østbyen")
    manager = UserFactory(role="manager", role__offices=[register])
    page = body(signed_in(manager), "/figures/")
    assert "Heimdal" in page
    assert str(other) not in page


def test_protected_leases_are_in_the_total_only(register) -> None:
    page = body(signed_in(UserFactory(role="manager")), "/figures/")
    row = re.search(r"Leases that owe something past due</th>(.*?)</tr>", page)
    assert row
    *offices, all_of_them = [int(n) for n in re.findall(r">(\d+)<", row[1])]
    assert sum(offices) == all_of_them - 1


def test_the_leases_behind_a_figure_say_what_they_owe_of_that_age(coordinator, register) -> None:
    page = body(signed_in(coordinator), "/leases/", age="61_90")
    assert total(page) == 2
    assert page.count(format_kr(900_000)) >= 2


def test_a_protected_lease_is_its_number_among_the_leases(coordinator) -> None:
    lease = LeaseFactory(is_protected=True, tenant__family_name="Hemmelig")
    owe(lease, (777_700, 40))
    client = signed_in(coordinator)
    page = body(client, "/leases/", age="any")
    assert lease.number in page
    for secret in ("Hemmelig", lease.dwelling.street, format_kr(777_700)):
        assert secret not in page
    assert lease.number not in body(client, "/leases/", age="any", office=lease.office_id)


@pytest.mark.parametrize("query", [{}, {"age": "any"}, {"term": "short"}, {"sort": "-ends"}])
def test_fifty_leases_ask_as_little_as_one(
    query, coordinator, django_assert_max_num_queries, django_assert_num_queries
) -> None:
    def lease() -> None:
        owe(LeaseFactory(starts_on=today() - 50 * DAY, ends_on=today() + 50 * DAY), (1_000, 30))

    lease()
    client = signed_in(coordinator)
    client.get("/leases/", query)
    with django_assert_max_num_queries(15) as asked:
        client.get("/leases/", query)
    for _ in range(49):
        lease()
    with django_assert_num_queries(len(asked)):
        client.get("/leases/", query)


def test_short_contracts_are_those_under_three_years_that_run(coordinator) -> None:
    start = today() - 300 * DAY
    three_years = add_months(start, 36) - DAY
    LeaseFactory(starts_on=start, ends_on=three_years)
    short = LeaseFactory(starts_on=start, ends_on=three_years - DAY)
    LeaseFactory(starts_on=start, ends_on=today() - DAY)
    LeaseFactory(starts_on=start)
    refresh_figures(today())
    page = body(signed_in(coordinator), "/leases/", term="short")
    assert total(page) == 1 == figures_for(coordinator)["leases.short"]
    assert short.number in html.unescape(page)
