"""The folder of a case's documents, and Nav as whom they go to."""

import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from arrears.models import Case
from boligsak.letters.models import Folder, FolderKind
from boligsak.letters.services.journal import NewParty, folder_of


def case_folder(case: Case, on: datetime.date) -> Folder:
    """Where documents about a case are journaled; made the first time it is asked for."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Tenancy at risk")
    return folder_of(
        FolderKind.CASE,
        case.pk,
        number=case.number,
        title=title,
        office_id=case.office_id,
        is_protected=case.lease.is_protected,
        on=on,
    )


def nav_party() -> NewParty:
    """Nav, as the recipient of a letter: somebody outside."""
    parts = [part.strip() for part in settings.MUNICIPALITY["nav"].split(";") if part.strip()]
    name, *lines = parts or ["Nav"]
    return NewParty("recipient", name, "\n".join(lines), is_third=True)
