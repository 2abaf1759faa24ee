"""Adding lines to the ledger. Nothing else writes there, and nothing is ever changed in it."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from arrears.models import CHARGE_KINDS, ChargeDispute, LeaseAccount, LedgerLine, LineKind
from arrears.services.settle import LOOK_TONIGHT, begin, resettle, settle, settle_lines
from boligsak.dates import add_months
from boligsak.rule import RuleBroken
from tenants.models import ChargeKind, Lease


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be added. Amounts in øre, with the ledger's sign: owed positive, paid negative."""

    lease_id: int
    kind: str
    amount_ore: int
    effective_on: datetime.date
    reference: str
    due_on: datetime.date | None = None
    names_id: int | None = None
    corrects_id: int | None = None
    payer: str = ""
    note: str = ""
    payment_import_id: int | None = None
    file_line: int | None = None


@transaction.atomic
def post(lines: Sequence[NewLine], *, by: Any = None) -> list[LedgerLine]:
    """Adds the lines that are not there yet and settles their leases. Returns the added ones.

    A line whose reference its lease already has is the same line again: it is left out. Raises
    ValueError for a line that names anything but a charge of its own lease.
    """
    rows = [
        LedgerLine(
            lease_id=line.lease_id,
            kind=line.kind,
            amount_ore=line.amount_ore,
            effective_on=line.effective_on,
            due_on=line.due_on,
            reference=line.reference,
            names_id=line.names_id,
            corrects_id=line.corrects_id,
            payer=line.payer,
            note=line.note,
            payment_import_id=line.payment_import_id,
            file_line=line.file_line,
            by=by,
        )
        for line in lines
    ]
    _lock({line.lease_id for line in lines})
    _check_names(lines)
    there = set(
        LedgerLine.objects.filter(
            lease__in={line.lease_id for line in lines},
            reference__in=[line.reference for line in lines],
        ).values_list("lease_id", "reference")
    )
    new = {
        (row.lease_id, row.reference): row
        for row in rows
        if (row.lease_id, row.reference) not in there
    }
    added = LedgerLine.objects.bulk_create(list(new.values()))
    settle_lines([row.pk for row in added])
    return added


@transaction.atomic
def charge_month(
    month: datetime.date,
    due_on: datetime.date,
    lease_ids: list[int] | None,
    *,
    keeps_rent: bool = True,
    effective_on: datetime.date | None = None,
    together_with: Collection[int] = (),
) -> int:
    """Charges `month` (its first day) to these leases (None: all) that lack it. Returns the lines.

    Rent and § 3-4 charges are separate lines. A month the tenant had the dwelling for only in part
    costs its share of the days, and so does each rent of a month in which it changed, rounded half
    up to the øre. A lease that begins after `due_on` is left out. `keeps_rent`: as `keep_rents`.
    `effective_on`: the day it enters the balance, when that is not the day it falls due.
    `together_with`: leases whose accounts the transaction goes on to, locked in one order with it.
    """
    first_on = month.replace(day=1)
    begin()
    with connection.cursor() as cursor:
        _find_terms(cursor, first_on, lease_ids)
        cursor.execute(
            _CHARGE,
            {
                "month": first_on,
                "due": due_on,
                "effective": effective_on or due_on,
                "named": f"{first_on:%Y-%m}",
            },
        )
        added = int(cursor.rowcount)
        if together_with:
            _lock(set(together_with))
        settle()
        if keeps_rent:
            _keep_rents(cursor)
    return added


