"""Steps taken on complaints and on leases: their history as people read it. Only added to."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from tenants.models.complaints import Complaint
from tenants.models.leases import Lease


class ComplaintAct(models.Model):
    """A step that was taken on a complaint. `what` is a code of `tenants.words.complaints`."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="acts")
    what = models.SlugField(max_length=40)
    facts = models.JSONField(default=dict)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["complaint", "id"], name="tenants_complaintact_of")]
        triggers = [
            pgtrigger.Protect(
                name="complaint_act_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]


class LeaseAct(models.Model):
    """A step that was taken on a lease while it lasts, or as it ends: a change of parties answered,
    keys given back, a settlement. `what` is a code of `tenants.words.lease_acts`."""

    lease = models.ForeignKey(Lease, models.PROTECT, related_name="acts")
    what = models.SlugField(max_length=40)
    facts = models.JSONField(default=dict)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["lease", "id"], name="tenants_leaseact_of")]
        triggers = [
            pgtrigger.Protect(
                name="lease_act_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]
