"""The kinds of letters about arrears: notices, the repayment plan, the package for Nav, the card.

A paragraph of a notice that the law asks for is a field of its own with its §, so a template can
move it and write around it, but never leave it out (`arrears.rules.notices.KINDS`).
"""

import json
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from arrears.models import NoticeKind
from arrears.rules.notices import KINDS as NOTICES
from arrears.rules.notices import Kind
from boligsak.letters import registry
from boligsak.letters.registry import ITEMS, TABLE, TEXT, Field, LetterKind

REPAYMENT_PLAN = "repayment-plan"
NAV_PACKAGE = "nav-package"
CALLING_CARD = "calling-card"

_OWN_WORDS = Field(
    "own_words",
    _("what the caseworker adds"),
    "Ring oss gjerne, så finner vi en løsning.",
    True,
    "god forvaltningsskikk",
    TEXT,
    may_be_empty=True,
)
_PARAGRAPHS: dict[str, tuple[object, str]] = {
    "total": (_("what is to be paid"), "Å betale til sammen: 9 035,00 kr"),
    "pay_to": (
        _("how to pay"),
        "Betal til konto 1234 56 78903. Merk betalingen med KID 1234567892.",
    ),
    "deadline": (_("the deadline"), "Betal senest 07.12.2026."),
    "already_paid": (_("when it is paid already"), "Har du betalt, kan du se bort fra brevet."),
    "collection_follows": (
        _("that debt collection follows"),
        "Dette er et inkassovarsel etter inkassoloven § 9.",
    ),
    "objections": (_("the right to object"), "Mener du at kravet er feil, må du si fra."),
    "basis": (_("what the claim rests on"), "Vi sendte inkassovarsel 01.11.2026."),
    "costs_follow": (
        _("that costs follow"),
        "Dette er en betalingsoppfordring etter inkassoloven § 10.",
    ),
    "eviction_follows": (
        _("that a petition for eviction follows"),
        "Dette er et varsel etter tvangsfullbyrdelsesloven § 4-18.",
    ),
    "avoid_eviction": (
        _("how eviction is avoided"),
        "Du unngår utkastelse hvis du betaler skyldig leie.",
    ),
    "nav_reservation": (
        _("the right to reserve against warning Nav"),
        "Vil du ikke at Nav skal varsles, må du si fra til oss skriftlig.",
    ),
    "term_ended": (_("that the term has ended"), "Leiekontrakten din gikk ut 31.10.2026."),
    "move_out": (_("the request to move"), "Vi ber deg om å flytte."),
    "terminated": (_("the termination it rests on"), "Vi sa opp leieavtalen 01.08.2026."),
    "terminates": (_("that the lease is terminated"), "Vi sier opp leieavtale L-10432."),
    "reasons": (_("the ground and its reasons"), "Begrunnelse: Du har brutt leieavtalen."),
    "notice_period": (_("the notice period"), "Oppsigelsesfristen er tre måneder."),
    "protest_right": (_("the right to protest"), "Du kan protestere mot oppsigelsen."),
    "protest_consequence": (
        _("what follows when nobody protests"),
        "Hvis du ikke protesterer innen fristen, mister du retten til det.",
    ),
    "behaviour": (_("what has happened"), "Dette har skjedd:\nHøy musikk natt til 14.11.2026."),
    "must_end": (_("that it must end"), "Dette må ta slutt med en gang."),
    "may_be_cancelled": (
        _("that the lease can be cancelled"),
        "Hvis det fortsetter, kan vi heve leieavtalen (husleieloven § 9-9).",
    ),
    "nav_told": (_("what Nav is told"), "Vi varsler om at vi kan be om utkastelse."),
    "petition_reason": (_("the ground of the petition"), "Grunn: Husleien er ikke betalt."),
    "petition_from": (_("when the petition comes"), "Begjæringen sendes tidligst 08.12.2026."),
    "copy_to_tenant": (_("that the tenant gets a copy"), "Leietakeren får kopi av varselet."),
    "help": (_("the offer of help"), "Ta kontakt med oss så snart du kan."),
}
"""What a notice may say: what it is called, and an example."""

_BESIDES: dict[Kind, tuple[str, ...]] = {
    Kind.REMINDER: ("already_paid", "help"),
    Kind.COLLECTION_NOTICE: ("help",),
    Kind.PAYMENT_DEMAND: ("help",),
    Kind.WARNING_A: ("help",),
    Kind.WARNING_B: (),
    Kind.WARNING_C: (),
    Kind.MOVE_REQUEST: (),
    Kind.TERMINATION: ("terminates",),
    Kind.NUISANCE_WARNING: (),
    Kind.NAV_WARNING: ("petition_from",),
}
"""What each kind says that no law asks for."""


