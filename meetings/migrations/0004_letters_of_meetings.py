"""The minutes and the summons in bokmål."""

from django.db import migrations

from boligsak.letters.migrations._first_versions import first_versions

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


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0003_a_referral_needs_its_meeting"),
        ("letters", "0005_retired_templates"),
    ]
    operations = [first_versions(LETTERS, "nb")]
