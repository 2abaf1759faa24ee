"""What a coordination meeting decides, and the referrals that only such a decision allows."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arrears.models.cases import Case, Party
from arrears.models.ledger import LedgerLine
from tenants.models import Lease, Person
from tenants.models.history import tracked


class ReferralKind(models.TextChoices):
    COLLECTION = "collection", _("external debt collection")
    BAILIFF = "bailiff", _("the bailiff: eviction")
    COURT = "court", _("the district court")
    TRIBUNAL = "tribunal", _("the rent disputes tribunal")
    DISTRAINT = "distraint", _("distraint")


class DecisionKind(models.TextChoices):
    CONTINUE = "continue", _("continue with measures")
    OFFER_PLAN = "offer_plan", _("offer a repayment plan")
    RENEW = "renew", _("renew the contract")
    CONVERT = "convert", _("make the contract open-ended")
    END = "end", _("end the contract")
    SERVICE_AGREEMENT = "service_agreement", _("service agreement")
    STOP = "stop", _("stop")
    COLLECTION = "collection", _("refer to external debt collection")
    BAILIFF = "bailiff", _("refer to the bailiff")
    COURT = "court", _("refer to the district court")
    TRIBUNAL = "tribunal", _("refer to the rent disputes tribunal")
    DISTRAINT = "distraint", _("refer to distraint")
    TAKE_UP_AGAIN = "take_up_again", _("take up again on a date")


REFERRALS = tuple(ReferralKind.values)


class CaseDecision(models.Model):
    """What a coordination meeting decided about a case. Append-only, except that it is withdrawn.

    A decision to refer needs a held meeting with landlord and welfare office present and the
    housing unit invited; the database holds that. `meeting` is the meeting's own reference.
    `household` is who lived there and answered for the lease when it was decided: a change since
    makes a decision to refer void.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    kind = models.CharField(_("decision"), max_length=20, choices=DecisionKind.choices)
    meeting = models.CharField(_("meeting"), max_length=60)
    held_on = models.DateField(_("held on"))
    welfare_present = models.BooleanField(_("welfare office present"))
    landlord_present = models.BooleanField(_("landlord present"))
    housing_unit_invited = models.BooleanField(_("housing unit invited"))
    reason = models.TextField(_("reasons"))
    household = models.JSONField(default=dict)
    party = models.CharField(
        _("responsible"), max_length=12, choices=Party.choices, default=Party.WELFARE
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    again_on = models.DateField(_("take up again on"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        verbose_name = _("decision of a meeting")
        verbose_name_plural = _("decisions of meetings")
        indexes = [models.Index(fields=["case", "-held_on"], name="arrears_decision_case")]
        constraints = [
            models.CheckConstraint(
                name="arrears_decision_to_refer_needs_the_parties",
                condition=~Q(kind__in=REFERRALS)
                | Q(welfare_present=True, landlord_present=True, housing_unit_invited=True),
            ),
            models.CheckConstraint(
                name="arrears_decision_of_a_meeting",
                condition=~Q(meeting="") & ~Q(reason=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="decision_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="decision_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_on__isnull=False)
                | pgtrigger.Q(old__kind__df=pgtrigger.F("new__kind"))
                | pgtrigger.Q(old__case__df=pgtrigger.F("new__case"))
                | pgtrigger.Q(old__meeting__df=pgtrigger.F("new__meeting"))
                | pgtrigger.Q(old__held_on__df=pgtrigger.F("new__held_on"))
                | pgtrigger.Q(old__reason__df=pgtrigger.F("new__reason"))
                | pgtrigger.Q(old__welfare_present__df=pgtrigger.F("new__welfare_present"))
                | pgtrigger.Q(old__landlord_present__df=pgtrigger.F("new__landlord_present"))
                | pgtrigger.Q(
                    old__housing_unit_invited__df=pgtrigger.F("new__housing_unit_invited")
                )
                | pgtrigger.Q(old__entered_at__df=pgtrigger.F("new__entered_at")),
            ),
        ]


class GateAnswer(models.Model):
    """What somebody answers for to the gate, where the system cannot know. Append-only.

    `condition` is the gate's name for it; the newest answer to each counts.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="gate_answers")
    condition = models.CharField(max_length=40)
    is_met = models.BooleanField()
    note = models.CharField(_("note"), max_length=400)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["case", "condition", "-id"], name="arrears_gateanswer_newest")
        ]
        triggers = [
            pgtrigger.Protect(
                name="gate_answer_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class Ground(models.TextChoices):
    """Tvangsfullbyrdelsesloven § 13-2(3), and heving, which goes to court."""

    UNPAID = "a", _("(a) unpaid rent")
    EXPIRED = "b", _("(b) expired contract")
    TERMINATED = "c", _("(c) termination not protested")
    NUISANCE = "heving", _("nuisance, § 9-9")
    NONE = "none", _("a claim of money only")


class PetitionReason(models.TextChoices):
    ARREARS = "arrears", _("arrears")
    EXPIRED = "expired", _("expired contract")
    NUISANCE = "nuisance", _("nuisance")


class ReferralState(models.TextChoices):
    PREPARED = "prepared", _("prepared")
    FILED = "filed", _("sent")
    DATE_SET = "date_set", _("eviction date set")
    POSTPONED = "postponed", _("postponed")
    PAID_UP = "paid_up", _("stopped: paid")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CARRIED_OUT = "carried_out", _("carried out")
    ENDED = "ended", _("ended")


@tracked()
class Referral(models.Model):
    """A case that leaves the municipality, by a meeting's decision and by nothing else.

    `gate` is what every condition said when it was made and `gate_at_filing` when it was sent.
    Principal and additional claims in øre, as the petition splits them. The facts for the figures
    are those of the day it was made.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="referrals")
    decision = models.OneToOneField(CaseDecision, models.PROTECT, related_name="referral")
    kind = models.CharField(_("to"), max_length=20, choices=ReferralKind.choices)
    ground = models.CharField(_("ground"), max_length=10, choices=Ground.choices)
    reason = models.CharField(_("reason"), max_length=10, choices=PetitionReason.choices)
    state = models.CharField(
        _("state"), max_length=12, choices=ReferralState.choices, default=ReferralState.PREPARED
    )
    gate = models.JSONField(default=list)
    gate_at_filing = models.JSONField(default=list)
    principal_ore = models.BigIntegerField(_("principal"), default=0)
    additional_ore = models.BigIntegerField(_("additional claims"), default=0)
    made_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_on = models.DateField(_("sent on"), null=True, blank=True)
    comment_by_on = models.DateField(_("the tenant's deadline"), null=True, blank=True)
    eviction_on = models.DateField(_("eviction date"), null=True, blank=True)
    temporary_home = models.CharField(
        _("temporary home ready"), max_length=200, blank=True, default=""
    )
    lock_changed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    result = models.CharField(_("result"), max_length=400, blank=True, default="")
    days_to_contact = models.SmallIntegerField(null=True)
    contacts_before = models.SmallIntegerField(default=0)
    measures_before = models.SmallIntegerField(default=0)
    days_open = models.SmallIntegerField(default=0)
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        indexes = [
            models.Index(fields=["case"], name="arrears_referral_case"),
            models.Index(fields=["made_on"], name="arrears_referral_made"),
            models.Index(fields=["eviction_on"], name="arrears_referral_eviction"),
            models.Index(
                fields=["filed_on"], condition=Q(kind="bailiff"), name="arrears_referral_petition"
            ),
            models.Index(
                fields=["lock_changed_on"],
                condition=Q(state="carried_out"),
                name="arrears_referral_evicted",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="arrears_referral_filed_with_a_day",
                condition=Q(state__in=["prepared", "withdrawn"]) | Q(filed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="arrears_referral_amounts",
                condition=Q(principal_ore__gte=0, additional_ore__gte=0),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="referral_is_never_deleted", operation=pgtrigger.Delete),
        ]


class ReferralStep(models.Model):
    """A step of a referral after it was made. Append-only."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="steps")
    what = models.CharField(max_length=20)
    on = models.DateField()
    facts = models.JSONField(default=dict)
    note = models.CharField(max_length=400, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="referral_step_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class EmergencyAct(models.Model):
    """What a manager decided because of danger to life. Reported; opens no gate. Append-only."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="emergency_acts")
    what = models.TextField(_("what was done"))
    danger = models.TextField(_("the danger"))
    on = models.DateField(_("day"))
    reported_to = models.CharField(_("reported to"), max_length=200)
    reported_on = models.DateField(_("reported on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="emergency_act_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


@tracked()
class DebtSettlement(models.Model):
    """A debt settlement (gjeldsordning) opened for a person: stops collection of what it covers,
    debt fallen due up to `covers_to`."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="debt_settlements")
    opened_on = models.DateField(_("opened on"))
    covers_to = models.DateField(_("covers debt due up to"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())


class Payer(models.TextChoices):
    TENANT = "tenant", _("the tenant")
    MUNICIPALITY = "municipality", _("the municipality")


class CostKind(models.TextChoices):
    FEE = "fee", _("fee")
    INTEREST = "interest", _("late interest")
    COURT_FEE = "court_fee", _("court fee")
    COLLECTOR = "collector", _("debt collector's fee")
    LOST_RENT = "lost_rent", _("lost rent")
    OWN = "own", _("own cost")


class CaseCost(models.Model):
    """What a case has cost somebody, in øre. Append-only; a mistake is a row with a minus."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="costs")
    referral = models.ForeignKey(
        Referral, models.PROTECT, null=True, blank=True, related_name="costs"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=CostKind.choices)
    payer = models.CharField(_("who pays"), max_length=12, choices=Payer.choices)
    amount_ore = models.BigIntegerField(_("amount"))
    on = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    rate = models.ForeignKey(
        "rates.Rate", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    line = models.ForeignKey(
        LedgerLine, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["case"], name="arrears_cost_case")]
        constraints = [
            models.CheckConstraint(name="arrears_cost_not_zero", condition=~Q(amount_ore=0))
        ]
        triggers = [
            pgtrigger.Protect(
                name="cost_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]
