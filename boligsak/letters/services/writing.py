"""Writing a letter: the template in force, filled in, set, and journaled."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction

from boligsak.accounts.models import Office
from boligsak.letters import registry
from boligsak.letters.markup import filled, text_of
from boligsak.letters.models import Direction, Document, Folder, Language, Template
from boligsak.letters.pdf import Letter, pdf, sender
from boligsak.letters.queries.templates import in_force
from boligsak.letters.rules.templates import check_values, fields_in
from boligsak.letters.services.journal import NewDocument, NewParty, journal_many
from boligsak.show import day as format_day

PDF = "application/pdf"
Marks = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter before it is set: what it says, from which template and which facts."""

    letter: Letter
    template: Template
    facts: dict[str, Any]
    text: str


def compose(
    code: str,
    *,
    reference: str,
    fields: Mapping[str, str],
    to: NewParty | None,
    office_id: int | None,
    language: str,
    by: Any,
    dated_on: datetime.date,
    marks: Marks = (),
    signature: Sequence[str] = (),
    enclosures: Sequence[str] = (),
    template: Template | None = None,
    office: Office | None = None,
) -> Composed:
    """The letter as it would be. `fields` are the kind's own; those every letter has are added.
    `to`: None for a report, which goes to nobody.

    `marks` stand beside the address after our reference and the date. `template` and `office` are
    looked up unless they are given. Raises RuleBroken "template.missing" (kind, language, day) or
    "template.field_missing" (fields), and `ValueError` for a field that the kind does not have.
    """
    kind = registry.kind(code)
    shapes = registry.shapes(kind)
    if unknown := set(fields) - set(shapes):
        raise ValueError(f"{code} has no field {sorted(unknown)}: see its list of fields")
    asked = language if language in Language.values else Language.BOKMAL.value
    chosen = template or in_force(code, asked, office_id, dated_on)
    if office is None and office_id is not None:
        office = Office.objects.get(pk=office_id)
    unit = office.name if office is not None else ""
    writer = str(by) if by is not None else ""
    values = {
        "recipient": to.name if to is not None else "",
        "date": str(format_day(dated_on)),
        "reference": reference,
        "office": unit,
        "municipality": settings.MUNICIPALITY["name"],
        "contact": settings.MUNICIPALITY["contact"],
        "sender": writer,
        **{name: str(value) for name, value in fields.items()},
    }
    check_values(fields_in(chosen.body), kind.never_empty, values)
    blocks = filled(chosen.body, values, shapes)
    words = _words(chosen.language)
    beside = ((words["reference"], reference), (words["date"], values["date"]), *marks)
    signed = tuple(signature)
    if not signed and kind.signers is None:
        signed = (words["regards"], writer, unit)
    signers = tuple(kind.signers(values)) if kind.signers is not None else ()
    letter = Letter(
        title=chosen.title,
        body="",
        sender=sender(unit),
        on=dated_on,
        to=_window(to),
        marks=beside,
        signature=signed,
        enclosures=tuple(enclosures),
        language=chosen.language,
        blocks=tuple(blocks),
        signers=signers,
    )
    facts = {
        "fields": values,
        "marks": [list(mark) for mark in beside],
        "signature": list(signed),
        "enclosures": list(enclosures),
    }
    return Composed(letter, chosen, facts, text_of(blocks))


def _window(to: NewParty | None) -> tuple[str, ...]:
    """What stands in the address window."""
    if to is None:
        return ()
    return (to.name,) if to.is_protected else (to.name, *to.address.split("\n"))


def preview(
    code: str,
    *,
    reference: str,
    fields: Mapping[str, str],
    to: NewParty | None,
    office_id: int | None,
    language: str,
    by: Any,
    on: datetime.date,
    dated_on: datetime.date | None = None,
    marks: Marks = (),
    signature: Sequence[str] = (),
    enclosures: Sequence[str] = (),
    template: Template | None = None,
) -> bytes:
    """The letter as PDF; nothing is written down. Raises as `compose`."""
    made = compose(
        code,
        reference=reference,
        fields=fields,
        to=to,
        office_id=office_id,
        language=language,
        by=by,
        dated_on=dated_on or on,
        marks=marks,
        signature=signature,
        enclosures=enclosures,
        template=template,
    )
    return pdf(made.letter)


def document_of(
    code: str,
    made: Composed,
    *,
    folder: Folder,
    to: NewParty | None,
    copies: Iterable[NewParty] = (),
    source: str = "",
    source_id: int | None = None,
    is_social: bool = False,
) -> NewDocument:
    """What is to be journaled of a composed letter, with its PDF set; a report, which goes to
    nobody, as the house's own. Many of these go to the journal in one go (`journal_many`)."""
    kind = registry.kind(code)
    return NewDocument(
        folder=folder,
        direction=Direction.OUT if to is not None else Direction.INTERNAL,
        kind=code,
        title=made.letter.title,
        content=pdf(made.letter),
        media_type=PDF,
        dated_on=made.letter.on,
        parties=(to, *copies) if to is not None else (),
        access=kind.access,
        section=kind.section,
        template=made.template,
        facts=made.facts,
        body=made.text,
        language=made.template.language,
        source=source,
        source_id=source_id,
        is_social=is_social,
        file_name=f"{code}-{made.letter.on.isoformat()}.pdf",
    )


@transaction.atomic
def write(
    code: str,
    *,
    folder: Folder,
    fields: Mapping[str, str],
    to: NewParty,
    office_id: int,
    language: str,
    by: Any,
    on: datetime.date,
    dated_on: datetime.date | None = None,
    copies: Iterable[NewParty] = (),
    source: str = "",
    source_id: int | None = None,
    is_social: bool = False,
    marks: Marks = (),
    signature: Sequence[str] = (),
    enclosures: Sequence[str] = (),
) -> Document:
    """A letter written, set and journaled on `folder`; sending it is the outbox's.

    The template is the one in force on the day it is dated (today unless `dated_on`). Call it late
    in the transaction: the journal's number waits for its end. Raises RuleBroken as `compose` and
    `journal_many` do.
    """
    if folder.is_protected and to.person_id is not None:
        # One address would tell where the protected one lives: it is looked up when it is sent.
        to = replace(to, address="", email="", is_protected=True)
    made = compose(
        code,
        reference=folder.number,
        fields=fields,
        to=to,
        office_id=office_id,
        language=language,
        by=by,
        dated_on=dated_on or on,
        marks=marks,
        signature=signature,
        enclosures=enclosures,
    )
    new = document_of(
        code,
        made,
        folder=folder,
        to=to,
        copies=copies,
        source=source,
        source_id=source_id,
        is_social=is_social,
    )
    return journal_many([new], by=by, on=on)[0]


_WORDS = {
    "nb": {"reference": "Vår referanse", "date": "Dato", "regards": "Med vennlig hilsen"},
    "nn": {"reference": "Vår referanse", "date": "Dato", "regards": "Med venleg helsing"},
    "en": {"reference": "Our reference", "date": "Date", "regards": "Yours sincerely"},
}


def _words(language: str) -> dict[str, str]:
    """What stands around the text: in the letter's own language, whoever writes it."""
    return _WORDS.get(language, _WORDS["nb"])
