"""Which transactions have changed what lease cards are made of (tenants/queries/kept_cards.py).

One row for each, whatever it changed and how often. ALWAYS: also what a replica or a restored dump
writes. A dump may hold numbers of another cluster: who comes upon one of them makes it new.
"""

from django.db import migrations

TABLES = (
    "accounts_office",
    "tenants_dwelling",
    "tenants_householdmember",
    "tenants_lease",
    "tenants_leaseparty",
    "tenants_person",
)

CREATE = """
CREATE TABLE tenants_cardchange (
    xid xid8 CONSTRAINT tenants_cardchange_pkey PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION tenants_note_card_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tenants_cardchange AS noted (xid) VALUES (pg_current_xact_id())
    ON CONFLICT (xid) DO UPDATE SET at = excluded.at WHERE noted.at < excluded.at;
    RETURN NULL;
END $$;
"""
EACH = """
CREATE TRIGGER tenants_card_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION tenants_note_card_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER tenants_card_change;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0026_days_clocks_end"), ("accounts", "0002_only_added_to")]
    operations = [
        migrations.RunSQL(
            CREATE + "".join(EACH.format(table=table) for table in TABLES),
            "".join(f"DROP TRIGGER tenants_card_change ON {table};" for table in TABLES)
            + "DROP FUNCTION tenants_note_card_change(); DROP TABLE tenants_cardchange;",
        )
    ]
