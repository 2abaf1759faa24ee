"""Attempts to reach the tenant, and what the tenant says."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arrears.models.cases import Case
from tenants.models import Person
from tenants.models.history import tracked


class Channel(models.TextChoices):
    LETTER = "letter", _("letter")
    PHONE = "phone", _("phone")
    SMS = "sms", _("SMS")
    EMAIL = "email", _("e-mail")
    HOME_VISIT = "home_visit", _("home visit")
    MEETING = "meeting", _("meeting")
    GUARDIAN = "guardian", _("through the guardian")


class ContactState(models.TextChoices):
    PLANNED = "planned", _("planned")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ContactResult(models.TextChoices):
    NOT_REACHED = "not_reached", _("not reached")
    MESSAGE_LEFT = "message_left", _("message left")
    TALKED = "talked", _("talked, nothing agreed")
    AGREED = "agreed", _("something was agreed")
    PROMISED = "promised", _("promised to pay")
    REFUSED = "refused", _("does not want contact")
    WRONG_NUMBER = "wrong_number", _("wrong number or address")


class PromiseState(models.TextChoices):
    OPEN = "open", _("running")
    KEPT = "kept", _("kept")
    BROKEN = "broken", _("not kept")
    MOVED = "moved", _("replaced by another promise")


@tracked()
class ContactAttempt(models.Model):
    """One attempt to reach somebody, or a home visit that is planned. Withdrawn, never deleted.

    `on` is the day it happened, or is planned for. `counts` is false where it does not count as
    an attempt (a home visit to somebody who was away); the reason stands in `counts_not_because`.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="contacts")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tenant")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=ContactState.choices)
    on = models.DateField(_("day"))
    at_time = models.CharField(_("time of day"), max_length=40, blank=True, default="")
    who_goes = models.CharField(_("who goes"), max_length=120, blank=True, default="")
    result = models.CharField(
        _("result"), max_length=12, choices=ContactResult.choices, blank=True, default=""
    )
    was_reached = models.BooleanField(_("reached"), null=True, blank=True)
    agreed = models.TextField(_("what was said or agreed"), blank=True, default="")
    interpreter = models.CharField(_("interpreter"), max_length=40, blank=True, default="")
    is_social = models.BooleanField(_("for the welfare side only"), default=False)
    counts = models.BooleanField(default=True)
    counts_not_because = models.CharField(max_length=30, blank=True, default="")
    promised_ore = models.BigIntegerField(_("promised amount"), null=True, blank=True)
    promised_on = models.DateField(_("promised by"), null=True, blank=True)
    promise_state = models.CharField(
        max_length=6, choices=PromiseState.choices, blank=True, default=""
    )
    promise_checked_on = models.DateField(null=True, blank=True)
    minutes = models.SmallIntegerField(_("minutes spent"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.CharField(_("reason"), max_length=200, blank=True, default="")
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["case", "on"], name="arrears_contact_case"),
            models.Index(
                fields=["on"], name="arrears_contact_planned", condition=Q(state="planned")
            ),
            models.Index(
                fields=["promised_on"],
                name="arrears_contact_promises",
                condition=Q(promise_state="open"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="arrears_contact_promise_whole",
                condition=Q(promise_state="", promised_ore__isnull=True, promised_on__isnull=True)
                | Q(promised_ore__gt=0, promised_on__isnull=False) & ~Q(promise_state=""),
            ),
            models.CheckConstraint(
                name="arrears_contact_done_says_how",
                condition=~Q(state="done") | (~Q(result="") & Q(was_reached__isnull=False)),
            ),
        ]
        triggers = [pgtrigger.Protect(name="contact_is_never_deleted", operation=pgtrigger.Delete)]


class TenantView(models.Model):
    """The tenant's own view in their own words, or why it is missing. Append-only: newest counts.

    One of `words` and `missing_because` is filled, or neither when only an invitation is recorded.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="views")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.TextField(_("in the tenant's own words"), blank=True, default="")
    missing_because = models.CharField(
        _("why it is missing"), max_length=400, blank=True, default=""
    )
    invited_on = models.DateField(_("invited to take part on"), null=True, blank=True)
    invited_by = models.CharField(
        _("how invited"), max_length=10, choices=Channel.choices, blank=True, default=""
    )
    interpreter = models.CharField(_("interpreter"), max_length=40, blank=True, default="")
    is_social = models.BooleanField(_("for the welfare side only"), default=False)
    on = models.DateField(_("day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("tenant's view")
        verbose_name_plural = _("tenants' views")
        indexes = [models.Index(fields=["case", "person"], name="arrears_view_case")]
        constraints = [
            models.CheckConstraint(
                name="arrears_view_says_something",
                condition=(~Q(words="") & Q(missing_because=""))
                | (Q(words="") & ~Q(missing_because=""))
                | Q(words="", missing_because="", invited_on__isnull=False),
            ),
            models.CheckConstraint(
                name="arrears_view_invitation_whole",
                condition=Q(invited_on__isnull=True, invited_by="")
                | (Q(invited_on__isnull=False) & ~Q(invited_by="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="view_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]
