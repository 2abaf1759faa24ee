"""The first load from the rent system in use until now: all of it, or nothing and a full report."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.db import connection, transaction

from arrears.services.ledger import keep_rents
from arrears.services.portfolio_lines import CHARGES, PAYMENTS, load_lines
from boligsak import dates
from boligsak.jobs.services import run
from boligsak.rule import RuleBroken
from tenants.rules.semicolon_file import Refusal
from tenants.services.portfolio import (
    DWELLINGS,
    LEASES,
    NOTHING,
    PEOPLE,
    Loaded,
    load_dwellings,
    load_leases,
    load_people,
)

FILES = (DWELLINGS, PEOPLE, LEASES, CHARGES, PAYMENTS)
"""In the order they are loaded: each may point at what the ones before it brought."""

JOB = "import_portfolio"

_FILLED = (
    "tenants_building",
    "tenants_dwelling",
    "tenants_person",
    "tenants_personidentity",
    "tenants_household",
    "tenants_householdmember",
    "tenants_lease",
    "tenants_leaseparty",
    "tenants_rentterm",
    "arrears_ledgerline",
    "arrears_leaseaccount",
    "arrears_opencharge",
)

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a load. With anything in `refused`, nothing at all was stored.

    `added` and `there` count rows by file: new ones, and those that were there already with the
    same content.
    """

    added: Mapping[str, int] = field(default_factory=dict)
    there: Mapping[str, int] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()

    @property
    def is_accepted(self) -> bool:
        return not self.refused


class _Refused(Exception):
    """Takes the transaction back; never leaves this module."""


def import_portfolio(
    files: Mapping[str, BinaryIO],
    *,
    by: Any = None,
    today: datetime.date | None = None,
    progress: Progress | None = None,
) -> Report:
    """Loads the files given by name (`FILES`), some or all of them, whole or not at all.

    The report tells the faults of all the files, not only the first (which of them at once:
    docs/portfolio-files.md). `progress` is told bytes read of bytes to read. Raises
    `RuleBroken("portfolio.unknown_file")` for a name that is none, and "portfolio.no_files" when
    there is nothing to load.
    """
    for name in files:
        if name not in FILES:
            raise RuleBroken("portfolio.unknown_file", name=name)
    if not files:
        raise RuleBroken("portfolio.no_files")
    load = _Load(files, by, today or dates.today(), progress)
    try:
        with transaction.atomic():
            load.all()
            if load.refusals:
                raise _Refused
    except _Refused:
        return Report(refused=tuple(load.refusals))
    return Report(
        added={name: loaded.added for name, loaded in load.loaded.items()},
        there={name: loaded.there for name, loaded in load.loaded.items()},
    )


def run_import(
    files: Mapping[str, BinaryIO], *, by: Any = None, today: datetime.date, asked: Any = None
) -> Report:
    """`import_portfolio` as a job with its own run, counted and signed.

    A refused load is a refused run: `RuleBroken("portfolio.refused")` is written there, and the
    report comes back all the same. Raises `RuleBroken("job.running")` while another load runs.
    """
    reports: list[Report] = []

    def work(progress: Progress) -> dict[str, Any]:
        report = import_portfolio(files, by=by, today=today, progress=progress)
        reports.append(report)
        if not report.is_accepted:
            raise RuleBroken("portfolio.refused", rows=len(report.refused))
        return {"added": dict(report.added), "there": dict(report.there)}

    try:
        run(
            JOB,
            work,
            day=today,
            by=by,
            subject=", ".join(files),
            asked=asked,
            # What was sent in and cut off is not given up by the next: it is taken up again.
            alone_as=JOB if asked else "",
        )
    except RuleBroken:
        if not reports:
            raise
    return reports[0]


class _Load:
    def __init__(
        self,
        files: Mapping[str, BinaryIO],
        by: Any,
        today: datetime.date,
        progress: Progress | None,
    ) -> None:
        self.streams = _counted(files, progress)
        self.by = by
        self.today = today
        self.loaded: dict[str, Loaded] = {}
        self.refusals: list[Refusal] = []

    def all(self) -> None:
        for name in FILES:
            if name in self.streams:
                self.loaded[name] = getattr(self, f"_{name.removesuffix('.csv')}")()
                self.refusals += self.loaded[name].refusals
        leases = self.loaded.get(LEASES, NOTHING).new_ids
        self._keep_accounts(leases)
        if not self.refusals:
            _gather_statistics()

    def _dwellings(self) -> Loaded:
        return load_dwellings(self.streams[DWELLINGS])

    def _people(self) -> Loaded:
        return load_people(self.streams[PEOPLE], by=self.by, today=self.today)

    def _leases(self) -> Loaded:
        return load_leases(
            self.streams[LEASES],
            dwellings=self.loaded.get(DWELLINGS, NOTHING),
            people=self.loaded.get(PEOPLE, NOTHING),
            by=self.by,
            today=self.today,
        )

    def _charges(self) -> Loaded:
        return self._lines(CHARGES)

    def _payments(self) -> Loaded:
        return self._lines(PAYMENTS)

    def _lines(self, name: str) -> Loaded:
        return load_lines(
            name,
            self.streams[name],
            refused_leases=self.loaded.get(LEASES, NOTHING).refused_keys,
            refused_charges=bool(self.loaded.get(CHARGES, NOTHING).refusals),
            by=self.by,
            today=self.today,
        )

    def _keep_accounts(self, lease_ids: list[int]) -> None:
        """An account for each new lease, and on it what a month costs."""
        if not lease_ids:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO arrears_leaseaccount (lease_id)"
                " SELECT unnest(%s::bigint[]) ON CONFLICT DO NOTHING",
                [sorted(lease_ids)],
            )
        keep_rents(self.today, lease_ids)


def _gather_statistics() -> None:
    """So that the first night and the first pages after a load know how much there is.

    The program's role may do so from PostgreSQL 17 on; older ones pass it over with a warning,
    and autovacuum comes some minutes later.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(_FILLED)}")


class _Counted:
    """A stream that tells how far it has been read."""

    def __init__(self, stream: BinaryIO, tell: Callable[[int], None]) -> None:
        self._stream = stream
        self._tell = tell
        self._left = 0

    def readline(self, limit: int = -1) -> bytes:
        line = self._stream.readline(limit)
        self._left += len(line)
        if self._left >= 65_536 or not line:
            self._tell(self._left)
            self._left = 0
        return line


def _counted(files: Mapping[str, BinaryIO], progress: Progress | None) -> dict[str, Any]:
    if progress is None:
        return dict(files)
    total = sum(_size(stream) for stream in files.values())
    read = 0

    def tell(more: int) -> None:
        nonlocal read
        read += more
        progress(read, total)

    return {name: _Counted(stream, tell) for name, stream in files.items()}


def _size(stream: BinaryIO) -> int:
    size = getattr(getattr(stream, "raw", None), "size", None)
    if size is not None:
        return int(size)  # a sealed file is read from its beginning to its end
    here = stream.tell()
    end = stream.seek(0, 2)
    stream.seek(here)
    return end - here
