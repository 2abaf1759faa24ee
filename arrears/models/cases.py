"""Cases: one tenancy at risk, what it is about, whose it is, and everything done about it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arrears.models.flags import Flag
from tenants.models import Lease
from tenants.models.history import tracked


class Party(models.TextChoices):
    """The parties that work together on a case."""

    WELFARE = "welfare", _("welfare office")
    HOUSING_UNIT = "housing_unit", _("housing unit")
    LANDLORD = "landlord", _("landlord")
    OTHER = "other", _("other")


class CaseStatus(models.TextChoices):
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class TriggerKind(models.TextChoices):
    ARREARS = "arrears", _("arrears")
    EXPIRY = "expiry", _("contract expires")
    COMPLAINT = "complaint", _("complaint")


class Outcome(models.TextChoices):
    PAID = "paid", _("paid")
    PLAN_KEPT = "plan_kept", _("repayment plan kept")
    RENEWED = "renewed", _("contract renewed")
    CONVERTED = "converted", _("contract made open-ended")
    CALM = "calm", _("complaints have ceased")
    MOVED_HOME = "moved_home", _("moved to another home")
    MOVED_OUT = "moved_out", _("moved out by agreement")
    SERVICE_AGREEMENT = "service_agreement", _("service agreement instead")
    EVICTED = "evicted", _("evicted")
    DIED = "died", _("the tenant died")
    WRITTEN_OFF = "written_off", _("debt written off")
    MISTAKE = "mistake", _("opened by mistake")


class SharingBasis(models.TextChoices):
    NONE = "none", _("none: anonymised outside its own party")
    CONSENT = "consent", _("the tenant's consent")
    STATUTE = "statute", _("a named statute")


class CaseQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def open(self) -> CaseQuerySet:
        return self.filter(status=CaseStatus.OPEN)

    def visible_to(self, user) -> CaseQuerySet:
        """Cases whose row this user may see: by the office of the case or of its lease.

        A user bound to single offices who is not cleared sees no protected tenancy, and nobody
        sees a case from which they are shut out as disqualified.
        """
        access = user.access
        shut_out = Disqualification.objects.filter(
            case=OuterRef("pk"), user_id=user.pk, lifted_on__isnull=True
        )
        seen = self.exclude(Exists(shut_out))
        if access.office_ids is None:
            return seen
        seen = seen.filter(
            Q(office_id__in=access.office_ids) | Q(lease__office_id__in=access.office_ids)
        )
        return seen if access.is_cleared else seen.filter(lease__is_protected=False)


@tracked()
class Case(models.Model):
    """A tenancy at risk. At most one is open on a lease; it may have several triggers at once.

    `party` is the one that opened it: without a basis for sharing, the others see it anonymised.
    `first_due_on` is the oldest due day of the arrears it was opened for and `first_contact_on`
    the day of the first attempt to reach the tenant; both are kept for the figures.
    """

    number = models.CharField(_("case number"), max_length=12, unique=True)
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="cases")
    office = models.ForeignKey(
        "accounts.Office", models.PROTECT, related_name="+", verbose_name=_("office")
    )
    party = models.CharField(
        _("opened by"), max_length=12, choices=Party.choices, default=Party.WELFARE
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("caseworker"),
    )
    status = models.CharField(
        _("status"), max_length=6, choices=CaseStatus.choices, default=CaseStatus.OPEN
    )
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=20, choices=Outcome.choices, blank=True, default=""
    )
    sharing_basis = models.CharField(
        _("basis for sharing"),
        max_length=8,
        choices=SharingBasis.choices,
        default=SharingBasis.NONE,
    )
    sharing_source = models.CharField(
        _("statute, or who consented and how"), max_length=200, blank=True, default=""
    )
    sharing_on = models.DateField(_("basis recorded on"), null=True, blank=True)
    for_meeting_on = models.DateField(_("marked for the meeting on"), null=True, blank=True)
    first_due_on = models.DateField(null=True, blank=True)
    first_contact_on = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)
    changed_at = models.DateTimeField(db_default=Now())

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(
                fields=["office", "opened_on"],
                name="arrears_case_office",
                condition=Q(status="open"),
            ),
            models.Index(
                fields=["owner"],
                name="arrears_case_owner",
                condition=Q(status="open", owner__isnull=False),
            ),
            models.Index(fields=["closed_on"], name="arrears_case_closed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["lease"], condition=Q(status="open"), name="arrears_case_one_open"
            ),
            models.CheckConstraint(
                name="arrears_case_closed_with_outcome",
                condition=Q(status="open", closed_on__isnull=True, outcome="")
                | (Q(status="closed", closed_on__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="arrears_case_sharing_has_a_source",
                condition=Q(sharing_basis="none")
                | (Q(sharing_on__isnull=False) & ~Q(sharing_source="")),
            ),
            models.CheckConstraint(
                name="arrears_case_closed_after_opened",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
            ),
        ]
        triggers = [pgtrigger.Protect(name="case_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number


class CaseTrigger(models.Model):
    """What put the tenancy at risk, from one day to another. `flag` is the one it came from."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="triggers")
    kind = models.CharField(_("trigger"), max_length=10, choices=TriggerKind.choices)
    flag = models.ForeignKey(Flag, models.PROTECT, null=True, blank=True, related_name="triggers")
    note = models.CharField(_("note"), max_length=400, blank=True)
    opened_on = models.DateField(_("from"))
    closed_on = models.DateField(_("to"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(closed_on__isnull=True),
                name="arrears_casetrigger_one_open",
            ),
        ]
        triggers = [pgtrigger.Protect(name="trigger_is_never_deleted", operation=pgtrigger.Delete)]


class CaseAct(models.Model):
    """Something done to the case itself, by whom. Append-only.

    What happened with contacts, measures, plans, notices and referrals stands in their own rows;
    the timeline shows all of them together. `facts` are codes and days, `note` what somebody
    wrote; a social note is for the welfare side only.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="acts")
    what = models.CharField(max_length=30)
    on = models.DateField()
    facts = models.JSONField(default=dict)
    note = models.TextField(blank=True, db_default="")
    is_social = models.BooleanField(default=False)
    minutes = models.SmallIntegerField(_("minutes spent"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["case", "entered_at"], name="arrears_caseact_case")]
        triggers = [
            pgtrigger.Protect(
                name="case_act_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class TransferState(models.TextChoices):
    WAITING = "waiting", _("waiting for an answer")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class CaseTransfer(models.Model):
    """A case offered to another caseworker or office, who says yes or no."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="transfers")
    from_office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+")
    to_office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+")
    to_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=400)
    state = models.CharField(
        max_length=10, choices=TransferState.choices, default=TransferState.WAITING
    )
    asked_on = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.CharField(max_length=400, blank=True, default="")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="waiting"), name="arrears_transfer_one_waiting"
            ),
            models.CheckConstraint(
                name="arrears_transfer_answered_by_somebody",
                condition=Q(state="waiting", answered_by__isnull=True)
                | (~Q(state="waiting") & Q(answered_by__isnull=False, answered_on__isnull=False)),
            ),
        ]


class Disqualification(models.Model):
    """Somebody who must not work on a case (forvaltningsloven § 6), from one day until lifted."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="disqualifications")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=400)
    from_on = models.DateField()
    lifted_on = models.DateField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_because = models.CharField(max_length=400, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"],
                condition=Q(lifted_on__isnull=True),
                name="arrears_disqualified_once",
            )
        ]
