"""The bank: what was paid, as OCR giro files, with the slips a bank lets through."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from arrears.rules.ocr_giro import FileHeader
from arrears.rules.ocr_giro_writer import Assignment, Transaction, write
from boligsak.dates import next_working_day
from boligsak.desk.demo.chance import Chance
from boligsak.desk.demo.payers import Paid

AGREEMENT, ACCOUNT = "990000017", "99900000017"
SENDER, RECIPIENT = "00008080", "00990017"
FILES_OF_THE_BANK = "OCR.D*.txt"
REVERSAL, WITH_TEXT = 18, 21

_WRONG_KID = 1 / 9000
_WRONG_KID_LATELY = 1 / 600
_NO_KID_LATELY = 1 / 1500
_REVERSED = 1 / 2500
_LATELY = dt.timedelta(days=60)
# However small the town: somebody who shows how payments are placed needs some to place.
_LEAST_WRONG_LATELY = 3
_NEWEST = 30


class Bank:
    """Payments wait here by day until a file is written; days are Nets' own."""

    def __init__(self, seed: int, today: dt.date, payments: Iterable[Paid]) -> None:
        self._seed = seed
        self._today = today
        self._transmissions = 0
        self._days: defaultdict[dt.date, list[Paid]] = defaultdict(list)
        self._wrong_lately: set[tuple[dt.date, int]] = set()
        for paid in payments:
            self._days[paid.paid_on].append(paid)
        for day in sorted(self._days):
            self._slips(day)
        self._some_wrong_lately()

    def _slips(self, day: dt.date) -> None:
        """Mistyped KIDs, and payments that bounce and are made again."""
        chance = Chance(self._seed, "bank", day)
        is_late = day > self._today - _LATELY
        share = _WRONG_KID_LATELY if is_late else _WRONG_KID
        paid_today = self._days[day]
        for place, paid in enumerate(paid_today):
            if paid.ore > 0 and paid.kid and chance.happens(share):
                self._mistype(chance, day, place)
            elif paid.ore > 0 and is_late and chance.happens(_NO_KID_LATELY):
                paid_today[place] = paid._replace(kid="", way=WITH_TEXT, text="HUSLEIE")
            elif paid.ore > 0 and chance.happens(_REVERSED):
                back_on = next_working_day(day + dt.timedelta(days=chance.randint(1, 4)))
                again_on = next_working_day(back_on + dt.timedelta(days=chance.randint(2, 20)))
                self._later(paid._replace(paid_on=back_on, ore=-paid.ore, way=REVERSAL, text=""))
                if chance.happens(0.75):
                    self._later(paid._replace(paid_on=again_on))

    def _some_wrong_lately(self) -> None:
        """Mistypes some more KIDs where chance has let too few of the last days be wrong."""
        lately = [
            (day, place)
            for day in sorted(self._days)
            if self._today - _LATELY < day < self._today
            for place, paid in enumerate(self._days[day])
            if paid.ore > 0 and paid.kid and (day, place) not in self._wrong_lately
        ]
        chance = Chance(self._seed, "bank", "wrong lately")
        missing = max(0, _LEAST_WRONG_LATELY - len(self._wrong_lately))
        newest = lately[-_NEWEST:]
        for day, place in chance.sample(newest, min(missing, len(newest))):
            self._mistype(chance, day, place)

    def _mistype(self, chance: Chance, day: dt.date, place: int) -> None:
        paid = self._days[day][place]
        self._days[day][place] = paid._replace(kid=_mistyped(chance, paid.kid), way=10)
        if day > self._today - _LATELY:
            self._wrong_lately.add((day, place))

    def _later(self, paid: Paid) -> None:
        if paid.paid_on <= self._today and paid.paid_on in self._days:
            self._days[paid.paid_on].append(paid)

    def write_file(self, folder: Path, until: dt.date) -> Path | None:
        """One file with what was paid until that day and is in no file yet; None: nothing."""
        days = sorted(day for day in self._days if day <= until)
        if not days:
            return None
        self._transmissions += 1
        path = folder / f"OCR.D{until:%y%m%d}.{self._transmissions:05d}.txt"
        with path.open("wb") as stream:
            write(
                stream,
                FileHeader(SENDER, f"{self._transmissions:07d}", RECIPIENT),
                [self._assignment(day, number) for number, day in enumerate(days, start=1)],
            )
        return path

    def _assignment(self, day: dt.date, number: int) -> Assignment:
        transactions = [
            Transaction(
                nets_on=day,
                amount_ore=paid.ore,
                kid=paid.kid,
                kind=WITH_TEXT if paid.text else paid.way,
                bank_on=day,
                archive_ref=f"{place:09d}",
                debit_account=paid.account,
                text=paid.text,
            )
            for place, paid in enumerate(self._days.pop(day), start=1)
        ]
        return Assignment(
            AGREEMENT,
            f"{self._transmissions % 100_000:05d}{number:02d}",
            ACCOUNT,
            transactions,
            day,
        )


def _mistyped(chance: Chance, kid: str) -> str:
    """Two neighbouring digits swapped, or one digit wrong: the slips of a tired hand."""
    digits = list(kid)
    place = chance.randrange(1, len(digits) - 1)
    if digits[place] != digits[place + 1] and chance.happens(0.5):
        digits[place], digits[place + 1] = digits[place + 1], digits[place]
    else:
        digits[place] = str((int(digits[place]) + chance.randint(1, 8)) % 10)
    return "".join(digits)
