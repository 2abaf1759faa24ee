"""Nobody but the owner of the database can change or remove an entry of the look-up log."""

from django.db import migrations

from boligsak.withheld import withhold


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [withhold("UPDATE, DELETE", "accounts_lookup")]
