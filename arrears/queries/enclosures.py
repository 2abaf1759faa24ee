"""Which stored documents can follow a petition, as which enclosure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from arrears.models import Case, Notice, NoticeServing, NoticeState, Referral
from arrears.rules.gate import NEEDED
from arrears.rules.referrals import ATTACHMENTS, Ground, ReferralKind
from boligsak.letters.bundle import JOINABLE
from boligsak.letters.models import Document, FolderKind
from tenants.letter_kinds import LEASE_CONTRACT, LEASE_RENEWAL, SERVICE_AGREEMENT

MADE_HERE = frozenset({"specification"})
"""What the system writes itself, from the ledger."""

_CONTRACTS = (LEASE_CONTRACT, LEASE_RENEWAL, SERVICE_AGREEMENT, "signed-contract")
_PROOFS = ("proof-of-sending", "answer", "court")
_NOTICES = {"move_request": ("move_request", "warning_b"), "termination": ("termination",)}
_OTHER_NOTICES = ("move_request", "termination")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that can be an enclosure. `is_usual`: proposed, the newest of its kind."""

    document: Document
    is_usual: bool


def candidates(row: Referral) -> dict[str, list[Candidate]]:
    """By enclosure, newest first, those that can be joined to one file.

    Nothing that is for the welfare side alone, for it goes to somebody outside. Where somebody's
    address is protected there is none: a contract and a notice say where they live.
    """
    kind, ground = ReferralKind(row.kind), Ground(row.ground)
    names = [name for name in ATTACHMENTS[kind, ground] if name not in MADE_HERE]
    if hides_addresses(row.case):
        return {name: [] for name in names}
    return {name: _found(row.case, name, NEEDED[kind, ground]) for name in names}


def hides_addresses(case: Case) -> bool:
    """Whether anybody's address must be kept back from whoever is outside."""
    return case.lease.is_protected or case.lease.parties.filter(person__protection__gt=0).exists()


def documents_in(row: Referral, chosen: Mapping[str, Collection[int]]) -> dict[str, list[Document]]:
    """The chosen documents by enclosure, in the order of the journal; what is no candidate is
    left out."""
    found = {}
    for name, offered in candidates(row).items():
        wanted = set(chosen.get(name, ()))
        picked = [one.document for one in offered if one.document.pk in wanted]
        found[name] = sorted(picked, key=lambda one: (one.year, one.serial))
    return found


def needed_servings(row: Referral) -> list[NoticeServing]:
    """How the notices that the petition rests on were served: the newest of each kind."""
    kinds = NEEDED[ReferralKind(row.kind), Ground(row.ground)]
    newest = list(_newest_notices(row.case, kinds).values())
    rows = NoticeServing.objects.filter(notice__in=newest)
    return list(
        rows.select_related("notice", "person", "guardianship").order_by("notice__sent_on", "id")
    )


def _found(case: Case, name: str, needed: Collection[str]) -> list[Candidate]:
    stored = _stored(case)
    if name == "lease":
        rows = list(stored.filter(kind__in=_CONTRACTS))
        return [Candidate(one, place == 0) for place, one in enumerate(rows)]
    if name in ("proof", "receipt"):
        rows = list(stored.filter(kind__in=_PROOFS))
        return [Candidate(one, one.kind == "proof-of-sending") for one in rows]
    kinds = _NOTICES.get(name) or [one for one in needed if one not in _OTHER_NOTICES]
    newest = set(_newest_notices(case, kinds).values())
    sent = Notice.objects.filter(case=case, kind__in=kinds, state=NoticeState.SENT)
    rows = list(stored.filter(source="notice", source_id__in=sent.values("pk")))
    return [Candidate(one, one.source_id in newest) for one in rows]


def _stored(case: Case) -> QuerySet[Document]:
    here = Q(folder__kind=FolderKind.CASE, folder__ref_id=case.pk)
    here |= Q(folder__kind=FolderKind.LEASE, folder__ref_id=case.lease_id)
    found = Document.objects.filter(here, withdrawn_on__isnull=True, is_social=False)
    return found.filter(media_type__in=JOINABLE).order_by("-id")


def _newest_notices(case: Case, kinds: Collection[str]) -> dict[str, int]:
    rows = Notice.objects.filter(lease=case.lease_id, kind__in=kinds, state=NoticeState.SENT)
    return dict(rows.order_by("sent_on", "id").values_list("kind", "pk"))
