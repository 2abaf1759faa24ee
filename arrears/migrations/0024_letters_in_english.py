"""The calling card in English."""

from django.db import migrations

from arrears.migrations._letters_en import LETTERS
from boligsak.letters.migrations._first_versions import first_versions


class Migration(migrations.Migration):
    dependencies = [("arrears", "0023_letters_in_bokmal"), ("letters", "0007_letters_policy")]
    operations = [first_versions(LETTERS, "en")]
