"""The letters about arrears in bokmål."""

from django.db import migrations

from arrears.migrations._letters_nb import LETTERS
from boligsak.letters.migrations._first_versions import first_versions


class Migration(migrations.Migration):
    dependencies = [
        ("arrears", "0022_complaints_of_a_case"),
        ("letters", "0004_dispatch_acts_only_added_to"),
    ]
    operations = [first_versions(LETTERS, "nb")]
