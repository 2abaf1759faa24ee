"""The summons in words: what its template is filled with."""

from collections.abc import Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arrears.models import Party
from boligsak.letters import registry
from meetings.models import AgendaItem, Attendance, ItemState, Meeting
from meetings.words.planning import when, why_changed
from meetings.words.session import item_name


def summons_fields(
    meeting: Meeting, invited: Sequence[Attendance], items: Sequence[AgendaItem]
) -> dict[str, str]:
    """The fields of the summons' template. It is mailed: cases stand by their number alone."""
    parties = {str(value): capfirst(str(label)) for value, label in Party.choices}
    lasts = ngettext("%(count)d minute", "%(count)d minutes", meeting.minutes)
    return {
        "meeting": meeting.number,
        "held": when(meeting),
        "place": meeting.place,
        "lasts": lasts % {"count": meeting.minutes},
        "changed": why_changed(meeting),
        "people": registry.table(
            [
                (_("Name"), _("Party")),
                *((one.guest or str(one.user), parties[one.party]) for one in invited),
            ]
        ),
        "agenda": registry.items(
            item_name(item) for item in items if item.state != ItemState.DROPPED
        ),
    }
