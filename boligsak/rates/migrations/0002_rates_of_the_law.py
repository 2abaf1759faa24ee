"""Rates, fees and days that the law sets, each with its source.

Amounts are øre, interest percent a year, fees ratios of the rate they are reckoned from. A rate
that nobody has looked up for a later time ends: what needs it is refused then, never guessed.
"""

import datetime

from django.db import migrations

ORE, PERCENT, RATIO, DAYS, NUMBER = "øre", "% a year", "ratio", "days", "number"

_COURT = "rettsgebyrloven § 1 (R)"
_EVICTION = "rettsgebyrloven, gebyr for fravikelse"
_SATS = "inkassoforskriften § 1-1 (inkassosatsen)"
_OWN_FEE = "inkassoforskriften kap. 1, egne gebyrer"
_COLLECTOR = "inkassoforskriften kap. 2, fremmedinkasso"
_LATE = "forsinkelsesrenteloven § 2, forskrift om rentesats"
_COLLECTION = "inkassoloven"
_TVFBL = "tvangsfullbyrdelsesloven"
_FORELDELSE = "foreldelsesloven § 2"
_OWN = "Boligsaks utgangspunkt, kan endres av kommunen"

# kind, first day, last day (None: until a newer row), value, unit, source
RATES = [
    ("court-fee", "2019-01-01", "2019-12-31", "115000", ORE, _COURT),
    ("court-fee", "2021-01-01", None, "119900", ORE, _COURT),
    ("court-fee", "2022-01-01", None, "122300", ORE, _COURT),
    ("court-fee", "2023-01-01", None, "124300", ORE, _COURT),
    ("court-fee", "2024-01-01", None, "127700", ORE, _COURT),
    ("court-fee", "2025-01-01", "2025-12-31", "131400", ORE, _COURT),
    ("eviction-filed", "2019-01-01", None, "1.25", RATIO, f"{_EVICTION}: begjæring"),
    ("eviction-carried-out", "2019-01-01", None, "1.35", RATIO, f"{_EVICTION}: gjennomføring"),
    ("eviction-warning", "2019-01-01", None, "14", DAYS, f"{_TVFBL} § 4-18"),
    ("eviction-comment", "2019-01-01", None, "14", DAYS, f"{_TVFBL}: saksøktes frist til uttalelse"),
    ("eviction-goods-kept", "2019-01-01", None, "28", DAYS, f"{_TVFBL}: løsøre etter fravikelse"),
    ("referral-decision-lapses", "2019-01-01", None, "30", DAYS, _OWN),
    ("limitation-years", "2019-01-01", None, "3", NUMBER, _FORELDELSE),
    ("collection-rate", "2020-10-01", None, "70000", ORE, _SATS),
    ("collection-rate", "2026-01-01", None, "75000", ORE, _SATS),
    ("collection-notice", "2020-10-01", None, "14", DAYS, f"{_COLLECTION} § 9 (inkassovarsel)"),
    ("payment-demand", "2020-10-01", None, "14", DAYS, f"{_COLLECTION} § 10 (betalingsoppfordring)"),
    ("reminder-fee", "2020-10-01", None, "0.05", RATIO, f"{_OWN_FEE}: 1/20 av inkassosatsen"),
    ("payment-demand-fee", "2020-10-01", None, "0.15", RATIO, f"{_OWN_FEE}: 3/20 av inkassosatsen"),
    ("fees-a-claim", "2020-10-01", None, "2", NUMBER, f"{_OWN_FEE}: høyst to gebyrer"),
    ("fee-after-due", "2020-10-01", None, "14", DAYS, f"{_OWN_FEE}: tidligst 14 dager etter forfall"),
    ("collector-fee-500", "2020-10-01", None, "0.25", RATIO, f"{_COLLECTOR}: krav til og med 500"),
    ("collector-fee-1000", "2020-10-01", None, "0.35", RATIO, f"{_COLLECTOR}: krav til og med 1000"),
    ("collector-fee-2500", "2020-10-01", None, "0.4", RATIO, f"{_COLLECTOR}: krav til og med 2500"),
    ("collector-fee-10000", "2020-10-01", None, "0.8", RATIO, f"{_COLLECTOR}: krav til og med 10 000"),
    ("collector-fee-50000", "2020-10-01", None, "1.6", RATIO, f"{_COLLECTOR}: krav til og med 50 000"),
    ("collector-fee-250000", "2020-10-01", None, "3.6", RATIO, f"{_COLLECTOR}: krav til og med 250 000"),
    ("collector-fee-above", "2020-10-01", None, "7.2", RATIO, f"{_COLLECTOR}: krav over 250 000"),
    ("collector-fee-doubles", "2020-10-01", None, "43", DAYS, f"{_COLLECTOR}: etter betalingsoppfordringen"),
    ("late-interest", "2022-01-01", None, "8.50", PERCENT, f"{_LATE} fra 1.1.2022"),
    ("late-interest", "2022-07-01", None, "9.25", PERCENT, f"{_LATE} fra 1.7.2022"),
    ("late-interest", "2023-01-01", None, "10.75", PERCENT, f"{_LATE} fra 1.1.2023"),
    ("late-interest", "2023-07-01", None, "11.75", PERCENT, f"{_LATE} fra 1.7.2023"),
    ("late-interest", "2024-01-01", None, "12.50", PERCENT, f"{_LATE} fra 1.1.2024"),
    ("late-interest", "2024-07-01", None, "12.50", PERCENT, f"{_LATE} fra 1.7.2024"),
    ("late-interest", "2025-01-01", None, "12.50", PERCENT, f"{_LATE} fra 1.1.2025"),
    ("late-interest", "2025-07-01", None, "12.25", PERCENT, f"{_LATE} fra 1.7.2025"),
    ("late-interest", "2026-01-01", "2026-06-30", "12.00", PERCENT, f"{_LATE} fra 1.1.2026"),
]


def seed(apps, schema_editor):
    rates = apps.get_model("rates", "Rate")
    there = set(rates.objects.values_list("kind", "valid_from"))
    day = datetime.date.fromisoformat
    rows = (
        (kind, day(first), last and day(last), value, unit, source)
        for kind, first, last, value, unit, source in RATES
    )
    rates.objects.bulk_create(
        rates(kind=kind, valid_from=first, valid_to=last, value=value, unit=unit, source=source)
        for kind, first, last, value, unit, source in rows
        if (kind, first) not in there
    )


def unseed(apps, schema_editor):
    rates = apps.get_model("rates", "Rate")
    for kind, first, *_ in RATES:
        rates.objects.filter(kind=kind, valid_from=first, cited_at=None).delete()


class Migration(migrations.Migration):
    dependencies = [("rates", "0001_initial")]
    operations = [migrations.RunPython(seed, unseed)]
