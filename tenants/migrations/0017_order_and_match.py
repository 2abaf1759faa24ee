"""The order of the waiting list and the terms of offers a new installation starts with."""

import datetime

from django.db import migrations

VALID_FROM = datetime.date(2020, 1, 1)

# kind, values, source
POLICIES = [
    (
        "ranking",
        {
            "points_no_home": 40,
            "points_temporary": 30,
            "points_must_leave": 20,
            "must_leave_days": 90,
            "points_children": 20,
            "points_each_child": 5,
            "counted_children": 4,
            "points_accessible": 10,
            "points_frees_accessible": 15,
            "points_month": 1,
            "counted_months": 24,
        },
        "Boligsaks utgangspunkt. Kommunen må selv vedta og kunngjøre poengene",
    ),
    (
        "allocation",
        {
            "rooms_least": [1, 2, 3, 3, 4],
            "rooms_most": [2, 3, 4, 4, 5],
            "burden_permille": 0,
            "answer_days": 7,
            "coming_days": 60,
        },
        "Boligsaks utgangspunkt. Hvor stor del av inntekten husleien bør ta, må kommunen selv sette",
    ),
]


def seed(apps, schema_editor):
    policies = apps.get_model("rates", "Policy")
    for kind, values, source in POLICIES:
        if not policies.objects.filter(kind=kind, office=None).exists():
            policies.objects.create(
                kind=kind, office=None, valid_from=VALID_FROM, values=values, source=source
            )


def unseed(apps, schema_editor):
    kinds = [kind for kind, _values, _source in POLICIES]
    apps.get_model("rates", "Policy").objects.filter(
        kind__in=kinds, office=None, valid_from=VALID_FROM, cited_at=None
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("tenants", "0016_no_lease_in_a_held_dwelling"), ("rates", "0001_initial")]
    operations = [migrations.RunPython(seed, unseed)]
