"""The calling card in English."""

import datetime

from django.db import migrations

from arrears.migrations._letters_en import LETTERS

VALID_FROM = datetime.date(2020, 1, 1)
LANGUAGE = "en"


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
    dependencies = [("arrears", "0023_letters_in_bokmal"), ("letters", "0007_letters_policy")]
    operations = [migrations.RunPython(seed, unseed)]
