"""The dashboard's counters: counted in sets, summed for one reader."""

import datetime

import pytest

from arrears.models import Figure
from arrears.queries.figures import figures_for
from arrears.queries.portfolio import BUCKETS, state_of
from arrears.services.figures import refresh_figures
from arrears.services.flags import assign
from arrears.services.ledger import NewLine, charge_month, post
from tests.arrears.nights import look
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

D = datetime.date
NIGHT = D(2026, 10, 24)


@pytest.fixture
def offices():
    return OfficeFactory(), OfficeFactory()


@pytest.fixture
def leases(offices):
    """One lease in arrears at each office, the second one protected; and one that has paid."""
    here, there = offices
    made = [
        LeaseFactory(
            kid=kid, dwelling=DwellingFactory(office=office), starts_on=D(2024, 1, 1), **facts
        )
        for kid, office, facts in (
            ("12345674", here, {"ends_on": D(2026, 12, 30)}),
            ("12345682", there, {"is_protected": True}),
            ("12345690", here, {"ends_on": D(2029, 12, 31)}),
        )
    ]
    charge_month(D(2026, 8, 20), D(2026, 8, 20), None)
    charge_month(D(2026, 10, 20), D(2026, 10, 20), None)
    post([_paid(made[2], 1_800_000), _paid(made[0], 500_000)])
    look(NIGHT)
    refresh_figures(NIGHT)
    return made


def _paid(lease, ore):
    return NewLine(lease.pk, "payment", -ore, D(2026, 10, 20), "p:1")


def test_open_flags_are_counted_by_kind_and_level(leases):
    figures = figures_for(UserFactory())
    assert figures["flags.arrears.4"] == 2
    assert figures["flags.expiring.2"] == 1
    assert figures["flags.open"] == figures["flags.unassigned"] == 5
    assert figures["flags.new"] == 5
    assert figures["new.first_arrears"] == 2


def test_figures_of_the_last_night_only_are_new(leases):
    look(D(2026, 10, 25))
    refresh_figures(D(2026, 10, 25))
    figures = figures_for(UserFactory())
    assert figures["flags.new"] == 0
    assert figures["flags.open"] == 5


def test_resolved_flags_are_counted(leases):
    post([_paid(leases[1], 1_800_000)])
    look(D(2026, 10, 25))
    refresh_figures(D(2026, 10, 25))
    assert figures_for(UserFactory())["flags.resolved"] == 2


@pytest.mark.parametrize("day", [D(2026, 10, 24), D(2026, 11, 20), D(2027, 3, 1)])
def test_arrears_by_age_are_what_the_ledger_says_lease_by_lease(leases, day):
    refresh_figures(day)
    figures = figures_for(UserFactory())
    ages = [state_of(lease.pk, day).ageing for lease in leases]
    for bucket in BUCKETS[1:]:
        expected = sum(getattr(ageing, f"days_{bucket}_ore") for ageing in ages)
        assert figures[f"arrears.ore.{bucket}"] == expected
    assert figures["overdue.ore"] == 1_300_000 + 1_800_000
    assert figures["overdue.leases"] == 2


def test_contracts_that_expire_are_counted_by_month(leases):
    assert figures_for(UserFactory())["expiring.2026-12"] == 1


def test_the_stock_is_counted(leases):
    DwellingFactory(office=leases[0].office)
    refresh_figures(NIGHT)
    figures = figures_for(UserFactory())
    assert figures["leases.running"] == 3
    assert figures["leases.fixed"] == 2
    assert figures["leases.short"] == 1
    assert figures["dwellings.vacant"] == 1


def test_counting_again_writes_nothing(leases):
    assert refresh_figures(NIGHT)["written"] == 0


def test_a_figure_that_has_become_nothing_goes_away(leases):
    for lease in leases:
        lease.moved_out_on = D(2026, 10, 1)
        lease.save()
    refresh_figures(NIGHT)
    assert not Figure.objects.filter(name="leases.running").exists()


def test_an_assignment_is_taken_off_the_counter_at_once(leases):
    boss = UserFactory()
    flag = leases[0].flags.get(kind="arrears")
    assign([flag.pk], boss, by=boss, on=NIGHT)
    assert figures_for(boss)["flags.unassigned"] == 4
    assign([flag.pk], None, by=boss, on=NIGHT)
    assert figures_for(boss)["flags.unassigned"] == 5
    assert refresh_figures(NIGHT)["written"] == 0


def test_over_every_office_the_protected_leases_are_counted_for_all(leases):
    assert figures_for(UserFactory())["flags.arrears.4"] == 2


def test_for_one_office_the_protected_part_is_kept_from_who_is_not_cleared(leases, offices):
    there = offices[1]
    cleared = UserFactory(role="coordinator", role__cleared=True)
    assert figures_for(UserFactory(), there.pk)["flags.open"] == 0
    assert figures_for(cleared, there.pk)["flags.open"] == 2


def test_somebody_bound_to_an_office_gets_its_figures_without_the_protected_part(leases, offices):
    here, there = offices
    assert figures_for(UserFactory(role="caseworker", role__offices=[here]))["flags.open"] == 3
    assert figures_for(UserFactory(role="caseworker", role__offices=[there]))["flags.open"] == 0
    cleared = UserFactory(role="caseworker", role__offices=[there], role__cleared=True)
    assert figures_for(cleared)["flags.open"] == 2


def test_another_office_than_ones_own_has_no_figures(leases, offices):
    here, there = offices
    user = UserFactory(role="caseworker", role__offices=[here])
    assert figures_for(user, there.pk)["flags.open"] == 0
