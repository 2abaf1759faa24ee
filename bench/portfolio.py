"""A portfolio straight into the tables: in SQL, the same for the same size, and no real person.

Ten years of ledger lie on the disk as they would have come: month by month, the charges of all
leases and then the payments of the month's files. What each tenant does follows from the lease's
number: nine of ten pay on time, some late, some partly, some have stopped. Accounts, open charges
and flags are then made by the product itself.
"""

import datetime
import io
import time
from collections.abc import Callable
from typing import Any

from arrears.queries.flags import arrears_policies
from arrears.rules.facts import charge_due_on
from arrears.rules.kid import make_kid
from arrears.services.ledger import keep_rents
from arrears.services.settle import resettle
from bench.database import OWNER, Size, connect
from boligsak.dates import add_months
from boligsak.night import run_night

DAY = datetime.date(2026, 11, 10)
"""The last night done: mid-month, ten days before the next due day (Friday 20 November)."""

SENDER, RECIPIENT, ACCOUNT, AGREEMENT = "00008080", "12345678", "15032000000", "123456789"

# The size of a hash is what stands for chance: `chance(lease, question)` is 0 to 999.
_CHANCE = """
CREATE OR REPLACE FUNCTION pg_temp.chance(lease bigint, question int) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ((hashint8extended(lease, question::bigint) % 1000 + 1000) % 1000)::int
"""

_OFFICES = """
INSERT INTO accounts_office (id, name, code, opened_on)
SELECT n, 'Kontor ' || n, 'kontor-' || n, '2010-01-01' FROM generate_series(1, 4) AS n;
INSERT INTO tenants_building (id, name, kind, cooperative_orgnr)
SELECT n, 'Gården ' || n, (ARRAY['municipal', 'cooperative', 'supported', 'hired_in'])[1 + n %% 4],
    '' FROM generate_series(1, %(buildings)s) AS n;
INSERT INTO tenants_dwelling (id, number, building_id, office_id, street, house_no, unit,
    postcode, place, rooms, area_m2, floor, is_accessible, rent_ore, in_use_from, version)
SELECT n, 'B' || lpad(n::text, 7, '0'), 1 + n %% %(buildings)s, 1 + n %% 4,
    (ARRAY['Furuveien', 'Granlia', 'Bjørkeveien', 'Åsveien', 'Elvegata', 'Møllebakken', 'Storgata',
        'Øvre gate', 'Lyngveien', 'Fjordgløttveien'])[1 + n %% 10] || ' ' ||
    (ARRAY['nord', 'sør', 'øst', 'vest', 'ytre', 'indre'])[1 + (n / 10) %% 6],
    (1 + n / 60)::text, 'H0' || 1 + n %% 4 || '0' || 1 + n %% 3, (7000 + n %% 99)::text,
    'Trondheim', 1 + n %% 4, 30 + n %% 70, 1 + n %% 5, n %% 7 = 0,
    600000 + pg_temp.chance(n, 1) * 600, '2010-01-01', 1
FROM generate_series(1, %(leases)s) AS n;
"""

_PEOPLE = """
CREATE TEMPORARY TABLE given AS SELECT * FROM unnest(ARRAY['Kari', 'Ola', 'Nils', 'Anne', 'Máret',
    'Ánde', 'Fatima', 'Ahmed', 'Berit', 'Jens', 'Ingrid', 'Olga', 'Piotr', 'Amina', 'Per', 'Liv',
    'Åse', 'Øystein', 'Yusuf', 'Tone']) WITH ORDINALITY AS names (name, n);
CREATE TEMPORARY TABLE family AS SELECT * FROM unnest(ARRAY['Hansen', 'Olsen', 'Nordmann', 'Lie',
    'Eira', 'Somby', 'Hassan', 'Ali', 'Kowalski', 'Berg', 'Dahl', 'Moen', 'Haugen', 'Ås', 'Ødegård',
    'Nguyen', 'Solberg', 'Bakke', 'Strand', 'Lund', 'Vik', 'Rise', 'Aune', 'Sæther', 'Grøtan',
    'Utne', 'Brekke']) WITH ORDINALITY AS names (name, n);
INSERT INTO tenants_person (id, given_name, family_name, born_on, protection, language,
    needs_interpreter, safety_note, phone, email, is_reserved, version)
SELECT n, (SELECT name FROM given WHERE given.n = 1 + who %% 20),
    (SELECT name FROM family WHERE family.n = 1 + (who / 20) %% 27) || '-' || who %% 997,
    CASE WHEN n <= 2 * %(leases)s THEN date '1945-01-01' + who * 37 %% 20000
        ELSE date '2010-01-01' + who * 31 %% 5500 END,
    CASE WHEN n <= %(leases)s AND pg_temp.chance(n, 2) < 5 THEN 7 ELSE 0 END,
    'nb', '', '', '', '', false, 1
FROM (
    SELECT n, n AS who FROM generate_series(1, %(leases)s) AS n
    UNION ALL
    SELECT %(leases)s + n, n + 7 FROM generate_series(1, %(leases)s) AS n
    WHERE pg_temp.chance(n, 3) < 120
    UNION ALL
    SELECT (1 + child) * %(leases)s + n, n + 3 * child
    FROM generate_series(1, %(leases)s) AS n, generate_series(1, 3) AS child
    WHERE pg_temp.chance(n, 4) < 350 - 100 * child
) AS person;
INSERT INTO tenants_household (id, number)
SELECT n, 'H' || lpad(n::text, 7, '0') FROM generate_series(1, %(leases)s) AS n;
INSERT INTO tenants_householdmember (household_id, person_id, role, from_on)
SELECT 1 + (id - 1) %% %(leases)s, id,
    CASE WHEN id <= 2 * %(leases)s THEN 'adult' ELSE 'child' END, %(first)s
FROM tenants_person ORDER BY 1, 2;
"""

