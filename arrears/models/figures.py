"""What keeps the dashboard's figures true without counting them again.

Triggers on flags, open charges, accounts, leases and dwellings write here what each change makes
of the figures: rows that are only added, so nobody waits for anybody. The night adds up the ones
whose day has come (`arrears.services.figures`).
"""

from django.db import models
from django.db.models import Q

AT_ONCE = "0001-01-01"
"""The day of a step that does not wait for one."""


class FigureStep(models.Model):
    """`value` is added to a figure when the day `on` has come.

    With `due_on` it is about a debt that fell due then, and `name` is what is owed (`due.ore`) or
    the leases whose oldest debt it is (`due.leases`): it goes into the figures of one age after
    the other.
    """

    office = models.ForeignKey(
        "accounts.Office", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    is_protected = models.BooleanField()
    name = models.CharField(max_length=60)
    on = models.DateField()
    due_on = models.DateField(null=True)
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["on"], name="arrears_figurestep_on")]


class FigureCount(models.Model):
    """The one row that says as of which day the figures stand, and of which day they were last
    counted from nothing."""

    as_of = models.DateField()
    counted_for = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(name="arrears_figurecount_one", condition=Q(pk=1))]
