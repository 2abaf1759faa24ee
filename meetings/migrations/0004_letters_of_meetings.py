"""The minutes and the summons in bokmål."""

import datetime

from django.db import migrations

VALID_FROM = datetime.date(2020, 1, 1)
LANGUAGE = "nb"

MINUTES = """\
Møte {meeting} ved {office}, {held}.
Sted: {place}.
Referatet ble lukket {date}.

# Hvem som var der
{people}

# Saker
{cases}

# Rutiner mellom partene
{issues}

# Utsatt til neste møte
{carried}

# Tatt av sakslisten
{dropped}

{version}"""

SUMMONS = """\
Du er innkalt til samarbeidsmøte {meeting} ved {office}.

**Når:** {held}
**Varighet:** {lasts}
**Hvor:** {place}
{changed}

# Innkalt
{people}

# Saksliste
{agenda}

Sakene står med nummer. Du finner resten i Boligsak hvis du har tilgang til saken.

Kan du ikke komme? Si fra så snart som mulig, så en annen kan møte for deg."""

LETTERS = [
    ("meeting-minutes", "Referat fra samarbeidsmøte", MINUTES),
    ("meeting-summons", "Innkalling til samarbeidsmøte", SUMMONS),
]


def seed(apps, schema_editor):
    templates = apps.get_model("letters", "Template")
    for kind, title, body in LETTERS:
        if not templates.objects.filter(kind=kind, language=LANGUAGE, office=None).exists():
            templates.objects.create(
                kind=kind,
                language=LANGUAGE,
                office=None,
                number=1,
                valid_from=VALID_FROM,
                state="approved",
                title=title,
                body=body,
                note="Boligsaks utgangspunkt",
                approved_on=VALID_FROM,
            )


def unseed(apps, schema_editor):
    """What no letter was written from. Approved versions are never deleted but here."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE letters_template DISABLE TRIGGER USER")
        cursor.execute(
            "DELETE FROM letters_template AS template WHERE kind = ANY(%s) AND language = %s"
            " AND office_id IS NULL AND number = 1 AND NOT EXISTS ("
            "SELECT FROM letters_document AS document WHERE document.template_id = template.id)",
            [[kind for kind, _, _ in LETTERS], LANGUAGE],
        )
        cursor.execute("ALTER TABLE letters_template ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0003_a_referral_needs_its_meeting"),
        ("letters", "0005_retired_templates"),
    ]
    operations = [migrations.RunPython(seed, unseed)]
