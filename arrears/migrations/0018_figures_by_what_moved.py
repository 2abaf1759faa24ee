"""What a change makes of the dashboard's figures is written down in the statement that makes it.

Each function is said three times of a table: of the rows an INSERT brought, of those a DELETE
took away, and of both for an UPDATE, where what has not changed falls out. Rows are looked up one
by one (`LATERAL … OFFSET 0`): a plan made for a hundred thousand rows would be kept for one.
"""

from collections.abc import Callable

from django.db import migrations, models

NOW = "DATE '0001-01-01'"

# The signed rows of a statement, `columns` of them; alike ones against each other.
MOVED = {
    "INSERT": "SELECT {columns}, 1 AS sign FROM after",
    "DELETE": "SELECT {columns}, -1 AS sign FROM before",
    "UPDATE": "SELECT {columns}, sum(sign) AS sign FROM ("
    "SELECT {columns}, 1 AS sign FROM after UNION ALL SELECT {columns}, -1 FROM before"
    ") AS both_sides GROUP BY {columns} HAVING sum(sign) <> 0",
}

PART = (
    " CROSS JOIN LATERAL (SELECT office_id, is_protected FROM tenants_lease"
    " WHERE id = moved.lease_id OFFSET 0) AS lease"
)

INTO = 'INSERT INTO arrears_figurestep (office_id, is_protected, name, "on", due_on, value) '

FLAGS = (
    INTO
    + f"""
SELECT office_id, is_protected, counted.name, {NOW}, NULL, sum(sign)
FROM ({{source}}) AS flag CROSS JOIN LATERAL (VALUES
    ('flags.open'),
    ('flags.' || flag.kind || '.' || flag.level),
    (CASE WHEN flag.owner_id IS NULL THEN 'flags.unassigned' END)
) AS counted (name)
WHERE counted.name IS NOT NULL GROUP BY 1, 2, 3 HAVING sum(sign) <> 0;
"""
)

CHARGES = (
    INTO
    + f"""
SELECT office_id, is_protected, 'due.ore', {NOW}, due_on, sum(sign * open_ore)
FROM ({{source}}) AS charge GROUP BY 1, 2, 5 HAVING sum(sign * open_ore) <> 0;
"""
)

OLDEST = (
    INTO
    + f"""
SELECT office_id, is_protected, 'due.leases', {NOW}, oldest_due_on, sum(sign)
FROM ({{source}}) AS account GROUP BY 1, 2, 5 HAVING sum(sign) <> 0;
"""
)

LEASES = (
    INTO
    + """
SELECT office_id, is_protected, step.name, step."on", NULL, sum(sign * step.value)
FROM ({source}) AS lease CROSS JOIN LATERAL (
    SELECT least(ends_on, moved_out_on) + 1 AS after_term,
        ends_on < starts_on + interval '3 years' - interval '1 day' AS is_short
) AS fixed CROSS JOIN LATERAL (VALUES
    ('leases.running', lease.starts_on, 1),
    ('leases.running', lease.moved_out_on + 1, -1),
    (CASE WHEN ends_on IS NOT NULL THEN 'leases.fixed' END, lease.starts_on, 1),
    (CASE WHEN ends_on IS NOT NULL THEN 'leases.fixed' END, fixed.after_term, -1),
    (CASE WHEN is_short THEN 'leases.short' END, lease.starts_on, 1),
    (CASE WHEN is_short THEN 'leases.short' END, fixed.after_term, -1),
    (CASE WHEN moved_out_on IS NULL THEN 'expiring.' || to_char(ends_on, 'YYYY-MM') END,
        lease.starts_on, 1)
) AS step (name, "on", value)
WHERE step.name IS NOT NULL AND step."on" IS NOT NULL
GROUP BY 1, 2, 3, 4 HAVING sum(sign * step.value) <> 0;
"""
)

