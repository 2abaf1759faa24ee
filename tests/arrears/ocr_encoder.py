"""An OCR giro encoder of the tests' own, written from the field table and from nothing else.

It never imports the product: what it writes is what a bank would, also where that is wrong. Each
record is a row of eighty characters into which values are put by position (from 1, inclusive).
"""

from dataclasses import dataclass, field, replace

WIDTH = 80


def record(service: str, kind: str, code: str, *puts: tuple[int, int, str]) -> str:
    """A line: format code, service, type and record type, zeros, and the values put into it."""
    row = list("NY" + service + kind + code + "0" * 72)
    for first, last, value in puts:
        if len(value) != last - first + 1:
            raise AssertionError(f"{value!r} does not fill {first} to {last}")
        row[first - 1 : last] = value
    if len(row) != WIDTH:
        raise AssertionError("a record has eighty characters")
    return "".join(row)


@dataclass
class Paid:
    """A transaction as the bank writes it: dates as DDMMYY, the amount without its sign."""

    ore: int
    kid: str = "1234567897"
    kind: int = 10
    minus: bool = False
    nets: str = "200126"
    bank: str = "190126"
    text: str | None = None
    form: str = "9797596016"
    archive: str = "097596016"
    debit: str = "99991005524"

    @property
    def signed(self) -> int:
        return -self.ore if self.minus else self.ore

    def lines(self, number: int) -> list[str]:
        serial = str(number).zfill(7)
        kind = str(self.kind)
        rows = [
            record(
                "09",
                kind,
                "30",
                (9, 15, serial),
                (16, 21, self.nets),
                (22, 23, "13"),
                (24, 25, self.nets[:2]),
                (26, 26, "1"),
                (27, 31, serial[2:]),
                (32, 32, "-" if self.minus else "0"),
                (33, 49, str(self.ore).zfill(17)),
                (50, 74, " " * (25 - len(self.kid)) + self.kid),
            ),
            record(
                "09",
                kind,
                "31",
                (9, 15, serial),
                (16, 25, self.form),
                (26, 34, self.archive),
                (42, 47, self.bank),
                (48, 58, self.debit),
            ),
        ]
        if self.text is not None:
            filled = self.text + " " * (40 - len(self.text))
            rows.append(record("09", kind, "32", (9, 15, serial), (16, 55, filled)))
        return rows


@dataclass
class Batch:
    """An assignment. Control values left as None are worked out."""

    paid: list[Paid]
    agreement: str = "001008566"
    number: str = "0000001"
    account: str = "99991042764"
    settled: str = "200126"
    first: str | None = None
    last: str | None = None

    @property
    def total(self) -> int:
        return sum(paid.signed for paid in self.paid)

    def lines(self) -> list[str]:
        body = [row for at, paid in enumerate(self.paid, 1) for row in paid.lines(at)]
        by_day = sorted((paid.nets for paid in self.paid), key=lambda d: (d[4:], d[2:4], d[:2]))
        return [
            record(
                "09",
                "00",
                "20",
                (9, 17, self.agreement),
                (18, 24, self.number),
                (25, 35, self.account),
            ),
            *body,
            record(
                "09",
                "00",
                "88",
                (9, 16, str(len(self.paid)).zfill(8)),
                (17, 24, str(len(body) + 2).zfill(8)),
                (25, 41, signed(self.total)),
                (42, 47, self.settled),
                (48, 53, self.first or (by_day[0] if by_day else "000000")),
                (54, 59, self.last or (by_day[-1] if by_day else "000000")),
            ),
        ]


@dataclass
class OcrFile:
    """A transmission. `lines` are text; `encode` gives the bytes that a bank would send."""

    batches: list[Batch] = field(default_factory=list)
    sender: str = "00008080"
    number: str = "0170031"
    recipient: str = "00010200"
    date: str = "200126"

    def lines(self) -> list[str]:
        body = [row for batch in self.batches for row in batch.lines()]
        start = record(
            "00",
            "00",
            "10",
            (9, 16, self.sender),
            (17, 23, self.number),
            (24, 31, self.recipient),
        )
        end = record(
            "00",
            "00",
            "89",
            (9, 16, str(sum(len(batch.paid) for batch in self.batches)).zfill(8)),
            (17, 24, str(len(body) + 2).zfill(8)),
            (25, 41, signed(sum(batch.total for batch in self.batches))),
            (42, 47, self.date),
        )
        return [start, *body, end]

    def encode(self, line_end: str = "\r\n") -> bytes:
        return as_bytes(self.lines(), line_end)


def signed(ore: int) -> str:
    """A control sum: seventeen digits, or a minus and sixteen."""
    return str(ore).zfill(17)


def as_bytes(lines: list[str], line_end: str = "\r\n") -> bytes:
    return "".join(line + line_end for line in lines).encode("latin-1")


def put(line: str, first: int, value: str) -> str:
    """The line with other content from position `first`."""
    return line[: first - 1] + value + line[first - 1 + len(value) :]


def sample() -> OcrFile:
    """Two assignments with every shape of transaction: the file that the tests damage."""
    rent = Paid(ore=940_000)
    return OcrFile(
        [
            Batch(
                [
                    rent,
                    replace(rent, ore=1, kid="123456785", kind=15, bank="000000"),
                    replace(rent, ore=250_050, kid="", kind=21, text="Husleie for Åse Bjørnsæter"),
                    replace(rent, ore=31_200, kid="10000-", kind=11, nets="190126"),
                    replace(rent, ore=940_000, minus=True, kind=13),
                    replace(rent, ore=50_000, minus=True, kind=20, kid="", text="Tilbakeført"),
                ]
            ),
            Batch(
                [
                    replace(rent, ore=812_345, kid="0" * 24 + "7", kind=14),
                    replace(rent, ore=99_900, kind=18, minus=True),
                    replace(rent, ore=77_700, kind=21, kid="00"),
                ],
                number="0000002",
                account="99991042772",
            ),
        ]
    )
