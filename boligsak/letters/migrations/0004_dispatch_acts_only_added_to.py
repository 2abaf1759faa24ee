"""What happened to a dispatch is only added to."""

from django.db import migrations

from boligsak.withheld import withhold


class Migration(migrations.Migration):
    dependencies = [("letters", "0003_acts_on_a_dispatch")]
    operations = [withhold("UPDATE, DELETE", "letters_dispatchact")]
