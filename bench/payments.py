"""Payment files for the benchmarks, written as a bank would."""

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import connection

from arrears.models import ImportState
from arrears.rules.ocr_giro.values import FileHeader
from arrears.rules.ocr_giro_writer import Assignment, Transaction, write
from arrears.services.imports import import_file
from bench.portfolio import ACCOUNT, AGREEMENT, RECIPIENT, SENDER

REVERSED = 18
"""The kind of a standing order that was taken back: a minus amount."""

_numbers = iter(range(9_000_000, 10_000_000))


def write_file(path: Path, payments: Iterable[Transaction]) -> Path:
    """One transmission with one assignment. Every file has a number that was not used before."""
    number = f"{next(_numbers):07d}"
    with path.open("wb") as stream:
        write(
            stream,
            FileHeader(SENDER, number, RECIPIENT),
            [Assignment(AGREEMENT, number, ACCOUNT, payments)],
        )
    return path


def take_in(path: Path, day: datetime.date) -> dict[str, int]:
    """Imports the file, which must go well."""
    row = import_file(path, filename=path.name, today=day)
    if row.state != ImportState.DONE:
        raise RuntimeError(f"{path.name} was {row.state}: {row.refusal}")
    return {"payments": row.payments, "placed": row.placed}


def of_owing(count: int, on: datetime.date) -> list[Transaction]:
    """Payments of what is open, by `count` leases that owe, as far as there are so many; the
    others pay a month in advance."""
    return _transactions(
        "SELECT kid, CASE WHEN open_ore > 0 THEN open_ore ELSE monthly_rent_ore END"
        " FROM arrears_leaseaccount JOIN tenants_lease ON id = lease_id"
        " WHERE monthly_rent_ore > 0"
        " ORDER BY open_ore = 0, hashint8(lease_id) LIMIT %s",
        [count],
        on,
    )


def of_paid(count: int, on: datetime.date) -> list[Transaction]:
    """Reversals of a month's rent, of `count` leases that owe nothing."""
    return _transactions(
        "SELECT kid, -monthly_rent_ore FROM arrears_leaseaccount"
        " JOIN tenants_lease ON id = lease_id"
        " WHERE balance_ore = 0 AND monthly_rent_ore > 0 ORDER BY hashint8(lease_id) LIMIT %s",
        [count],
        on,
    )


def of_most(permille: int, on: datetime.date) -> list[Transaction]:
    """What this month's rent came to, of so many of a thousand leases that owe just that."""
    return _transactions(
        "SELECT kid, open_ore FROM arrears_leaseaccount JOIN tenants_lease ON id = lease_id"
        " WHERE open_ore > 0 AND open_ore <= monthly_rent_ore"
        " AND (hashint8(lease_id) %% 1000 + 1000) %% 1000 < %s ORDER BY hashint8(lease_id)",
        [permille],
        on,
    )


def many(count: int, on: datetime.date) -> Iterator[Transaction]:
    """`count` payments spread over all leases, one of five hundred with an unknown KID."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kid FROM tenants_lease ORDER BY hashint8(id)")
        kids = [kid for (kid,) in cursor.fetchall()]
    for number in range(count):
        kid = kids[number % len(kids)] if number % 500 else f"9{number:08d}7"
        yield Transaction(
            on, 500_000 + number % 7 * 10_000, kid, 10, on, archive_ref=f"{number % 10**9:09d}"
        )


def _transactions(statement: str, parameters: list[int], on: datetime.date) -> list[Transaction]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [
            Transaction(on, ore, kid, 10 if ore > 0 else REVERSED, on)
            for kid, ore in cursor.fetchall()
        ]
