"""Letters to many: set, journaled, sealed and in the outbox, against Typst's setting them alone."""

import tempfile
import time
from dataclasses import replace
from typing import Any

from django.conf import settings

from bench.measure import Floor, Rounds, StateDiffers, in_turn
from bench.portfolio import DAY
from boligsak.accounts.models import User
from boligsak.jobs.services import ask
from boligsak.letters import bulk_kinds
from boligsak.letters.models import BulkLetter, BulkLetterRow, BulkLetterState, Dispatch, Document
from boligsak.letters.pdf import Letter, pdf
from boligsak.letters.services import writing
from boligsak.letters.services.bulk import write_all
from tenants.models import LeaseParty, PartyRole

A_ROUND = 150
"""Letters in a round: three transactions of the worker."""

LEAST = 0.6
"""Of Typst's own rate."""

_TEXT = (
    "Vannet i gården blir stengt tirsdag mellom klokka 9 og 12, fordi vi skal bytte en ventil i "
    "kjelleren. Tapp gjerne det du trenger til kaffe og matlaging på forhånd.\n\n"
    "Vannet kan være litt brunt når det kommer tilbake. La det renne til det er klart. Det er ikke "
    "farlig, men vent med å vaske klær.\n\n"
    "Vi beklager ulempen. Trenger du hjelp mens vannet er borte, så ring oss."
)


class Letters:
    """Rounds of letters to tenants that have not been written to in this run."""

    def __init__(self, floor: Floor, leases: int, rounds: int) -> None:
        self.floor = floor
        self.rounds = rounds
        self.count = max(1, min(A_ROUND, leases // (rounds + 1)))
        tenants = LeaseParty.objects.filter(role=PartyRole.TENANT, lease__moved_out_on=None)
        wanted = self.count * (rounds + 1)
        rows = tenants.order_by("pk").values_list("pk", "lease__office")[:wanted]
        self.tenants = list(rows)
        self.by, _new = User.objects.get_or_create(
            username="bench", defaults={"first_name": "Kari", "last_name": "Nordmann"}
        )

    def measure(self) -> Rounds:
        """Subject: the worker writes a round. Floor: Typst sets as many of the same."""
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder:
            kept, settings.FILES_DIR = settings.FILES_DIR, folder
            try:
                letter = self._sample()
                self._round()  # in memory, and not measured
                return in_turn(self.floor, self.rounds, self._round, lambda: self._typst(letter))
            finally:
                settings.FILES_DIR = kept

    def _round(self) -> tuple[float, None]:
        some, self.tenants = self.tenants[: self.count], self.tenants[self.count :]
        bulk = BulkLetter.objects.create(
            kind="information",
            label="bench",
            state=BulkLetterState.ASKED,
            wanted=self._wanted(),
            dated_on=DAY,
            on=DAY,
            by=self.by,
            run=ask("bulk_letters", day=DAY, by=self.by),
        )
        BulkLetterRow.objects.bulk_create(
            BulkLetterRow(bulk=bulk, ref_id=pk, office_id=office) for pk, office in some
        )
        start = time.perf_counter()
        write_all(bulk.pk, on=DAY)
        seconds = time.perf_counter() - start
        self._must_be_written(bulk, len(some))
        return seconds, None

    def _typst(self, letter: Letter) -> float:
        start = time.perf_counter()
        for number in range(self.count):
            # Another name each time, so that nothing is remembered from the last one.
            pdf(replace(letter, to=(f"Tenant {number} of {time.monotonic_ns()}", *letter.to[1:])))
        return time.perf_counter() - start

    def _sample(self) -> Letter:
        """The letter that the worker sets, as Typst gets it."""
        bulk = BulkLetter(
            kind="information", wanted=self._wanted(), dated_on=DAY, on=DAY, by=self.by
        )
        kind = bulk_kinds.kind("information")
        kept: list[Letter] = []
        _keep_letters(kept, lambda: kind.compose([self.tenants[0][0]], bulk, self.by, DAY))
        return kept[0]

    @staticmethod
    def _wanted() -> dict[str, Any]:
        return {"offices": [], "about": "Vannet blir stengt", "text": _TEXT}

    @staticmethod
    def _must_be_written(bulk: BulkLetter, count: int) -> None:
        """Raises `StateDiffers` unless every letter is journaled once and waits once."""
        written = Document.objects.filter(source="bulk_letter", source_id=bulk.pk)
        waiting = Dispatch.objects.filter(document__in=written)
        found = (bulk.rows.filter(state="done").count(), written.count(), waiting.count())
        if found != (count, count, count):
            raise StateDiffers(f"letters: {count} to be written, found {found}")


def _keep_letters(kept: list[Letter], compose: Any) -> None:
    """Runs `compose` and keeps what it gives to Typst."""
    real = writing.pdf

    def keeping(letter: Letter) -> bytes:
        kept.append(letter)
        return real(letter)

    writing.pdf = keeping
    try:
        compose()
    finally:
        writing.pdf = real
