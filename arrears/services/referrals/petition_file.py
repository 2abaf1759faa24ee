"""The petition as one file: what it says, and its enclosures, with a list of them first.

It goes to somebody outside. Where anybody's address is protected it holds no address and no
document that would tell it: those follow by hand, as agreed with whoever gets them.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import Referral
from arrears.queries.enclosures import (
    MADE_HERE,
    documents_in,
    hides_addresses,
    needed_servings,
)
from arrears.queries.petition import petition_parts
from arrears.queries.referrals import claim_of, respondents
from arrears.rules.referrals import ATTACHMENTS, Ground, ReferralKind
from arrears.services.case_folder import case_folder
from arrears.words.petition import asked_for
from arrears.words.referrals import ENCLOSURES
from boligsak.letters.bundle import Enclosure, bundle
from boligsak.letters.markup import Block
from boligsak.letters.models import Direction, Document, PartyKind
from boligsak.letters.pdf import Letter, pdf, sender
from boligsak.letters.services.journal import DocumentLost, NewParty, content_of, journal
from boligsak.letters.words.documents import PETITION
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day

SOURCE = "referral"

Chosen = Mapping[str, Collection[int]]


def petition_file(row: Referral, chosen: Chosen, day: datetime.date, *, reveals: bool) -> bytes:
    """The file as PDF. `chosen`: the documents by enclosure; `reveals`: with identity numbers.

    Raises `RuleBroken` "petition.lost" (number) when a document's file cannot be read.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _made(row, documents_in(row, chosen), day, reveals=reveals)


def keep_petition(row: Referral, chosen: Chosen, *, by: Any, on: datetime.date) -> Document:
    """Journals the petition as it is sent, on its case. Call it last: the journal is held."""
    documents = documents_in(row, chosen)
    with translation.override(settings.LANGUAGE_CODE):
        content = _made(row, documents, on, reveals=True)
        title = capfirst(asked_for(row.kind, row.ground))
        to = capfirst(str(row.get_kind_display()))
    return journal(
        case_folder(row.case, on),
        direction=Direction.OUT,
        kind=PETITION,
        title=title,
        content=content,
        media_type="application/pdf",
        dated_on=on,
        parties=[NewParty(str(PartyKind.RECIPIENT), to, is_third=True)],
        by=by,
        on=on,
        section="offl. § 13, jf. fvl. § 13",
        facts={
            "enclosures": {name: [str(one) for one in docs] for name, docs in documents.items()}
        },
        source=SOURCE,
        source_id=row.pk,
        file_name=f"petition-{on.isoformat()}.pdf",
    )


# --- How it is put together -----------------------------------------------------------------------


def _made(
    row: Referral, documents: Mapping[str, Sequence[Document]], day: datetime.date, *, reveals: bool
) -> bytes:
    hides = hides_addresses(row.case)
    against = respondents(row.case, day, with_numbers=reveals, keeps_addresses=True)
    claim = claim_of(row, day)
    parts = petition_parts(row, against, claim, day, reveals=reveals)
    heading = capfirst(asked_for(row.kind, row.ground))
    enclosures, apart = _enclosures(row, documents, parts, day, hides=hides)
    if hides:
        told = _("Kept back here: it is given to you by hand.")
        for part in parts:
            if part["heading"] == _("Respondent"):
                part["terms"] = [*part["terms"], (_("Address"), told)]
    letter = _letter(row, heading, _blocks(parts), day, signs=True)
    note = _("Follows by itself: %(names)s.") % {"names": ", ".join(apart)} if apart else ""
    about = _("Our reference %(number)s, %(day)s") % {
        "number": row.case.number,
        "day": format_day(day),
    }
    return bundle(letter, enclosures, title=heading, about=about, note=note)


def _enclosures(
    row: Referral,
    documents: Mapping[str, Sequence[Document]],
    parts: Sequence[Mapping[str, Any]],
    day: datetime.date,
    *,
    hides: bool,
) -> tuple[list[Enclosure], list[str]]:
    """The enclosures in the order the law names them, and what follows in another way."""
    found: list[Enclosure] = []
    apart: list[str] = []
    for name in ATTACHMENTS[ReferralKind(row.kind), Ground(row.ground)]:
        title = capfirst(str(ENCLOSURES[name]))
        if name in MADE_HERE:
            tables = [part for part in parts if part.get("rows")]
            found.append(Enclosure(title, _letter(row, title, _blocks(tables, under=title), day)))
            continue
        chosen = documents.get(name, ())
        found += [
            Enclosure(f"{title}: {one.title} ({one})", _content(one), one.media_type)
            for one in chosen
        ]
        if name in ("proof", "receipt") and not hides:
            found.append(Enclosure(title, _letter(row, title, _servings(row), day)))
        elif not chosen:
            apart.append(str(ENCLOSURES[name]))
    return found, apart


def _content(document: Document) -> bytes:
    try:
        return content_of(document)
    except DocumentLost as why:
        raise RuleBroken("petition.lost", number=str(document)) from why


def _letter(
    row: Referral, title: str, blocks: Sequence[Block], day: datetime.date, *, signs: bool = False
) -> bytes:
    return pdf(
        Letter(
            title=title,
            body="",
            sender=sender(row.case.office.name if not hides_addresses(row.case) else ""),
            on=day,
            marks=((_("Our reference"), row.case.number), (_("Date"), str(format_day(day)))),
            blocks=tuple(blocks),
            signers=(f"{settings.MUNICIPALITY['name']} kommune",) if signs else (),
        )
    )


def _servings(row: Referral) -> list[Block]:
    """How each notice was sent to each, with the proof and the receipt there is."""
    rows = [[_("Letter"), _("To"), _("Sent"), _("How"), _("Proof")]]
    for one in needed_servings(row):
        to = one.guardianship.guardian_name if one.guardianship else str(one.person)
        proof = [one.proof]
        if one.received_on:
            proof.append(_("received %(day)s") % {"day": format_day(one.received_on)})
        rows.append(
            [
                capfirst(str(one.notice.get_kind_display())),
                to,
                str(format_day(one.sent_on)),
                capfirst(str(one.get_channel_display())),
                ", ".join(part for part in proof if part),
            ]
        )
    return [_table(rows)]


def _blocks(parts: Sequence[Mapping[str, Any]], under: str = "") -> list[Block]:
    """The parts of a petition as the typesetter takes them. No value is read for marks. `under`:
    the title they stand under, which is not said twice."""
    found = []
    for part in parts:
        if part.get("signs"):
            continue  # the letter has its own place to sign
        if part["heading"] != under:
            found.append(Block("heading", (((_run(part["heading"]),),),)))
        if terms := part.get("terms"):
            lines = tuple((((f"{term}: ", True), (str(value), False)),) for term, value in terms)
            found.append(Block("paragraph", lines))
        for line in part.get("text") or ():
            found.append(Block("paragraph", (((_run(line),),),)))
        if points := part.get("points"):
            found.append(Block("list", tuple(((_run(one),),) for one in points)))
        if rows := part.get("rows"):
            found.append(_table([part["columns"], *rows]))
    return found


def _table(rows: Sequence[Sequence[Any]]) -> Block:
    return Block("table", tuple(tuple((_run(cell),) for cell in row) for row in rows))


def _run(text: Any) -> tuple[str, bool]:
    return (str(text), False)
