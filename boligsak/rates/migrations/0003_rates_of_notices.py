"""What the notices of a case are reckoned with, besides what the law's own rates say."""

import datetime

from django.db import migrations

_OWN = "Boligsaks utgangspunkt, kan endres av kommunen"

# kind, first day, value, unit, source. "own-collection-notice" is a switch: 1 while a creditor may
# send an inkassovarsel himself, 0 from the day the law or the municipality puts an end to it.
RATES = [
    ("own-collection-notice", "2019-01-01", "1", "number", "inkassoloven § 9 (1 på, 0 av)"),
    ("reminder-deadline", "2019-01-01", "14", "days", _OWN),
    ("nav-warning", "2019-01-01", "14", "days", "husleieloven § 9-11"),
    ("email-used-within", "2019-01-01", "180", "days", f"tvangsfullbyrdelsesloven § 4-18; {_OWN}"),
]


def seed(apps, schema_editor):
    rates = apps.get_model("rates", "Rate")
    rates.objects.bulk_create(
        rates(
            kind=kind,
            valid_from=datetime.date.fromisoformat(first),
            value=value,
            unit=unit,
            source=source,
        )
        for kind, first, value, unit, source in RATES
    )


def unseed(apps, schema_editor):
    rates = apps.get_model("rates", "Rate")
    for kind, first, *_ in RATES:
        rates.objects.filter(kind=kind, valid_from=first, cited_at=None).delete()


class Migration(migrations.Migration):
    dependencies = [("rates", "0002_rates_of_the_law")]
    operations = [migrations.RunPython(seed, unseed)]
