"""Deciding what becomes of payments whose KID matched no lease."""

from typing import Any

from django.db import transaction

from arrears.models import LineKind, UnplacedPayment, UnplacedState
from arrears.services.ledger import NewLine, post
from boligsak import dates
from boligsak.rule import RuleBroken


@transaction.atomic
def place(payment_id: int, *, lease_id: int, version: int, by: Any) -> UnplacedPayment:
    """Books the payment on a lease, with the day it was paid as its value date.

    Raises RuleBroken("unplaced.decided") when it has been placed or returned already and
    ("unplaced.changed") when it is no longer as it was when the form was opened.
    """
    payment = _open(payment_id, version)
    (line,) = post(
        [
            NewLine(
                lease_id,
                LineKind.PAYMENT if payment.amount_ore > 0 else LineKind.REVERSAL,
                -payment.amount_ore,
                payment.effective_on,
                f"u{payment.pk}",
                payer=payment.payer,
                note=payment.note,
                payment_import_id=payment.payment_import_id,
                file_line=payment.file_line,
            )
        ],
        by=by,
    )
    payment.placed_line = line
    return _decided(payment, UnplacedState.PLACED, by, "")


@transaction.atomic
def send_back(payment_id: int, *, reason: str, version: int, by: Any) -> UnplacedPayment:
    """Notes that the payment goes back to the payer, and why. Nothing is booked on any lease.

    Raises as `place` does, and RuleBroken("unplaced.no_reason") without a reason.
    """
    payment = _open(payment_id, version)
    if not reason.strip():
        raise RuleBroken("unplaced.no_reason")
    return _decided(payment, UnplacedState.RETURNED, by, reason.strip())


def _open(payment_id: int, version: int) -> UnplacedPayment:
    payment = UnplacedPayment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    if payment.state != UnplacedState.OPEN:
        raise RuleBroken(
            "unplaced.decided",
            state=payment.state,
            by=str(payment.decided_by),
            at=payment.decided_at,
        )
    if payment.version != version:
        raise RuleBroken("unplaced.changed")
    return payment


def _decided(
    payment: UnplacedPayment, state: UnplacedState, by: Any, reason: str
) -> UnplacedPayment:
    payment.state = state
    payment.reason = reason[:200]
    payment.decided_by, payment.decided_at = by, dates.now()
    payment.version += 1
    payment.save()
    return payment
