"""The letters of a notice: one document for each of those it is served on.

The legal paragraphs are fields of the template and stand in the letter as they stand in the notice.
"""

import datetime
from collections.abc import Collection, Iterable
from typing import Any

from arrears.letter_kinds import code_of
from arrears.models import Case, Notice, NoticeState
from arrears.queries.recipients import guardians_on
from arrears.rules.notices import Kind
from arrears.services.case_folder import case_folder, nav_party
from arrears.services.notices.making import Made
from arrears.words.notice_text import about, charge_rows
from boligsak.letters import registry
from boligsak.letters.models import Dispatch, DispatchState, Document, Template
from boligsak.letters.pdf import pdf
from boligsak.letters.rules.templates import fields_in
from boligsak.letters.services import outbox
from boligsak.letters.services.journal import NewParty, journal_many, withdraw
from boligsak.letters.services.writing import Composed, compose, document_of
from boligsak.rule import RuleBroken
from tenants.queries.addressees import addressees
from tenants.services.letters import guardian_party, party_of

SOURCE = "notice"

Key = tuple[int | None, int | None]
"""Whom a letter is for: (tenant, None), (tenant, the tenant's guardian), or Nav."""

NAV: Key = (None, None)
_WAITING = (
    DispatchState.WAITING,
    DispatchState.TAKEN,
    DispatchState.UNCERTAIN,
    DispatchState.FAILED,
)
_NOT_FIELDS = frozenset({"sender"})  # the signature and the contact are the template's own


def fields_of(made: Made, *, is_copy: bool = False) -> dict[str, str]:
    """The notice's paragraphs as the fields of its template. `is_copy`: the tenant's own of what
    goes to Nav."""
    kind = registry.kind(code_of(made.kind))
    found = {one.name: "" for one in kind.fields}
    found["about"] = about(made.letter)
    for paragraph in made.text:
        if paragraph.code in _NOT_FIELDS:
            continue
        if paragraph.code not in found:
            raise ValueError(f"{kind.code} has no field {paragraph.code}")
        found[paragraph.code] = paragraph.text
    if "charges" in found:
        rows = charge_rows(made.letter)
        found["charges"] = registry.table(rows) if rows else ""
    if "copy_note" in found and is_copy:
        found["copy_note"] = "Dette er din kopi. Varselet er sendt til Nav."
    return found


def recipients(case: Case, keys: Collection[Key], day: datetime.date) -> dict[Key, NewParty]:
    """Those keys as the parties of their letters, where they live on `day`."""
    people = addressees({person for person, _ in keys if person is not None}, day)
    guardians = {one.pk: one for one in guardians_on(list(people), day)}
    found: dict[Key, NewParty] = {}
    for key in keys:
        person_id, guardianship_id = key
        if person_id is None:
            found[key] = nav_party()
        elif guardianship_id is None:
            found[key] = party_of(people[person_id])
        else:
            one = guardians[guardianship_id]
            found[key] = guardian_party(one)
    return found


def composed(
    case: Case,
    made: Made,
    key: Key,
    to: NewParty,
    *,
    by: Any,
    template: Template | None = None,
) -> Composed:
    """The letter to one of them. Raises RuleBroken as `compose`, or "notice.unsaid" (fields): the
    template has no place for something the notice says."""
    code = code_of(made.kind)
    is_copy = made.kind is Kind.NAV_WARNING and key != NAV
    fields = fields_of(made, is_copy=is_copy)
    found = _composed(code, case, fields, key, to, made.wanted.dated_on, by=by, template=template)
    used = fields_in(found.template.body)
    labels = {one.name: str(one.label) for one in registry.kind(code).fields}
    if unsaid := [labels[name] for name, text in fields.items() if text and name not in used]:
        raise RuleBroken("notice.unsaid", items=unsaid)
    return found


def _composed(
    code: str,
    case: Case,
    fields: dict[str, str],
    key: Key,
    to: NewParty,
    dated_on: datetime.date,
    *,
    by: Any,
    template: Template | None = None,
) -> Composed:
    if case.lease.is_protected and to.person_id is not None:
        to = NewParty(to.kind, to.name, person_id=to.person_id, is_protected=True)
    marks = [("Kopi til verge", "")] if key[1] is not None else []
    return compose(
        code,
        reference=case.number,
        fields=fields,
        to=to,
        office_id=case.office_id,
        office=case.office,
        language="nb",  # what is served is one text
        by=by,
        dated_on=dated_on,
        marks=marks,
        template=template,
    )