# A dwelling in use is vacant but for its leases, of which no two run on the same day.
VACANT = (
    INTO
    + """
SELECT office_id, false, 'dwellings.vacant', step."on", NULL, sum(sign * step.value)
FROM ({source}) AS stay CROSS JOIN LATERAL (VALUES (from_on, 1), (to_on + 1, -1))
    AS step ("on", value)
WHERE (to_on IS NULL OR from_on <= to_on) AND step."on" IS NOT NULL
GROUP BY 1, 4 HAVING sum(sign * step.value) <> 0;
"""
)

TAKEN = """
SELECT dwelling.office_id, greatest(lease.starts_on, dwelling.in_use_from) AS from_on,
    least(lease.moved_out_on, dwelling.in_use_to) AS to_on, -{sign} AS sign
"""


def of_flags(moved: str) -> str:
    columns = "lease_id, kind, level, owner_id, resolved_on"
    return FLAGS.format(
        source=f"SELECT * FROM ({moved.format(columns=columns)}) AS moved{PART}"
        " WHERE moved.resolved_on IS NULL"
    )


def of_charges(moved: str) -> str:
    columns = "lease_id, due_on, open_ore"
    return CHARGES.format(source=f"SELECT * FROM ({moved.format(columns=columns)}) AS moved{PART}")


def of_accounts(moved: str) -> str:
    columns = "lease_id, oldest_due_on"
    return OLDEST.format(
        source=f"SELECT * FROM ({moved.format(columns=columns)}) AS moved{PART}"
        " WHERE moved.oldest_due_on IS NOT NULL"
    )


def of_leases(moved: str) -> str:
    columns = "office_id, is_protected, starts_on, ends_on, moved_out_on"
    stays = moved.format(columns="id, dwelling_id, starts_on, moved_out_on")
    return LEASES.format(source=moved.format(columns=columns)) + VACANT.format(
        source=TAKEN.format(sign="sign")
        + f"FROM ({stays}) AS lease CROSS JOIN LATERAL (SELECT * FROM tenants_dwelling"
        " WHERE id = lease.dwelling_id OFFSET 0) AS dwelling"
    )


def of_lease_parts(moved: str) -> str:
    """A lease that is another office's now, or protected now, takes what is counted of it along.

    Its account and flags are locked first: who is changing them has counted them where it was.
    """
    parts = f"({moved.format(columns='id, office_id, is_protected')}) AS part"

    def lateral(select: str, name: str) -> str:
        return (
            "SELECT part.office_id, part.is_protected, part.sign, its.*"
            f" FROM {parts} CROSS JOIN LATERAL ({select} OFFSET 0) AS its"
        )

    flags = "SELECT kind, level, owner_id FROM arrears_flag WHERE lease_id = part.id"
    charges = "SELECT due_on, open_ore FROM arrears_opencharge WHERE lease_id = part.id"
    oldest = "SELECT oldest_due_on FROM arrears_leaseaccount WHERE lease_id = part.id"
    return (
        f"PERFORM FROM arrears_leaseaccount WHERE lease_id IN (SELECT part.id FROM {parts})"
        " ORDER BY lease_id FOR UPDATE;"
        f"PERFORM FROM arrears_flag WHERE lease_id IN (SELECT part.id FROM {parts})"
        " AND resolved_on IS NULL ORDER BY id FOR UPDATE;"
        + FLAGS.format(source=lateral(f"{flags} AND resolved_on IS NULL", "flag"))
        + CHARGES.format(source=lateral(charges, "charge"))
        + OLDEST.format(source=lateral(f"{oldest} AND oldest_due_on IS NOT NULL", "account"))
    )


def of_dwellings(moved: str) -> str:
    columns = "id, office_id, in_use_from, in_use_to"
    rows = f"({moved.format(columns=columns)}) AS dwelling"
    leases = (
        " CROSS JOIN LATERAL (SELECT starts_on, moved_out_on FROM tenants_lease"
        " WHERE dwelling_id = dwelling.id OFFSET 0) AS lease"
    )
    return VACANT.format(
        source=f"SELECT office_id, in_use_from AS from_on, in_use_to AS to_on, sign FROM {rows}"
    ) + VACANT.format(source=f"{TAKEN.format(sign='sign')} FROM {rows}{leases}")


