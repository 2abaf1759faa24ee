"""The folder of a meeting's documents."""

import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from boligsak.letters.models import Folder, FolderKind
from boligsak.letters.services.journal import folder_of
from meetings.models import Meeting


def meeting_folder(meeting: Meeting, on: datetime.date) -> Folder:
    """Where the minutes and the summons of a meeting are journaled; made the first time it is
    asked for."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Coordination meeting")
    return folder_of(
        FolderKind.MEETING,
        meeting.pk,
        number=meeting.number,
        title=title,
        office_id=meeting.office_id,
        is_protected=False,
        on=on,
    )
