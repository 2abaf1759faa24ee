"""What a notice would be on a day: its charges, its fee and interest, its deadline and its text.

Nothing is written here. The same is asked when a draft is made, when it is shown before, and once
more when it is sent: a letter that would be another by then is refused.
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings

from arrears.models import Case, InterestPart, LedgerLine
from arrears.queries import notices as query
from arrears.queries.claims import open_charges
from arrears.queries.portfolio import ledgers
from arrears.queries.recipients import tenants_on
from arrears.rules.fees import Fee, FeeTerms, fee
from arrears.rules.interest import BEARING, Part, Rate, open_spans, parts, rounded
from arrears.rules.ledger import ChargeKey, ChargeKind
from arrears.rules.notices import (
    KINDS,
    NOTICE_MONTHS,
    WARNINGS,
    Kind,
    OpenCharge,
    Term,
    newest,
    notice_period_ends,
    term,
)
from arrears.rules.sending import (
    Situation,
    barred_from,
    check_content,
    check_named,
    check_situation,
    nameable,
)
from arrears.words.notice_text import LetterFacts, NamedCharge, Paragraph, body, codes, paragraphs
from boligsak.rates.models import Rate as RateRow
from boligsak.rates.queries import DatedRate, rate_on
from boligsak.rule import RuleBroken
from tenants.models import Lease

_ONE_DAY = datetime.timedelta(days=1)
DAYS_AHEAD = 7
"""A letter is dated today or some days ahead, for when it will be in the post; never back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody asks for. `dated_on` is the day the letter says, and is to be sent on.

    `line_ids` are the charges it names. `ground` is a key of § 9-5 for a termination, `grounds`
    its reasons in words, or what has happened for a warning about nuisance. `interrupted`: what
    interrupted the limitation of rent older than three years.
    """

    kind: str
    dated_on: datetime.date
    line_ids: tuple[int, ...] = ()
    ground: str = ""
    grounds: str = ""
    own_words: str = ""
    with_fee: bool = True
    with_interest: bool = False
    months: int = NOTICE_MONTHS
    interrupted: str = ""
    is_termination_agreed: bool = False

    def stored(self) -> dict[str, Any]:
        """As JSON values; `restored` reads them back."""
        values = asdict(self)
        return values | {"dated_on": self.dated_on.isoformat(), "line_ids": list(self.line_ids)}


def restored(values: dict[str, Any]) -> Wanted:
    """What was asked for, as a notice keeps it."""
    dated_on = datetime.date.fromisoformat(values["dated_on"])
    return Wanted(**values | {"dated_on": dated_on, "line_ids": tuple(values["line_ids"])})


@dataclass(frozen=True, slots=True)
class Made:
    """A notice as it would be. Amounts in øre."""

    wanted: Wanted
    charges: tuple[OpenCharge, ...]
    fee: Fee
    interest: tuple[tuple[int, Part], ...]
    """(charge's line, part) of the interest it claims."""
    interest_ore: int
    term: Term | None
    end_on: datetime.date | None
    rate_ids: tuple[int, ...]
    text: tuple[Paragraph, ...]
    body: str
    asks_to_move: bool
    letter: LetterFacts
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return Kind(self.wanted.kind)

    @property
    def principal_ore(self) -> int:
        return sum(charge.open_ore for charge in self.charges)

    @property
    def total_ore(self) -> int:
        return self.principal_ore + self.fee.amount_ore + self.interest_ore


def make(case: Case, wanted: Wanted) -> Made:
    """The notice as it would be when sent on the day it is dated.

    Raises RuleBroken for whatever makes it unlawful that day: what `check_situation`,
    `check_named` and `check_content` raise, "notice.no_tenant", "notice.charge_gone" (a charge it
    names is not open any more), and "rate.missing" (kind, day) for what it asks to have reckoned.
    """
    kind, on, lease = Kind(wanted.kind), wanted.dated_on, case.lease
    now = query.situation(lease, on, is_termination_agreed=wanted.is_termination_agreed)
    named = _named(lease.pk, wanted) if KINDS[kind].names else ()
    check_situation(kind, now, named, on)
    check_named(
        kind,
        named,
        on,
        limitation_years=query.limitation_years(on),
        interrupted=wanted.interrupted,
    )
    rates: list[DatedRate] = []
    found_fee = _fee(kind, named, wanted, rates)
    reckoned = interest_on(lease.pk, named, on) if wanted.with_interest else []
    interest_ore = rounded(part for _, part in reckoned)
    waits, days = _term(kind, on, rates)
    end_on = notice_period_ends(on, wanted.months) if kind is Kind.TERMINATION else None
    letter = _letter(case, wanted, now, named, found_fee, interest_ore, waits, end_on)
    text = tuple(paragraphs(kind, letter))
    check_content(kind, codes(text))
    asks_to_move = kind is Kind.MOVE_REQUEST or (
        kind is Kind.WARNING_B and now.lease.move_requested_on is None
    )
    rate_ids = {rate.id for rate in rates} | {part.rate_id for _, part in reckoned}
    return Made(
        wanted=wanted,
        charges=named,
        fee=found_fee,
        interest=tuple(reckoned),
        interest_ore=interest_ore,
        term=waits,
        end_on=end_on,
        rate_ids=tuple(sorted(rate_ids)),
        text=text,
        body=body(kind, letter, text),
        asks_to_move=asks_to_move,
        letter=letter,
        facts={
            "wanted": wanted.stored(),
            "months": wanted.months,
            "days": days,
            "fee_line_ids": sorted(found_fee.line_ids) if found_fee.amount_ore else [],
            "asks_to_move": asks_to_move,
            "contents": sorted(codes(text)),
        },
    )


def _named(lease_id: int, wanted: Wanted) -> tuple[OpenCharge, ...]:
    there = {charge.line_id: charge for charge in open_charges(lease_id, wanted.dated_on)}
    if set(wanted.line_ids) - set(there):
        raise RuleBroken("notice.charge_gone")
    return tuple(charge for line_id, charge in there.items() if line_id in wanted.line_ids)


def _fee(kind: Kind, named: Collection[OpenCharge], wanted: Wanted, rates: list[DatedRate]) -> Fee:
    name, on = KINDS[kind].fee, wanted.dated_on
    if not name or not wanted.with_fee:
        return Fee(0, frozenset(), None)
    base, ratio = rate_on("collection-rate", on), rate_on(name, on)
    most, after = rate_on("fees-a-claim", on), rate_on("fee-after-due", on)
    found = fee(
        kind, named, on, FeeTerms(base.value, ratio.value, int(most.value), int(after.value))
    )
    if found.amount_ore:
        rates += [base, ratio, most, after]
    return found


def _term(kind: Kind, on: datetime.date, rates: list[DatedRate]) -> tuple[Term | None, int | None]:
    """The deadline, and how many days it is."""
    if not KINDS[kind].wait:
        return None, None
    days = rate_on(KINDS[kind].wait, on)
    rates.append(days)
    return term(kind, on, int(days.value)), int(days.value)


def interest_on(
    lease_id: int, named: Collection[OpenCharge], to_on: datetime.date
) -> list[tuple[int, Part]]:
    """Late interest on these charges, from where it was last reckoned to `to_on`, inclusive.

    Raises RuleBroken("rate.missing", kind, day).
    """
    bearing = [charge for charge in named if charge.kind in BEARING]
    if not bearing:
        return []
    ledger = ledgers([lease_id])[lease_id]
    ids = [charge.line_id for charge in bearing]
    references = dict(LedgerLine.objects.filter(pk__in=ids).values_list("id", "reference"))
    taken = _reckoned_to(ids)
    rates = late_interest_rates()
    found: list[tuple[int, Part]] = []
    for charge in bearing:
        key = ChargeKey(charge.due_on, ChargeKind(charge.kind), references[charge.line_id])
        from_on = taken[charge.line_id] + _ONE_DAY if charge.line_id in taken else None
        spans = open_spans(ledger.lines, ledger.disputes, key, to_on, from_on)
        found += [(charge.line_id, part) for part in parts(spans, rates)]
    return found


def late_interest_rates() -> list[Rate]:
    rows = RateRow.objects.filter(kind="late-interest").order_by("valid_from")
    return [Rate(row.pk, row.value, row.valid_from, row.valid_to) for row in rows]


def _reckoned_to(line_ids: Sequence[int]) -> dict[int, datetime.date]:
    """The last day for which interest on each charge has been taken, and not given back with a
    notice that was withdrawn."""
    rows = InterestPart.objects.filter(charge__in=line_ids).exclude(notice__state="withdrawn")
    found: dict[int, datetime.date] = {}
    for line_id, to_on in rows.values_list("charge_id", "to_on"):
        found[line_id] = max(found.get(line_id, to_on), to_on)
    return found


def _letter(
    case: Case,
    wanted: Wanted,
    now: Situation,
    named: Collection[OpenCharge],
    found_fee: Fee,
    interest_ore: int,
    waits: Term | None,
    end_on: datetime.date | None,
) -> LetterFacts:
    kind, on, lease = Kind(wanted.kind), wanted.dated_on, case.lease
    people = [party.person for party in tenants_on([lease.pk], on)[lease.pk]]
    if not people:
        raise RuleBroken("notice.no_tenant")
    warned = newest(now.sent, Kind.COLLECTION_NOTICE)
    ended = newest(now.sent, Kind.TERMINATION)
    warnings = [one for one in now.sent if one.kind in WARNINGS]
    petition = max(warnings, key=lambda one: (one.sent_on, one.id), default=None)
    return LetterFacts(
        dated_on=on,
        tenants=[str(person) for person in people],
        address=_address(kind, lease),
        lease_number=lease.number,
        municipality=settings.MUNICIPALITY["name"],
        contact=settings.MUNICIPALITY["contact"],
        account=settings.MUNICIPALITY["account"],
        kid=lease.kid or "",
        charges=[NamedCharge(one.kind, one.due_on, one.open_ore) for one in named],
        fee_ore=found_fee.amount_ore,
        interest_ore=interest_ore if wanted.with_interest else None,
        warned_on=warned.sent_on if warned else None,
        last_on=waits.last_on if waits else None,
        allowed_from=waits.allowed_from if waits else None,
        ends_on=lease.ends_on,
        asked_on=lease.move_requested_on,
        ended_on=ended.sent_on if ended else None,
        end_on=end_on,
        months=wanted.months,
        ground=wanted.ground,
        grounds=wanted.grounds,
        own_words=wanted.own_words,
        petition=petition.kind if petition else "",
    )


def _address(kind: Kind, lease: Lease) -> str:
    """Where it is; never to a third party when the address is protected."""
    if kind is Kind.NAV_WARNING and lease.is_protected:
        return ""
    return str(lease.dwelling.address)


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether a kind of notice may be written on a day. `refused`: why not (None: it may), and
    `from_on` from when it may, where only time is missing. `line_ids`: what it would name."""

    kind: Kind
    line_ids: tuple[int, ...] = ()
    refused: RuleBroken | None = None

    @property
    def from_on(self) -> datetime.date | None:
        return self.refused.facts.get("from_on") if self.refused else None


def choices(case: Case, day: datetime.date) -> list[Choice]:
    """Every kind of notice, in order, and what the law says of sending it on `day`."""
    now = query.situation(case.lease, day)
    charges = open_charges(case.lease_id, day)
    years = query.limitation_years(day)
    return [_choice(kind, now, charges, years, day) for kind in Kind]


def _choice(
    kind: Kind, now: Situation, charges: Sequence[OpenCharge], years: int, day: datetime.date
) -> Choice:
    named = offered(kind, now, charges, years, day)
    try:
        # Why nothing can be named says more than that nothing is.
        check_situation(kind, now, named or nameable(kind, charges, day), day)
        check_named(kind, named, day, limitation_years=years)
    except RuleBroken as broken:
        return Choice(kind, (), broken)
    return Choice(kind, tuple(charge.line_id for charge in named))


def offered(
    kind: Kind, now: Situation, charges: Sequence[OpenCharge], years: int, day: datetime.date
) -> list[OpenCharge]:
    """The charges ticked from the start: what may be named, less what is barred by limitation,
    covered by a debt settlement, or for a payment demand not warned of yet."""
    found = [
        charge
        for charge in nameable(kind, charges, day)
        if barred_from(charge.due_on, years) > day
        and (now.settled_to is None or charge.due_on > now.settled_to)
    ]
    if kind is not Kind.PAYMENT_DEMAND:
        return found
    over = {
        line_id
        for one in now.sent
        if one.kind is Kind.COLLECTION_NOTICE and one.allowed_from and one.allowed_from <= day
        for line_id in one.line_ids
    }
    return [charge for charge in found if charge.line_id in over]


@dataclass(frozen=True, slots=True)
class Costs:
    """What a notice would cost the tenant on a day. `fee` None: its kind has none. `interest_ore`
    None: it cannot be reckoned, for want of a rate (`missing`)."""

    fee: Fee | None
    interest_ore: int | None
    missing: RuleBroken | None = None


def costs(case: Case, kind: Kind, charges: Sequence[OpenCharge], day: datetime.date) -> Costs:
    """The fee and the interest that naming these charges would bring, for who decides on them."""
    found: Fee | None = None
    try:
        if KINDS[kind].fee:
            found = _fee(kind, charges, Wanted(kind=kind.value, dated_on=day), [])
        reckoned = interest_on(case.lease_id, charges, day)
    except RuleBroken as broken:
        return Costs(found, None, broken)
    return Costs(found, rounded(part for _, part in reckoned))
