"""What letters about people and leases start with: the folder, and whom they go to."""

import datetime
from collections.abc import Collection

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from boligsak.letters.models import Folder, FolderKind, PartyKind
from boligsak.letters.services.journal import NewParty, folder_of
from tenants.models import Application, Guardianship, Lease, LeaseKind
from tenants.queries.addressees import Addressee, lines_of


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
    """The guardian (verge), who gets a copy of what lies within the mandate."""
    return guardian_party(guardianship, PartyKind.COPY)


def guardian_party(guardianship: Guardianship, kind: str = PartyKind.RECIPIENT) -> NewParty:
    """The guardian as a document's party, at an address of their own: the ward's is told to nobody
    through it. The guardian is the person's own, and no third party."""
    return NewParty(
        kind=str(kind),
        name=guardianship.guardian_name,
        address="\n".join(lines_of(guardianship.post_address)),
        email=guardianship.email,
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
    return folder_of(
        FolderKind.LEASE,
        lease.pk,
        number=lease.number,
        title=_lease_title(lease),
        office_id=lease.office_id,
        is_protected=lease.is_protected,
        on=on,
    )


def lease_folders(
    leases: Collection[Lease], on: datetime.date, *, keep: bool = True
) -> dict[int, Folder]:
    """The folders of many leases, by lease id, in a few queries whatever their number. `keep`
    False: those that are missing are not written down, for a letter that is only looked at."""
    by_id = {lease.pk: lease for lease in leases}
    rows = Folder.objects.filter(kind=FolderKind.LEASE, ref_id__in=by_id)
    there = {folder.ref_id: folder for folder in rows}
    new = [
        Folder(
            kind=FolderKind.LEASE,
            ref_id=lease.pk,
            number=lease.number,
            title=_lease_title(lease),
            office_id=lease.office_id,
            is_protected=lease.is_protected,
            opened_on=on,
        )
        for lease in by_id.values()
        if lease.pk not in there
    ]
    if not keep:
        return there | {folder.ref_id: folder for folder in new}
    if new:
        Folder.objects.bulk_create(new, ignore_conflicts=True)
        there = {folder.ref_id: folder for folder in rows.all()}
    for pk, folder in there.items():
        lease = by_id[pk]
        if (folder.office_id, folder.is_protected) != (lease.office_id, lease.is_protected):
            there[pk] = lease_folder(lease, on)
    return there


def _lease_title(lease: Lease) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        is_lease = lease.kind == LeaseKind.LEASE
        return _("Lease of a municipal home") if is_lease else _("Service agreement")
