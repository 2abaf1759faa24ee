"""Which template is in use on a day."""

import datetime

from boligsak.letters.models import Language, Template, TemplateState
from boligsak.rule import RuleBroken


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
