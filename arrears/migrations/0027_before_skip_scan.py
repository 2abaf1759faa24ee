"""PostgreSQL before 18 cannot skip through an index, and would read a whole one to find a lease's
lines. It gets an index that begins with the lease, besides those by year. A due day writes to more
pages there, which the checks of the installation say (boligsak.W001).
"""

from typing import Any

from django.db import migrations

SKIPS_FROM = 18_00_00


def add_where_needed(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.pg_version < SKIPS_FROM:
        schema_editor.execute(
            "CREATE INDEX IF NOT EXISTS arrears_line_before_skip_scan"
            " ON arrears_ledgerline (lease_id, effective_on)"
        )


def drop(_apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP INDEX IF EXISTS arrears_line_before_skip_scan")


class Migration(migrations.Migration):
    dependencies = [("arrears", "0026_know_the_years")]
    operations = [migrations.RunPython(add_where_needed, drop)]
