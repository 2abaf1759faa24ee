"""The thresholds a new installation starts with. The municipality changes them by a dated row."""

import datetime

from django.db import migrations

VALID_FROM = datetime.date(2020, 1, 1)

VALUES = {
    "min_ore": 20_000,
    "grace_days": 3,
    "levels": [
        {"level": 1, "days": 1, "months_permille": None},
        {"level": 2, "days": 14, "months_permille": 1500},
        {"level": 3, "days": 35, "months_permille": 2000},
        {"level": 4, "days": 65, "months_permille": 3000},
    ],
    "pattern_days_later": 10,
    "pattern_share_days": 14,
    "pattern_share_permille": 250,
    "pattern_min_charges": 4,
    "former_min_ore": 20_000,
    "former_levels": [
        {"level": 1, "days": 1, "months_permille": None},
        {"level": 2, "days": 912, "months_permille": None},
    ],
    "expiry_days": [180, 90, 60, 30],
    "expired_days_left": [60, 30, 14],
    "due_day": 20,
    "charge_missing_days": 3,
}

SOURCE = "Boligsaks utgangspunkt: forfall den 20., inkassovarsel etter 15–20 dager (Trondheim)"


def seed(apps, schema_editor):
    policies = apps.get_model("rates", "Policy")
    if not policies.objects.filter(kind="arrears", office=None).exists():
        policies.objects.create(
            kind="arrears", office=None, valid_from=VALID_FROM, values=VALUES, source=SOURCE
        )


def unseed(apps, schema_editor):
    apps.get_model("rates", "Policy").objects.filter(
        kind="arrears", office=None, valid_from=VALID_FROM, cited_at=None
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("arrears", "0003_unplaced_bank_reference"), ("rates", "0001_initial")]
    operations = [migrations.RunPython(seed, unseed)]
