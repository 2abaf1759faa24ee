"""Nobody but the owner of the database can change or remove a ledger line or a flag's history."""

from django.db import migrations

from boligsak.withheld import withhold


class Migration(migrations.Migration):
    dependencies = [("arrears", "0005_read_a_past_from_indexes")]
    operations = [
        withhold("UPDATE, DELETE", "arrears_ledgerline", "arrears_flagchange"),
        withhold("DELETE", "arrears_flag"),
    ]
