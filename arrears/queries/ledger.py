"""The ledger of one lease as a page shows it: lines with their running balance, newest first."""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from arrears.rules import ledger as rules
from arrears.rules.ledger import Ageing, State
from boligsak.together import Question, Rows, answers
from tenants.models import Lease
from tenants.queries.rents import rent_in_force


class LedgerRow(NamedTuple):
    """One line. `balance_ore` is the balance after it; `place` counts from the newest, which is 1,
    and `lines` is how many the ledger has in all.

    `named_due_on` is the due day of the charge the line is meant for. `by` is who entered it by
    hand, empty for what the night or a file brought. `is_corrected`: a later line corrects it.
    """

    id: int
    kind: str
    amount_ore: int
    effective_on: datetime.date
    due_on: datetime.date | None
    reference: str
    payer: str
    note: str
    corrects_id: int | None
    named_due_on: datetime.date | None
    by: str
    balance_ore: int
    place: int
    lines: int
    is_corrected: bool


# A line's balance is what the ledger comes to without the lines that are newer, so only the years
# that are shown are read line by line; what it comes to, and how many lines it has, is added up
# from the indexes that cover it. `is_recent` is made in the inner question: out here the database
# expects more of a day it knows than of one it does not, and plans anew every time.
_LINES = Rows(
    """
    SELECT line.id, line.kind, line.amount_ore, line.effective_on, line.due_on, line.reference,
        line.payer, line.note, line.corrects_id, named.due_on,
        coalesce(nullif(btrim(who.first_name || ' ' || who.last_name), ''), who.username, ''),
        whole.balance_ore - line.newer_ore, line.place, whole.lines,
        EXISTS (SELECT FROM arrears_ledgerline AS later WHERE later.corrects_id = line.id)
    FROM (
        SELECT sum(amount_ore)::bigint AS balance_ore, count(*) AS lines FROM (
            SELECT amount_ore FROM arrears_ledgerline
            WHERE lease_id = %(lease)s AND due_on IS NOT NULL
            UNION ALL
            SELECT amount_ore FROM arrears_ledgerline
            WHERE lease_id = %(lease)s AND due_on IS NULL
        ) AS every
    ) AS whole, (
        SELECT *, (sum(amount_ore) OVER newest)::bigint - amount_ore AS newer_ore,
            row_number() OVER newest AS place, effective_on > %(since)s AS is_recent
        FROM arrears_ledgerline
        WHERE lease_id = %(lease)s
            AND EXTRACT(YEAR FROM effective_on)::smallint >= least(
                EXTRACT(YEAR FROM %(since)s::date)::smallint,
                coalesce((
                    SELECT EXTRACT(YEAR FROM effective_on)::smallint FROM arrears_ledgerline
                    WHERE lease_id = %(lease)s
                    ORDER BY EXTRACT(YEAR FROM effective_on)::smallint DESC
                    OFFSET %(last)s::bigint - 1 LIMIT 1
                ), 0::smallint)
            )
        WINDOW newest AS (ORDER BY effective_on DESC, id DESC)
    ) AS line
    LEFT JOIN arrears_ledgerline AS named ON named.id = line.names_id
    LEFT JOIN accounts_user AS who ON who.id = line.by_id
    WHERE line.place > %(offset)s AND line.place <= %(last)s OR line.is_recent
    ORDER BY line.place
    """,
    columns=len(LedgerRow._fields),
    days=(3, 4, 9),
)

_ALL = 2**31  # lines; no lease has as many


def lines_asked(
    lease_id: int,
    offset: int = 0,
    limit: int | None = None,
    since: datetime.date | None = None,
) -> Question:
    """Newest first: at most `limit` (None: all) after the first `offset`, and besides all that
    count from a day later than `since`, for a curve. To be asked for with other things.

    Lines of one day stand in the order they were entered.
    """
    asked = {
        "lease": lease_id,
        "offset": offset,
        "last": _ALL if limit is None else offset + limit,
        "since": since or datetime.date.max,
    }
    return Question(_LINES, asked, lambda found: [LedgerRow(*row) for row in found])


def lines(
    lease_id: int,
    offset: int = 0,
    limit: int | None = None,
    since: datetime.date | None = None,
) -> list[LedgerRow]:
    """The same, asked for alone. One query."""
    (found,) = answers([lines_asked(lease_id, offset, limit, since)])
    return found


def balance_points(
    rows: Sequence[LedgerRow], since: datetime.date
) -> list[tuple[datetime.date, int]]:
    """The balance at the end of each day it changed after `since`, oldest first, with the balance
    of `since` itself before them where there was a ledger then. `rows`: from `lines`."""
    later = [row for row in rows if row.effective_on > since]
    points = {row.effective_on: row.balance_ore for row in reversed(later)}
    found = list(points.items())
    if later and later[-1].place < later[-1].lines:
        found.insert(0, (since, later[-1].balance_ore - later[-1].amount_ore))
    if not later and rows:
        newest = min(rows, key=lambda row: row.place)
        found = [(since, newest.balance_ore)]
    return found


