"""The terms of letters to many a new installation starts with."""

import datetime

from django.db import migrations

KIND = "letters"
VALID_FROM = datetime.date(2020, 1, 1)
VALUES = {"bulk_cap": 50}
SOURCE = "Boligsaks utgangspunkt: flere enn 50 brev skal to personer se på"


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
    dependencies = [("letters", "0006_packages_of_protected_folders"), ("rates", "0001_initial")]
    operations = [migrations.RunPython(seed, unseed)]
