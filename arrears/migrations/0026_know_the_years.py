"""PostgreSQL skips through an index only when it knows how many years there are. Of an index that
has just been made it knows nothing until somebody gathers it, and autovacuum waits for millions of
new lines before it does.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrears", "0025_ledger_by_year")]
    operations = [migrations.RunSQL("ANALYZE arrears_ledgerline", migrations.RunSQL.noop)]