_LEASES = """
INSERT INTO tenants_lease (id, number, kind, dwelling_id, office_id, household_id, starts_on,
    ends_on, moved_out_on, signed_on, has_clause_a, has_clause_b, kid, is_protected, version)
SELECT n, '2015-' || lpad(n::text, 6, '0'), 'lease', n, 1 + n %% 4, n,
    %(first)s::date - pg_temp.chance(n, 5),
    CASE WHEN pg_temp.chance(n, 6) < 300 THEN %(day)s::date - 60 + pg_temp.chance(n, 7) END,
    CASE WHEN pg_temp.chance(n, 8) < 20 THEN %(day)s::date - 10 - pg_temp.chance(n, 9) %% 600 END,
    %(first)s::date - pg_temp.chance(n, 5), true, true, kids.kid, pg_temp.chance(n, 2) < 5, 1
FROM generate_series(1, %(leases)s) AS n JOIN kids ON kids.lease_id = n ORDER BY n;
INSERT INTO tenants_leaseparty (lease_id, person_id, role, position, from_on)
SELECT 1 + (id - 1) %% %(leases)s, id, 'tenant', 1 + (id - 1) / %(leases)s, %(first)s
FROM tenants_person WHERE id <= 2 * %(leases)s ORDER BY 1, 2;
INSERT INTO tenants_rentterm (lease_id, kind, valid_from, amount_ore)
SELECT lease.id, 'rent',
    CASE WHEN year = 0 THEN lease.starts_on
        ELSE date_trunc('year', %(first)s::date + make_interval(years => year))::date END,
    round((600000 + pg_temp.chance(lease.id, 1) * 600) * power(1.03, year))
FROM generate_series(0, %(years)s) AS year, tenants_lease AS lease
WHERE lease.moved_out_on IS NULL
    OR lease.moved_out_on >= date_trunc('year', %(first)s::date + make_interval(years => year))
ORDER BY year, lease.id;
"""

# 0–899 in time, 900–959 late, 960–979 lately later and less, 980–994 stopped, 995–999 half.
_MONTH = """
INSERT INTO arrears_ledgerline (lease_id, amount_ore, effective_on, due_on, kind, reference,
    entered_at)
SELECT lease.id, term.amount_ore, %(due)s, %(due)s, 'rent', 'rent:' || %(month)s, %(due)s
FROM tenants_lease AS lease
JOIN tenants_rentterm AS term ON term.lease_id = lease.id AND term.valid_from = (
    CASE WHEN %(year)s = 0 THEN lease.starts_on ELSE %(term)s::date END)
WHERE lease.moved_out_on IS NULL OR lease.moved_out_on >= %(first)s
ORDER BY lease.id;
INSERT INTO arrears_ledgerline (lease_id, amount_ore, effective_on, kind, reference,
    payment_import_id, file_line, entered_at)
SELECT lease_id, -paid_ore, paid_on, 'payment', 'p' || %(import)s || ':' || place * 2 + 1,
    %(import)s, place * 2 + 1, paid_on
FROM (
    SELECT *, row_number() OVER (ORDER BY paid_on, lease_id) AS place FROM (
        SELECT charge.lease_id,
            CASE WHEN habit BETWEEN 960 AND 979 AND months_ago <= 2 THEN amount_ore / 2
                WHEN habit BETWEEN 995 AND 999 AND months_ago <= 3 THEN amount_ore / 2
                ELSE amount_ore END AS paid_ore,
            %(due)s::date + CASE
                WHEN habit < 900 THEN (lease_id + %(number)s) %% 4 - 2
                WHEN habit < 960 THEN 5 + (lease_id + %(number)s) %% 14
                WHEN habit < 980 AND months_ago <= 2 THEN 16
                ELSE (lease_id %% 2)::int END::int AS paid_on
        FROM (
            SELECT lease_id, amount_ore, pg_temp.chance(lease_id, 10) AS habit,
                %(months)s - %(number)s AS months_ago
            FROM arrears_ledgerline WHERE id > %(after)s
        ) AS charge
        WHERE (habit NOT BETWEEN 980 AND 994 OR months_ago >= 1 + lease_id %% 6)
            AND (months_ago > 0 OR pg_temp.chance(lease_id, 11) >= 30)
    ) AS paying
    WHERE paid_on <= %(day)s
) AS payment
ORDER BY place;
"""

