"""Decisions on applications, the conditions they set, and appeals against them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.models.applications import Application
from tenants.models.history import tracked


class DecisionKind(models.TextChoices):
    """Two decisions with different appeal bodies."""

    HOUSING_HELP = "housing_help", _("decision on housing help")
    ALLOCATION = "allocation", _("decision on a municipal home")


class Outcome(models.TextChoices):
    GRANTED = "granted", _("granted")
    REFUSED = "refused", pgettext_lazy("an application", "refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DISMISSED = "dismissed", _("dismissed")


class DecisionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    FOR_APPROVAL = "approval", _("waits for a second person")
    FINAL = "final", _("made")
    REPLACED = "replaced", _("changed on appeal")


@tracked()
class Criterion(models.Model):
    """A published criterion for one kind of decision, in force from one day to another, inclusive.

    `text` is what the reader of the decision sees, `section` where it comes from.
    """

    decision = models.CharField(_("decision"), max_length=12, choices=DecisionKind.choices)
    code = models.SlugField(_("code"), max_length=40)
    position = models.SmallIntegerField(_("place in the order"), default=1)
    text = models.TextField(_("text"))
    section = models.CharField(_("legal source"), max_length=200)
    is_required = models.BooleanField(_("must be met"), default=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["decision", "position", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "code", "valid_from"], name="tenants_criterion_one_a_day"
            ),
            models.CheckConstraint(
                name="tenants_criterion_dates_in_order",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.code


@tracked()
class Decision(models.Model):
    """An individual decision. What was notified is never changed: an appeal makes a new one.

    `appeal_last_on` is the last day to appeal (inclusive), `appeal_body` who hears it.
    `lasts_to`: how long what it grants is good for. `replaces` is the decision it changes.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=DecisionKind.choices)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    state = models.CharField(
        max_length=8, choices=DecisionState.choices, default=DecisionState.DRAFT
    )
    content = models.TextField(_("what is decided"), blank=True, default="")
    reasons = models.TextField(_("reasons"), blank=True, default="")
    participation = models.TextField(_("how the applicant took part"), blank=True, default="")
    facts = models.JSONField(default=dict)
    appeal_body = models.CharField(max_length=120, blank=True, default="")
    made_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_on = models.DateField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    notified_on = models.DateField(_("notified on"), null=True, blank=True)
    appeal_last_on = models.DateField(null=True, blank=True)
    lasts_to = models.DateField(_("good until"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    document = models.ForeignKey(
        "letters.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.IntegerField(default=1, editable=False)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            models.Index(
                fields=["made_on"],
                name="tenants_decision_home",
                condition=Q(kind="allocation", outcome="granted", state="final"),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(state__in=["draft", "approval"]),
                name="tenants_decision_one_draft",
            ),
            models.CheckConstraint(
                name="tenants_decision_made_whole",
                condition=Q(state__in=["draft", "approval"])
                | (Q(made_on__isnull=False) & ~Q(reasons="") & ~Q(appeal_body="")),
            ),
            models.CheckConstraint(
                name="tenants_decision_four_eyes",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("by")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="decision_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="made_decision_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["final", "replaced"])
                & (
                    pgtrigger.Q(old__outcome__df=pgtrigger.F("new__outcome"))
                    | pgtrigger.Q(old__reasons__df=pgtrigger.F("new__reasons"))
                    | pgtrigger.Q(old__content__df=pgtrigger.F("new__content"))
                    | pgtrigger.Q(old__made_on__df=pgtrigger.F("new__made_on"))
                    | pgtrigger.Q(old__application__df=pgtrigger.F("new__application"))
                    | pgtrigger.Q(new__state__in=["draft", "approval"])
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number


# What a decision rested on and what it asks for is part of it: neither comes or goes afterwards.
_ANSWERS_STAY = """
IF EXISTS (
    SELECT FROM tenants_decision AS decision
    WHERE decision.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.decision_id ELSE NEW.decision_id END
        AND decision.state IN ('final', 'replaced')
) THEN
    RAISE EXCEPTION 'the decision has been made' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'tenants_decisionanswer_stays';
END IF;
IF TG_OP = 'DELETE' THEN
    RETURN OLD;
END IF;
RETURN NEW;
"""

_SET_BY_THE_DECISION = """
IF EXISTS (
    SELECT FROM tenants_decision AS decision
    WHERE decision.id = NEW.decision_id AND decision.state IN ('final', 'replaced')
) THEN
    RAISE EXCEPTION 'a decision that has been made gets no new condition'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'tenants_condition_set_by_decision';
END IF;
RETURN NEW;
"""


class DecisionAnswer(models.Model):
    """The answer to one criterion in a decision, with the text that was in force."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="answers")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    is_met = models.BooleanField(null=True)
    reason = models.TextField(_("why"), blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "criterion"], name="tenants_decisionanswer_once"
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="answers_stay",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_ANSWERS_STAY,
            )
        ]


class ConditionKind(models.TextChoices):
    ARREARS = "arrears", _("agreement on old arrears")
    SUPPORT = "support", _("accepts help in the home")
    DEDUCTION = "deduction", _("rent is paid from the income")
    DOCUMENT = "document", _("a document is brought")
    OTHER = "other", _("other")


class ConditionState(models.TextChoices):
    OPEN = "open", _("not met")
    MET = "met", _("met")
    WAIVED = "waived", _("waived")


@tracked()
class Condition(models.Model):
    """What must be in order before a home can be taken over.

    `party` checks it. `evidence`: what it was found met by (a plan's id, a document's id).
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="conditions")
    kind = models.CharField(_("kind"), max_length=10, choices=ConditionKind.choices)
    what = models.CharField(_("what"), max_length=400)
    party = models.CharField(_("who checks"), max_length=12)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(
        max_length=8, choices=ConditionState.choices, default=ConditionState.OPEN
    )
    settled_on = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    because = models.CharField(_("why"), max_length=400, blank=True, default="")
    evidence = models.JSONField(default=dict)
    version = models.IntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        indexes = [
            models.Index(
                fields=["due_on"], name="tenants_condition_open", condition=Q(state="open")
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="tenants_condition_settled_whole",
                condition=Q(state="open")
                | (Q(settled_on__isnull=False, settled_by__isnull=False) & ~Q(because="")),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="condition_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="condition_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("decision", "kind", "what"),
            ),
            pgtrigger.Trigger(
                name="condition_set_by_decision",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=_SET_BY_THE_DECISION,
            ),
        ]


class AppealState(models.TextChoices):
    RECEIVED = "received", _("received")
    SENT_ON = "sent_on", _("sent to the appeal body")
    CHANGED = "changed", _("decision changed")
    UPHELD = "upheld", _("decision upheld")
    REJECTED = "rejected", _("rejected as too late")
    WITHDRAWN = "withdrawn", _("withdrawn")


@tracked()
class Appeal(models.Model):
    """An appeal against a decision (never a complaint about a tenant)."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="appeals")
    received_on = models.DateField(_("received on"))
    grounds = models.TextField(_("what is appealed"))
    is_late = models.BooleanField(default=False)
    late_because = models.CharField(
        _("why it is heard all the same"), max_length=400, blank=True, default=""
    )
    state = models.CharField(
        max_length=10, choices=AppealState.choices, default=AppealState.RECEIVED
    )
    assessed_on = models.DateField(_("assessed again on"), null=True, blank=True)
    assessment = models.TextField(_("the new assessment"), blank=True, default="")
    sent_on = models.DateField(_("sent on to the appeal body"), null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    result = models.TextField(_("result"), blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1, editable=False)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(state__in=["received", "sent_on"]),
                name="tenants_appeal_one_open",
            )
        ]