def trigger(table: str, name: str, statements: Callable[[str], str], updated: str) -> str:
    """The function and its three triggers. `updated` comes after those of an UPDATE."""
    body = {what: statements(moved) for what, moved in MOVED.items()}
    body["UPDATE"] += updated
    seen = {
        "INSERT": "NEW TABLE AS after",
        "DELETE": "OLD TABLE AS before",
        "UPDATE": "OLD TABLE AS before NEW TABLE AS after",
    }
    made = ""
    for what, said in body.items():
        function = f"{name}_{what.lower()}"
        made += f"""
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{said}
RETURN NULL;
END $$;
CREATE TRIGGER {function} AFTER {what} ON {table} REFERENCING {seen[what]}
    FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""
    return made


def untrigger(table: str, name: str) -> str:
    return "".join(
        f"DROP TRIGGER {name}_{what} ON {table}; DROP FUNCTION {name}_{what}();"
        for what in ("insert", "delete", "update")
    )


TRIGGERS = (
    ("arrears_flag", "arrears_figures_of_flags", of_flags, ""),
    ("arrears_opencharge", "arrears_figures_of_charges", of_charges, ""),
    ("arrears_leaseaccount", "arrears_figures_of_accounts", of_accounts, ""),
    ("tenants_lease", "arrears_figures_of_leases", of_leases, of_lease_parts(MOVED["UPDATE"])),
    ("tenants_dwelling", "arrears_figures_of_dwellings", of_dwellings, ""),
)

# From nothing. Whoever is changing something is waited for, and the next one waits.
ANEW = f"""
CREATE FUNCTION arrears_figures_anew() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
LOCK TABLE arrears_figurestep IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM arrears_figurestep;
DELETE FROM arrears_figure;
{
    FLAGS.format(
        source="SELECT office_id, is_protected, flag.kind, level, owner_id, 1 AS sign"
        " FROM arrears_flag AS flag JOIN tenants_lease AS lease ON lease.id = flag.lease_id"
        " WHERE resolved_on IS NULL"
    )
}
{
    CHARGES.format(
        source="SELECT office_id, is_protected, due_on, open_ore, 1 AS sign"
        " FROM arrears_opencharge AS charge"
        " JOIN tenants_lease AS lease ON lease.id = charge.lease_id"
    )
}
{
    OLDEST.format(
        source="SELECT office_id, is_protected, oldest_due_on, 1 AS sign"
        " FROM arrears_leaseaccount AS account"
        " JOIN tenants_lease AS lease ON lease.id = account.lease_id"
        " WHERE oldest_due_on IS NOT NULL"
    )
}
{LEASES.format(source="SELECT *, 1 AS sign FROM tenants_lease")}
{
    VACANT.format(
        source="SELECT office_id, in_use_from AS from_on, in_use_to AS to_on, 1 AS sign"
        " FROM tenants_dwelling"
    )
}
{
    VACANT.format(
        source=TAKEN.format(sign="1") + "FROM tenants_lease AS lease"
        " JOIN tenants_dwelling AS dwelling ON dwelling.id = lease.dwelling_id"
    )
}
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("arrears", "0017_promises_are_replaced"),
        ("accounts", "0001_initial"),
        ("tenants", "0004_find_the_protected"),
    ]
    operations = [
        migrations.CreateModel(
            name="FigureCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("as_of", models.DateField()),
                ("counted_for", models.DateField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="arrears_figurecount_one"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="FigureStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_protected", models.BooleanField()),
                ("name", models.CharField(max_length=60)),
                ("on", models.DateField()),
                ("due_on", models.DateField(null=True)),
                ("value", models.BigIntegerField()),
                (
                    "office",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.PROTECT,
                        related_name="+",
                        to="accounts.office",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["on"], name="arrears_figurestep_on")],
            },
        ),
        migrations.RunSQL(
            "".join(trigger(*each) for each in TRIGGERS) + ANEW,
            "".join(untrigger(table, name) for table, name, *_rest in TRIGGERS)
            + "DROP FUNCTION arrears_figures_anew();",
        ),
    ]
