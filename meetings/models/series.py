"""Fixed series of coordination meetings, and the meetings themselves."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arrears.models import Party
from tenants.models.history import tracked


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")


class _OfOffices(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user) -> _OfOffices:
        """Those of the user's offices."""
        access = user.access
        return self if access.office_ids is None else self.filter(office_id__in=access.office_ids)


@tracked()
class Series(models.Model):
    """Meetings of one office on one weekday, every so many weeks, from one day to another.

    `starts_on` is the first meeting's day and decides which weeks. A meeting that would fall on a
    holiday is moved to the next working day.
    """

    office = models.ForeignKey(
        "accounts.Office", models.PROTECT, related_name="+", verbose_name=_("office")
    )
    name = models.CharField(_("name"), max_length=80)
    weekday = models.SmallIntegerField(_("weekday"), choices=Weekday.choices)
    every_weeks = models.SmallIntegerField(_("every how many weeks"), default=2)
    starts_on = models.DateField(_("first meeting"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    at_time = models.TimeField(_("begins at"))
    minutes = models.SmallIntegerField(_("length in minutes"), default=90)
    place = models.CharField(_("place"), max_length=120)
    version = models.IntegerField(default=1, editable=False)

    objects = _OfOffices.as_manager()

    class Meta:
        verbose_name = _("series of meetings")
        verbose_name_plural = _("series of meetings")
        constraints = [
            models.CheckConstraint(
                name="meetings_series_sane",
                condition=Q(every_weeks__gte=1, every_weeks__lte=12)
                & Q(minutes__gte=15, minutes__lte=480)
                & Q(weekday__gte=0, weekday__lte=4)
                & (Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))),
            )
        ]

    def __str__(self) -> str:
        return self.name


class SeriesMember(models.Model):
    """Somebody who is invited to every meeting of a series. A guest has a name and no user."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    guest = models.CharField(_("guest"), max_length=120, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    party = models.CharField(_("party"), max_length=12, choices=Party.choices)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="meetings_member_is_somebody",
                condition=Q(user__isnull=False, guest="") | (Q(user__isnull=True) & ~Q(guest="")),
            ),
            models.UniqueConstraint(
                fields=["series", "user"],
                condition=Q(left_on__isnull=True, user__isnull=False),
                name="meetings_member_once",
            ),
        ]


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("planned")
    RUNNING = "running", _("in session")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


@tracked()
class Meeting(models.Model):
    """One meeting. `number` is for people ("M2026-0012").

    `secretary` holds the pen while it runs: one at a time, and whoever takes it over says so. What
    is closed is locked; what is added afterwards is an `Addition`.
    """

    number = models.CharField(_("number"), max_length=12, unique=True)
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="meetings"
    )
    office = models.ForeignKey(
        "accounts.Office", models.PROTECT, related_name="+", verbose_name=_("office")
    )
    held_on = models.DateField(_("day"))
    at_time = models.TimeField(_("begins at"))
    minutes = models.SmallIntegerField(_("length in minutes"), default=90)
    place = models.CharField(_("place"), max_length=120)
    state = models.CharField(
        _("state"), max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    planned_for = models.DateField(null=True, blank=True)
    moved_because = models.CharField(max_length=200, blank=True, default="")
    cancelled_because = models.CharField(max_length=200, blank=True, default="")
    agenda_made_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    secretary = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    secretary_since = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.IntegerField(default=1)
    entered_at = models.DateTimeField(db_default=Now())

    objects = _OfOffices.as_manager()

    class Meta:
        verbose_name = _("coordination meeting")
        verbose_name_plural = _("coordination meetings")
        indexes = [models.Index(fields=["office", "held_on"], name="meetings_meeting_office")]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "planned_for"],
                condition=Q(planned_for__isnull=False),
                name="meetings_meeting_once",
            ),
            models.CheckConstraint(
                name="meetings_meeting_closed_by_somebody",
                condition=~Q(state="closed")
                | Q(closed_at__isnull=False, closed_by__isnull=False, opened_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="meeting_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="closed_meeting_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="closed"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Presence(models.TextChoices):
    INVITED = "invited", _("invited")
    PRESENT = "present", _("present")
    ABSENT = "absent", _("absent")


class Attendance(models.Model):
    """Somebody invited to one meeting, and whether they came. `invited_on`: when asked."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    guest = models.CharField(_("guest"), max_length=120, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    party = models.CharField(_("party"), max_length=12, choices=Party.choices)
    presence = models.CharField(max_length=8, choices=Presence.choices, default=Presence.INVITED)
    invited_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="meetings_attendance_is_somebody",
                condition=Q(user__isnull=False, guest="") | (Q(user__isnull=True) & ~Q(guest="")),
            ),
            models.UniqueConstraint(
                fields=["meeting", "user"],
                condition=Q(user__isnull=False),
                name="meetings_attendance_once",
            ),
        ]
