"""The terms for applications a new installation starts with, and the published criteria."""

import datetime

from django.db import migrations

KIND = "applications"
POLICY_FROM = datetime.date(2020, 1, 1)
SOURCE = "Forvaltningsloven §§ 11 a, 29 og 31; mål om én måned fra vedtak til tildeling"

VALUES = {
    "preliminary_months": 1,
    "decision_months": 0,
    "allocation_months": 1,
    "appeal_weeks": 3,
    "appeal_limit_months": 12,
    "four_eyes": 0,
    "body_housing_help": "Statsforvalteren",
    "body_allocation": "Kommunens klagenemnd",
}

HELP_FROM = datetime.date(2023, 7, 1)  # boligsosialloven came into force
HOME_FROM = datetime.date(2022, 3, 3)  # Trondheim's criteria
HOME_SOURCE = "Kommunens kriterier for kommunal bolig, 3. mars 2022"

# decision, code, position, text, where it comes from, whether it must be met, from
CRITERIA = [
    (
        "housing_help",
        "in-difficulty",
        1,
        (
            "Søkeren er vanskeligstilt på boligmarkedet: klarer ikke å skaffe seg eller beholde en"
            " egnet bolig på egen hånd."
        ),
        "boligsosialloven § 6",
        True,
        HELP_FROM,
    ),
    (
        "housing_help",
        "needs-help",
        2,
        "Søkeren trenger hjelp fra kommunen for å skaffe seg eller beholde en egnet bolig.",
        "boligsosialloven § 6",
        True,
        HELP_FROM,
    ),
    (
        "allocation",
        "no-suitable-home",
        1,
        "Søkeren er uten egnet bolig.",
        HOME_SOURCE,
        True,
        HOME_FROM,
    ),
    (
        "allocation",
        "cannot-get-one",
        2,
        "Søkeren klarer ikke å skaffe seg egnet bolig, verken alene eller med hjelp.",
        HOME_SOURCE,
        True,
        HOME_FROM,
    ),
    (
        "allocation",
        "reasons",
        3,
        "Det er økonomiske, sosiale eller helsemessige grunner til det.",
        HOME_SOURCE,
        True,
        HOME_FROM,
    ),
]


def seed(apps, schema_editor):
    policies = apps.get_model("rates", "Policy")
    if not policies.objects.filter(kind=KIND, office=None).exists():
        policies.objects.create(
            kind=KIND, office=None, valid_from=POLICY_FROM, values=VALUES, source=SOURCE
        )
    criteria = apps.get_model("tenants", "Criterion")
    for decision, code, position, text, section, is_required, valid_from in CRITERIA:
        criteria.objects.get_or_create(
            decision=decision,
            code=code,
            valid_from=valid_from,
            defaults={
                "position": position,
                "text": text,
                "section": section,
                "is_required": is_required,
            },
        )


def unseed(apps, schema_editor):
    apps.get_model("rates", "Policy").objects.filter(
        kind=KIND, office=None, valid_from=POLICY_FROM, cited_at=None
    ).delete()
    used = apps.get_model("tenants", "DecisionAnswer").objects.values("criterion_id")
    criteria = apps.get_model("tenants", "Criterion").objects.exclude(pk__in=used)
    for decision, code, *_rest, valid_from in CRITERIA:
        criteria.filter(decision=decision, code=code, valid_from=valid_from).delete()


class Migration(migrations.Migration):
    dependencies = [("tenants", "0013_complaint_policy"), ("rates", "0001_initial")]
    operations = [migrations.RunPython(seed, unseed)]
