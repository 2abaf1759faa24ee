"""Users, the offices they work at, the roles they hold there, and who looked at whom."""

import datetime
from functools import cached_property

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from boligsak import dates
from boligsak.accounts.grants import Access, Assignment, fold


class Office(models.Model):
    """A welfare office and its district. Districts merge: then one has a dated successor."""

    name = models.CharField(_("name"), max_length=80)
    code = models.SlugField(_("code"), max_length=20, unique=True)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("successor")
    )

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """Somebody who signs in. What they may do comes from role assignments, never from groups."""

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Asks the grants and nothing else: Django's own backends would ask the database for
        groups and single permissions, on every page, and nobody has any.

        Of a row with an office it asks the roles that are held there.
        """
        if not self.is_active or perm not in self.access.permissions:
            return False
        office_id = getattr(obj, "office_id", None)
        return office_id is None or self.access.may(perm, office_id)

    def may_somewhere(self, perm: str) -> bool:
        """Whether there is a place where this user has the permission: for links to pages."""
        return self.is_active and perm in self.everywhere.permissions

    @cached_property
    def everywhere(self) -> Access:
        """What this user may do today: one query, once per request (users are fetched anew)."""
        return self.access_on(dates.today())

    @cached_property
    def access(self) -> Access:
        """The same; on a page, the part of it in which the page is opened."""
        return self.everywhere

    def access_on(self, day: datetime.date) -> Access:
        if not self.is_active:
            return Access()
        rows = self.role_assignments.filter(valid_from__lte=day).filter(
            models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day)
        )
        return fold(Assignment(*row) for row in rows.values_list("role", "office_id", "is_cleared"))


class Role(models.TextChoices):
    CASEWORKER = "caseworker", _("caseworker")
    COORDINATOR = "coordinator", _("housing coordinator")
    HOUSING_UNIT = "housing_unit", _("housing unit")
    LANDLORD = "landlord", _("landlord")
    MANAGER = "manager", _("manager")
    PRIVACY_OFFICER = "privacy_officer", _("privacy officer")
    ADMINISTRATOR = "administrator", _("administrator")


class RoleAssignment(models.Model):
    """A role held at one office (or at all of them) from one day to another, inclusive."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_assignments"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("office"),
        help_text=_("Empty means every office."),
    )
    is_cleared = models.BooleanField(
        _("cleared for protected addresses"),
        default=False,
        help_text=_("May see the address of people with address protection (code 6 and 7)."),
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints = [
            models.CheckConstraint(
                name="accounts_roleassignment_dates_in_order",
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        where = self.office or _("every office")
        return f"{self.get_role_display()} – {where}"


class LookUp(models.Model):
    """One response in which a user saw these people. Can be added to, never changed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    page = models.CharField(max_length=60, help_text="The page's permission and name.")
    person_ids = ArrayField(models.BigIntegerField())
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")
        indexes = [
            GinIndex(fields=["person_ids"], name="accounts_lookup_people"),
            models.Index(fields=["-at"], name="accounts_lookup_at"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="lookup_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class Submission(models.Model):
    """A form sent once. The same form sent again gets the first one's answer, not a second act."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    path = models.CharField(max_length=200)
    answer = models.CharField(max_length=300, help_text="Where the first one was sent on to.")
    at = models.DateTimeField(db_default=Now())
