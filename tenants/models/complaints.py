"""Complaints: about a tenancy, from those around it, and about a dwelling, from its tenant."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models.dwellings import Dwelling, HeadLandlordAction
from tenants.models.history import tracked
from tenants.models.leases import Lease
from tenants.models.people import Person
from tenants.models.querysets import ComplaintQuerySet


class ComplaintAbout(models.TextChoices):
    TENANCY = "tenancy", _("the tenancy")
    DWELLING = "dwelling", _("the dwelling")


class ComplaintKind(models.TextChoices):
    NOISE = "noise", _("noise")
    THREATS = "threats", _("threats or violence")
    VISITORS = "visitors", _("visitors")
    RUBBISH = "rubbish", _("rubbish")
    DAMAGE = "damage", _("damage")
    ANIMALS = "animals", _("animals")
    DEFECT = "defect", _("defect")
    MOISTURE = "moisture", _("damp or mould")
    COLD = "cold", _("cold")
    PESTS = "pests", _("pests")
    OTHER = "other", _("other")


class ComplainantKind(models.TextChoices):
    NEIGHBOUR = "neighbour", _("neighbour")
    COOPERATIVE = "cooperative", _("housing cooperative")
    TENANT = "tenant", _("the tenant")
    POLICE = "police", _("police")
    OTHER = "other", _("other")


class ComplaintState(models.TextChoices):
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


@tracked()
class Complaint(models.Model):
    """One complaint (klage på leietaker, or a tenant's own about the dwelling; never an appeal).

    Who complained is not for the tenant, nor for those outside: `from_name` stands in no letter
    and no export. `contact_by` is the last day to talk with the household about it, `assessed`
    what a complaint about the dwelling was found to be (§§ 2-10 to 2-15) and `reduction_ore` the
    reduction of the rent a month it gives.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    about = models.CharField(max_length=10, choices=ComplaintAbout.choices)
    lease = models.ForeignKey(
        Lease, models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="complaints")
    kind = models.CharField(_("kind"), max_length=10, choices=ComplaintKind.choices)
    source = models.CharField(_("from"), max_length=12, choices=ComplainantKind.choices)
    from_name = models.CharField(_("name"), max_length=120, blank=True, default="")
    from_contact = models.CharField(_("reached at"), max_length=120, blank=True, default="")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    happened_on = models.DateField(_("happened on"), null=True, blank=True)
    received_on = models.DateField(_("received on"))
    text = models.TextField(_("what is complained of"))
    contact_by = models.DateField(_("talk with the household by"), null=True, blank=True)
    contacted_on = models.DateField(_("talked with the household on"), null=True, blank=True)
    tenant_says = models.TextField(_("what the household says"), blank=True, default="")
    is_upheld = models.BooleanField(_("found to be so"), null=True)
    assessed = models.TextField(_("assessment"), blank=True, default="")
    reduction_ore = models.BigIntegerField(null=True, blank=True)
    reduction_from = models.DateField(null=True, blank=True)
    reduction_to = models.DateField(null=True, blank=True)
    head_action = models.ForeignKey(
        HeadLandlordAction, models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    state = models.CharField(
        max_length=10, choices=ComplaintState.choices, default=ComplaintState.OPEN
    )
    closed_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=400, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1, editable=False)
    entered_at = models.DateTimeField(db_default=Now())

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        indexes = [
            models.Index(fields=["lease", "received_on"], name="tenants_complaint_lease"),
            models.Index(
                fields=["contact_by"], name="tenants_complaint_open", condition=Q(state="open")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="tenants_complaint_of_a_lease",
                condition=~Q(about="tenancy") | Q(lease__isnull=False),
            ),
            models.CheckConstraint(
                name="tenants_complaint_closed_whole",
                condition=Q(state="open") | (Q(closed_on__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="tenants_complaint_days",
                condition=(Q(happened_on__isnull=True) | Q(happened_on__lte=F("received_on")))
                & (Q(reduction_to__isnull=True) | Q(reduction_to__gte=F("reduction_from"))),
            ),
        ]
        triggers = [pgtrigger.Protect(name="complaint_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number
