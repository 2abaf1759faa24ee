"""Reminders, warnings and terminations: what was sent, to whom, and what it rests on."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arrears.models.cases import Case
from arrears.models.contacts import Channel
from arrears.models.ledger import LedgerLine
from tenants.models import Guardianship, Lease, Person
from tenants.models.history import tracked


class NoticeKind(models.TextChoices):
    REMINDER = "reminder", _("reminder")
    COLLECTION_NOTICE = "collection_notice", _("debt collection notice")
    PAYMENT_DEMAND = "payment_demand", _("payment demand")
    WARNING_A = "warning_a", _("eviction warning, unpaid rent")
    WARNING_B = "warning_b", _("eviction warning, expired contract")
    WARNING_C = "warning_c", _("eviction warning, termination")
    MOVE_REQUEST = "move_request", _("request to move")
    TERMINATION = "termination", _("termination")
    NUISANCE_WARNING = "nuisance_warning", _("warning about nuisance")
    NAV_WARNING = "nav_warning", _("warning to Nav")


class NoticeState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    WITHDRAWN = "withdrawn", _("withdrawn")


@tracked()
class Notice(models.Model):
    """A notice on a lease. What was sent is never changed: `body` is the text as it went out.

    `last_on` is the last day of the deadline it started, `allowed_from` the first day on which the
    step that waits for it is lawful. `end_on` is the day the tenancy ends by a termination.
    `facts` are the values the text was made from, `rate_ids` the dated rates behind them. The fee
    and the interest it claims are lines of the ledger.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="notices")
    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=NoticeState.choices, default=NoticeState.DRAFT
    )
    made_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(
        _("channel"), max_length=10, choices=Channel.choices, blank=True, default=""
    )
    proof = models.CharField(_("proof of sending"), max_length=200, blank=True, default="")
    last_on = models.DateField(_("deadline"), null=True, blank=True)
    allowed_from = models.DateField(null=True, blank=True)
    end_on = models.DateField(_("tenancy ends"), null=True, blank=True)
    grounds = models.TextField(_("reasons"), blank=True, default="")
    own_words = models.TextField(_("own paragraph"), blank=True, default="")
    body = models.TextField(blank=True, default="")
    facts = models.JSONField(default=dict)
    rate_ids = ArrayField(models.BigIntegerField(), default=list)
    principal_ore = models.BigIntegerField(default=0)
    fee_ore = models.BigIntegerField(default=0)
    interest_ore = models.BigIntegerField(default=0)
    fee_line = models.ForeignKey(
        LedgerLine, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.CharField(max_length=200, blank=True, default="")
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["case", "kind", "-sent_on"], name="arrears_notice_case"),
            models.Index(fields=["last_on"], name="arrears_notice_last", condition=Q(state="sent")),
        ]
        constraints = [
            models.CheckConstraint(
                name="arrears_notice_sent_whole",
                condition=~Q(state="sent")
                | (Q(sent_on__isnull=False, sent_by__isnull=False) & ~Q(channel="") & ~Q(body="")),
            ),
            models.CheckConstraint(
                name="arrears_notice_deadline_after_sending",
                condition=Q(last_on__isnull=True)
                | Q(sent_on__isnull=True)
                | Q(last_on__gte=F("sent_on")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="notice_is_never_deleted", operation=pgtrigger.Delete),
            # What somebody got in the letter box is what it is: only a withdrawal is noted on it.
            pgtrigger.Protect(
                name="sent_notice_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="sent")
                & (
                    pgtrigger.Q(old__sent_on__df=pgtrigger.F("new__sent_on"))
                    | pgtrigger.Q(old__body__df=pgtrigger.F("new__body"))
                    | pgtrigger.Q(old__kind__df=pgtrigger.F("new__kind"))
                    | pgtrigger.Q(old__case__df=pgtrigger.F("new__case"))
                    | pgtrigger.Q(old__lease__df=pgtrigger.F("new__lease"))
                    | pgtrigger.Q(old__channel__df=pgtrigger.F("new__channel"))
                    | pgtrigger.Q(old__last_on__df=pgtrigger.F("new__last_on"))
                    | pgtrigger.Q(old__allowed_from__df=pgtrigger.F("new__allowed_from"))
                    | pgtrigger.Q(new__state="draft")
                ),
            ),
        ]


class NoticeCharge(models.Model):
    """A charge that a notice names, and what was open of it on the day it was sent."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="charges")
    line = models.ForeignKey(LedgerLine, models.PROTECT, related_name="+")
    open_ore = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "line"], name="arrears_noticecharge_once"),
            models.CheckConstraint(name="arrears_noticecharge_open", condition=Q(open_ore__gt=0)),
        ]


@tracked()
class NoticeServing(models.Model):
    """A notice served on one person: each joint tenant, and a copy to each guardian.

    `received_on` is documented receipt, from which the months of § 9-8 are counted. `protest_on`
    is the tenant's written protest against a termination, `reserved_on` the reservation against a
    warning to Nav (§ 9-11).
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="servings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    guardianship = models.ForeignKey(
        Guardianship, models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    proof = models.CharField(_("proof of sending"), max_length=200, blank=True, default="")
    sent_on = models.DateField(_("sent on"))
    received_on = models.DateField(_("received on, documented"), null=True, blank=True)
    protest_on = models.DateField(_("protested on"), null=True, blank=True)
    reserved_on = models.DateField(_("reserved on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "person", "guardianship"],
                name="arrears_serving_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="arrears_serving_received_after_sent",
                condition=Q(received_on__isnull=True) | Q(received_on__gte=F("sent_on")),
            ),
        ]


class InterestPart(models.Model):
    """Late interest on one charge for the days from `from_on` to `to_on`, inclusive, at one rate.

    The parts of a charge never overlap: no day is charged twice. Together they are the ledger's
    interest `line`, rounded once.
    """

    line = models.ForeignKey(LedgerLine, models.PROTECT, related_name="interest_parts")
    charge = models.ForeignKey(LedgerLine, models.PROTECT, related_name="+")
    notice = models.ForeignKey(
        Notice, models.PROTECT, null=True, blank=True, related_name="interest_parts"
    )
    from_on = models.DateField()
    to_on = models.DateField()
    base_ore = models.BigIntegerField()
    rate = models.ForeignKey("rates.Rate", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="arrears_interestpart_dates_in_order", condition=Q(to_on__gte=F("from_on"))
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="interest_part_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]
