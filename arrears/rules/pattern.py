"""How a tenant usually pays, and when that changes for the worse.

"Usual" rests on charges that have been paid: how many days after the due day they were fully
paid, and how much of them was paid some days after it. So it does not drift while a tenant who
has stopped paying pays nothing, and it changes only when the ledger does. A rent reduction counts
as if the rent had been that much lower from the start: it never makes anyone a worse payer.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from arrears.rules.ledger import RENT_KINDS, Charge, ChargeKey, Line, Movement, MovementKind
from arrears.rules.policy import ArrearsPolicy

LOOK_BACK_MONTHS = 13

REDUCTIONS = frozenset({MovementKind.CREDIT, MovementKind.CORRECTION, MovementKind.WRITEOFF})
"""What changes how much a charge was, as opposed to paying it."""

_ONE_DAY = dt.timedelta(days=1)
_BEFORE_ALL = 0
_key = attrgetter("key")

_Due = tuple[int, int, int, Sequence[Movement]]
"""A charge: the day it falls due (as an ordinal), what it was (0 when it says nothing of the usual:
no rent, or reduced to nothing), what of it the pool pays, and what was paid by naming it."""


class Usual(NamedTuple):
    """A tenant's usual over `charges` paid charges: days late (0 = in time), and permille paid
    `pattern_share_days` after the due day. Both are medians, rounded in the tenant's favour."""

    days_late: int
    share_permille: int
    charges: int


class PatternChange(NamedTuple):
    """What has changed on a day (neither: nothing), and the first later day it can change."""

    is_later: bool
    is_smaller: bool
    share_permille: int
    next_on: dt.date | None


def usual(lines: Iterable[Line], opening_ore: int, policy: ArrearsPolicy) -> Usual | None:
    """The usual of a tenant, from the lines of the last thirteen months or so.

    `opening_ore` is the balance just before the first of them (debt positive). None with fewer
    paid rent charges than the policy wants. One pass over sorted lines: payments are laid, oldest
    charge first, against the running sum of what was charged.
    """
    charges: list[Charge] = []
    movements: list[Movement] = []
    for line in lines:
        if isinstance(line, Charge):
            charges.append(line)
        else:
            movements.append(line)
    charged = {charge.key for charge in charges}
    pool: dict[int, int] = {}
    reduced: dict[ChargeKey, int] = {}
    paid_by_name: dict[ChargeKey, list[Movement]] = {}
    for movement in movements:
        named_key = movement.names
        if named_key is None or named_key not in charged:
            # What names an older charge pays off the opening balance, which that charge is in.
            on = movement.effective_on.toordinal()
            pool[on] = pool.get(on, 0) - movement.amount_ore
        elif movement.kind in REDUCTIONS:
            reduced[named_key] = reduced.get(named_key, 0) + movement.amount_ore
        else:
            paid_by_name.setdefault(named_key, []).append(movement)

    charges.sort(key=_key)
    due: list[_Due] = []
    for charge in charges:
        amount = charge.amount_ore + reduced.get(charge.key, 0)
        named = paid_by_name.get(charge.key, ())
        rest = amount + sum(movement.amount_ore for movement in named)
        if rest < 0:  # paid by name beyond its charge: that pays the oldest, like any credit
            on = max((m.effective_on for m in named), default=charge.key.due_on).toordinal()
            pool[on] = pool.get(on, 0) - rest
        says = max(0, amount) if charge.key.kind in RENT_KINDS else 0
        due.append((charge.key.due_on.toordinal(), says, max(0, rest), named))
    return _reckon(due, pool, opening_ore, policy)


def usual_of_plain(
    charges: Iterable[tuple[int, int, bool]],
    movements: Iterable[tuple[int, int]],
    opening_ore: int,
    policy: ArrearsPolicy,
) -> Usual | None:
    """`usual` of a tenant of whose movements none names a charge, for thousands at a time.

    Charges, in the order they are paid in: the day they fall due, what they are, and whether it is
    rent. Movements: the day they count from, and what they are. Days are ordinals.
    """
    pool: dict[int, int] = {}
    for on, ore in movements:
        pool[on] = pool.get(on, 0) - ore
    due: list[_Due] = [(on, ore if is_rent else 0, ore, ()) for on, ore, is_rent in charges]
    return _reckon(due, pool, opening_ore, policy)


def _reckon(
    due: Iterable[_Due], pool: Mapping[int, int], opening_ore: int, policy: ArrearsPolicy
) -> Usual | None:
    days, lasting = _lasting_sums(pool)
    paid_before_all = lasting[0]
    late: list[int] = []
    shares: list[int] = []
    owed = opening_ore
    for due_on, amount, rest, named in due:
        owed += rest
        if amount == 0:
            continue
        paid_on = due_on
        if rest > 0 and owed > paid_before_all:
            place = bisect_left(lasting, owed)
            if place == len(lasting):
                continue  # not paid yet: it says nothing about the usual
            paid_on = days[place]
        looked_on = due_on + policy.pattern_share_days
        if paid_on <= looked_on and not named:  # nearly always: nothing of it was open any more
            late.append(max(0, paid_on - due_on))
            shares.append(1000)
            continue
        still_open = min(max(owed - lasting[bisect_right(days, looked_on) - 1], 0), rest)
        for movement in named:
            on = movement.effective_on.toordinal()
            paid_on = max(paid_on, on)
            if on > looked_on:
                still_open -= movement.amount_ore
        late.append(max(0, paid_on - due_on))
        shares.append(min(max((amount - still_open) * 1000 // amount, 0), 1000))

    if len(late) < max(1, policy.pattern_min_charges):
        return None
    late.sort()
    shares.sort()
    return Usual(late[len(late) // 2], shares[(len(shares) - 1) // 2], len(late))


def _lasting_sums(pool: Mapping[int, int]) -> tuple[list[int], list[int]]:
    """Days, and what had been paid by each of them that no later reversal took back.

    The first entry is the time before all of them. The sums never fall.
    """
    days = sorted(pool)
    sums = list(accumulate((pool[day] for day in days), initial=0))
    lasting = list(accumulate(reversed(sums), min))
    lasting.reverse()
    return [_BEFORE_ALL, *days], lasting


def pattern_change(
    due_on: dt.date,
    open_ore: int,
    amount_ore: int,
    usual_days_late: int | None,
    usual_share_permille: int | None,
    policy: ArrearsPolicy,
    day: dt.date,
) -> PatternChange:
    """Whether a rent charge, overdue and open, is paid later or smaller than this tenant's usual.

    Later: more than `pattern_days_later` days beyond the usual. Smaller: something is paid, but
    when the share is looked at it is at least `pattern_share_permille` below the usual; a charge
    of which nothing is paid is late, not small.
    """
    next_on: dt.date | None = None
    is_later = is_smaller = False
    if usual_days_late is not None:
        days = max(usual_days_late + policy.pattern_days_later, policy.grace_days)
        later_from = due_on + (days + 1) * _ONE_DAY
        is_later = later_from <= day
        if not is_later:
            next_on = later_from
    share = (amount_ore - open_ore) * 1000 // amount_ore if amount_ore > 0 else 0
    if (
        usual_share_permille is not None
        and open_ore < amount_ore
        and usual_share_permille - share >= policy.pattern_share_permille
    ):
        smaller_from = due_on + (policy.pattern_share_days + 1) * _ONE_DAY
        is_smaller = smaller_from <= day
        if not is_smaller and (next_on is None or smaller_from < next_on):
            next_on = smaller_from
    return PatternChange(is_later, is_smaller, share, next_on)
