"""The rent ledger and the state kept beside it.

The ledger is what happened, append-only. The account and the open charges are what follows from
it: `arrears.services.ledger.settle` rewrites them for the touched leases in the transaction that
adds the lines, and `arrears.rules.ledger` says what they must be.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, ExtractYear, Now
from django.utils.translation import gettext_lazy as _

from boligsak.rates.models import Policy
from tenants.models import Lease


class LineKind(models.TextChoices):
    # What is owed
    RENT = "rent", _("rent")
    UTILITIES = "utilities", _("electricity, fuel, water and sewage")
    FEE = "fee", _("fee")
    INTEREST = "interest", _("late interest")
    DAMAGE = "damage", _("damage")
    LOAN = "loan", _("loan")
    OPENING = "opening", _("opening balance")
    # What changes it
    PAYMENT = "payment", _("payment")
    REVERSAL = "reversal", _("reversed payment")
    CREDIT = "credit", _("credit")
    CORRECTION = "correction", _("correction")
    MOVE_OUT = "move_out", _("moved to another lease")
    MOVE_IN = "move_in", _("moved from another lease")
    WRITEOFF = "writeoff", _("written off")


CHARGE_KINDS = (
    LineKind.RENT,
    LineKind.UTILITIES,
    LineKind.FEE,
    LineKind.INTEREST,
    LineKind.DAMAGE,
    LineKind.LOAN,
    LineKind.OPENING,
)


def _year(field: str) -> Cast:
    return Cast(ExtractYear(field), models.SmallIntegerField())


class LedgerLine(models.Model):
    """One line, never changed. `amount_ore` is positive for what is owed, negative for what is
    paid.

    A charge has a `due_on`; nothing else has. `names` points at the charge a line is meant for
    (a payment that names its month, a rent reduction): such a line stands outside oldest-first.
    `corrects` points at the line that was wrong. `reference` is the source's own name for the
    line, unique within the lease: the same line twice is the same line. `effective_on` is the day
    it counts from (a payment's value date), `entered_at` when it came to us.
    """

    lease = models.ForeignKey(Lease, models.PROTECT, related_name="ledger_lines", db_index=False)
    amount_ore = models.BigIntegerField(_("amount"))
    names = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="named_by", db_index=False
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", db_index=False
    )
    payment_import = models.ForeignKey(
        "arrears.PaymentImport",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
        db_index=False,
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())
    effective_on = models.DateField(_("effective on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    file_line = models.IntegerField(_("line in the file"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=LineKind.choices, db_collation="C")
    reference = models.CharField(_("reference"), max_length=40, db_collation="C")
    payer = models.CharField(_("payer"), max_length=40, blank=True, db_default="")
    note = models.CharField(_("note"), max_length=200, blank=True, db_default="")

    class Meta:
        verbose_name = _("ledger line")
        verbose_name_plural = _("ledger lines")
        indexes = [
            # By year first: what comes on one day lies close together, a page for many leases.
            # Without the year each new charge goes to a page of its own among ten years of its
            # lease's, and a due day writes to as many pages as there are leases. A lease's own
            # lines are found by a step down for each year (PostgreSQL's skip scan).
            models.Index(_year("effective_on"), F("lease"), name="arrears_line_lease"),
            # All that is read of a past is read from these two, without a visit to the lines
            # themselves, which lie scattered over the years.
            models.Index(
                _year("due_on"),
                F("lease"),
                F("due_on"),
                F("kind"),
                F("reference"),
                include=["amount_ore", "id", "effective_on"],
                name="arrears_line_charges",
                condition=Q(due_on__isnull=False),
            ),
            models.Index(
                _year("effective_on"),
                F("lease"),
                F("effective_on"),
                include=["amount_ore", "kind", "names"],
                name="arrears_line_movements",
                condition=Q(due_on__isnull=True),
            ),
            models.Index(
                fields=["names"], name="arrears_line_names", condition=Q(names__isnull=False)
            ),
            models.Index(
                fields=["corrects"],
                name="arrears_line_corrects",
                condition=Q(corrects__isnull=False),
            ),
            models.Index(
                fields=["payment_import", "file_line"],
                name="arrears_line_import",
                condition=Q(payment_import__isnull=False),
            ),
        ]
        constraints = [
            # By reference first: the lines of a month's charging, or of a file, lie together there,
            # so a due day writes to one place in it and not to a page for every lease.
            models.UniqueConstraint(fields=["reference", "lease"], name="arrears_line_once"),
            models.CheckConstraint(
                name="arrears_line_sign_and_due_fit_the_kind",
                condition=Q(kind__in=CHARGE_KINDS, due_on__isnull=False, amount_ore__gt=0)
                | Q(
                    kind__in=["payment", "credit", "move_out", "writeoff"],
                    due_on__isnull=True,
                    amount_ore__lt=0,
                )
                | Q(kind__in=["reversal"], due_on__isnull=True, amount_ore__gt=0)
                | Q(kind__in=["correction", "move_in", "move_out"], due_on__isnull=True),
            ),
            models.CheckConstraint(
                name="arrears_line_reasonable_amount",
                condition=~Q(amount_ore=0) & Q(amount_ore__gte=-(10**12), amount_ore__lte=10**12),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ledger_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return self.reference


class LeaseAccount(models.Model):
    """What the ledger says of one lease, kept as its lines arrive. Negative balance is credit.

    `balance_ore` = open + disputed + unallocated − credit. `arrears_look_on` and `expiry_look_on`
    are the first days on which a verdict can change without a movement; a lease that moved is
    looked at the same night (`LOOK_TONIGHT`). `next_look_on` is the earlier of the two.

    `past_had` is what `arrears.rules.facts.had_arrears` says of the charges due before
    `past_until`, by the measure of `past_policy`: read once, and true until a line comes that
    reaches so far back (`settle` forgets it then). `past_until` None: not read.
    """

    lease = models.OneToOneField(
        Lease, models.PROTECT, primary_key=True, related_name="account", db_index=False
    )
    balance_ore = models.BigIntegerField(db_default=0)
    open_ore = models.BigIntegerField(db_default=0)
    disputed_ore = models.BigIntegerField(db_default=0)
    unallocated_ore = models.BigIntegerField(db_default=0)
    monthly_rent_ore = models.BigIntegerField(db_default=0)
    oldest_due_on = models.DateField(null=True)
    last_due_on = models.DateField(null=True)
    last_payment_on = models.DateField(null=True)
    arrears_look_on = models.DateField(null=True)
    expiry_look_on = models.DateField(null=True)
    next_look_on = models.GeneratedField(
        expression=models.functions.Least("arrears_look_on", "expiry_look_on"),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    has_flag = models.BooleanField(db_default=False)
    past_until = models.DateField(null=True)
    past_had = models.BooleanField(null=True)
    # A policy that something rests on is never deleted, so no need to check that for each account.
    past_policy = models.ForeignKey(
        Policy, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        verbose_name = _("lease account")
        verbose_name_plural = _("lease accounts")
        indexes = [
            models.Index(
                fields=["next_look_on"],
                name="arrears_account_next_look",
                condition=Q(next_look_on__isnull=False),
            ),
            models.Index(
                fields=["-balance_ore"],
                name="arrears_account_owing",
                condition=Q(balance_ore__gt=0),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="arrears_account_parts_fit",
                condition=Q(open_ore__gte=0, disputed_ore__gte=0, unallocated_ore__gte=0),
            )
        ]


class OpenCharge(models.Model):
    """A charge that is not fully paid, while it is so.

    `amount_ore` is what may be open of it: the charge less what names it and what is deposited.
    Written by `settle` alone, from ledger lines, which are never deleted: the ledger's own foreign
    keys hold for these too, and checking a hundred thousand of them again costs every due day.
    """

    line = models.OneToOneField(
        LedgerLine, models.PROTECT, related_name="open_charge", db_constraint=False
    )
    lease = models.ForeignKey(
        Lease, models.PROTECT, related_name="open_charges", db_index=False, db_constraint=False
    )
    due_on = models.DateField()
    kind = models.CharField(max_length=10, db_collation="C")
    reference = models.CharField(max_length=40, db_collation="C")
    amount_ore = models.BigIntegerField()
    open_ore = models.BigIntegerField()

    class Meta:
        verbose_name = _("open charge")
        verbose_name_plural = _("open charges")
        indexes = [models.Index(fields=["lease", "due_on"], name="arrears_open_lease_due")]
        constraints = [
            models.CheckConstraint(
                name="arrears_open_part_of_charge",
                condition=Q(open_ore__gt=0) & Q(open_ore__lte=F("amount_ore")),
            )
        ]


class ChargeDispute(models.Model):
    """The part of a charge that the tenant has deposited as disputed (§ 3-8). Never worked on."""

    line = models.ForeignKey(LedgerLine, models.PROTECT, related_name="disputes")
    deposited_ore = models.BigIntegerField(_("deposited"))
    opened_on = models.DateField(_("deposited on"))
    closed_on = models.DateField(_("settled on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("disputed charge")
        verbose_name_plural = _("disputed charges")
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(closed_on__isnull=True),
                name="arrears_dispute_one_open",
            ),
            models.CheckConstraint(
                name="arrears_dispute_positive", condition=Q(deposited_ore__gt=0)
            ),
        ]
