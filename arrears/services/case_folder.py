"""The folder of a case's documents."""

import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from arrears.models import Case
from boligsak.letters.models import Folder, FolderKind
from boligsak.letters.services.journal import folder_of


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