def code_of(kind: str) -> str:
    """The letter's kind of a kind of notice."""
    return f"notice-{kind}"


def _paragraph(name: str, law: str) -> Field:
    if name == "charges":
        rows = [("Krav", "Forfall", "Beløp"), ("Husleie", "20.10.2026", "9 000,00 kr")]
        example = registry.table(rows)
        return Field("charges", _("the charges, line by line"), example, True, law, TABLE)
    label, example = _PARAGRAPHS[name]
    return Field(name, label, example, bool(law), law, TEXT)  # type: ignore[arg-type]


def _notice(kind: Kind) -> LetterKind:
    rule = NOTICES[kind]
    fields = [
        Field("about", _("lease and address"), "leieforhold L-10432, Innherredsveien 3 B"),
        *(_paragraph(name, rule.law) for name in rule.content),
        *(_paragraph(name, "") for name in _BESIDES[kind]),
        _OWN_WORDS,
    ]
    if kind is Kind.NAV_WARNING:
        fields.append(
            Field(
                "copy_note",
                _("said in the tenant's copy"),
                "Dette er din kopi. Varselet er sendt til Nav.",
                shape=TEXT,
            )
        )
    return LetterKind(code_of(kind), NoticeKind(kind.value).label, fields, by_email=True)


_PLAN = (
    Field("lease", _("number of the lease"), "L-10432"),
    Field("tenants", _("the tenants"), registry.items(["Ola Hansen"]), shape=ITEMS),
    Field("total", _("what is owed together"), "18 000,00 kr"),
    Field("first", _("first sum; empty for none"), "2 000,00 kr"),
    Field("instalment", _("the instalment and how often"), "1 000,00 kr hver måned"),
    Field("tolerance", _("how late an instalment may be"), "3 dager"),
    Field(
        "schedule",
        _("the instalments, line by line"),
        registry.table([("Nr.", "Forfall", "Beløp"), ("1", "20.12.2026", "1 000,00 kr")]),
        shape=TABLE,
    ),
    Field(
        "covered",
        _("what the plan covers, line by line"),
        registry.table([("Krav", "Forfall", "Beløp"), ("Husleie", "20.10.2026", "9 000,00 kr")]),
        shape=TABLE,
    ),
    Field("note", _("what is agreed besides"), "Vi snakkes igjen i mars.", shape=TEXT),
    Field("pay_to", _("how to pay"), "Betal til konto 1234 56 78903, KID 1234567892."),
)


def _plan_signers(fields: Mapping[str, str]) -> list[str]:
    return [*json.loads(fields["tenants"]), f"{fields['municipality']} kommune"]


_NAV = (
    Field("tenants", _("the tenants"), registry.items(["Ola Hansen"]), shape=ITEMS),
    Field(
        "lease",
        _("the lease, line by line"),
        registry.table([("Leieforhold", "Opplysning"), ("Husleie i måneden", "9 000,00 kr")]),
        shape=TABLE,
    ),
    Field(
        "money",
        _("what is owed"),
        registry.table([("Skyldig", "Beløp"), ("Forfalt og ikke betalt", "18 000,00 kr")]),
        shape=TABLE,
    ),
    Field(
        "charges",
        _("the charges, line by line"),
        registry.table([("Krav", "Forfall", "Beløp"), ("Husleie", "20.10.2026", "9 000,00 kr")]),
        shape=TABLE,
    ),
    Field("plan", _("the repayment plan"), registry.items(["Avdrag: 1 000,00 kr"]), shape=ITEMS),
    Field("payers", _("others who pay"), registry.items(["Nav: 4 000,00 kr"]), shape=ITEMS),
    Field(
        "budget",
        _("the household's budget a month"),
        registry.table([("Budsjett", "Beløp"), ("Inntekt", "16 000,00 kr")]),
        shape=TABLE,
    ),
    Field("budget_on", _("day the budget was told"), "10.11.2026"),
)


def register() -> None:
    for kind in Kind:
        registry.register(_notice(kind))
    registry.register(LetterKind(REPAYMENT_PLAN, _("Repayment plan"), _PLAN, signers=_plan_signers))
    registry.register(LetterKind(NAV_PACKAGE, _("Package for Nav"), _NAV))
    registry.register(
        LetterKind(
            CALLING_CARD,
            _("Calling card"),
            (
                Field("day", _("day of the visit"), "23.11.2026"),
                Field("who", _("who was there"), "Kari fra kommunen"),
            ),
        )
    )
