"""From waiting list to lease: holds on dwellings, offers, contracts and their signatures."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models.applications import Application
from tenants.models.dwellings import Dwelling
from tenants.models.history import tracked
from tenants.models.leases import Lease
from tenants.models.people import Person


class HoldKind(models.TextChoices):
    REPAIR = "repair", _("being repaired")
    KEPT_FREE = "kept_free", _("kept free for a purpose")
    OTHER = "other", _("other")


@tracked()
class DwellingHold(models.Model):
    """Why an empty dwelling cannot be offered, from one day to another, inclusive."""

    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="holds")
    kind = models.CharField(_("why"), max_length=10, choices=HoldKind.choices)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.CheckConstraint(
                name="tenants_hold_dates_in_order",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
            )
        ]


class OfferState(models.TextChoices):
    RESERVED = "reserved", _("reserved")
    OFFERED = "offered", _("offered")
    ACCEPTED = "accepted", _("accepted")
    LEASED = "leased", _("became a lease")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")


ACTIVE_OFFERS = ("reserved", "offered", "accepted")

# A lease in a dwelling that is held for somebody, or whose conditions are not met, cannot begin:
# not from a page, not from the administration, and not from a prompt.
_CONTROL = """
IF NEW.state = 'leased' AND OLD.state <> 'leased' THEN
    IF NEW.lease_id IS NULL THEN
        RAISE EXCEPTION 'offer % has no lease', NEW.id USING ERRCODE = 'check_violation',
            CONSTRAINT = 'tenants_offer_has_its_lease';
    END IF;
    IF NOT EXISTS (
        SELECT FROM tenants_decision AS decision
        WHERE decision.application_id = NEW.application_id AND decision.kind = 'allocation'
            AND decision.state = 'final' AND decision.outcome = 'granted'
    ) THEN
        RAISE EXCEPTION 'no decision grants a home on offer %', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tenants_offer_is_decided';
    END IF;
    IF EXISTS (
        SELECT FROM tenants_condition AS condition
        JOIN tenants_decision AS decision ON decision.id = condition.decision_id
        WHERE decision.application_id = NEW.application_id AND decision.state = 'final'
            AND condition.state = 'open'
    ) THEN
        RAISE EXCEPTION 'a condition is not met on offer %', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tenants_offer_conditions_met';
    END IF;
END IF;
RETURN NEW;
"""


@tracked()
class Offer(models.Model):
    """A dwelling held for one application, then offered with an expiry, then answered.

    `rank` is the place on the waiting list and its reasons, as they were when it was reserved.
    `expires_on` is the last day to answer, inclusive.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="offers")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="offers")
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.RESERVED)
    rank = models.JSONField(default=dict)
    over_because = models.CharField(
        _("why not the first on the list"), max_length=400, blank=True, default=""
    )
    reserved_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    offered_on = models.DateField(_("offered on"), null=True, blank=True)
    expires_on = models.DateField(_("answer by"), null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    because = models.CharField(_("why"), max_length=400, blank=True, default="")
    lease = models.OneToOneField(Lease, models.PROTECT, null=True, blank=True, related_name="offer")
    version = models.IntegerField(default=1, editable=False)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(
                fields=["dwelling"],
                condition=Q(state__in=ACTIVE_OFFERS),
                name="tenants_offer_one_a_dwelling",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=ACTIVE_OFFERS),
                name="tenants_offer_one_an_application",
            ),
            models.CheckConstraint(
                name="tenants_offer_whole",
                condition=~Q(state__in=["offered", "accepted"])
                | Q(offered_on__isnull=False, expires_on__gte=F("offered_on")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="offer_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="control_at_allocation",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=_CONTROL,
            ),
            pgtrigger.Protect(
                name="offer_never_begins_leased",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__state="leased"),
            ),
        ]


class ContractState(models.TextChoices):
    DRAFT = "draft", _("draft")
    FOR_SIGNING = "signing", _("out for signing")
    SIGNED = "signed", _("signed")
    DROPPED = "dropped", _("dropped")


@tracked()
class LeaseContract(models.Model):
    """A contract for a lease: its first, a renewal or a conversion, with why its term is so.

    `ground` is "" for three years or more and open-ended, "special" (særlige grunner) or "weighty"
    (tungtveiende grunner) for a shorter term, § 11-1. `starts_on`/`ends_on` are inclusive.
    """

    lease = models.ForeignKey(Lease, models.PROTECT, related_name="contracts")
    kind = models.CharField(max_length=10)  # first, renewal, conversion
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    is_short = models.BooleanField(default=False)
    ground = models.CharField(max_length=10, blank=True, default="")
    reason = models.CharField(_("why"), max_length=400, blank=True, default="")
    terms = models.JSONField(default=dict)
    state = models.CharField(
        max_length=8, choices=ContractState.choices, default=ContractState.DRAFT
    )
    document = models.ForeignKey(
        "letters.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )
    minutes = models.SmallIntegerField(_("minutes spent"), null=True, blank=True)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1, editable=False)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        indexes = [models.Index(fields=["lease", "-id"], name="tenants_contract_lease")]
        constraints = [
            models.CheckConstraint(
                name="tenants_contract_dates_in_order",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="tenants_contract_short_has_ground",
                condition=Q(is_short=False) | (~Q(ground="") & ~Q(reason="")),
            ),
        ]


class ContractSignature(models.Model):
    """Who signed a contract, when and how. `person` is a tenant; empty: for the landlord."""

    contract = models.ForeignKey(LeaseContract, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    signed_on = models.DateField(_("signed on"))
    method = models.CharField(_("how"), max_length=12)  # paper, digital
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "person"],
                name="tenants_signature_once",
                nulls_distinct=False,
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="signature_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


@tracked()
class Guarantee(models.Model):
    """A guarantee instead of a deposit, from one day to another, inclusive. Øre."""

    lease = models.ForeignKey(Lease, models.PROTECT, related_name="guarantees")
    guarantor = models.CharField(_("who guarantees"), max_length=120)
    amount_ore = models.BigIntegerField(_("amount"))
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("guarantee")
        verbose_name_plural = _("guarantees")
        constraints = [
            models.CheckConstraint(
                name="tenants_guarantee_whole",
                condition=Q(amount_ore__gt=0)
                & (Q(to_on__isnull=True) | Q(to_on__gte=F("from_on"))),
            )
        ]


@tracked()
class ServiceAgreement(models.Model):
    """What a bo- og tjenesteavtale holds besides the use of the dwelling.

    The clocks of husleieloven run all the same until a lawyer has recorded, with reasons, that
    something other than the use of the dwelling is the agreement's essence (§§ 1-1, 1-2).
    """

    lease = models.OneToOneField(Lease, models.PROTECT, related_name="service_agreement")
    services = models.TextField(_("services"))
    ends_when = models.TextField(_("what ends it"))
    review_on = models.DateField(_("looked at again"), null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    review_note = models.TextField(_("what the review found"), blank=True, default="")
    lawyer = models.CharField(_("lawyer"), max_length=120, blank=True, default="")
    lawyer_on = models.DateField(_("assessed on"), null=True, blank=True)
    lawyer_reasons = models.TextField(_("the assessment"), blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("service agreement")
        verbose_name_plural = _("service agreements")
        constraints = [
            models.CheckConstraint(
                name="tenants_service_assessed_whole",
                condition=Q(lawyer_on__isnull=True) | (~Q(lawyer="") & ~Q(lawyer_reasons="")),
            )
        ]
