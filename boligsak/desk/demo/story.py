"""What people at work did along the way: at the landlord's with the ledger, and the coordinator."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from arrears.models import Flag, LedgerLine, UnplacedPayment
from arrears.services.flags import assign
from arrears.services.ledger import correct, dispute, move_payment
from arrears.services.unplaced import place, send_back
from boligsak.accounts.models import RoleAssignment, User
from boligsak.desk.demo.chance import Chance
from boligsak.desk.demo.leases import DemoLease

_DISPUTED = "Mangel ved boligen; beløpet er deponert"
_REDUCED = "Prisavslag: varmeanlegget var ute av drift"
_OLD_KID = "Betalt med KID fra forrige kontrakt"
_RETURNED = "Finner ikke hvem betalingen gjelder; sendt tilbake til avsender"
# The landlord gets round to an unplaced payment after so many days, more or less.
_PATIENCE = dt.timedelta(days=9)
# The newest with a KID are left to whoever opens the demo.
_LEFT = 3


class Story:
    """Acts on the evening after each night."""

    def __init__(
        self,
        seed: int,
        today: dt.date,
        leases: Sequence[DemoLease],
        ids: dict[str, int],
        users: dict[str, User],
    ) -> None:
        self._seed = seed
        self._today = today
        self._users = users
        self._landlord = users["utleier"]
        self._disputes = {ids[row.number]: row.dispute for row in leases if row.dispute}
        self._reductions = {ids[row.number]: row.reduction for row in leases if row.reduction}
        self._old_kids = {
            ids[row.renews.number]: (ids[row.number], row.starts_on)
            for row in leases
            if row.pays_with_old_kid and row.renews is not None
        }
        workers = RoleAssignment.objects.filter(role="caseworker", office__isnull=False)
        self._workers: dict[int, list[User]] = {}
        for row in workers.select_related("user").order_by("pk"):
            self._workers.setdefault(row.office_id or 0, []).append(row.user)

    def day(self, day: dt.date, *, is_daily: bool) -> None:
        self._note_disputes(day)
        self._reduce(day)
        self._move(day)
        self._place(day)
        if is_daily and day.weekday() in (0, 3):
            self._hand_out(day)

    def _note_disputes(self, day: dt.date) -> None:
        for lease_id, (month, deposited_ore) in list(self._disputes.items()):
            line_id = self._rent_line(lease_id, month, day)
            if line_id is not None and deposited_ore > 0:
                dispute(line_id, deposited_ore, on=day, note=_DISPUTED, by=self._landlord)
                del self._disputes[lease_id]

    def _reduce(self, day: dt.date) -> None:
        for lease_id, (month, ore) in list(self._reductions.items()):
            line_id = self._rent_line(lease_id, month, day)
            if line_id is not None:
                correct(line_id, amount_ore=ore, on=day, note=_REDUCED, by=self._landlord)
                del self._reductions[lease_id]

    def _rent_line(self, lease_id: int, month: dt.date, day: dt.date) -> int | None:
        if day < month:
            return None
        lines = LedgerLine.objects.filter(
            lease=lease_id, kind="rent", due_on__gte=month, due_on__lte=day
        )
        return lines.order_by("due_on").values_list("pk", flat=True).first()

    def _move(self, day: dt.date) -> None:
        """Payments that came on the lease before go where they belong, some weeks later."""
        for old_id, (new_id, starts_on) in list(self._old_kids.items()):
            line = LedgerLine.objects.filter(
                lease=old_id, kind="payment", effective_on__gt=starts_on + _PATIENCE
            ).first()
            if line is not None and line.effective_on + 2 * _PATIENCE < day:
                move_payment(line.pk, to_lease_id=new_id, note=_OLD_KID, by=self._landlord)
                del self._old_kids[old_id]

    def _place(self, day: dt.date) -> None:
        """Old unplaced payments are placed where they seem to belong, or sent back."""
        waiting = UnplacedPayment.objects.filter(state="open")
        newest = waiting.exclude(kid="").order_by("-effective_on", "-pk")
        left = list(newest.values_list("pk", flat=True)[:_LEFT])
        old = waiting.filter(effective_on__lt=day - _PATIENCE).exclude(pk__in=left)
        for payment in old.order_by("pk"):
            chance = Chance(self._seed, "unplaced", payment.pk, day)
            if not chance.happens(0.3):
                continue
            if payment.likely_lease_id is not None:
                place(
                    payment.pk,
                    lease_id=payment.likely_lease_id,
                    version=payment.version,
                    by=self._landlord,
                )
            elif payment.effective_on < day - 3 * _PATIENCE:
                send_back(payment.pk, reason=_RETURNED, version=payment.version, by=self._landlord)

    def _hand_out(self, day: dt.date) -> None:
        """The coordinator gives some of what nobody works on to the office's caseworkers.

        To whoever has fewest, and to one who has none for certain: so in a small town too there is
        work for the caseworker whom the demo invites to log in, the first of the first office.
        """
        chance = Chance(self._seed, "hands out", day)
        coordinator = self._users["koordinator"]
        hands: dict[int, list[int]] = {}
        owners: dict[int, User] = {}
        held = Counter(
            Flag.objects.open().filter(owner__isnull=False).values_list("owner", flat=True)
        )
        free = Flag.objects.open().filter(owner__isnull=True, level__gte=2)
        for pk, office_id, is_protected in free.order_by("pk").values_list(
            "pk", "lease__office_id", "lease__is_protected"
        ):
            worker = min(self._workers[office_id], key=lambda one: held[one.pk])
            is_given = chance.happens(0.12) or not held[worker.pk]
            if is_given and not (is_protected and not worker.access.is_cleared):
                owners[worker.pk] = worker
                held[worker.pk] += 1
                hands.setdefault(worker.pk, []).append(pk)
        for pk, flags in hands.items():
            assign(flags, owners[pk], by=coordinator, on=day)