def preview_letter(case: Case, made: Made, key: Key, *, by: Any) -> bytes:
    """The letter to one of them as PDF, as it would be; nothing is kept. Raises as `composed`."""
    to = recipients(case, [key], made.wanted.dated_on)[key]
    return pdf(composed(case, made, key, to, by=by).letter)


def wanted_letters(made: Made, keys: Iterable[Key]) -> list[Key]:
    """Whom letters are for: Nav first, where it is warned."""
    return [*([NAV] if made.kind is Kind.NAV_WARNING else []), *keys]


def write_letters(
    case: Case, notice: Notice, made: Made, keys: Collection[Key], *, by: Any, on: datetime.date
) -> list[Document]:
    """Sets and journals a letter for each of `keys`, on the case's folder. Call it last in the
    transaction. Raises as `composed` and `journal_many`."""
    parties = recipients(case, keys, made.wanted.dated_on)
    template: Template | None = None
    ready = []
    for key in keys:
        one = composed(case, made, key, parties[key], by=by, template=template)
        template = one.template
        ready.append((key, parties[key], one))
    return _journaled(case, notice, ready, by=by, on=on)


def write_again(
    case: Case, notice: Notice, keys: Collection[Key], *, by: Any, on: datetime.date
) -> list[Document]:
    """The same letter to more: what the first one said, word for word. Nothing where a notice went
    out before letters were kept."""
    first = next((one for one in live_letters(notice).order_by("pk") if key_of(one) != NAV), None)
    if first is None or first.template is None:
        return []
    kept = first.facts["fields"]
    code = code_of(notice.kind)
    fields = {one.name: kept.get(one.name, "") for one in registry.kind(code).fields}
    parties = recipients(case, keys, on)
    ready = []
    for key in keys:
        one = _composed(
            code, case, fields, key, parties[key], first.dated_on, by=by, template=first.template
        )
        ready.append((key, parties[key], one))
    return _journaled(case, notice, ready, by=by, on=on)


def _journaled(
    case: Case,
    notice: Notice,
    ready: Iterable[tuple[Key, NewParty, Composed]],
    *,
    by: Any,
    on: datetime.date,
) -> list[Document]:
    folder = case_folder(case, on)
    new = []
    for key, to, one in ready:
        one.facts["for"] = list(key)
        new.append(
            document_of(
                code_of(notice.kind),
                one,
                folder=folder,
                to=to,
                source=SOURCE,
                source_id=notice.pk,
                # Who somebody's guardian is, the welfare side alone knows.
                is_social=key[1] is not None,
            )
        )
    return journal_many(new, by=by, on=on)


def live_letters(notice: Notice) -> Any:
    """The letters of a notice that were not taken back."""
    return Document.objects.filter(
        source=SOURCE, source_id=notice.pk, withdrawn_on__isnull=True
    ).select_related("template")


def key_of(document: Document) -> Key:
    """Whom a letter of a notice is for."""
    person_id, guardianship_id = document.facts.get("for") or (None, None)
    return person_id, guardianship_id


def is_queued(notice: Notice) -> bool:
    """Whether a draft's letters are written and wait in the outbox."""
    return notice.state == NoticeState.DRAFT and live_letters(notice).exists()


def call_off(notice: Notice, because: str, *, by: Any, on: datetime.date) -> None:
    """Cancels what waits in the outbox, and takes back the letters that did not go.

    Raises RuleBroken "notice.no_reason", or what the outbox refuses.
    """
    if not because.strip():
        raise RuleBroken("notice.no_reason")
    letters = list(live_letters(notice))
    cancel_waiting(letters, because, by=by, on=on)
    sent = Dispatch.objects.filter(document__in=letters, state=DispatchState.SENT)
    gone = set(sent.values_list("document_id", flat=True))
    for letter in letters:
        if letter.pk not in gone:
            withdraw(letter.pk, because, by=by, on=on)


def cancel_waiting(
    letters: Iterable[Document], because: str, *, by: Any, on: datetime.date
) -> None:
    """What waits in the outbox of these letters does not go that way."""
    rows = Dispatch.objects.filter(document__in=letters, state__in=_WAITING).order_by("pk")
    for pk, version in list(rows.values_list("pk", "version")):
        outbox.cancel(pk, because, version=version, by=by, on=on)
