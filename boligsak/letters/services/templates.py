"""Templates: a new version, changed as a draft, approved from a day, and taken out of use."""

import datetime
from typing import Any

from django.db import IntegrityError, transaction

from boligsak.letters import registry
from boligsak.letters.models import Language, Template, TemplateState
from boligsak.letters.queries.templates import in_force
from boligsak.letters.rules.templates import check_text, check_title, lacking
from boligsak.letters.services.journal import NewParty
from boligsak.letters.services.writing import preview
from boligsak.rule import RuleBroken

SAMPLE_REFERENCE = "2026-00001"


@transaction.atomic
def new_version(
    kind: str,
    language: str,
    office_id: int | None,
    *,
    by: Any,
    on: datetime.date,
    source: Template | None = None,
) -> Template:
    """A draft that says what `source` says, or else what is in use today, or nothing yet.

    Raises RuleBroken "template.draft_exists" (id: somebody has begun one), and `KeyError` for a
    kind that nobody registered.
    """
    registry.kind(kind)
    rows = Template.objects.filter(kind=kind, language=language, office=office_id)
    there = list(rows.select_for_update(of=("self",)).order_by("number"))
    draft = next((row for row in there if row.state == TemplateState.DRAFT), None)
    if draft is not None:
        raise RuleBroken("template.draft_exists", id=draft.pk)
    if source is None:
        try:
            source = in_force(kind, language, office_id, on)
        except RuleBroken:
            source = None
    try:
        with transaction.atomic():
            return Template.objects.create(
                kind=kind,
                language=language,
                office_id=office_id,
                number=there[-1].number + 1 if there else 1,
                valid_from=on,
                title=source.title if source else str(registry.kind(kind).label),
                body=source.body if source else "",
                by=by,
            )
    except IntegrityError as taken:  # two began the first version at once
        found = rows.filter(state=TemplateState.DRAFT).first()
        raise RuleBroken("template.draft_exists", id=found.pk if found else None) from taken


@transaction.atomic
def change_draft(
    template_id: int, *, title: str, body: str, note: str, by: Any, version: int | None = None
) -> Template:
    """What the draft says now. It may lack what the law asks for until it is approved.

    Raises RuleBroken "template.not_a_draft", "template.changed" (version), or what `check_title`
    and `check_text` raise.
    """
    row = _draft(template_id, version)
    check_title(title)
    text = body.replace("\r\n", "\n").strip()
    check_text(text, registry.shapes(registry.kind(row.kind)))
    row.title, row.body, row.note, row.by = title.strip(), text, note.strip(), by
    row.edits += 1
    row.save()
    return row


@transaction.atomic
def approve(
    template_id: int,
    *,
    valid_from: datetime.date,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Template:
    """The draft is to be used for letters dated `valid_from` and later. It never changes again.

    It is set once on its examples first. Raises RuleBroken "template.not_a_draft",
    "template.changed" (version), "template.lacks" (fields, as (label, section)),
    "template.back_dated" (today), "template.one_a_day" (day), "letter.unprintable" (character), or
    what `check_title` and `check_text` raise.
    """
    row = _draft(template_id, version)
    kind = registry.kind(row.kind)
    check_title(row.title)
    check_text(row.body, registry.shapes(kind))
    missing = set(lacking(row.body, [one.name for one in kind.required]))
    if missing:
        lacks = [(str(one.label), one.section) for one in kind.required if one.name in missing]
        raise RuleBroken("template.lacks", fields=lacks)
    if valid_from < on:
        raise RuleBroken("template.back_dated", today=on)
    same_day = Template.objects.filter(
        kind=row.kind,
        language=row.language,
        office=row.office_id,
        state=TemplateState.APPROVED,
        valid_from=valid_from,
    )
    if same_day.exists():
        raise RuleBroken("template.one_a_day", day=valid_from)
    sample(row, by=by, on=on)
    row.state, row.valid_from = TemplateState.APPROVED, valid_from
    row.approved_by, row.approved_on = by, on
    row.edits += 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        raise RuleBroken("template.one_a_day", day=valid_from) from taken
    return row


@transaction.atomic
def retire(template_id: int, *, by: Any, on: datetime.date) -> list[Template]:
    """Takes every version of an office's own template, or of a language, out of use: letters are
    written from the general one, or in bokmål.

    Raises RuleBroken "template.not_in_use", or "template.last_one" for the general one in bokmål,
    which all others fall back on.
    """
    row = Template.objects.get(pk=template_id)
    if row.office_id is None and row.language == Language.BOKMAL:
        raise RuleBroken("template.last_one")
    rows = Template.objects.filter(
        kind=row.kind, language=row.language, office=row.office_id, state=TemplateState.APPROVED
    )
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if row.pk not in {one.pk for one in found}:
        raise RuleBroken("template.not_in_use")
    for one in found:
        one.state, one.retired_by, one.retired_on = TemplateState.RETIRED, by, on
        one.save(update_fields=["state", "retired_by", "retired_on"])
    return found


@transaction.atomic
def drop_draft(template_id: int, *, version: int | None = None) -> None:
    """A draft that will not be used is thrown away. Raises RuleBroken "template.not_a_draft" or
    "template.changed" (version)."""
    _draft(template_id, version).delete()


def sample(
    row: Template,
    *,
    by: Any,
    on: datetime.date,
    facts: dict[str, Any] | None = None,
    title: str = "",
    body: str = "",
) -> bytes:
    """The letter as PDF on its examples, or on `facts` of a letter that was made. `title` and
    `body` stand for what is not saved yet. Raises as `preview`."""
    kind = registry.kind(row.kind)
    tried = Template(
        kind=row.kind,
        language=row.language,
        title=title or row.title,
        body=body or row.body,
        office_id=row.office_id,
    )
    fields = registry.examples(kind)
    common = {one.name: one.example for one in registry.COMMON}
    if facts is not None:
        kept = facts.get("fields") or {}
        fields |= {name: kept[name] for name in fields if name in kept}
        common |= {name: kept[name] for name in common if name in kept}
    # An address is no fact of the letter's text: the sample's own stands in the window.
    to = NewParty("recipient", common["recipient"], "Innherredsveien 3 B\n7043 Trondheim")
    return preview(
        row.kind,
        reference=common["reference"],
        fields={**fields, **common},
        to=to if kind.is_addressed else None,
        office_id=row.office_id,
        language=row.language,
        by=by,
        on=on,
        template=tried,
    )


def _draft(template_id: int, version: int | None) -> Template:
    row = Template.objects.select_for_update(of=("self",)).filter(pk=template_id).first()
    if row is None or row.state != TemplateState.DRAFT:
        raise RuleBroken("template.not_a_draft")
    if version is not None and row.edits != version:
        raise RuleBroken("template.changed", version=row.edits)
    return row
