"""The letter of information to all tenants, in the three languages."""

from django.db import migrations

from boligsak.letters.migrations._first_versions import first_versions

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


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0020_letters_in_bokmal"),
        ("letters", "0006_packages_of_protected_folders"),
    ]
    operations = [
        first_versions([("information", title, body)], language)
        for language, (title, body) in LETTERS.items()
    ]
