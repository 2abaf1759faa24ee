"""The text of a notice, paragraph by paragraph, made from facts.

The letters are in Norwegian bokmål whatever language the reader of the page has chosen: what is
served on a tenant is one text, and it is kept as it was sent. A paragraph carries the code of what
it says (`arrears.rules.notices.KINDS[kind].content`); without its facts there is no paragraph, and
`check_content` refuses the notice. Amounts are øre.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from arrears.rules.notices import KINDS, Kind
from boligsak.dates import format_day
from boligsak.money import format_kr

TITLES: dict[Kind, str] = {
    Kind.REMINDER: "Påminnelse om betaling",
    Kind.COLLECTION_NOTICE: "Inkassovarsel",
    Kind.PAYMENT_DEMAND: "Betalingsoppfordring",
    Kind.WARNING_A: "Varsel om utkastelse: husleien er ikke betalt",
    Kind.WARNING_B: "Varsel om utkastelse: leiekontrakten er gått ut",
    Kind.WARNING_C: "Varsel om utkastelse: leieforholdet er sagt opp",
    Kind.MOVE_REQUEST: "Leiekontrakten er gått ut: du må flytte",
    Kind.TERMINATION: "Oppsigelse av leieavtalen",
    Kind.NUISANCE_WARNING: "Advarsel: du bryter leieavtalen",
    Kind.NAV_WARNING: "Varsel til Nav om begjæring om utkastelse",
}

_CHARGES = {
    "rent": "Husleie",
    "utilities": "Strøm, brensel, vann og avløp",
    "damage": "Erstatning for skade",
    "loan": "Lån",
    "opening": "Skyldig fra før",
}

TERMINATION_GROUNDS: dict[str, str] = {
    "own_use": "Boligen skal brukes av utleieren selv (husleieloven § 9-5 bokstav a).",
    "rebuilding": "Riving eller ombygging gjør at boligen må fraflyttes "
    "(husleieloven § 9-5 bokstav b).",
    "breach": "Du har brutt leieavtalen (husleieloven § 9-5 bokstav c).",
    "other": "Det er en annen saklig grunn til oppsigelsen (husleieloven § 9-5 bokstav d).",
}

_MONTHS = (
    "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober",
    "november", "desember",
)  # fmt: skip


class Paragraph(NamedTuple):
    """`code`: what it says, in the rules' own words; empty for what no law asks for."""

    code: str
    text: str


class NamedCharge(NamedTuple):
    kind: str
    due_on: dt.date
    open_ore: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """What a letter is made from. Empty or None means that it is not known, or not asked for.

    `interest_ore` None: no interest is claimed. `end_on` is where a termination's notice period
    ends when the letter is received in the month it is dated. `asked_on` is the day an earlier
    request to move was sent, `ended_on` the day an earlier termination was.
    """

    dated_on: dt.date
    tenants: Sequence[str]
    address: str
    lease_number: str
    municipality: str
    contact: str = ""
    account: str = ""
    kid: str = ""
    charges: Sequence[NamedCharge] = ()
    fee_ore: int = 0
    interest_ore: int | None = None
    warned_on: dt.date | None = None
    last_on: dt.date | None = None
    allowed_from: dt.date | None = None
    ends_on: dt.date | None = None
    asked_on: dt.date | None = None
    ended_on: dt.date | None = None
    end_on: dt.date | None = None
    months: int = 3
    ground: str = ""
    grounds: str = ""
    own_words: str = ""
    petition: str = ""
    """For Nav: the kind of warning whose petition is in sight."""

    @property
    def principal_ore(self) -> int:
        return sum(charge.open_ore for charge in self.charges)

    @property
    def total_ore(self) -> int:
        return self.principal_ore + self.fee_ore + (self.interest_ore or 0)


def paragraphs(kind: Kind, facts: LetterFacts) -> list[Paragraph]:
    """The letter without its heading: what the law asks for, then what we write ourselves."""
    found = [*_BODIES[kind](facts)]
    if facts.own_words.strip():
        found.append(Paragraph("own_words", facts.own_words.strip()))
    if KINDS[kind].names:
        found.append(
            Paragraph(
                "help",
                "Ta kontakt med oss så snart du kan hvis du ikke klarer å betale. Vi kan lage en "
                "nedbetalingsavtale med deg, og hjelpe deg med å søke om støtte.",
            )
        )
    found.append(Paragraph("sender", _sender(facts)))
    return found


