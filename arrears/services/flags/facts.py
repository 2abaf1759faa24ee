"""What the rules need to know of some leases, gathered in sets."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from arrears.queries import flags as facts
from arrears.queries import past
from arrears.queries.flags import Looked, Policies
from arrears.queries.past import AskedPast
from arrears.queries.plans import broken_plans
from arrears.rules.facts import Past, newest_month_due, pattern_from
from arrears.rules.flags import AccountFacts, FlagKind, Lookalike, OwedCharge
from arrears.rules.policy import ArrearsPolicy

_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asking:
    """The day of a look, and what is the same for every lease in it.

    `maybe_uncharged` are the leases of which it must be asked whether they lack a charge.
    """

    day: datetime.date
    policies: Policies
    complaint_policies: Policies
    lookalikes: Mapping[int, Lookalike]
    maybe_uncharged: frozenset[int]


class Gathered:
    """What the rules may want to know of the leases of one chunk, and no more.

    Open charges only where something is overdue; the ledger only where a flag would turn on it.
    """

    def __init__(self, asking: Asking, rows: Sequence[Looked]) -> None:
        self.asking = asking
        self.flags = facts.open_flags([row.lease_id for row in rows if row.has_flag])
        self.complaints = facts.complaints([row.lease_id for row in rows])
        self.asks_on: dict[int, datetime.date] = {}
        overdue = [row for row in rows if self._is_overdue(row)]
        self.open = facts.open_charges([row.lease_id for row in overdue])
        self.broken_plans = broken_plans([row.lease_id for row in overdue])
        owing = [row for row in overdue if self._may_flag_arrears(row)]
        self._gather_earlier(owing)
        self._gather_usual(owing)
        self._gather_charges(rows)

    def account(self, row: Looked, policy: ArrearsPolicy) -> AccountFacts:
        lease_id = row.lease_id
        charges: Sequence[OwedCharge] = ()
        if row.oldest_due_on is not None:
            # While nothing is overdue, the rules ask for no more than the day it will be.
            charges = self.open.get(lease_id) or (OwedCharge(row.oldest_due_on, "", 0, 0),)
        usual = self.usual.get(lease_id)
        return AccountFacts(
            balance_ore=row.balance_ore,
            open=charges,
            monthly_rent_ore=row.monthly_rent_ore,
            last_due_on=self.last_rent_due.get(lease_id),
            kid=row.kid,
            ever_before=self.ever_before.get(lease_id),
            usual_days_late=usual.days_late if usual else None,
            usual_share_permille=usual.share_permille if usual else None,
            expects_charge=lease_id in self.expects_charge,
            lookalike=self.asking.lookalikes.get(lease_id),
            broken_plan=self.broken_plans.get(lease_id),
        )

    def _is_overdue(self, row: Looked) -> bool:
        if row.oldest_due_on is None:
            return False
        grace_days: int = self.asking.policies.of(row.office_id).values.grace_days
        return (self.asking.day - row.oldest_due_on).days > grace_days

    def _may_flag_arrears(self, row: Looked) -> bool:
        if row.moved_out_on is not None and row.moved_out_on < self.asking.day:
            return False
        policy: ArrearsPolicy = self.asking.policies.of(row.office_id).values
        overdue_before = self.asking.day - policy.grace_days * _ONE_DAY
        owed = sum(c.open_ore for c in self.open[row.lease_id] if c.due_on < overdue_before)
        return owed >= policy.min_ore

    def _gather_earlier(self, owing: Sequence[Looked]) -> None:
        """Whether arrears are the first is asked when they begin, and stands while they last."""
        self.ever_before: dict[int, bool | None] = {}
        self.pasts: dict[int, Past] = {}
        new: dict[int, AskedPast] = {}
        for row in owing:
            standing = self.flags.get(row.lease_id, {})
            if FlagKind.ARREARS in standing:
                self.ever_before[row.lease_id] = FlagKind.FIRST_ARREARS not in standing
            elif row.oldest_due_on is not None:
                policy = self.asking.policies.of(row.office_id)
                new[row.lease_id] = AskedPast(row.oldest_due_on, policy, row.balance_ore, row.past)
        if new:
            answers, self.pasts = past.earlier_arrears(new)
            self.ever_before.update(answers)

    def _gather_usual(self, owing: Sequence[Looked]) -> None:
        """The usual is worked out no earlier than a change from it could be seen."""
        asked: dict[int, tuple[datetime.date, ArrearsPolicy]] = {}
        balances: dict[int, int] = {}
        for row in owing:
            if row.oldest_due_on is None:
                continue
            policy = self.asking.policies.of(row.office_id).values
            asks_on = pattern_from(row.oldest_due_on, policy)
            if self.asking.day < asks_on:
                self.asks_on[row.lease_id] = asks_on
            else:
                asked[row.lease_id] = (row.oldest_due_on, policy)
                balances[row.lease_id] = row.balance_ore
        self.usual = past.usuals(asked, balances) if asked else {}

    def _gather_charges(self, rows: Sequence[Looked]) -> None:
        """Which leases may lack a charge: the account's last due day mostly says they do not.

        It may be a fee's, so the leases that lacked one on the day it was asked of everybody, and
        those flagged or edited since, are asked for their last rent charge.
        """
        months: dict[int, datetime.date] = {}
        maybe: list[Looked] = []
        for row in rows:
            if row.moved_out_on is not None and row.moved_out_on < self.asking.day:
                continue
            if row.lease_id not in self.asking.maybe_uncharged:
                month = months.get(row.office_id)
                if month is None:
                    policy = self.asking.policies.of(row.office_id).values
                    month = months[row.office_id] = newest_month_due(policy, self.asking.day)
                if (
                    row.last_due_on is not None
                    and row.last_due_on >= month
                    and FlagKind.NO_CHARGE not in self.flags.get(row.lease_id, ())
                ):
                    continue
            maybe.append(row)
        ids = [row.lease_id for row in maybe]
        self.last_rent_due = facts.last_rent_due(ids)
        unpriced = [row.lease_id for row in maybe if row.monthly_rent_ore == 0]
        self.expects_charge = set(ids) - facts.rent_free(unpriced, self.asking.day)