# Another system charged under names of its own, so such a charge stands for the month it falls due
# in; one that is named by a month stands for that month only. Nearly every account tells at once
# that there is none, and the ledger is asked through its index (OFFSET keeps the planner from
# reading all of it).
_CHARGE = """
WITH month AS (
    SELECT %(month)s::date AS first_on,
        (%(month)s::date + interval '1 month - 1 day')::date AS last_on
), owed AS (
    SELECT lease.id AS lease_id, term.kind,
        CASE WHEN term.valid_from > greatest(lease.starts_on, first_on) THEN (
                SELECT round(sum(part.amount_ore * greatest(0,
                    least(part.to_on, lease.moved_out_on, last_on)
                    - greatest(part.valid_from, lease.starts_on, first_on) + 1))
                    / (last_on - first_on + 1))
                FROM (
                    SELECT amount_ore, valid_from,
                        lead(valid_from) OVER (ORDER BY valid_from) - 1 AS to_on
                    FROM tenants_rentterm
                    WHERE lease_id = lease.id AND kind = term.kind AND valid_from <= last_on
                ) AS part)
            WHEN lease.starts_on <= first_on
                AND (lease.moved_out_on IS NULL OR lease.moved_out_on >= last_on)
            THEN term.amount_ore
            ELSE round(term.amount_ore * (least(lease.moved_out_on, last_on)
                - greatest(lease.starts_on, first_on) + 1)::numeric / (last_on - first_on + 1))
        END AS amount_ore
    FROM month
    JOIN tenants_lease AS lease
        ON lease.starts_on <= least(month.last_on, %(due)s)
        AND (lease.moved_out_on IS NULL OR lease.moved_out_on >= month.first_on)
    JOIN term ON term.lease_id = lease.id
    LEFT JOIN arrears_leaseaccount AS account ON account.lease_id = lease.id
    WHERE CASE WHEN account.last_due_on >= month.first_on THEN NOT EXISTS (
        SELECT FROM arrears_ledgerline AS line
        WHERE line.lease_id = lease.id AND line.kind = term.kind
            AND EXTRACT(YEAR FROM line.due_on)::smallint
                = EXTRACT(YEAR FROM month.first_on)::smallint
            AND line.due_on BETWEEN month.first_on AND month.last_on
            AND NOT starts_with(line.reference, term.kind || ':')
        OFFSET 0
    ) ELSE true END
), added AS (
    INSERT INTO arrears_ledgerline (lease_id, amount_ore, effective_on, due_on, kind, reference)
    SELECT lease_id, amount_ore, %(effective)s, %(due)s, kind, kind || ':' || %(named)s
    FROM owed WHERE amount_ore > 0
    ORDER BY lease_id, kind
    ON CONFLICT (lease_id, reference) DO NOTHING
    RETURNING lease_id, id, amount_ore, effective_on, due_on, kind, reference, names_id
)
INSERT INTO moved SELECT * FROM added
"""


@transaction.atomic
def keep_rents(month: datetime.date, lease_ids: list[int] | None) -> int:
    """Keeps on each account what a full month costs, from which "months owed" is reckoned.

    As of the last day of `month`. Accounts that have it already are not written.
    """
    with connection.cursor() as cursor:
        _find_terms(cursor, month.replace(day=1), lease_ids)
        return _keep_rents(cursor)


def _find_terms(cursor: Any, first_on: datetime.date, lease_ids: list[int] | None) -> None:
    """Puts what each kind costs at the end of the month into `term`, a table of the transaction."""
    cursor.execute("DROP TABLE IF EXISTS term")
    # The newest of each, by a step down the index: ten years of older rents are not read.
    cursor.execute(
        """
        CREATE TEMPORARY TABLE term ON COMMIT DROP AS
        SELECT lease.id AS lease_id, wanted.kind, newest.amount_ore, newest.valid_from
        FROM tenants_lease AS lease
        CROSS JOIN unnest(%(kinds)s::text[]) AS wanted (kind)
        CROSS JOIN LATERAL (
            SELECT amount_ore, valid_from FROM tenants_rentterm AS rent
            WHERE rent.lease_id = lease.id AND rent.kind = wanted.kind
                AND rent.valid_from < (%(month)s::date + interval '1 month')::date
            ORDER BY rent.valid_from DESC LIMIT 1
        ) AS newest
        WHERE %(leases)s::bigint[] IS NULL OR lease.id = ANY(%(leases)s)
        """,
        {"month": first_on, "leases": lease_ids, "kinds": list(ChargeKind.values)},
    )
    cursor.execute("ANALYZE term")


