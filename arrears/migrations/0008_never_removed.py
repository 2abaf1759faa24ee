"""Money that came in, and what was said of it, is decided on and never removed."""

from django.db import migrations

from boligsak.withheld import withhold


class Migration(migrations.Migration):
    dependencies = [("arrears", "0007_drop_unused_staging")]
    operations = [
        withhold(
            "DELETE",
            "arrears_chargedispute",
            "arrears_importassignment",
            "arrears_paymentimport",
            "arrears_unplacedpayment",
        )
    ]
