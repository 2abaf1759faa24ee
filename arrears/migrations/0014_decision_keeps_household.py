"""A decision keeps who lived there when it was made, so that a change since is seen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("arrears", "0013_general_repayment_policy")]
    operations = [
        migrations.AddField("casedecision", "household", models.JSONField(default=dict)),
    ]
