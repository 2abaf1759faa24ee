"""What is measured, in order, and how it is printed."""

import argparse
import contextlib
import os
import platform
import time
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from bench import database, imports, memory, portfolio
from bench.database import Size
from bench.letters import LEAST, Letters
from bench.measure import FLOOR, MOST_APART, NARROW_FLOOR, Floor, Rounds, StateDiffers
from bench.nights import MOVED_PERMILLE, Nights
from bench.pages import CLIENTS, Pages
from boligsak.night import run_night


class Bench:
    """One run."""

    def __init__(self, choice: argparse.Namespace) -> None:
        self.choice = choice
        self.size = Size(choice.leases, choice.years)
        self.ok = True
        self.f = 0.0

    def run(self, parts: Sequence[str]) -> bool:
        """False when a kept state was not what a rebuild makes."""
        self._machine()
        self._ensure(self.size)
        with database.clone(self.size) as name, self._floor(name) as floor:
            self._ledger(floor)
            for part in parts:
                print(f"\n--- {part}", flush=True)
                try:
                    getattr(self, f"_{part}")(floor)
                except StateDiffers as fault:
                    self.ok = False
                    print(f"NO FIGURE. {fault}", flush=True)
        if self.choice.drop:
            database.drop(self.size)
        return self.ok

    # --- Preparing ----------------------------------------------------------------------------

    def _machine(self) -> None:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        print(
            f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB of memory, load "
            f"{os.getloadavg()[0]:.1f}; Python {platform.python_version()}. "
            "A busy machine shows in rounds that are dropped."
        )

    def _ensure(self, size: Size) -> None:
        if database.is_ready(size.base):
            database.migrate(size.base)
            run_night(portfolio.DAY)  # what migrations have touched is looked at here, not measured
            return
        print(f"Making {size.leases} leases with {size.years} years of ledger:", flush=True)
        start = time.monotonic()
        database.create(size.base)
        portfolio.generate(
            size, lambda what: print(f"  {time.monotonic() - start:5.0f} s  {what}", flush=True)
        )
        database.mark_ready(size.base)

    @contextlib.contextmanager
    def _floor(self, name: str) -> Iterator[Floor]:
        floor = Floor(name)
        try:
            yield floor
        finally:
            floor.close()

    def _ledger(self, floor: Floor) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM tenants_lease")
            leases = cursor.fetchone()[0]
            cursor.execute("SELECT count(*) FROM arrears_ledgerline")
            lines = cursor.fetchone()[0]
            cursor.execute(
                "SELECT count(*) FILTER (WHERE open_ore > 0), count(*) FILTER (WHERE has_flag)"
                " FROM arrears_leaseaccount"
            )
            owing, flagged = cursor.fetchone()
            cursor.execute("SELECT version()")
            version = cursor.fetchone()[0].split(" on ")[0]
        floor()
        wide = sorted(floor(FLOOR) for _ in range(3))[1]
        floor(NARROW_FLOOR)
        self.narrow = sorted(floor(NARROW_FLOOR) for _ in range(3))[1] / wide
        self.f = wide
        print(
            f"{version}. {leases} leases, {lines} ledger lines, {owing} leases with something"
            f" open, {flagged} with a flag.\n"
            f"F = sum(amount) group by lease over the ledger: {wide * 1000:.0f} ms; over a narrow"
            f" table (lease, date, amount): {self.narrow:.2f} F."
        )

    # --- Printing -----------------------------------------------------------------------------

    def _show(self, name: str, rounds: Rounds, target: float | None, more: str = "") -> None:
        ratio = rounds.ratio
        if ratio is None:
            print(
                f"{name:<42} no figure: in every round the floors differ by more than"
                f" {MOST_APART - 1:.0%}",
                flush=True,
            )
            return
        verdict = ""
        if target is not None:
            verdict = f"≤ {target:g}  {'met' if ratio <= target else 'MISSED'}"
        dropped = len(rounds.seconds) - len(rounds.fair)
        print(
            f"{name:<42} {ratio:7.3f} F  {ratio / self.narrow:7.3f} narrow"
            f"  {rounds.subject * 1000:8.0f} ms  {verdict:<16}"
            f"{f' ({dropped} rounds dropped)' if dropped else ''}{more}",
            flush=True,
        )

    def _show_steps(self, rounds: Rounds) -> None:
        """What the night's time went to; the flags by themselves against the floor, too."""
        if rounds.steps:
            steps = ", ".join(f"{name} {s * 1000:.0f}" for name, s in rounds.steps.items())
            print(f"    ms: {steps}; flags alone {rounds.steps['flags'] / rounds.floor:.3f} F")

    # --- The parts ----------------------------------------------------------------------------

    def _nights(self, floor: Floor) -> None:
        nights = Nights(floor, self.size.leases, self.choice.rounds)
        try:
            for night, rounds in nights.all():
                self._show(night.name, rounds, night.target, f"  {_said(rounds.counts)}")
                self._show_steps(rounds)
        finally:
            nights.close()

    def _registers(self, floor: Floor) -> None:
        small = Size(self.choice.compare_with, self.size.years)
        if self.size.leases <= small.leases:
            print(f"Compares with a register of {small.leases} leases: needs a larger one.")
            return
        moved = max(1, self.size.leases * MOVED_PERMILLE // 1000)
        large_rounds = self._typical(floor, moved)
        self._ensure(small)
        with database.clone(small) as name, self._floor(name) as other:
            small_rounds = self._typical(other, moved)
        if self.choice.drop:
            database.drop(small)
        database.use(self.size.work)
        ratio = large_rounds.subject / small_rounds.subject
        print(
            f"typical night, {moved} leases moved: {large_rounds.subject * 1000:.0f} ms among"
            f" {self.size.leases} leases, {small_rounds.subject * 1000:.0f} ms among"
            f" {small.leases}: {ratio:.2f} ×  ≤ 1.5  {'met' if ratio <= 1.5 else 'MISSED'}"
        )

    def _typical(self, floor: Floor, moved: int) -> Rounds:
        nights = Nights(floor, self.size.leases, self.choice.rounds)
        try:
            return nights.typical(moved)[1]
        finally:
            nights.close()

    def _import(self, floor: Floor) -> None:
        count = self.choice.payments
        against, rounds = imports.against_parsing(
            floor, count, self.choice.rounds, fetch=not self.choice.without_netsgiro
        )
        ratio = rounds.ratio
        print(
            f"{count} payments parsed, checked, matched, settled: {rounds.subject:.2f} s;"
            f" {against}: {rounds.floor:.2f} s" + _verdict(ratio, 1.0)
        )

    def _memory(self, floor: Floor) -> None:
        night = memory.of_nights(floor.database)
        print(
            f"worker at rest {night['before']:.0f} MB; after a typical night"
            f" {night['typical']:.0f} MB; after the due day's night and the next"
            f" {night['peak']:.0f} MB" + _verdict(night["peak"], memory.NIGHT_MB)
        )
        for count in (self.choice.payments, 10 * self.choice.payments):
            peak = memory.of_import(floor.database, count)["peak"]
            print(f"import of {count} payments: {peak:.0f} MB" + _verdict(peak, memory.IMPORT_MB))

    def _pages(self, floor: Floor) -> None:
        print(
            "Processor time of a request (ours and the database's for it), and the time within"
            f" which 95 % of\nanswers came with {CLIENTS} clients; each over an empty 50-row page"
        )
        for seen in Pages(floor.database, self.choice.requests, self.choice.rounds).all():
            page, cpu, p95 = seen.page, seen.cpu, seen.p95
            if p95 is None:
                print(f"{page.name:<16} not there")
                continue
            print(
                f"{page.name:<16} cpu {cpu.subject * 1000:6.1f} ms of {cpu.floor * 1000:5.1f} ms"
                f"{_verdict(cpu.ratio, page.target)}   p95 {p95.subject * 1000:6.0f} ms of"
                f" {p95.floor * 1000:5.0f} ms{_verdict(p95.ratio, page.target)}   {seen.queries}"
                f" queries{' (MORE THAN 15)' if seen.queries > 15 else ''}, {seen.length} bytes",
                flush=True,
            )

    def _letters(self, floor: Floor) -> None:
        letters = Letters(floor, self.size.leases, self.choice.rounds)
        rounds = letters.measure()
        ratio = rounds.ratio
        each, alone = (1000 * s / letters.count for s in (rounds.subject, rounds.floor))
        rate = None if ratio is None else 1 / ratio
        print(
            f"{letters.count} letters a round, journaled, sealed and in the outbox: {each:.1f} ms a"
            f" letter; Typst alone: {alone:.1f} ms" + _at_least(rate, LEAST)
        )


def _at_least(value: float | None, target: float) -> str:
    if value is None:
        return "  no figure: the floors differ too much in every round"
    return f"  {value:.0%} of its rate  ≥ {target:.0%}  {'met' if value >= target else 'MISSED'}"


def _verdict(value: float | None, target: float) -> str:
    if value is None:
        return "  no figure: the floors differ too much in every round"
    return f"  {value:.3g}  ≤ {target:g}  {'met' if value <= target else 'MISSED'}"


def _said(counts: dict[str, Any]) -> str:
    """What a night says it did, as far as it explains the figure."""
    flags = counts.get("flags", counts)
    lines = counts.get("charges", {}).get("lines", 0)
    found = [f"{flags.get(name, 0)} {name}" for name in ("looked", "raised", "changed", "resolved")]
    return ", ".join(([f"{lines} lines"] if lines else []) + found)
