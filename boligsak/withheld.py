"""Rights the program's database role does not get, for tables that are only added to.

A trigger says no with a sentence, but a session may tell pgtrigger's triggers to stand aside. What
a role has no right to, it cannot do whatever it says.
"""

from django.db.migrations import RunSQL

_EACH = """
DO $$
DECLARE
    each record;
BEGIN
    FOR each IN
        SELECT DISTINCT kept.oid::regclass AS name, has.grantee::regrole AS role
        FROM pg_class AS kept CROSS JOIN LATERAL aclexplode(kept.relacl) AS has
        WHERE kept.oid = ANY (ARRAY[{tables}]::regclass[])
            AND has.grantee NOT IN (0, kept.relowner)
    LOOP
        EXECUTE format('{verb} {rights} ON %s {preposition} %s', each.name, each.role);
    END LOOP;
END $$
"""


def withhold(rights: str, *tables: str) -> RunSQL:
    """A migration's step: everybody but the owner loses `rights` ("UPDATE, DELETE") to `tables`."""
    names = ", ".join(f"'{table}'" for table in tables)
    return RunSQL(
        _EACH.format(tables=names, verb="REVOKE", rights=rights, preposition="FROM"),
        _EACH.format(tables=names, verb="GRANT", rights=rights, preposition="TO"),
    )