class LinkedLine(NamedTuple):
    """A line that corrects another one or is corrected by it, and the lease it stands on."""

    id: int
    kind: str
    corrects_id: int | None
    effective_on: datetime.date
    lease_id: int
    lease_number: str
    office_id: int
    is_protected: bool


_LINKED = """
SELECT line.id, line.kind, line.corrects_id, line.effective_on, lease.id, lease.number,
    lease.office_id, lease.is_protected
FROM arrears_ledgerline AS line JOIN tenants_lease AS lease ON lease.id = line.lease_id
WHERE line.id = ANY(%(corrected)s)
    OR line.corrects_id = ANY(%(corrected)s) OR line.corrects_id = ANY(%(shown)s)
"""


def linked(rows: Sequence[LedgerRow]) -> list[LinkedLine]:
    """What these lines correct, and what corrects them, in this ledger and in others.

    A payment that was moved is corrected by two lines: one here that takes it away and one on the
    lease it went to.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _LINKED,
            {
                "corrected": [row.corrects_id for row in rows if row.corrects_id is not None],
                "shown": [row.id for row in rows],
            },
        )
        return [LinkedLine(*row) for row in cursor.fetchall()]


class ChargeRow(NamedTuple):
    """An open charge: what may be open of it, and what is."""

    line_id: int
    due_on: datetime.date
    kind: str
    reference: str
    amount_ore: int
    open_ore: int


_CHARGES = Rows(
    """
    SELECT line_id, due_on, kind, reference, amount_ore, open_ore
    FROM arrears_opencharge WHERE lease_id = %(lease)s ORDER BY due_on, kind, reference
    """,
    columns=len(ChargeRow._fields),
    days=(1,),
)


def charges_asked(lease_id: int) -> Question:
    """The charges that are not fully paid, oldest due first, to be asked for with other things."""
    return Question(_CHARGES, {"lease": lease_id}, lambda found: [ChargeRow(*row) for row in found])


def open_charges(lease_id: int) -> list[ChargeRow]:
    """The same, asked for alone."""
    (found,) = answers([charges_asked(lease_id)])
    return found


class Money(NamedTuple):
    """What a lease owes on one day, as a page says it.

    `due_ore` is all that has fallen due, that day included, and `oldest_due_on` its first due day;
    `months_permille` is it in thousandths of a month's rent (None without a rent).
    `unallocated_ore` is debt that no charge answers for.
    """

    balance_ore: int
    due_ore: int
    oldest_due_on: datetime.date | None
    months_permille: int | None
    disputed_ore: int
    unallocated_ore: int
    credit_ore: int
    ageing: Ageing


def money_on(state: State) -> Money:
    """The money of a day for which the ledger was read (`arrears.queries.portfolio.state_of`)."""
    settled = state.settled
    return Money(
        settled.balance_ore,
        state.due_ore,
        state.oldest_unpaid_on,
        state.months_permille,
        settled.disputed_ore,
        settled.unallocated_ore,
        settled.credit_ore,
        state.ageing,
    )


def monthly_rent(lease: Lease, day: datetime.date) -> int:
    """What a month costs, in øre, rent and utilities: as the account keeps it, or as it was agreed
    where no night has kept it yet. 0 without any."""
    account = getattr(lease, "account", None)
    if account is not None and account.monthly_rent_ore:
        return int(account.monthly_rent_ore)
    return int(Lease.objects.values_list(rent_in_force(day), flat=True).get(pk=lease.pk))


def money_now(
    charges: Sequence[ChargeRow],
    *,
    balance_ore: int,
    disputed_ore: int,
    unallocated_ore: int,
    monthly_rent_ore: int,
    day: datetime.date,
) -> Money:
    """The money of `day` (today) from what is kept: the same answer without reading the ledger."""
    opened = [
        rules.OpenCharge(
            rules.ChargeKey(row.due_on, rules.ChargeKind(row.kind), row.reference),
            row.amount_ore,
            row.open_ore,
        )
        for row in charges
    ]
    due = [charge for charge in opened if charge.key.due_on <= day]
    due_ore = sum(charge.open_ore for charge in due)
    return Money(
        balance_ore,
        due_ore,
        due[0].key.due_on if due else None,
        rules.months_permille(due_ore, monthly_rent_ore),
        disputed_ore,
        unallocated_ore,
        max(disputed_ore - balance_ore, 0),
        rules.ageing(opened, day),
    )
