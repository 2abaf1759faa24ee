"""The letters of applications and leases in nynorsk."""

from django.db import migrations

from boligsak.letters.migrations._first_versions import first_versions
from tenants.migrations._letters_nn import LETTERS


class Migration(migrations.Migration):
    dependencies = [("tenants", "0021_information_letters"), ("letters", "0007_letters_policy")]
    operations = [first_versions(LETTERS, "nn")]
