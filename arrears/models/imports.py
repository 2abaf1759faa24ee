"""Payment files from the bank, and payments that match no lease."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from boligsak.jobs.models import JobRun
from tenants.models import Lease


class ImportState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("imported")
    REFUSED = "refused", _("refused")
    REPEATED = "repeated", _("already imported")


class PaymentImport(models.Model):
    """One file, whole or not at all; `stored_as` names its sealed copy while it waits."""

    filename = models.CharField(_("file name"), max_length=120)
    stored_as = models.CharField(max_length=80, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    sender = models.CharField(_("sender"), max_length=8, blank=True)
    transmission_no = models.CharField(_("transmission number"), max_length=7, blank=True)
    recipient = models.CharField(max_length=8, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState.choices, default=ImportState.WAITING
    )
    payments = models.IntegerField(_("payments"), default=0)
    placed = models.IntegerField(_("placed"), default=0)
    sum_ore = models.BigIntegerField(_("sum"), default=0)
    first_on = models.DateField(_("first day"), null=True, blank=True)
    last_on = models.DateField(_("last day"), null=True, blank=True)
    refusal = models.JSONField(_("refusal"), null=True, blank=True)
    run = models.ForeignKey(JobRun, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField(_("received at"), db_default=Now())

    class Meta:
        verbose_name = _("payment import")
        verbose_name_plural = _("payment imports")
        indexes = [models.Index(fields=["-received_at"], name="arrears_import_received")]
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "transmission_no"],
                condition=Q(state="done"),
                name="arrears_import_transmission_once",
            )
        ]

    def __str__(self) -> str:
        return self.filename


class ImportAssignment(models.Model):
    """An assignment booked from a file: sender, transmission, agreement and number say which."""

    payment_import = models.ForeignKey(PaymentImport, models.PROTECT, related_name="assignments")
    sender = models.CharField(max_length=8)
    transmission_no = models.CharField(max_length=7)
    agreement = models.CharField(max_length=9)
    number = models.CharField(max_length=7)
    account = models.CharField(max_length=11)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "transmission_no", "agreement", "number"],
                name="arrears_assignment_once",
            )
        ]


class UnplacedState(models.TextChoices):
    OPEN = "open", _("waiting to be placed")
    PLACED = "placed", _("placed")
    RETURNED = "returned", _("returned")


class UnplacedPayment(models.Model):
    """A payment whose KID matches no lease. Placed by hand or returned, with who and why.

    `bank_reference` is the bank's archive reference: by it the bank finds the payment again, so
    the payer's account number need not be kept here.
    """

    payment_import = models.ForeignKey(
        PaymentImport, models.PROTECT, null=True, related_name="unplaced"
    )
    file_line = models.IntegerField(_("line in the file"), null=True)
    kid = models.CharField(_("KID"), max_length=25, blank=True)
    amount_ore = models.BigIntegerField(_("amount"))
    effective_on = models.DateField(_("paid on"))
    payer = models.CharField(_("payer"), max_length=40, blank=True)
    note = models.CharField(_("text"), max_length=200, blank=True)
    bank_reference = models.CharField(
        _("the bank's reference"), max_length=20, blank=True, db_default=""
    )
    likely_lease = models.ForeignKey(
        Lease, models.PROTECT, null=True, blank=True, related_name="likely_payments"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=UnplacedState.choices, default=UnplacedState.OPEN
    )
    placed_line = models.OneToOneField(
        "arrears.LedgerLine", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("unplaced payment")
        verbose_name_plural = _("unplaced payments")
        indexes = [
            models.Index(
                fields=["effective_on", "id"],
                name="arrears_unplaced_open",
                condition=Q(state="open"),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["payment_import", "file_line"], name="arrears_unplaced_once"
            ),
            models.CheckConstraint(
                name="arrears_unplaced_decided_by_somebody",
                condition=Q(state="open", placed_line__isnull=True)
                | Q(state="placed", placed_line__isnull=False, decided_by__isnull=False)
                | Q(state="returned", placed_line__isnull=True, decided_by__isnull=False),
            ),
        ]
