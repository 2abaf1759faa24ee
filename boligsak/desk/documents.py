"""Whose a document is: what its folder stands for, and who may see that.

A document is seen by who sees the row of its folder with a name, and one for the welfare side by
that side alone. Everybody else is told that it is not there.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.http import Http404
from django.utils.translation import gettext as _

from arrears.models import Case
from arrears.queries.case_access import sight
from arrears.services.case_folder import case_folder
from boligsak.addresses import address
from boligsak.desk.queries import lease as lease_query
from boligsak.letters import seen
from boligsak.letters.models import PEOPLE, Document, Folder, FolderKind
from boligsak.letters.queries.documents import in_folder
from boligsak.letters.words.documents import DIRECTIONS, kind_name
from boligsak.show import day as format_day
from meetings.models import Meeting
from meetings.services.folder import meeting_folder
from tenants.models import Application, ApplicationMember, Lease, Person
from tenants.services.letters import application_folder, lease_folder

PART = "documents"
FIRST = 6


class Owner(NamedTuple):
    """The row a folder stands for, seen by this reader. `people`: those it is about (id, name);
    `names`: everybody connected with it, whom no title may name."""

    kind: str
    row: Any
    label: str
    url: str
    is_over: bool
    people: Sequence[tuple[int, str]]
    names: Sequence[str]


def find_owner(kind: str, ref_id: int, user: Any) -> Owner:
    """The row, for a reader who sees it with a name; 404 for everybody else."""
    if kind not in _FINDERS:
        raise Http404
    permission, find = _FINDERS[kind]
    owner = find(ref_id, user) if user.has_perm(permission) else None
    if owner is None:
        raise Http404
    return owner


def find_document(pk: int, user: Any) -> tuple[Document, Owner]:
    """The document and what it belongs to; 404 where either is not this reader's."""
    found = (
        Document.objects.select_related("folder", "template", "by", "withdrawn_by")
        .prefetch_related("parties")
        .filter(pk=pk)
        .first()
    )
    if found is None or (found.is_social and not user.has_perm("tenants.view_social")):
        raise Http404
    owner = find_owner(found.folder.kind, found.folder.ref_id, user)
    if not seen.may_open(found, user):
        raise Http404
    told = Person.objects.filter(pk__in=found.facts.get(PEOPLE, ()))
    people = [*owner.people, *((one.pk, str(one)) for one in told)]
    return found, owner._replace(people=people)


def folder_for(owner: Owner, on: datetime.date) -> Folder:
    """The owner's folder; made when it has none."""
    if owner.kind == FolderKind.CASE:
        return case_folder(owner.row, on)
    if owner.kind == FolderKind.APPLICATION:
        return application_folder(owner.row, on)
    if owner.kind == FolderKind.LEASE:
        return lease_folder(owner.row, on)
    return meeting_folder(owner.row, on)


def document_section(kind: str, ref_id: int, user: Any, *, may_add: bool = True) -> dict[str, Any]:
    """What the section "documents" of a page shows: newest first, and the way to a new one.

    Asked for a reader who sees the row with a name.
    """
    found = in_folder(kind, ref_id, sees_social=user.has_perm("tenants.view_social"))
    return section_of(found, kind, ref_id, user, may_add=may_add)


def section_of(
    found: Iterable[Document], kind: str, ref_id: int, user: Any, *, may_add: bool = True
) -> dict[str, Any]:
    """The same of documents that have been asked for; `kind` and `ref_id`: whose they are."""
    if not user.has_perm("letters.view_document"):
        return {"first": [], "older": [], "new": "", "is_shown": False}
    shown = [_line(one) for one in found]
    add = may_add and user.has_perm("letters.add_document")
    return {
        "first": shown[:FIRST],
        "older": shown[FIRST:],
        "new": address("desk:document_upload", kind, ref_id) if add else "",
        "is_shown": True,
    }


def _line(document: Document) -> dict[str, Any]:
    tag = {"text": str(DIRECTIONS[document.direction]), "color": "neutral"}
    if document.withdrawn_on is not None:
        tag = {"text": _("Withdrawn"), "color": "warning"}
    elif document.direction == "in":
        tag["color"] = "info"
    return {
        "href": address("desk:document", document.pk),
        "title": document.title,
        "number": str(document),
        "on": format_day(document.dated_on),
        "kind": kind_name(document.kind),
        "is_social": document.is_social,
        "tag": tag,
    }


def uploads_of(kind: str, ref_id: int, user: Any) -> list[Document]:
    """What was taken in by hand, for the timeline: letters are told by who wrote them."""
    if not user.has_perm("letters.view_document"):
        return []
    found = in_folder(kind, ref_id, sees_social=user.has_perm("tenants.view_social"))
    return list(found.filter(source="upload").select_related("by", "withdrawn_by"))


# --- The rows behind the folders ------------------------------------------------------------------


def _case(pk: int, user: Any) -> Owner | None:
    row = Case.objects.visible_to(user).select_related("lease", "office").filter(pk=pk).first()
    if row is None or sight(row, user).is_masked:
        return None
    people, names = _of_lease(row.lease_id)
    label = _("Case %(number)s") % {"number": row.number}
    return Owner(
        "case",
        row,
        label,
        address("desk:case", pk),
        row.status != "open",
        people,
        names,
    )


def _lease(pk: int, user: Any) -> Owner | None:
    row = Lease.objects.unmasked(user).select_related("office").filter(pk=pk).first()
    if row is None:
        return None
    people, names = _of_lease(pk)
    label = _("Lease %(number)s") % {"number": row.number}
    return Owner("lease", row, label, address("desk:lease", pk), False, people, names)


def _application(pk: int, user: Any) -> Owner | None:
    row = (
        Application.objects.unmasked(user)
        .select_related("applicant", "office")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        return None
    members = ApplicationMember.objects.filter(application=row).select_related("person")
    names = [str(one.person) for one in members]
    if row.applicant is not None:
        names.append(str(row.applicant))
    label = _("Application %(number)s") % {"number": row.number}
    return Owner(
        "application",
        row,
        label,
        address("desk:application", pk),
        False,
        [(row.applicant.pk, str(row.applicant))] if row.applicant else [],
        names,
    )


def _meeting(pk: int, user: Any) -> Owner | None:
    row = Meeting.objects.visible_to(user).select_related("office").filter(pk=pk).first()
    if row is None:
        return None
    label = _("Meeting %(number)s") % {"number": row.number}
    return Owner("meeting", row, label, address("meetings:meeting", pk), False, (), ())


def _of_lease(lease_id: int) -> tuple[list[tuple[int, str]], list[str]]:
    """The tenants of a lease, and the names of everybody who has been part of it."""
    row = lease_query.of_case(lease_id, datetime.date.max)
    parties, members = lease_query.people(row, datetime.date.max, household=True)
    tenants = [(one.person_id, one.name) for one in parties if one.role == "tenant"]
    names = [one.name for one in parties] + [one.name for one in members]
    return list(dict(tenants).items()), names


_FINDERS: dict[str, tuple[str, Callable[[int, Any], Owner | None]]] = {
    "case": ("arrears.view_case", _case),
    "lease": ("tenants.view_lease", _lease),
    "application": ("tenants.view_application", _application),
    "meeting": ("meetings.view", _meeting),
}
