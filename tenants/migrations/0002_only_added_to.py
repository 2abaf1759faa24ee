"""Nobody but the owner of the database can change or remove the history of a row."""

from django.db import migrations

from boligsak.withheld import withhold


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]
    operations = [
        withhold(
            "UPDATE, DELETE",
            "tenants_dwellingevent",
            "tenants_leaseevent",
            "tenants_leasepartyevent",
            "tenants_personevent",
            "tenants_renttermevent",
        )
    ]
