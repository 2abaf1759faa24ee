"""Buildings and the dwellings in them."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Concat, Lower, Now
from django.utils.translation import gettext_lazy as _

from tenants.models.history import tracked
from tenants.models.querysets import DwellingQuerySet
from tenants.models.sorting import norwegian


class BuildingKind(models.TextChoices):
    MUNICIPAL = "municipal", _("municipal building")
    COOPERATIVE = "cooperative", _("housing cooperative")
    SUPPORTED = "supported", _("supported housing")
    HIRED_IN = "hired_in", _("hired in")


class Building(models.Model):
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=BuildingKind.choices)
    cooperative_orgnr = models.CharField(
        _("the cooperative's organisation number"), max_length=9, blank=True
    )

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@tracked(exclude=["sort_address", "search_address"])
class Dwelling(models.Model):
    """A flat or house that the municipality lets. `rent_ore` is the monthly rent when vacant."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="dwellings", verbose_name=_("building")
    )
    office = models.ForeignKey(
        "accounts.Office", models.PROTECT, related_name="+", verbose_name=_("office")
    )
    street = models.CharField(_("street"), max_length=80)
    house_no = models.CharField(_("house number"), max_length=10)
    unit = models.CharField(_("unit"), max_length=6, help_text=_("As H0201."))
    postcode = models.CharField(_("postcode"), max_length=4)
    place = models.CharField(_("place"), max_length=40)
    rooms = models.SmallIntegerField(_("rooms"))
    area_m2 = models.SmallIntegerField(_("area, m²"))
    floor = models.SmallIntegerField(_("floor"), default=1)
    is_accessible = models.BooleanField(_("step-free access"), default=False)
    rent_ore = models.BigIntegerField(_("monthly rent"))
    in_use_from = models.DateField(_("in use from"))
    in_use_to = models.DateField(_("in use to"), null=True, blank=True)
    version = models.IntegerField(default=1, editable=False)
    sort_address = models.GeneratedField(
        expression=norwegian(Concat("street", models.Value(" "), "house_no")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    search_address = models.GeneratedField(
        expression=Lower(
            Concat("street", models.Value(" "), "house_no", models.Value(" "), "unit")
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = DwellingQuerySet.as_manager()

    class Meta:
        verbose_name = _("dwelling")
        verbose_name_plural = _("dwellings")
        indexes = [
            models.Index(fields=["sort_address", "id"], name="tenants_dwelling_sort"),
            GinIndex(
                OpClass("search_address", name="gin_trgm_ops"), name="tenants_dwelling_search"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="tenants_dwelling_sizes",
                condition=models.Q(
                    rooms__gte=1, rooms__lte=20, area_m2__gte=5, area_m2__lte=1000, rent_ore__gte=0
                ),
            ),
            models.CheckConstraint(
                name="tenants_dwelling_dates_in_order",
                condition=models.Q(in_use_to__isnull=True)
                | models.Q(in_use_to__gte=models.F("in_use_from")),
            ),
            models.CheckConstraint(
                name="tenants_dwelling_postcode", condition=models.Q(postcode__regex=r"^\d{4}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.house_no}, {self.unit}"

    @property
    def address(self) -> str:
        """As a letter names the home: with the unit, for a house has many."""
        return f"{self.street} {self.house_no}, {self.unit}, {self.postcode} {self.place}"


class HeadActionKind(models.TextChoices):
    ORDER_TO_SELL = "order_to_sell", _("order to sell")
    EVICTION = "eviction", _("eviction")
    WARNING = "warning", _("written warning")


@tracked()
class HeadLandlordAction(models.Model):
    """What the cooperative or the head landlord itself does against a dwelling, and its deadline.

    Not the tenant's default: the home may be lost all the same, so rehousing begins at once.
    """

    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="head_actions")
    kind = models.CharField(_("what"), max_length=14, choices=HeadActionKind.choices)
    received_on = models.DateField(_("received on"))
    deadline_on = models.DateField(_("deadline"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True, default="")
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=400, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    entered_at = models.DateTimeField(db_default=Now())
    version = models.IntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("the head landlord's action")
        verbose_name_plural = _("head landlords' actions")
        constraints = [
            models.CheckConstraint(
                name="tenants_headaction_dates_in_order",
                condition=(
                    models.Q(deadline_on__isnull=True)
                    | models.Q(deadline_on__gte=models.F("received_on"))
                )
                & (
                    models.Q(closed_on__isnull=True)
                    | models.Q(closed_on__gte=models.F("received_on"))
                ),
            ),
        ]
