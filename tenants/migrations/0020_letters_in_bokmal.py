"""The letters of applications and leases in bokmål."""

from django.db import migrations

from boligsak.letters.migrations._first_versions import first_versions
from tenants.migrations._letters_nb import LETTERS


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0019_renewal_policy"),
        ("letters", "0004_dispatch_acts_only_added_to"),
    ]
    operations = [first_versions(LETTERS, "nb")]