def codes(found: Iterable[Paragraph]) -> set[str]:
    """What the letter says."""
    return {paragraph.code for paragraph in found if paragraph.text.strip()}


def body(kind: Kind, facts: LetterFacts, found: Iterable[Paragraph]) -> str:
    """The whole text as it goes out: paragraphs with an empty line between them."""
    to = "Til Nav" if kind is Kind.NAV_WARNING else "Til " + " og ".join(facts.tenants)
    where = f"Gjelder: {about(facts)}"
    head = [f"{facts.municipality} kommune", f"{to}\n{format_day(facts.dated_on)}", where]
    return "\n\n".join([*head, TITLES[kind], *(paragraph.text for paragraph in found)])


def about(facts: LetterFacts) -> str:
    """Which tenancy the letter is about."""
    where = f"leieforhold {facts.lease_number}"
    return f"{where}, {facts.address}" if facts.address else where


def charge_rows(facts: LetterFacts) -> list[tuple[str, str, str]]:
    """The charges it names, for a table: what, due, and what is open of it."""
    rows = [
        (_CHARGES.get(one.kind, one.kind), format_day(one.due_on), format_kr(one.open_ore))
        for one in facts.charges
    ]
    return [("Krav", "Forfall", "Beløp"), *rows] if rows else []


def _sender(facts: LetterFacts) -> str:
    asks = f"Spørsmål? {facts.contact}\n\n" if facts.contact else ""
    return f"{asks}Hilsen\n{facts.municipality} kommune"


# --- Money ------------------------------------------------------------------------------------


def _charges(facts: LetterFacts, opening: str) -> Iterator[Paragraph]:
    if facts.charges:
        lines = [
            f"– {_CHARGES.get(charge.kind, charge.kind)} med forfall "
            f"{format_day(charge.due_on)}: {format_kr(charge.open_ore)}"
            for charge in facts.charges
        ]
        yield Paragraph("charges", "\n".join([opening, *lines]))
    sums = []
    if facts.fee_ore or facts.interest_ore:
        sums.append(f"Krav: {format_kr(facts.principal_ore)}")
    if facts.fee_ore:
        sums.append(f"Gebyr for dette brevet: {format_kr(facts.fee_ore)}")
    if facts.interest_ore:
        sums.append(
            f"Forsinkelsesrente til og med {format_day(facts.dated_on)}: "
            f"{format_kr(facts.interest_ore)}"
        )
    if facts.total_ore > 0:
        yield Paragraph(
            "total", "\n".join([*sums, f"Å betale til sammen: {format_kr(facts.total_ore)}"])
        )
    if facts.account:
        yield Paragraph("pay_to", pay_to(facts.account, facts.kid, facts.lease_number))


def pay_to(account: str, kid: str, lease_number: str) -> str:
    """How to pay, in a sentence."""
    mark = f"KID {kid}" if kid else f"leieforhold {lease_number}"
    return f"Betal til konto {_account(account)}. Merk betalingen med {mark}."


def _account(number: str) -> str:
    plain = number.replace(".", "").replace(" ", "")
    return f"{plain[:4]} {plain[4:6]} {plain[6:]}" if len(plain) == 11 else number


def _pay_by(facts: LetterFacts) -> Iterator[Paragraph]:
    if facts.last_on:
        yield Paragraph("deadline", f"Betal senest {format_day(facts.last_on)}.")


def _reminder(facts: LetterFacts) -> Iterator[Paragraph]:
    yield from _charges(facts, "Vi kan ikke se at du har betalt dette:")
    yield from _pay_by(facts)
    yield Paragraph("already_paid", "Har du betalt de siste dagene, kan du se bort fra brevet.")


_OBJECTIONS = Paragraph(
    "objections",
    "Mener du at kravet er feil, må du si fra til oss innen fristen og skrive hvorfor.",
)


def _collection_notice(facts: LetterFacts) -> Iterator[Paragraph]:
    yield from _charges(facts, "Du har ikke betalt:")
    yield from _pay_by(facts)
    yield Paragraph(
        "collection_follows",
        "Dette er et inkassovarsel etter inkassoloven § 9. Hvis du ikke betaler innen fristen, kan "
        "kravet bli sendt til inkasso. Da blir det dyrere for deg.",
    )
    yield _OBJECTIONS


