"""Letters to many tenants: what they are, whom they go to, and how each is composed."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boligsak.accounts.models import Office
from boligsak.letters import bulk_kinds, registry
from boligsak.letters.bulk_kinds import BulkLetterKind, Composed, Shown, Target
from boligsak.letters.models import BulkLetter, Channel, Folder, Template
from boligsak.letters.queries.templates import in_force
from boligsak.letters.registry import TEXT, Field, LetterKind
from boligsak.letters.services.journal import NewDocument
from boligsak.letters.services.writing import compose, document_of
from boligsak.rule import RuleBroken
from tenants.forms.information import InformationForm
from tenants.models import LeaseParty
from tenants.queries.addressees import Addressee, addressees
from tenants.queries.information import counted_to, named_to, tenants_of, with_lease
from tenants.services.letters import lease_folders, party_of

INFORMATION = "information"

LETTER = LetterKind(
    code=INFORMATION,
    label=_("Information to tenants"),
    fields=(
        Field("about", _("what the letter is about"), "Vannet blir stengt tirsdag"),
        Field(
            "text",
            _("what the letter says"),
            "Vannet i gården blir stengt tirsdag mellom klokka 9 og 12.\n\nVi beklager ulempen.",
            shape=TEXT,
        ),
        Field("lease", _("number of the lease"), "2026-00001"),
    ),
    by_email=True,
)


def _rows(user: Any, wanted: Mapping[str, Any], on: datetime.date) -> Iterable[Target]:
    found = tenants_of(user, wanted["offices"], on).values_list("pk", "lease__office")
    return [Target(*row) for row in found]


def _shown(ref_ids: Collection[int]) -> Mapping[int, Shown]:
    return {
        party.pk: Shown(
            number=party.lease.number,
            name=str(party.person),
            url=reverse("desk:lease", args=[party.lease_id]),
            person_ids=(party.person_id,),
        )
        for party in with_lease(ref_ids)
    }


def _told(wanted: Mapping[str, Any]) -> list[tuple[str, str]]:
    names = Office.objects.filter(pk__in=wanted["offices"]).order_by("name")
    return [
        (str(_("Offices")), ", ".join(names.values_list("name", flat=True))),
        (str(_("About")), str(wanted["about"])),
        (str(_("Text")), str(wanted["text"])),
    ]


def _compose(
    ref_ids: Collection[int], bulk: BulkLetter, by: Any, on: datetime.date, *, keep: bool = True
) -> Composed:
    parties = with_lease(ref_ids)
    people = addressees([party.person_id for party in parties], on)
    folders = lease_folders([party.lease for party in parties], on, keep=keep)
    templates: dict[tuple[str, int], Template] = {}
    made: dict[int, NewDocument | RuleBroken] = {}
    for party in parties:
        whom = people[party.person_id]
        folder = folders[party.lease_id]
        try:
            made[party.pk] = _letter(party, whom, folder, bulk, by, templates)
        except RuleBroken as broken:
            made[party.pk] = broken
    return made


def _letter(
    party: LeaseParty,
    whom: Addressee,
    folder: Folder,
    bulk: BulkLetter,
    by: Any,
    templates: dict[tuple[str, int], Template],
) -> NewDocument:
    to = party_of(whom)
    if folder.is_protected:
        to = replace(to, address="", email="", is_protected=True)
    elif bulk.channel == Channel.PRINT and not to.is_protected and not to.address:
        raise RuleBroken("information.no_address")
    key = (whom.language, folder.office_id)
    if key not in templates:
        templates[key] = in_force(INFORMATION, *key, bulk.dated_on)
    letter = compose(
        INFORMATION,
        reference=folder.number,
        fields={
            "about": bulk.wanted["about"],
            "text": bulk.wanted["text"],
            "lease": party.lease.number,
        },
        to=to,
        office_id=folder.office_id,
        language=whom.language,
        by=by,
        dated_on=bulk.dated_on,
        template=templates[key],
        office=party.lease.office,
    )
    return document_of(
        INFORMATION, letter, folder=folder, to=to, source="bulk_letter", source_id=bulk.pk
    )


def refusal(broken: RuleBroken) -> str:
    if broken.code == "information.no_address":
        return str(_("No address is known. Register where letters go, and write to them alone."))
    return ""


KIND = BulkLetterKind(
    code=INFORMATION,
    label=_("Information to all tenants of some offices"),
    about=_("The same letter to every tenant of the offices you choose, each in their language."),
    form=InformationForm,
    rows=_rows,
    seen=named_to,
    counted=counted_to,
    shown=_shown,
    compose=_compose,
    preview=partial(_compose, keep=False),
    told=_told,
    refusal=refusal,
)


def register() -> None:
    registry.register(LETTER)
    bulk_kinds.register(KIND)
