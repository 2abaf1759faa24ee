"""Offices, policies and what reaches far back: a past is still what the rule says of its ledger."""

import datetime
from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction

from arrears.models import FlagChange, LineKind
from arrears.queries import flags as facts
from arrears.services.flags import rebuild
from arrears.services.ledger import correct
from boligsak.rates.models import Policy
from boligsak.rule import RuleBroken
from tests.arrears.nights import _one_transaction, look  # noqa: F401
from tests.arrears.test_flags_rebuild import ONE, START, History, kept, pasts
from tests.factories import OfficeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_one_transaction")]


class Measures(History):
    """Leases that move between offices, offices that measure anew, and lines from long ago."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.offices = [self.leases[0].office, OfficeFactory(), OfficeFactory()]

    def befall(self, lease, day: datetime.date) -> None:
        what = self.chance.choice(
            ["office", "policy", "correct", "far_back", "taken_over"] + [""] * 9
        )
        with suppress(IntegrityError, RuleBroken), transaction.atomic():
            if what == "office":
                lease.refresh_from_db()
                lease.office = self.chance.choice(self.offices)
                lease.save()
            elif what == "policy":
                self.measure_anew(day)
            elif what == "correct":
                line = self.pick(lease.ledger_lines.filter(due_on__isnull=False))
                on = day - self.chance.choice([0, 3, 30]) * ONE
                if line:
                    ore = self.chance.choice([-1_000, -line.amount_ore])
                    correct(
                        line.pk,
                        amount_ore=ore,
                        on=max(line.effective_on, on),
                        note="x",
                        by=self.user,
                    )
            elif what in ("far_back", "taken_over"):
                # Paid to the øre, so that only the days tell that it was ever owed
                on = day - self.chance.choice([10, 40, 80, 200]) * ONE
                late = self.chance.choice([0, 3, 5, 12]) * ONE
                kind = LineKind.FEE if what == "far_back" else LineKind.OPENING
                self.post(lease, kind, 900_000, on, due_on=on)
                self.post(lease, LineKind.PAYMENT, -900_000, on + late)
            else:
                super().befall(lease, day)

    def measure_anew(self, day: datetime.date) -> None:
        general = Policy.objects.filter(kind="arrears", office=None).latest("valid_from")
        new = {
            "grace_days": self.chance.choice([0, 3, 10, 25]),
            "min_ore": self.chance.choice([100, 10_000, 910_000]),
            "expiry_days": self.chance.choice([[400, 20], [90, 60, 30], [61]]),
            "due_day": self.chance.choice([5, 11, 20]),
        }
        Policy.objects.create(
            kind="arrears",
            office=self.chance.choice([None, *self.offices]),
            valid_from=day + self.chance.choice([0, 0, -20, 5]) * ONE,
            values=general.values | new,
        )


@pytest.mark.parametrize("seed", range(3))
def test_whatever_measures_change_pasts_are_right_and_a_rebuild_passes_over_nothing(
    seed, monkeypatch
):
    history = Measures(seed)
    skipped = history.chance.sample(range(80), 15)
    said_of: set[bool | None] = set()
    for number in range(80):
        day = START + number * ONE
        history.day(day)
        if number in skipped:
            continue
        look(day)
        if number % 6:
            continue
        said, ruled = pasts()
        assert said == ruled, f"seed {seed}, {day}"
        said_of |= set(said.values())
        before, changes = kept(), FlagChange.objects.count()
        rebuild(day)
        with monkeypatch.context() as patch:
            patch.setattr(facts, "leases_worth_a_look", lambda *_: facts.every_lease())
            assert rebuild(day)["accounts"] == 0, f"seed {seed}, {day}"
        assert (kept(), FlagChange.objects.count()) == (before, changes), f"seed {seed}, {day}"
    assert said_of == {True, False, None}
    assert Policy.objects.filter(kind="arrears").count() > 3