def _payment_demand(facts: LetterFacts) -> Iterator[Paragraph]:
    if facts.warned_on:
        where = f" for {facts.address}" if facts.address else ""
        yield Paragraph(
            "basis",
            f"Kravet gjelder leieavtale {facts.lease_number}{where}. Vi sendte inkassovarsel "
            f"{format_day(facts.warned_on)}.",
        )
    yield from _charges(facts, "Du har fortsatt ikke betalt:")
    yield from _pay_by(facts)
    yield Paragraph(
        "costs_follow",
        "Dette er en betalingsoppfordring etter inkassoloven § 10. Hvis du ikke betaler innen "
        "fristen, kan vi ta kravet videre rettslig. Da kan du måtte betale kostnader og "
        "sakskostnader i tillegg.",
    )
    yield _OBJECTIONS


# --- Eviction ---------------------------------------------------------------------------------

_LETTER = {Kind.WARNING_A: "a", Kind.WARNING_B: "b", Kind.WARNING_C: "c"}

_NAV = Paragraph(
    "nav_reservation",
    "Før eller samtidig med en begjæring om utkastelse kan vi varsle Nav, slik at du kan få hjelp "
    "(husleieloven § 9-11). Du får kopi av varselet. Vil du ikke at Nav skal varsles, må du si fra "
    "til oss skriftlig.",
)


def _eviction_follows(kind: Kind, facts: LetterFacts, unless: str) -> Iterator[Paragraph]:
    if facts.allowed_from:
        yield Paragraph(
            "eviction_follows",
            f"Dette er et varsel etter tvangsfullbyrdelsesloven § 4-18. {unless}, kan vi fra "
            f"{format_day(facts.allowed_from)} be namsmannen om utkastelse (fravikelse etter "
            f"§ 13-2 tredje ledd bokstav {_LETTER[kind]}).",
        )


def _warning_a(facts: LetterFacts) -> Iterator[Paragraph]:
    yield from _charges(facts, "Du har ikke betalt leien:")
    yield from _pay_by(facts)
    yield from _eviction_follows(Kind.WARNING_A, facts, "Hvis du ikke betaler innen fristen")
    yield Paragraph(
        "avoid_eviction",
        "Du unngår utkastelse hvis du betaler skyldig leie med renter, inndrivingskostnader og "
        "sakskostnader, og den leien som forfaller fram til du betaler. Det kan du gjøre helt til "
        "utkastelsen er gjennomført.",
    )
    yield _NAV


def _term_ended(facts: LetterFacts) -> Iterator[Paragraph]:
    if facts.ends_on:
        tense = "gikk ut" if facts.ends_on < facts.dated_on else "går ut"
        where = f" for {facts.address}" if facts.address else ""
        yield Paragraph(
            "term_ended", f"Leiekontrakten din{where} {tense} {format_day(facts.ends_on)}."
        )


def _move_by(facts: LetterFacts) -> Iterator[Paragraph]:
    if facts.last_on:
        yield Paragraph("deadline", f"Du må ha flyttet senest {format_day(facts.last_on)}.")


def _warning_b(facts: LetterFacts) -> Iterator[Paragraph]:
    yield from _term_ended(facts)
    yield Paragraph(
        "move_out",
        f"Vi ba deg {format_day(facts.asked_on)} om å flytte, og du bor der fortsatt. "
        "Vi ber deg igjen om å flytte."
        if facts.asked_on
        else "Vi ber deg om å flytte (husleieloven § 9-2 tredje ledd).",
    )
    yield from _move_by(facts)
    yield from _eviction_follows(Kind.WARNING_B, facts, "Hvis du ikke flytter innen fristen")
    yield _NAV


def _warning_c(facts: LetterFacts) -> Iterator[Paragraph]:
    if facts.ended_on:
        yield Paragraph(
            "terminated",
            f"Vi sa opp leieavtalen {format_day(facts.ended_on)}. Du har ikke protestert innen "
            "fristen, og oppsigelsesfristen er ute.",
        )
    yield Paragraph("move_out", "Vi ber deg om å flytte.")
    yield from _move_by(facts)
    yield from _eviction_follows(Kind.WARNING_C, facts, "Hvis du ikke flytter innen fristen")
    yield _NAV


