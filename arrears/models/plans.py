"""Repayment plans, and payers other than the tenant."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arrears.models.cases import Case
from arrears.models.ledger import LedgerLine
from tenants.models import Lease
from tenants.models.history import tracked


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", _("every week")
    FORTNIGHTLY = "fortnightly", _("every fortnight")
    MONTHLY = "monthly", _("every month")


class PlanState(models.TextChoices):
    DRAFT = "draft", _("draft")
    RUNNING = "running", _("running")
    BROKEN = "broken", _("broken")
    KEPT = "kept", _("kept")
    ENDED = "ended", _("ended")


@tracked()
class RepaymentPlan(models.Model):
    """An agreement to pay `total_ore` of arrears in instalments beside the current rent.

    `economy` is the household's economy the plan was made with (lines in øre a month), and
    `affordable_ore` what it left for instalments a month (None: not reckoned). An instalment above
    it needs `above_because`. `tolerance_days` is how late an instalment may be. `broken_on` is the
    day the check found it broken; `broken_facts` what was short.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="plans")
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="plans")
    state = models.CharField(
        _("state"), max_length=8, choices=PlanState.choices, default=PlanState.DRAFT
    )
    total_ore = models.BigIntegerField(_("total"))
    first_ore = models.BigIntegerField(_("first lump sum"), default=0)
    instalment_ore = models.BigIntegerField(_("instalment"))
    rhythm = models.CharField(_("how often"), max_length=12, choices=Rhythm.choices)
    first_due_on = models.DateField(_("first instalment due"))
    tolerance_days = models.SmallIntegerField(_("days of tolerance"), default=3)
    economy = models.JSONField(default=dict)
    affordable_ore = models.BigIntegerField(_("affordable a month"), null=True, blank=True)
    above_because = models.CharField(
        _("why more than affordable"), max_length=400, blank=True, default=""
    )
    note = models.CharField(_("note"), max_length=400, blank=True, default="")
    made_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    broken_on = models.DateField(null=True, blank=True)
    broken_facts = models.JSONField(default=dict)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_because = models.CharField(max_length=400, blank=True, default="")
    checked_on = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("repayment plan")
        verbose_name_plural = _("repayment plans")
        indexes = [
            models.Index(fields=["case"], name="arrears_plan_case"),
            models.Index(
                fields=["state"],
                name="arrears_plan_running",
                condition=Q(state__in=["running", "broken"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["lease"], condition=Q(state="running"), name="arrears_plan_one_running"
            ),
            models.CheckConstraint(
                name="arrears_plan_amounts",
                condition=Q(total_ore__gt=0, first_ore__gte=0, instalment_ore__gt=0)
                & Q(first_ore__lte=F("total_ore"))
                & Q(tolerance_days__gte=0, tolerance_days__lte=60),
            ),
            models.CheckConstraint(
                name="arrears_plan_runs_when_signed",
                condition=Q(state__in=["draft", "ended"]) | Q(signed_on__isnull=False),
            ),
        ]
        triggers = [pgtrigger.Protect(name="plan_is_never_deleted", operation=pgtrigger.Delete)]


class PlanCharge(models.Model):
    """A charge that a plan covers, and what was open of it when the plan was made."""

    plan = models.ForeignKey(RepaymentPlan, models.PROTECT, related_name="charges")
    line = models.ForeignKey(LedgerLine, models.PROTECT, related_name="+")
    open_ore = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "line"], name="arrears_plancharge_once"),
            models.CheckConstraint(name="arrears_plancharge_open", condition=Q(open_ore__gt=0)),
        ]


class Instalment(models.Model):
    """One line of a plan's schedule, as agreed."""

    plan = models.ForeignKey(RepaymentPlan, models.PROTECT, related_name="instalments")
    number = models.SmallIntegerField()
    due_on = models.DateField()
    amount_ore = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="arrears_instalment_once"),
            models.CheckConstraint(
                name="arrears_instalment_positive", condition=Q(amount_ore__gt=0)
            ),
        ]


class PayerKind(models.TextChoices):
    NAV = "nav", _("Nav")
    HOUSING_ALLOWANCE = "allowance", _("housing allowance")
    DEDUCTION = "deduction", _("voluntary deduction")
    GUARDIAN = "guardian", _("guardian")
    OTHER = "other", _("other")


@tracked()
class ExpectedPayment(models.Model):
    """Somebody else who pays a part of the rent every month, from one day to another, inclusive."""

    lease = models.ForeignKey(Lease, models.PROTECT, related_name="expected_payments")
    payer = models.CharField(_("payer"), max_length=10, choices=PayerKind.choices)
    name = models.CharField(_("name"), max_length=80, blank=True, default="")
    amount_ore = models.BigIntegerField(_("a month"))
    day = models.SmallIntegerField(_("day of the month"))
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("expected payment")
        verbose_name_plural = _("expected payments")
        indexes = [models.Index(fields=["lease"], name="arrears_expected_lease")]
        constraints = [
            models.CheckConstraint(
                name="arrears_expected_whole",
                condition=Q(amount_ore__gt=0, day__gte=1, day__lte=31)
                & (Q(to_on__isnull=True) | Q(to_on__gte=F("from_on"))),
            )
        ]
