"""Which complaints a case is about."""

from django.conf import settings
from django.db import models

from arrears.models.cases import Case
from tenants.models import Complaint


class CaseComplaint(models.Model):
    """A complaint that a case is about; each belongs to at most one case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="complaints")
    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="on_case")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
