"""The figures kept by what has moved are what counting everything says, whatever happens."""

import datetime
from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction

from arrears.models import AT_ONCE, Figure, FigureCount, FigureStep, Flag
from arrears.queries import figures as counting
from arrears.services.figures import refresh_figures
from arrears.services.flags import assign, rebuild
from arrears.services.ledger import NewLine, post
from boligsak.night import run_night
from tenants.models import Dwelling
from tests.arrears.nights import _one_transaction, look  # noqa: F401
from tests.arrears.test_flags_rebuild import ONE, START, History
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory

pytestmark = pytest.mark.django_db

D = datetime.date


def counted(day):
    rows = [_Row(*row) for row in counting.count_all(day)]
    return _sums((row.key, row.value) for row in rows)


def kept():
    return _sums((row[:3], row[3]) for row in counting.kept())


class _Row:
    def __init__(self, office_id, is_protected, name, value):
        self.key, self.value = (office_id, is_protected, name), value


def _sums(rows):
    found = {}
    for key, value in rows:
        found[key] = found.get(key, 0) + value
    return {key: value for key, value in found.items() if value}


class Offices(History):
    """What befalls a lease's money, and besides it the register and the flags."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.offices = [self.leases[0].office, OfficeFactory(), OfficeFactory()]
        self.spare = [DwellingFactory(office=office) for office in self.offices]

    def befall(self, lease, day: datetime.date) -> None:
        with suppress(IntegrityError), transaction.atomic():  # a lease cannot end before it begins
            super().befall(lease, day)

    def day(self, day: datetime.date) -> None:
        super().day(day)
        for lease in self.leases:
            if self.chance.random() < 0.06:
                lease.refresh_from_db()
                with suppress(IntegrityError), transaction.atomic():
                    self.register(lease, day)
        for flag in Flag.objects.open().order_by("pk"):
            if self.chance.random() < 0.1:
                assign([flag.pk], self.chance.choice([self.user, None]), by=self.user, on=day)

    def register(self, lease, day: datetime.date) -> None:
        what = self.chance.choice(["office", "protect", "begin", "dwelling", "build", "back"])
        if what == "office":
            lease.office = self.chance.choice(self.offices)
        elif what == "protect":
            lease.is_protected = not lease.is_protected
        elif what == "begin":
            free = self.pick(
                Dwelling.objects.exclude(leases__moved_out_on=None, leases__isnull=False)
                .exclude(leases__moved_out_on__gte=day)
                .distinct()
            )
            if free:
                starts_on = day + self.chance.choice([0, 12]) * ONE
                ends_on = self.chance.choice([None, D(2026, 9, 15), D(2031, 1, 1)])
                self.leases.append(
                    LeaseFactory(
                        dwelling=free,
                        office=self.chance.choice(self.offices),
                        starts_on=starts_on,
                        ends_on=ends_on,
                        is_protected=self.chance.random() < 0.3,
                    )
                )
        elif what == "build":
            self.spare.append(
                DwellingFactory(
                    office=self.chance.choice(self.offices),
                    in_use_from=day + self.chance.choice([-30, 0, 9]) * ONE,
                )
            )
        elif what == "back" and lease.moved_out_on and lease.moved_out_on >= day:
            lease.moved_out_on = None
        elif what == "dwelling":
            dwelling = lease.dwelling
            dwelling.office = self.chance.choice(self.offices)
            dwelling.in_use_to = self.chance.choice([None, day, day + 20 * ONE])
            dwelling.save()
        lease.save()


@pytest.mark.usefixtures("_one_transaction")
@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_the_kept_figures_are_what_counting_says(seed):
    history = Offices(seed)
    skipped = history.chance.sample(range(110), 25)
    refresh_figures(START - ONE)
    for number in range(110):
        day = START + number * ONE
        history.day(day)
        if number in skipped:
            continue
        look(day)
        assert refresh_figures(day)["wrong"] == 0, f"seed {seed}, {day}"
        assert kept() == counted(day), f"seed {seed}, {day}"
        if number % 30 == 7:
            rebuild(day)
            refresh_figures(day)
            assert kept() == counted(day), f"seed {seed}, {day}"
    names = {key[2] for key in kept()}
    assert {"overdue.ore", "flags.open", "leases.running", "dwellings.vacant"} <= names
    assert {key[1] for key in kept()} == {True, False}


@pytest.fixture
def lease():
    return LeaseFactory(kid="12345674", starts_on=D(2024, 1, 1), ends_on=D(2027, 3, 31))


def owe(lease, due_on, ore=900_000):
    post([NewLine(lease.pk, "rent", ore, due_on, f"rent:{due_on:%Y-%m}", due_on=due_on)])


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (D(2026, 10, 19), None),
        (D(2026, 10, 20), "0_14"),
        (D(2026, 11, 3), "0_14"),
        (D(2026, 11, 4), "15_30"),
        (D(2026, 11, 19), "15_30"),
        (D(2026, 11, 20), "31_60"),
        (D(2026, 12, 19), "31_60"),
        (D(2026, 12, 20), "61_90"),
        (D(2027, 1, 18), "61_90"),
        (D(2027, 1, 19), "91"),
        (D(2028, 1, 19), "91"),
    ],
)
def test_a_debt_grows_older_with_the_days_alone(lease, day, age):
    owe(lease, D(2026, 10, 20))
    for on in (D(2026, 10, 1), day):
        refresh_figures(on)
    ages = {key[2] for key in kept() if key[2].startswith("arrears.")}
    assert ages == ({f"arrears.ore.{age}", f"arrears.leases.{age}"} if age else set())
    assert kept() == counted(day)


def test_a_night_without_news_writes_nothing(lease):
    refresh_figures(D(2026, 10, 1))
    assert not FigureStep.objects.filter(on__lte=D(2026, 10, 1)).exists()
    assert refresh_figures(D(2026, 10, 2)) == {"written": 0, "wrong": 0}


def test_a_day_that_is_over_is_counted_from_nothing(lease):
    owe(lease, D(2026, 10, 20))
    refresh_figures(D(2027, 2, 1))
    refresh_figures(D(2026, 11, 5))
    assert kept() == counted(D(2026, 11, 5))
    refresh_figures(D(2027, 2, 1))
    assert kept() == counted(D(2027, 2, 1))


def test_a_payment_leaves_a_note_of_what_it_moved_and_waits_for_nobody(lease):
    owe(lease, D(2026, 9, 20))
    refresh_figures(D(2026, 10, 20))
    post([NewLine(lease.pk, "payment", -400_000, D(2026, 10, 20), "p:1")])
    step = FigureStep.objects.get(on=AT_ONCE)
    assert (step.name, step.due_on, step.value) == ("due.ore", D(2026, 9, 20), -400_000)


def test_what_does_not_move_a_figure_leaves_no_note(lease):
    owe(lease, D(2026, 9, 20))
    refresh_figures(D(2026, 10, 20))
    lease.move_requested_on = D(2026, 10, 1)
    lease.save()
    lease.dwelling.floor = 3
    lease.dwelling.save()
    assert not FigureStep.objects.filter(on__lte=D(2026, 10, 20)).exists()


def test_what_is_taken_back_leaves_no_note(lease):
    refresh_figures(D(2026, 10, 20))
    before = FigureStep.objects.count()
    with transaction.atomic():
        owe(lease, D(2026, 9, 20))
        transaction.set_rollback(True)
    assert FigureStep.objects.count() == before


@pytest.mark.parametrize("name", ["flags.open", "overdue.ore", "leases.running"])
def test_a_figure_that_was_made_wrong_is_found_and_made_right_within_a_week(lease, name):
    owe(lease, D(2026, 9, 20))
    look(D(2026, 10, 20))
    refresh_figures(D(2026, 10, 20))
    assert Figure.objects.filter(name=name).update(value=77) == 1
    found = [refresh_figures(D(2026, 10, 20) + number * ONE)["wrong"] for number in range(1, 8)]
    assert sum(found) == 1
    assert kept() == counted(D(2026, 10, 27))


def test_once_a_week_everything_is_counted(lease):
    for number in range(15):
        refresh_figures(D(2026, 10, 1) + number * ONE)
    row = FigureCount.objects.get()
    assert (row.as_of, row.counted_for) == (D(2026, 10, 15), D(2026, 10, 15))


@pytest.mark.usefixtures("_one_transaction")
def test_the_night_keeps_them(lease):
    run_night(D(2026, 10, 20))
    run_night(D(2026, 10, 24))
    assert kept() == counted(D(2026, 10, 24))
