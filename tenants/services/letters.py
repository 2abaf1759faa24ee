"""What letters about people and leases start with: the folder, and whom they go to."""

import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from boligsak.letters.models import Folder, FolderKind, PartyKind
from boligsak.letters.services.journal import NewParty, folder_of
from tenants.models import Application, Guardianship, Lease, LeaseKind
from tenants.queries.addressees import Addressee


def party_of(addressee: Addressee, kind: str = PartyKind.RECIPIENT) -> NewParty:
    """The addressee as a document's party: "recipient", "copy" or "sender"."""
    return NewParty(
        kind=str(kind),
        name=addressee.name,
        address=addressee.lines,
        email=addressee.email,
        person_id=addressee.person_id,
        is_protected=addressee.is_protected,
    )


def guardian_copy(guardianship: Guardianship) -> NewParty:
    """The guardian (verge), who gets a copy of what lies within the mandate.

    Where the guardian lives is not registered; what is known of one is name and e-mail. The
    guardian is the person's own, and no third party.
    """
    return NewParty(
        kind=str(PartyKind.COPY), name=guardianship.guardian_name, email=guardianship.email
    )


def application_folder(application: Application, on: datetime.date) -> Folder:
    """The folder of an application's documents; made the first time it is asked for."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Application for a municipal home")
    return folder_of(
        FolderKind.APPLICATION,
        application.pk,
        number=application.number,
        title=title,
        office_id=application.office_id,
        is_protected=application.is_protected,
        on=on,
    )


def lease_folder(lease: Lease, on: datetime.date) -> Folder:
    """The folder of a lease's documents; made the first time it is asked for."""
    with translation.override(settings.LANGUAGE_CODE):
        is_lease = lease.kind == LeaseKind.LEASE
        title = _("Lease of a municipal home") if is_lease else _("Service agreement")
    return folder_of(
        FolderKind.LEASE,
        lease.pk,
        number=lease.number,
        title=title,
        office_id=lease.office_id,
        is_protected=lease.is_protected,
        on=on,
    )
