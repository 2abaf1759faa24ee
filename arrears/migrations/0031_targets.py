"""The targets a new installation starts with, and petitions and evictions of a year by their day."""

import datetime

from django.db import migrations, models

KIND = "targets"
VALID_FROM = datetime.date(2020, 1, 1)

VALUES = {
    "petitions_before": 0,
    "petitions_fewer_permille": 500,
    "evictions_before": 0,
    "evictions_fewer_permille": 300,
}

SOURCE = (
    "Strategien «På vei til egen bolig» (2005–2007). Tallene å sammenligne med må kommunen selv"
    " legge inn"
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
    dependencies = [
        ("arrears", "0030_flag_changes_unchecked"),
        ("rates", "0003_rates_of_notices"),
    ]
    operations = [
        migrations.RunPython(seed, unseed),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("kind", "bailiff")),
                fields=["filed_on"],
                name="arrears_referral_petition",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("state", "carried_out")),
                fields=["lock_changed_on"],
                name="arrears_referral_evicted",
            ),
        ),
    ]