def _keep_rents(cursor: Any) -> int:
    # Months owed are others now: what is flagged is looked at again.
    cursor.execute(
        """
        UPDATE arrears_leaseaccount AS account SET monthly_rent_ore = rent.amount_ore,
            arrears_look_on = CASE WHEN has_flag THEN %s ELSE arrears_look_on END
        FROM (
            SELECT lease_id, sum(amount_ore)::bigint AS amount_ore FROM term GROUP BY lease_id
        ) AS rent
        WHERE account.lease_id = rent.lease_id AND account.monthly_rent_ore <> rent.amount_ore
        """,
        [LOOK_TONIGHT],
    )
    return int(cursor.rowcount)


BY_HAND = (LineKind.FEE, LineKind.DAMAGE, LineKind.LOAN)
"""What people may charge. Rent comes of itself, and interest is reckoned, never typed."""

MOST_MONTHS_AHEAD = 12


def add_charge(
    lease_id: int,
    kind: str,
    amount_ore: int,
    *,
    due_on: datetime.date,
    on: datetime.date,
    reference: str,
    note: str,
    by: Any,
) -> None:
    """Charges something besides the rent; `on` is today, the day it enters the balance.

    Raises `RuleBroken` for a kind that is not `BY_HAND`, and for a due day before the lease began
    or more than `MOST_MONTHS_AHEAD` from `on`: such a year is mistyped.
    """
    if kind not in BY_HAND:
        raise RuleBroken("charge.not_by_hand", kind=kind)
    starts_on = Lease.objects.values_list("starts_on", flat=True).get(pk=lease_id)
    if due_on < starts_on:
        raise RuleBroken("charge.before_lease", starts_on=starts_on)
    if due_on > (last_on := add_months(on, MOST_MONTHS_AHEAD)):
        raise RuleBroken("charge.too_far_ahead", last_on=last_on)
    post([NewLine(lease_id, kind, amount_ore, on, reference, due_on=due_on, note=note)], by=by)


@transaction.atomic
def dispute(
    line_id: int, deposited_ore: int, *, on: datetime.date, note: str, by: Any
) -> ChargeDispute:
    """Records that this part of a charge is deposited as disputed (§ 3-8): nothing works on it.

    Raises `RuleBroken` when the line is no charge, more is deposited than the charge is, the day
    is before the lease began, or an earlier dispute of the charge has not been settled.
    """
    line = LedgerLine.objects.select_related("lease").get(pk=line_id)
    _lock({line.lease_id})
    if line.kind not in CHARGE_KINDS:
        raise RuleBroken("dispute.not_a_charge", kind=line.kind)
    if not 0 < deposited_ore <= line.amount_ore:
        raise RuleBroken("dispute.amount", deposited_ore=deposited_ore, charge_ore=line.amount_ore)
    if on < line.lease.starts_on:
        raise RuleBroken("dispute.before_lease", starts_on=line.lease.starts_on)
    earlier = ChargeDispute.objects.filter(line=line, closed_on__isnull=True).first()
    if earlier is not None:
        raise RuleBroken("dispute.open_already", opened_on=earlier.opened_on)
    row = ChargeDispute.objects.create(
        line=line, deposited_ore=deposited_ore, opened_on=on, note=note, by=by
    )
    resettle([line.lease_id])
    return row


@transaction.atomic
def close_dispute(dispute_id: int, *, on: datetime.date, outcome: str) -> ChargeDispute:
    """The dispute is settled: what is still owed of the charge is open again.

    Raises `RuleBroken` when it has been settled already, or is said to be so before it began.
    """
    # The account first, like everybody else.
    _lock({LedgerLine.objects.get(disputes=dispute_id).lease_id})
    row = ChargeDispute.objects.select_for_update(of=("self",)).get(pk=dispute_id)
    if row.closed_on is not None:
        raise RuleBroken("dispute.closed", closed_on=row.closed_on)
    if on < row.opened_on:
        raise RuleBroken("dispute.settled_before_opened", opened_on=row.opened_on)
    row.closed_on, row.outcome = on, outcome
    row.save(update_fields=["closed_on", "outcome"])
    resettle([row.line.lease_id])
    return row


