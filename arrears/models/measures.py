"""Measures: what can be tried before somebody loses a home, and what was."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arrears.models.cases import Case, Party, TriggerKind
from tenants.models.history import tracked


@tracked()
class MeasureKind(models.Model):
    """A row of the catalogue. In use it is ended, never deleted.

    `triggers` are those it is aimed at. `is_required`: the checklist must have an answer to it.
    `is_social`: what it is, and how it goes, is for the welfare side only. `is_lasting`: support
    that runs until nobody needs it; while it runs, a referral needs to say why it is not enough.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_nb = models.CharField(_("name in Norwegian"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    help_nb = models.CharField(
        _("explanation in Norwegian"), max_length=300, blank=True, default=""
    )
    help_en = models.CharField(_("explanation in English"), max_length=300, blank=True, default="")
    source = models.CharField(_("source"), max_length=200, blank=True, default="")
    party = models.CharField(
        _("responsible"), max_length=12, choices=Party.choices, default=Party.WELFARE
    )
    triggers = ArrayField(
        models.CharField(max_length=10, choices=TriggerKind.choices), verbose_name=_("triggers")
    )
    is_required = models.BooleanField(_("in the checklist"), default=True)
    needs_children = models.BooleanField(_("only when children live there"), default=False)
    is_social = models.BooleanField(_("for the welfare side only"), default=False)
    is_lasting = models.BooleanField(_("support that goes on"), default=False)
    position = models.SmallIntegerField(_("order"), default=100)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    version = models.IntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("kind of measure")
        verbose_name_plural = _("kinds of measures")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="arrears_measurekind_dates_in_order",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return self.name_nb


class MeasureState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    STARTED = "started", _("started")
    DONE = "done", _("done")
    DROPPED = "dropped", _("not carried out")
    UNSUITABLE = "unsuitable", _("not suitable")


class MeasureResult(models.TextChoices):
    WORKED = "worked", _("worked")
    PARTLY = "partly", _("worked in part")
    NOT = "not", _("did not work")


@tracked()
class Measure(models.Model):
    """A measure on a case. Days are inclusive; `trial_to` is the last day of a trial period.

    `why_not` is the reason of what was dropped or found unsuitable. `insufficient_because` says of
    running support why it is not enough; the gate asks for it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="measures")
    kind = models.ForeignKey(MeasureKind, models.PROTECT, related_name="measures")
    state = models.CharField(_("state"), max_length=10, choices=MeasureState.choices)
    party = models.CharField(_("responsible"), max_length=12, choices=Party.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    responsible = models.CharField(_("who"), max_length=120, blank=True, default="")
    proposed_on = models.DateField()
    started_on = models.DateField(_("started on"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    trial_to = models.DateField(_("trial period to"), null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    result = models.CharField(
        _("result"), max_length=8, choices=MeasureResult.choices, blank=True, default=""
    )
    note = models.TextField(_("note"), blank=True, default="")
    why_not = models.CharField(_("why not"), max_length=400, blank=True, default="")
    insufficient_because = models.CharField(
        _("why it is not enough"), max_length=400, blank=True, default=""
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        indexes = [
            models.Index(fields=["case", "state"], name="arrears_measure_case"),
            models.Index(
                fields=["due_on"],
                name="arrears_measure_due",
                condition=Q(state__in=["proposed", "started"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(state__in=["proposed", "started"]),
                name="arrears_measure_one_open",
            ),
            models.CheckConstraint(
                name="arrears_measure_ended_when_over",
                condition=Q(state__in=["proposed", "started"], ended_on__isnull=True)
                | (~Q(state__in=["proposed", "started"]) & Q(ended_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="arrears_measure_done_has_result",
                condition=~Q(state="done") | ~Q(result=""),
            ),
            models.CheckConstraint(
                name="arrears_measure_not_has_reason",
                condition=~Q(state__in=["dropped", "unsuitable"]) | ~Q(why_not=""),
            ),
            models.CheckConstraint(
                name="arrears_measure_started_has_day",
                condition=~Q(state="started") | Q(started_on__isnull=False),
            ),
        ]
        triggers = [pgtrigger.Protect(name="measure_is_never_deleted", operation=pgtrigger.Delete)]


class ChildrenAssessment(models.Model):
    """The children's best interest, in writing. Append-only: the newest counts."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="children_assessments")
    text = models.TextField(_("assessment"))
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="assessment_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


@tracked()
class Occupant(models.Model):
    """An adult found in the dwelling who is no party: must be heard (tvangsfullbyrdelsesloven
    § 13-6). `name` is empty when nobody knows it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="occupants")
    name = models.CharField(_("name"), max_length=160, blank=True, default="")
    about = models.CharField(_("what is known"), max_length=200, blank=True, default="")
    seen_on = models.DateField(_("seen on"))
    heard_on = models.DateField(_("heard on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())