def _move_request(facts: LetterFacts) -> Iterator[Paragraph]:
    yield from _term_ended(facts)
    if facts.ends_on:
        late = facts.ends_on < facts.dated_on
        by = "så snart som mulig" if late else f"senest {format_day(facts.ends_on)}"
        yield Paragraph(
            "move_out",
            f"Vi ber deg om å flytte {by}. Denne oppfordringen gjør at kontrakten ikke blir "
            "tidsubestemt (husleieloven § 9-2 tredje ledd).",
        )


# --- The end of the tenancy, and nuisance -----------------------------------------------------


def _termination(facts: LetterFacts) -> Iterator[Paragraph]:
    where = f" for {facts.address}" if facts.address else ""
    yield Paragraph("terminates", f"Vi sier opp leieavtale {facts.lease_number}{where}.")
    if facts.grounds.strip() and facts.ground in TERMINATION_GROUNDS:
        yield Paragraph(
            "reasons",
            f"Begrunnelse: {TERMINATION_GROUNDS[facts.ground]} {facts.grounds.strip()}",
        )
    if facts.end_on:
        length = "én måned" if facts.months == 1 else f"{facts.months} måneder"
        month = f"{_MONTHS[facts.dated_on.month - 1]} {facts.dated_on.year}"
        yield Paragraph(
            "notice_period",
            f"Oppsigelsesfristen er {length} og slutter ved utgangen av en kalendermåned. Får du "
            f"dette brevet i {month}, må du flytte senest {format_day(facts.end_on)}.",
        )
    yield Paragraph(
        "protest_right",
        "Du kan protestere mot oppsigelsen. Det må du gjøre skriftlig til oss innen en måned etter "
        "at du fikk dette brevet (husleieloven § 9-8).",
    )
    yield Paragraph(
        "protest_consequence",
        "Hvis du ikke protesterer innen fristen, mister du retten til å protestere, og vi kan be "
        "namsmannen om utkastelse når oppsigelsesfristen er ute (tvangsfullbyrdelsesloven § 13-2 "
        "tredje ledd bokstav c). Protesterer du i tide, faller oppsigelsen bort hvis vi ikke går "
        "til søksmål innen tre måneder etter at fristen din for å protestere er ute.",
    )


def _nuisance(facts: LetterFacts) -> Iterator[Paragraph]:
    if facts.grounds.strip():
        yield Paragraph("behaviour", f"Dette har skjedd:\n{facts.grounds.strip()}")
    yield Paragraph("must_end", "Dette må ta slutt med en gang.")
    yield Paragraph(
        "may_be_cancelled",
        "Hvis det fortsetter, kan vi heve leieavtalen (husleieloven § 9-9) og be retten om å "
        "bestemme at du må flytte. Ta kontakt med oss, så finner vi ut sammen hva som kan hjelpe.",
    )


_PETITIONS = {
    Kind.WARNING_A: "Husleien er ikke betalt.",
    Kind.WARNING_B: "Leiekontrakten er gått ut, og leietakeren har ikke flyttet.",
    Kind.WARNING_C: "Leieforholdet er sagt opp, og leietakeren har ikke flyttet.",
}


def _nav(facts: LetterFacts) -> Iterator[Paragraph]:
    who = " og ".join(facts.tenants)
    where = f" fra {facts.address}" if facts.address else ""
    if who:
        yield Paragraph(
            "nav_told",
            f"Vi varsler om at vi kan komme til å be namsmannen om utkastelse av {who}{where} "
            "(husleieloven § 9-11).",
        )
    if facts.petition in _PETITIONS:
        yield Paragraph("petition_reason", f"Grunn: {_PETITIONS[Kind(facts.petition)]}")
    if facts.allowed_from:
        yield Paragraph(
            "petition_from", f"Begjæringen sendes tidligst {format_day(facts.allowed_from)}."
        )
    yield Paragraph(
        "copy_to_tenant",
        "Leietakeren får kopi av dette varselet senest samtidig, og har fått vite om retten til å "
        "reservere seg skriftlig.",
    )


_BODIES = {
    Kind.REMINDER: _reminder,
    Kind.COLLECTION_NOTICE: _collection_notice,
    Kind.PAYMENT_DEMAND: _payment_demand,
    Kind.WARNING_A: _warning_a,
    Kind.WARNING_B: _warning_b,
    Kind.WARNING_C: _warning_c,
    Kind.MOVE_REQUEST: _move_request,
    Kind.TERMINATION: _termination,
    Kind.NUISANCE_WARNING: _nuisance,
    Kind.NAV_WARNING: _nav,
}
