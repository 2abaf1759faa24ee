"""When complaints become a pattern, and by when the household is spoken with; and acts that stay."""

import datetime

from django.db import migrations

from boligsak.withheld import withhold

KIND = "complaints"
VALID_FROM = datetime.date(2020, 1, 1)

VALUES = {"contact_days": 5, "pattern_count": 3, "pattern_months": 6, "serious_count": 6}

SOURCE = "Boligsaks utgangspunkt: tre klager på seks måneder"


def seed(apps, schema_editor):
    policies = apps.get_model("rates", "Policy")
    if not policies.objects.filter(kind=KIND, office=None).exists():
        policies.objects.create(
            kind=KIND, office=None, valid_from=VALID_FROM, values=VALUES, source=SOURCE
        )


def unseed(apps, schema_editor):
    apps.get_model("rates", "Policy").objects.filter(
        kind=KIND, office=None, valid_from=VALID_FROM, cited_at=None
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("tenants", "0012_acts_on_complaints_and_leases"), ("rates", "0001_initial")]
    operations = [
        withhold("UPDATE, DELETE", "tenants_complaintact", "tenants_leaseact"),
        migrations.RunPython(seed, unseed),
    ]
