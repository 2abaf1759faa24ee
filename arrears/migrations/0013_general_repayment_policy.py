"""The terms of repayment plans a new installation starts with."""

import datetime

from django.db import migrations

KIND = "repayment"
VALID_FROM = datetime.date(2020, 1, 1)

VALUES = {
    "tolerance_days": 3,
    "longest_months": 36,
    "margin_permille": 100,
    "payer_days": 3,
    "living_single_ore": 0,
    "living_couple_ore": 0,
    "living_child_ore": 0,
}

SOURCE = "Boligsaks utgangspunkt. Satser til livsopphold må kommunen selv legge inn"


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
    dependencies = [("arrears", "0012_referrals_need_their_decision"), ("rates", "0001_initial")]
    operations = [migrations.RunPython(seed, unseed)]
