"""Builds the demo municipality: first load, rents, and every night until today.

The register comes in through the first load, what is charged and paid through the night and the
bank's files, as in any municipality; nothing is written past the services.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings

from arrears.services.portfolio import FILES, run_import
from arrears.words.portfolio import place, reason
from boligsak.accounts.models import Office
from boligsak.dates import add_months, rent_due_day
from boligsak.desk.demo.agreements import Agreements
from boligsak.desk.demo.applications import Applications
from boligsak.desk.demo.bank import FILES_OF_THE_BANK, Bank
from boligsak.desk.demo.casework import Casework
from boligsak.desk.demo.cheaper_homes import CheaperHomes
from boligsak.desk.demo.dwellings import make_dwellings
from boligsak.desk.demo.files import write_files
from boligsak.desk.demo.index_figures import enter_figures
from boligsak.desk.demo.leases import make_leases
from boligsak.desk.demo.living_rates import enter_living_rates
from boligsak.desk.demo.meetings import Meetings
from boligsak.desk.demo.payers import DUE_DAY, Paid, payments
from boligsak.desk.demo.people import Registry
from boligsak.desk.demo.post import Post
from boligsak.desk.demo.story import Story
from boligsak.desk.demo.targets import enter_targets
from boligsak.desk.demo.tenancies import Tenancies
from boligsak.desk.demo.users import make_offices, make_users
from boligsak.night import run_night
from boligsak.rule import RuleBroken
from tenants.models import Lease
from tenants.services.leases import NewRent, set_rents

MONTHS = 36
DAILY_NIGHTS = 42
"""So many nights up to today are run one by one, so that every flag has its own history."""
TOLD_EVERY = 14
"""These nights take most of the time, and not in silence."""

_DAY = dt.timedelta(days=1)

Say = Callable[[str], None]


def build(*, leases: int, seed: int, today: dt.date, say: Say, months: int = MONTHS) -> None:
    """A municipality with about so many leases, as of `today`.

    The same seed and day give the same municipality. Raises `RuleBroken` "demo.mode" outside demo
    and tests, and "demo.there_already" where there is a municipality.
    """
    if settings.MODE not in ("demo", "test"):
        raise RuleBroken("demo.mode", mode=settings.MODE)
    if Office.objects.exists():
        raise RuleBroken("demo.there_already")
    _Build(leases, seed, today, say, months).all()


class _Build:
    def __init__(self, leases: int, seed: int, today: dt.date, say: Say, months: int) -> None:
        self.seed = seed
        self.today = today
        self.say = say
        first = add_months(today.replace(day=1), 1 - months)
        self.months = [add_months(first, number) for number in range(months)]
        self.dwellings = make_dwellings(seed, today, leases)
        self.registry = Registry(seed, today)
        self.leases = make_leases(seed, today, first, self.dwellings, self.registry)
        self.folder = Path(settings.DATA_DIR) / "portfolio"
        self.inbox = Path(settings.INBOX_DIR)
        self.started = time.monotonic()

    def all(self) -> None:
        self.users = make_users(make_offices())
        self._load()
        enter_figures(self.months[0], self.today)
        enter_living_rates(self.months[0], self.today)
        enter_targets(self.months[0], Office.objects.all())
        self._raise_rents()
        self._live()

    def _tell(self, text: str) -> None:
        self.say(f"{text} ({time.monotonic() - self.started:.0f} s)")

    def _load(self) -> None:
        write_files(
            self.folder, self.months[0], self.dwellings, self.registry.households, self.leases
        )
        paths = {name: self.folder / name for name in FILES if (self.folder / name).exists()}
        streams = {name: path.open("rb") for name, path in paths.items()}
        try:
            report = run_import(streams, by=self.users["utleier"], today=self.today)
        finally:
            for stream in streams.values():
                stream.close()
        if not report.is_accepted:
            first = report.refused[0]
            raise RuleBroken("demo.refused", place=place(first), reason=reason(first))
        self.ids = dict(Lease.objects.values_list("number", "pk"))
        people = report.added.get("people.csv", 0)
        self._tell(
            f"{len(self.dwellings)} dwellings, {people} people and {len(self.leases)} leases loaded"
        )

    def _raise_rents(self) -> None:
        """What the rent was set to after the lease began."""
        set_rents(
            [
                NewRent(
                    lease_id=self.ids[lease.number],
                    kind=kind,
                    valid_from=valid_from,
                    amount_ore=ore,
                )
                for lease in self.leases
                for valid_from, kind, ore in lease.rents
                if valid_from > lease.starts_on
            ],
            by=self.users["utleier"],
        )

    def _live(self) -> None:
        """Night after night, with the bank's file of the day before."""
        bank = Bank(self.seed, self.today, self._payments())
        story = Story(self.seed, self.today, self.leases, self.ids, self.users)
        casework = Casework(self.seed, self.users)
        meetings = Meetings(self.seed, self.today, self.users)
        size = len(self.leases)
        applications = Applications(self.seed, self.today, size, self.users, self.registry)
        tenancies = Tenancies(self.seed, size, self.users)
        agreements = Agreements(self.seed, self.users)
        cheaper_homes = CheaperHomes(self.seed, self.today, applications)
        post = Post(self.today, self.users)
        self._clear_inbox()
        year = 0
        nights = list(self._nights())
        for number, night in enumerate(nights):
            if night.year != year and year:
                self._tell(f"{year}: charged, paid and looked through")
            year = night.year
            bank.write_file(self.inbox, night - _DAY)
            run_night(night, fill_gaps=False)
            is_daily = number >= len(nights) - DAILY_NIGHTS
            story.day(night, is_daily=is_daily)
            # Today is for whoever opens the demo: their case and their meeting are not begun yet.
            if is_daily and night < self.today:
                casework.day(night)
                meetings.day(night)
                applications.day(night)
                cheaper_homes.day(night)
                tenancies.day(night)
                agreements.day(night)
                post.day(night)
                if (len(nights) - number) % TOLD_EVERY == 0:
                    self._tell(f"{year}: charged, paid and looked through, until {night}")
        self._tell(f"{year}: charged, paid and looked through, until {self.today}")

    def _clear_inbox(self) -> None:
        """Takes away files of a build that was broken off: they tell of another town's payments."""
        self.inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self.inbox.rglob(FILES_OF_THE_BANK):
            path.unlink()

    def _payments(self) -> Iterator[Paid]:
        for lease in self.leases:
            yield from payments(self.seed, self.today, lease, self.months)

    def _nights(self) -> Iterator[dt.date]:
        """The due day, the days after it when somebody may be late, and at last every night."""
        daily_from = self.today - (DAILY_NIGHTS - 1) * _DAY
        for month in self.months:
            due_on = rent_due_day(month.replace(day=DUE_DAY))
            for night in (due_on, due_on + 5 * _DAY, due_on + 15 * _DAY):
                if night < daily_from:
                    yield night
        for number in range(DAILY_NIGHTS):
            yield daily_from + number * _DAY