@transaction.atomic
def move_payment(
    line_id: int, *, to_lease_id: int, by: Any, note: str, names_id: int | None = None
) -> tuple[LedgerLine, LedgerLine]:
    """Moves a payment to the lease it belongs to, by two linked lines with its own value date.

    Raises `RuleBroken` when the line is no payment, or has been moved or reversed already.
    """
    line = LedgerLine.objects.get(pk=line_id)
    _lock({line.lease_id, to_lease_id})
    if line.kind not in (LineKind.PAYMENT, LineKind.MOVE_IN) or line.amount_ore >= 0:
        raise RuleBroken("move.not_a_payment", kind=line.kind)
    if line.lease_id == to_lease_id:
        raise RuleBroken("move.same_lease")
    if LedgerLine.objects.filter(corrects=line).exists():
        raise RuleBroken("move.already_corrected", reference=line.reference)
    away, here = post(
        [
            NewLine(
                line.lease_id,
                LineKind.MOVE_OUT,
                -line.amount_ore,
                line.effective_on,
                f"out:{line.pk}",
                names_id=line.names_id,
                corrects_id=line.pk,
                note=note,
            ),
            NewLine(
                to_lease_id,
                LineKind.MOVE_IN,
                line.amount_ore,
                line.effective_on,
                f"in:{line.pk}",
                names_id=names_id,
                corrects_id=line.pk,
                payer=line.payer,
                note=note,
            ),
        ],
        by=by,
    )
    return away, here


@transaction.atomic
def correct(line_id: int, *, amount_ore: int, on: datetime.date, note: str, by: Any) -> LedgerLine:
    """Adds a correcting line of `amount_ore` (signed) to a line; a charge's correction names it.

    Raises `RuleBroken` when the amount is zero, the reason is missing, it would count from a day
    before the line's own, or more would be taken off a charge than it is.
    """
    line = LedgerLine.objects.get(pk=line_id)
    _lock({line.lease_id})
    if on < line.effective_on:
        raise RuleBroken("correct.before_line", line_on=line.effective_on)
    if amount_ore == 0:
        raise RuleBroken("correct.zero")
    if not note.strip():
        raise RuleBroken("correct.no_reason")
    is_charge = line.kind in CHARGE_KINDS
    if is_charge:
        taken = sum(LedgerLine.objects.filter(corrects=line).values_list("amount_ore", flat=True))
        if line.amount_ore + taken + amount_ore < 0:
            raise RuleBroken("correct.too_much", left_ore=line.amount_ore + taken)
    new = NewLine(
        line.lease_id,
        LineKind.CORRECTION,
        amount_ore,
        on,
        f"corr:{uuid4().hex}",
        names_id=line.pk if is_charge and amount_ore < 0 else None,
        corrects_id=line.pk,
        note=note,
    )
    (row,) = post([new], by=by)
    return row


def _check_names(lines: Sequence[NewLine]) -> None:
    named = {(line.names_id, line.lease_id) for line in lines if line.names_id is not None}
    charges = LedgerLine.objects.filter(pk__in=[pk for pk, _ in named], due_on__isnull=False)
    if named and named - set(charges.values_list("pk", "lease_id")):
        raise ValueError("a line can name a charge of its own lease only")


def _lock(lease_ids: set[int]) -> None:
    """The accounts of these leases, made where missing and locked in id order."""
    LeaseAccount.objects.bulk_create(
        [LeaseAccount(lease_id=lease_id) for lease_id in sorted(lease_ids)], ignore_conflicts=True
    )
    list(
        LeaseAccount.objects.select_for_update(of=("self",))
        .filter(lease_id__in=lease_ids)
        .order_by("lease_id")
        .values_list("lease_id")
    )
