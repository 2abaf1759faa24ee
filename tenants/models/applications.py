"""Applications for a municipal home, and what was found out about them."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models.history import tracked
from tenants.models.leases import Lease
from tenants.models.people import Household, MemberRole, Person
from tenants.models.querysets import ApplicationQuerySet


class ApplicationKind(models.TextChoices):
    """As national statistics count them."""

    NEW = "new", _("new home")
    SWAP = "swap", _("swap")
    EXTENSION = "extension", _("extension")


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("draft")
    RECEIVED = "received", _("received")
    DECIDED = "decided", _("decided")
    WAITING = "waiting", _("on the waiting list")
    HOUSED = "housed", _("has moved in")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CLOSED = "closed", _("closed")


class PresentHousing(models.TextChoices):
    OWN_LEASE = "own_lease", _("own lease")
    MUNICIPAL = "municipal", _("municipal home")
    FAMILY = "family", _("with family or friends")
    TEMPORARY = "temporary", _("temporary housing")
    INSTITUTION = "institution", _("institution")
    PRISON = "prison", _("prison")
    HOMELESS = "homeless", _("without a home")
    OTHER = "other", _("other")


@tracked(exclude=["typed"])
class Application(models.Model):
    """One application for a household: need, economy and support are assessed on it together.

    `typed` holds what has been entered of a draft, whether or not it can be understood yet. `lease`
    is the present tenancy of a swap or an extension. `rooms_from` and `rooms_to` are the sizes that
    suit. `decision_expected_on` is what the preliminary answer said. `health` and `social` are for
    the welfare side alone. `is_protected` is kept by the services: somebody in the household has a
    protected address.
    """

    number = models.CharField(_("application number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=ApplicationKind.choices)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ApplicationState.choices,
        default=ApplicationState.DRAFT,
    )
    office = models.ForeignKey(
        "accounts.Office", models.PROTECT, related_name="+", verbose_name=_("office")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("case handler"),
    )
    applicant = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("applicant"),
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="applications"
    )
    lease = models.ForeignKey(
        Lease, models.PROTECT, null=True, blank=True, related_name="applications"
    )
    received_on = models.DateField(_("received on"), null=True, blank=True)
    preliminary_sent_on = models.DateField(_("preliminary answer sent on"), null=True, blank=True)
    decision_expected_on = models.DateField(_("decision promised by"), null=True, blank=True)
    present_housing = models.CharField(
        _("present housing"), max_length=12, choices=PresentHousing.choices, blank=True, default=""
    )
    present_note = models.TextField(_("about the present housing"), blank=True, default="")
    must_leave_on = models.DateField(_("must leave by"), null=True, blank=True)
    need = models.TextField(_("need"), blank=True, default="")
    health = models.TextField(_("health grounds"), blank=True, default="")
    social = models.TextField(_("social grounds"), blank=True, default="")
    wishes = models.TextField(_("wishes"), blank=True, default="")
    wished_offices = ArrayField(models.BigIntegerField(), default=list, blank=True)
    needs_accessible = models.BooleanField(_("needs step-free access"), default=False)
    rooms_from = models.SmallIntegerField(_("rooms, at least"), null=True, blank=True)
    rooms_to = models.SmallIntegerField(_("rooms, at most"), null=True, blank=True)
    typed = models.JSONField(default=dict, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_because = models.CharField(max_length=400, blank=True, default="")
    is_protected = models.BooleanField(_("protected address"), default=False)
    made_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1, editable=False)
    entered_at = models.DateTimeField(db_default=Now())

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        indexes = [
            models.Index(fields=["office", "state"], name="tenants_application_office"),
            models.Index(fields=["applicant"], name="tenants_application_person"),
            models.Index(
                fields=["received_on"],
                name="tenants_application_open",
                condition=Q(state__in=["received", "decided", "waiting"]),
            ),
            # Days by which clocks can end: see tenants.queries.clocks.
            models.Index(
                fields=["decision_expected_on"],
                name="tenants_application_expected",
                condition=Q(
                    state__in=["received", "decided", "waiting"],
                    decision_expected_on__isnull=False,
                ),
            ),
            models.Index(
                fields=["lease"],
                name="tenants_application_stays",
                condition=Q(state__in=["received", "decided", "waiting"], kind="extension"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="tenants_application_whole",
                condition=Q(state="draft")
                | Q(state="withdrawn")
                | Q(applicant__isnull=False, received_on__isnull=False),
            ),
            models.CheckConstraint(
                name="tenants_application_rooms",
                condition=Q(rooms_from__isnull=True)
                | Q(rooms_to__isnull=True)
                | Q(rooms_to__gte=models.F("rooms_from")),
            ),
        ]
        triggers = [pgtrigger.Protect(name="application_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number


@tracked()
class ApplicationMember(models.Model):
    """Somebody who is to live in the home. `is_part_time`: a child who stays there at times."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="application_members")
    role = models.CharField(_("role"), max_length=10, choices=MemberRole.choices)
    is_part_time = models.BooleanField(_("part of the time"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "person"], name="tenants_applicationmember_once"
            )
        ]


