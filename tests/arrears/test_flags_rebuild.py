"""Whatever happens, in whatever order: what the nights keep is what a rebuild makes."""

import datetime
import random

import pytest

from arrears.models import (
    ChargeDispute,
    Flag,
    FlagChange,
    LeaseAccount,
    LedgerLine,
    LineKind,
    OpenCharge,
)
from arrears.queries import flags as facts
from arrears.rules.facts import PastLine, had_arrears
from arrears.rules.policy import ArrearsPolicy
from arrears.services.charges import charge_due
from arrears.services.check import check_all
from arrears.services.flags import rebuild
from arrears.services.ledger import NewLine, close_dispute, dispute, post
from boligsak.jobs.services import run
from boligsak.rates.models import Policy
from tests.arrears.nights import _one_transaction, look  # noqa: F401
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_one_transaction")]

D = datetime.date
ONE = datetime.timedelta(days=1)
START = D(2026, 5, 18)
KIDS = ["12345674", "12345682", "12345690", "12345708", "12345716", "12345724", None]


def kept():
    """Open flags, accounts and open charges, without the days to look on."""
    flags = Flag.objects.open().values_list("lease_id", "kind", "level", "anchor_on")
    accounts = LeaseAccount.objects.values_list(
        "lease_id",
        "balance_ore",
        "open_ore",
        "disputed_ore",
        "unallocated_ore",
        "monthly_rent_ore",
        "oldest_due_on",
        "last_due_on",
        "last_payment_on",
        "has_flag",
    )
    charges = OpenCharge.objects.values_list("line_id", "amount_ore", "open_ore")
    return sorted(flags), sorted(accounts), sorted(charges)


def pasts():
    """What is kept of pasts that were read, and what the rule says of the ledger today."""
    said, ruled = {}, {}
    for account in LeaseAccount.objects.exclude(past_until=None).select_related("past_policy"):
        lines = account.lease.ledger_lines.values_list(
            "kind", "amount_ore", "effective_on", "due_on"
        )
        policy = ArrearsPolicy.from_values(account.past_policy.values)
        said[account.pk] = account.past_had
        ruled[account.pk] = had_arrears(
            [PastLine(*row) for row in lines], policy, account.past_until
        )
    return said, ruled


