"""What is only added to, and what is never removed, whatever a session tells the triggers."""

from django.db import migrations

from boligsak.withheld import withhold


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_documents_and_outbox")]
    operations = [
        withhold(
            "UPDATE, DELETE",
            "letters_documentparty",
        ),
        withhold(
            "DELETE",
            "letters_dispatch",
            "letters_document",
        ),
    ]
