"""The letter of information to all tenants, in the three languages."""

import datetime

from django.db import migrations

KIND = "information"
VALID_FROM = datetime.date(2020, 1, 1)

LETTERS = {
    "nb": (
        "Informasjon til deg som leier kommunal bolig",
        "# {about}\n{text}\n\nBrevet gjelder leieforholdet {lease}.\n\nSpørsmål? {contact}",
    ),
    "nn": (
        "Informasjon til deg som leiger kommunal bustad",
        "# {about}\n{text}\n\nBrevet gjeld leigeforholdet {lease}.\n\nSpørsmål? {contact}",
    ),
    "en": (
        "Information for tenants of municipal homes",
        "# {about}\n{text}\n\nThis letter is about lease {lease}.\n\nQuestions? {contact}",
    ),
}


def seed(apps, schema_editor):
    templates = apps.get_model("letters", "Template")
    for language, (title, body) in LETTERS.items():
        if not templates.objects.filter(kind=KIND, language=language, office=None).exists():
            templates.objects.create(
                kind=KIND,
                language=language,
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
            "DELETE FROM letters_template AS template WHERE kind = %s"
            " AND office_id IS NULL AND number = 1 AND NOT EXISTS ("
            "SELECT FROM letters_document AS document WHERE document.template_id = template.id)",
            [KIND],
        )
        cursor.execute("ALTER TABLE letters_template ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [("tenants", "0020_letters_in_bokmal"), ("letters", "0006_packages_of_protected_folders")]
    operations = [migrations.RunPython(seed, unseed)]
