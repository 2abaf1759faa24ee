"""The letters of applications and leases in English."""

from django.db import migrations

from boligsak.letters.migrations._first_versions import first_versions
from tenants.migrations._letters_en import LETTERS


class Migration(migrations.Migration):
    dependencies = [("tenants", "0022_letters_in_nynorsk"), ("letters", "0007_letters_policy")]
    operations = [first_versions(LETTERS, "en")]
