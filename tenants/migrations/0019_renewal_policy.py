"""The terms of renewing contracts a new installation starts with."""

import datetime

from django.db import migrations

KIND = "renewals"
VALID_FROM = datetime.date(2020, 1, 1)

VALUES = {"months": 36, "months_children": 120, "days_before": 180}

SOURCE = (
    "Husleieloven § 9-3 (tre år); kommunens kriterier 3. mars 2022 (ti år for barnefamilier); "
    "Boligsaks utgangspunkt for når kontrakter kan fornyes"
)


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
    dependencies = [("tenants", "0018_made_decisions_stay_whole"), ("rates", "0001_initial")]
    operations = [migrations.RunPython(seed, unseed)]
