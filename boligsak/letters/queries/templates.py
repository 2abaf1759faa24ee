"""Which template is in use on a day, and what there is of versions."""

import datetime
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from boligsak.letters import seen
from boligsak.letters.models import Document, Language, Template, TemplateState
from boligsak.rule import RuleBroken
from boligsak.show import MOST_HITS


def in_force(kind: str, language: str, office_id: int | None, day: datetime.date) -> Template:
    """The newest approved version whose day has come: the office's own before the general one,
    and in bokmål where there is none in the language that was asked for.

    Raises RuleBroken "template.missing" (kind, language, day).
    """
    rows = Template.objects.filter(
        kind=kind,
        state=TemplateState.APPROVED,
        valid_from__lte=day,
        language__in={language, Language.BOKMAL.value},
    )
    offices = {None, office_id}
    there = [row for row in rows if row.office_id in offices]
    if not there:
        raise RuleBroken("template.missing", kind=kind, language=language, day=day)
    return max(
        there,
        key=lambda row: (
            row.language == language,
            row.office_id is not None,
            row.valid_from,
            row.number,
        ),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """The versions of one kind in one language for one office (None: all offices): the one in use
    on a day, the next that is approved, and the draft. `shown`: the first of these there is."""

    kind: str
    language: str
    office_id: int | None
    office: str
    in_use: Template | None
    coming: Template | None
    draft: Template | None
    shown: Template


def lines(day: datetime.date) -> list[Line]:
    """Every kind, language and office there is a version for. One query, without the texts."""
    rows = Template.objects.select_related("office").defer("body")
    rows = rows.exclude(state=TemplateState.RETIRED).order_by("kind", "language", "office", "pk")
    found = []
    for (kind, language, office_id), group in groupby(
        rows, key=lambda row: (row.kind, row.language, row.office_id)
    ):
        versions = list(group)
        approved = [row for row in versions if row.state == TemplateState.APPROVED]
        begun = [row for row in approved if row.valid_from <= day]
        later = [row for row in approved if row.valid_from > day]
        in_use = max(begun, key=_age, default=None)
        coming = min(later, key=_age, default=None)
        found.append(
            Line(
                kind=kind,
                language=language,
                office_id=office_id,
                office=versions[0].office.name if versions[0].office else "",
                in_use=in_use,
                coming=coming,
                draft=next((row for row in versions if row.state == TemplateState.DRAFT), None),
                shown=in_use or coming or versions[0],
            )
        )
    return found


def _age(row: Template) -> tuple[datetime.date, int]:
    return row.valid_from, row.number


def versions_of(template: Template) -> list[Template]:
    """Every version of the same kind, language and office, newest first, without the texts."""
    rows = Template.objects.filter(
        kind=template.kind, language=template.language, office=template.office_id
    )
    return list(rows.defer("body").select_related("by", "approved_by").order_by("-number"))


def before(template: Template) -> Template | None:
    """The version this one is compared with: the one before it, or the general one in use when
    it was made where an office or a language has none before."""
    rows = Template.objects.filter(
        kind=template.kind, language=template.language, office=template.office_id
    )
    earlier = rows.filter(number__lt=template.number).exclude(state=TemplateState.DRAFT)
    found = earlier.order_by("-number").first()
    if found is not None or (template.office_id is None and template.language == Language.BOKMAL):
        return found
    try:
        other = in_force(template.kind, template.language, None, template.valid_from)
    except RuleBroken:
        return None
    return other if other.language == template.language and other.pk != template.pk else None


def in_use_id(template: Template, day: datetime.date) -> int | None:
    """Which of its versions letters are written from on `day`."""
    rows = Template.objects.filter(
        kind=template.kind,
        language=template.language,
        office=template.office_id,
        state=TemplateState.APPROVED,
        valid_from__lte=day,
    )
    return rows.order_by("-valid_from", "-number").values_list("pk", flat=True).first()


def letters_of_kind(kind: str, user: Any, most: int = 10) -> list[Document]:
    """The newest letters of a kind that this user may see: a template is tried on what they were
    made from."""
    rows = Document.objects.filter(seen.by(user, ""), kind=kind, template__isnull=False)
    newest = rows.defer("body").select_related("folder").order_by("-id")[:most]
    return [row for row in newest if seen.may_open(row, user)]


def used_by(template: Template) -> int:
    """How many letters were written from this version, counted no further than lists go."""
    return Document.objects.filter(template=template).order_by()[: MOST_HITS + 1].count()