class History:
    """Seven leases and what may befall them, by a seeded chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.user = UserFactory()
        office = OfficeFactory()
        self.leases = [
            LeaseFactory(
                kid=kid,
                dwelling=DwellingFactory(office=office),
                starts_on=D(2025, 1, 1),
                ends_on=self.chance.choice(
                    [None, D(2026, 4, 30), D(2026, 8, 31), D(2027, 2, 28), D(2028, 1, 31)]
                ),
            )
            for kid in KIDS
        ]

    def day(self, day: datetime.date) -> None:
        run("charges", lambda progress: charge_due(day), day=day)
        for lease in self.leases:
            if self.chance.random() < 0.15:
                self.befall(lease, day)

    def befall(self, lease, day: datetime.date) -> None:
        what = self.chance.choice(
            [
                "pay",
                "pay",
                "pay",
                "part",
                "back_dated",
                "reverse",
                "fee",
                "named",
                "dispute",
                "settle",
                "move_out",
                "renew",
                "request",
            ]
        )
        on = day - self.chance.choice([1, 1, 5, 20, 45]) * ONE if what == "back_dated" else day
        if what in ("pay", "part", "back_dated"):
            ore = self.chance.choice([150_000, 400_000]) if what == "part" else 900_000
            self.post(lease, LineKind.PAYMENT, -ore, on)
        elif what == "fee":
            self.post(lease, LineKind.FEE, 3_500, day, due_on=day + 14 * ONE)
        elif what == "reverse":
            line = self.pick(lease.ledger_lines.filter(kind="payment"))
            if line and not LedgerLine.objects.filter(corrects=line).exists():
                self.post(lease, LineKind.REVERSAL, -line.amount_ore, on, corrects_id=line.pk)
        elif what == "named":
            line = self.pick(lease.ledger_lines.filter(due_on__isnull=False))
            if line:
                self.post(lease, LineKind.CREDIT, -line.amount_ore // 3, on, names_id=line.pk)
        elif what == "dispute":
            line = self.pick(lease.ledger_lines.filter(kind="rent", disputes__isnull=True))
            if line:
                dispute(line.pk, line.amount_ore // 2, on=day, note="", by=self.user)
        elif what == "settle":
            row = self.pick(ChargeDispute.objects.filter(line__lease=lease, closed_on=None))
            if row:
                close_dispute(row.pk, on=day, outcome="")
        else:
            lease.refresh_from_db()
            if what == "move_out" and lease.moved_out_on is None:
                lease.moved_out_on = day + self.chance.choice([-3, 0, 10]) * ONE
            elif what == "renew":
                lease.ends_on = self.chance.choice([None, day + 61 * ONE, D(2028, 1, 31)])
            elif lease.ends_on:
                lease.move_requested_on = day
            lease.save()

    def pick(self, rows):
        rows = list(rows.order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def post(self, lease, kind, ore, on, **more) -> None:
        reference = f"{kind}:{self.chance.getrandbits(60)}"
        post([NewLine(lease.pk, kind, ore, on, reference, **more)], by=self.user)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_night_a_rebuild_changes_nothing(seed):
    history = History(seed)
    skipped = history.chance.sample(range(120), 20)
    looked = read = 0
    for number in range(120):
        day = START + number * ONE
        history.day(day)
        if number in skipped:
            continue
        looked += look(day)["looked"]
        if number % 4 == 0:
            before, changes = kept(), FlagChange.objects.count()
            said, ruled = pasts()
            assert said == ruled, f"seed {seed}, {day}"
            read += len(said)
            rebuild(day)
            assert kept() == before, f"seed {seed}, {day}"
            assert pasts()[0] == said
            assert FlagChange.objects.count() == changes
    assert check_all()["wrong"] == 0
    assert Flag.objects.count() > 10
    assert read > 25 * 3
    assert looked < 0.6 * 100 * len(KIDS)  # the nights did not just look at everything


def pay_everything(history: History, day: datetime.date) -> None:
    for account in LeaseAccount.objects.filter(balance_ore__gt=0).select_related("lease"):
        history.post(account.lease, LineKind.PAYMENT, -account.balance_ore, day)


def some_days_in_order(seed: int) -> tuple[History, datetime.date]:
    """Forty days, after which everything is paid. One lease's office has thresholds of its own."""
    history = History(seed)
    general = Policy.objects.get(kind="arrears", office=None)
    apart = history.leases[2]
    apart.office = OfficeFactory()
    apart.save()
    Policy.objects.create(
        kind="arrears",
        office=apart.office,
        valid_from=START,
        values=general.values | {"expiry_days": [400, 20], "due_day": 11},
    )
    day = START + 40 * ONE
    for number in range(41):
        history.day(START + number * ONE)
    pay_everything(history, day)
    look(day)
    return history, day


@pytest.mark.parametrize("seed", range(6))
def test_of_the_leases_a_rebuild_passes_over_a_look_says_nothing(seed, monkeypatch):
    _, day = some_days_in_order(seed)
    of_some, before = rebuild(day), kept()
    monkeypatch.setattr(facts, "leases_worth_a_look", lambda *_: facts.every_lease())
    of_all = rebuild(day)
    assert of_some["looked"] < of_all["looked"] == len(KIDS)
    assert (of_all["raised"], of_all["changed"], of_all["resolved"], of_all["accounts"]) == (0,) * 4
    assert kept() == before


@pytest.mark.parametrize("seed", range(6))
def test_a_rebuild_passes_over_no_lease_whose_day_to_look_on_is_wrong(seed, monkeypatch):
    history, day = some_days_in_order(seed)
    days = [None, None, day - ONE, day, day + ONE, day + 3 * ONE, D(2027, 8, 4)]
    for lease in history.leases:
        LeaseAccount.objects.filter(pk=lease.pk).update(
            arrears_look_on=history.chance.choice(days), expiry_look_on=history.chance.choice(days)
        )
    rebuild(day)
    monkeypatch.setattr(facts, "leases_worth_a_look", lambda *_: facts.every_lease())
    assert rebuild(day)["accounts"] == 0


def test_a_rebuild_makes_right_what_was_wrong():
    history = History(99)
    for number in range(40):
        history.day(START + number * ONE)
        look(START + number * ONE)
    right = kept()
    owing = LeaseAccount.objects.filter(open_ore__gt=0).first()
    LeaseAccount.objects.filter(pk=owing.pk).update(balance_ore=1, open_ore=5, oldest_due_on=None)
    OpenCharge.objects.filter(lease_id=owing.pk).delete()
    assert check_all()["leases"] == [owing.pk]
    rebuild(START + 39 * ONE)
    assert kept() == right