class Consent(models.Model):
    """What the applicant has agreed to, or taken back. Rows are added, never changed."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    what = models.SlugField(max_length=30)
    is_given = models.BooleanField()
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="consent_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class EconomyAssessment(models.Model):
    """The household's economy as it was assessed on a day. A new look is a new row.

    `lines`: kind, amount in øre and how often. `debts`: what is owed the municipality by lease, as
    the ledger said it. `result` is what the calculator answered, `rate_ids` and `policy` what it
    rested on. Amounts are øre a month.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="economies")
    lines = models.JSONField(default=list)
    adults = models.SmallIntegerField()
    children = models.SmallIntegerField()
    debts = models.JSONField(default=list)
    debt_ore = models.BigIntegerField(default=0)
    income_ore = models.BigIntegerField()
    left_ore = models.BigIntegerField()
    affordable_ore = models.BigIntegerField()
    result = models.JSONField(default=dict)
    rate_ids = ArrayField(models.BigIntegerField(), default=list)
    policy = models.ForeignKey("rates.Policy", models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("note"), blank=True, default="")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["application", "-id"], name="tenants_economy_newest")]
        triggers = [
            pgtrigger.Protect(
                name="economy_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class SupportAssessment(models.Model):
    """Whether help is needed to manage the tenancy, concluded with reasons. The newest holds."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="supports")
    needs_help = models.BooleanField(_("help is needed to manage the tenancy"))
    reasons = models.TextField(_("reasons"))
    tenant_says = models.TextField(_("the applicant's own view"), blank=True, default="")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["application", "-id"], name="tenants_support_newest")]
        constraints = [
            models.CheckConstraint(name="tenants_support_has_reasons", condition=~Q(reasons=""))
        ]
        triggers = [
            pgtrigger.Protect(
                name="support_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class SupportState(models.TextChoices):
    PREPARED = "prepared", _("prepared")
    RUNNING = "running", _("running")
    ENDED = "ended", _("ended")
    DROPPED = "dropped", _("dropped")


@tracked()
class SupportMeasure(models.Model):
    """Help to manage the tenancy: prepared with the decision, begun on the day of the keys.

    `kind` is a code of the catalogue of measures. `starts_on` empty: on the first day of the lease.
    `party` is whose it is (welfare, housing_unit, landlord, other), `responsible` the person.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="measures"
    )
    lease = models.ForeignKey(
        Lease, models.PROTECT, null=True, blank=True, related_name="support_measures"
    )
    kind = models.SlugField(max_length=40)
    name = models.CharField(_("what"), max_length=200)
    party = models.CharField(max_length=12)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        max_length=8, choices=SupportState.choices, default=SupportState.PREPARED
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(_("looked at again"), null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    result = models.CharField(_("result"), max_length=400, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_on = models.DateField()
    version = models.IntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("support measure")
        verbose_name_plural = _("support measures")
        indexes = [models.Index(fields=["lease"], name="tenants_supportmeasure_lease")]
        constraints = [
            models.CheckConstraint(
                name="tenants_supportmeasure_runs_somewhere",
                condition=~Q(state="running") | Q(lease__isnull=False, started_on__isnull=False),
            )
        ]


class ApplicationAct(models.Model):
    """A step that was taken on an application: its history as people read it."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="acts")
    what = models.SlugField(max_length=40)
    facts = models.JSONField(default=dict)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["application", "id"], name="tenants_applicationact_of")]
        triggers = [
            pgtrigger.Protect(
                name="application_act_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]
