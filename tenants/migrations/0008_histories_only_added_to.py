"""Nobody but the owner of the database can change or remove the history of what is around a case."""

from django.db import migrations

from boligsak.withheld import withhold


class Migration(migrations.Migration):
    dependencies = [("tenants", "0007_absences_are_withdrawn")]
    operations = [
        withhold(
            "UPDATE, DELETE",
            "tenants_absenceevent",
            "tenants_estateevent",
            "tenants_headlandlordactionevent",
        )
    ]