_INDEXES = """
SELECT pg_get_indexdef(indexrelid), indexrelid::regclass::text FROM pg_index
WHERE indrelid = 'arrears_ledgerline'::regclass AND NOT indisprimary
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
_UNIQUE = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = 'arrears_ledgerline'::regclass AND contype = 'u' AND conindid <> 0
    AND NOT EXISTS (SELECT FROM pg_constraint AS other
        WHERE other.contype = 'f' AND other.conindid = pg_constraint.conindid)
"""

Say = Callable[[str], None]


def generate(size: Size, say: Say) -> None:
    """Fills the tables of the base that is in use, and lets the product keep its state."""
    with_owner = connect(size.base, superuser=True)
    try:
        with with_owner.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # no foreign key per row
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute("SET work_mem = '256MB'")
            cursor.execute(_CHANCE)
            _register(cursor, size)
            say("people, dwellings and leases")
            _ledger(cursor, size, say)
            cursor.execute("VACUUM (ANALYZE)")
            say("indexes and statistics")
            _state(say)
            cursor.execute(
                "CREATE TABLE bench_narrow AS SELECT lease_id, effective_on, amount_ore"
                " FROM arrears_ledgerline ORDER BY id"
            )
            cursor.execute("CREATE TABLE bench_mark (at timestamptz)")
            for table in ("bench_narrow", "bench_mark"):
                cursor.execute(f'ALTER TABLE {table} OWNER TO "{OWNER["USER"]}"')
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("CHECKPOINT")
    finally:
        with_owner.close()


def _register(cursor: Any, size: Size) -> None:
    facts = {
        "leases": size.leases,
        "years": size.years,
        "buildings": max(1, size.leases // 12),
        "first": first_month(size),
        "day": DAY,
    }
    kids = "".join(f"{n}\t{make_kid(n)}\n" for n in range(1, size.leases + 1))
    cursor.execute("CREATE TEMPORARY TABLE kids (lease_id bigint PRIMARY KEY, kid text)")
    cursor.copy_expert("COPY kids FROM STDIN", io.StringIO(kids))
    for statements in (_OFFICES, _PEOPLE, _LEASES):
        cursor.execute(statements, facts)
    for table in (
        "accounts_office",
        "tenants_building",
        "tenants_dwelling",
        "tenants_person",
        "tenants_household",
        "tenants_lease",
    ):
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        )
    cursor.execute("ANALYZE tenants_lease, tenants_rentterm, tenants_person")


def first_month(size: Size) -> datetime.date:
    """The month of the first charge; the last one charged is the month before `DAY`'s."""
    return add_months(DAY.replace(day=1), -12 * size.years)


def _ledger(cursor: Any, size: Size, say: Say) -> None:
    policy = arrears_policies(DAY).general.values
    cursor.execute(_INDEXES)
    indexes = cursor.fetchall()
    cursor.execute(_UNIQUE)
    uniques = cursor.fetchall()
    for _definition, name in indexes:
        cursor.execute(f"DROP INDEX {name}")
    for name, _definition in uniques:
        cursor.execute(f"ALTER TABLE arrears_ledgerline DROP CONSTRAINT {name}")
    first, months = first_month(size), 12 * size.years
    said = time.monotonic()
    for number in range(months):
        month = add_months(first, number)
        due_on = charge_due_on(month, policy)
        cursor.execute(
            "INSERT INTO arrears_paymentimport (filename, stored_as, sha256, sender,"
            " transmission_no, recipient, state, payments, placed, sum_ore, received_at)"
            " VALUES (%s, '', '', %s, %s, %s, 'done', 0, 0, 0, %s) RETURNING id",
            [f"{month:%Y-%m}.ocr", SENDER, f"{number + 1:07d}", RECIPIENT, due_on],
        )
        import_id = cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(max(id), 0) FROM arrears_ledgerline")
        year = month.year - first.year
        cursor.execute(
            _MONTH,
            {
                "after": cursor.fetchone()[0],
                "import": import_id,
                "number": number,
                "months": months - 1,
                "month": f"{month:%Y-%m}",
                "first": month,
                "year": year,
                "term": datetime.date(month.year, 1, 1),
                "due": due_on,
                "day": DAY,
            },
        )
        if time.monotonic() - said > 10:
            said = time.monotonic()
            say(f"ledger until {month:%Y-%m}")
    for definition, _name in indexes:
        cursor.execute(definition)
    for name, definition in uniques:
        cursor.execute(f"ALTER TABLE arrears_ledgerline ADD CONSTRAINT {name} {definition}")


def _state(say: Say) -> None:
    resettle()
    keep_rents(DAY.replace(day=1), None)
    say("accounts and open charges")
    run_night(DAY)
    say("flags and figures")
