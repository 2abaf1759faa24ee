"""Lists of the outbox: what waits, what came back, what was sent, and the print batches."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from boligsak.accounts.models import Office
from boligsak.letters import seen
from boligsak.letters.models import Channel, Dispatch, DispatchState, Folder, PrintBatch
from boligsak.letters.protected import protected_now
from boligsak.letters.recipients import contact_register
from boligsak.letters.rules.outbox import BY_ITSELF
from boligsak.together import Question, Rows

PRINT, WAITING, BACK, SENT, ENDED, HIDDEN = (
    "print",
    "waiting",
    "back",
    "sent",
    "ended",
    "protected",
)
TABS = (PRINT, WAITING, BACK, SENT, ENDED, HIDDEN)

IS_PROTECTED = (
    Q(party__is_protected=True)
    | Q(document__folder__is_protected=True, party__person_id__isnull=False)
    | Q(facts__has_key="is_protected")
)
"""Whose address is looked up by those who are cleared, and printed nowhere else."""

# An owner's refusal that nobody has looked at: the letter never went, or went against its rule.
_REFUSED = Q(state=DispatchState.CANCELLED, settled_by__isnull=True, replaced_by__isnull=True) | (
    Q(state=DispatchState.SENT, settled_by__isnull=True) & ~Q(code="")
)

_TAB: dict[str, Q] = {
    PRINT: Q(state=DispatchState.WAITING, channel=Channel.PRINT, batch__isnull=True)
    & ~IS_PROTECTED,
    WAITING: Q(state__in=(DispatchState.WAITING, DispatchState.TAKEN))
    & Q(channel__in=(*BY_ITSELF, Channel.HAND)),
    BACK: Q(state__in=(DispatchState.FAILED, DispatchState.UNCERTAIN)) | _REFUSED,
    SENT: Q(state=DispatchState.SENT),
    ENDED: Q(state=DispatchState.CANCELLED),
    HIDDEN: Q(state=DispatchState.WAITING, channel=Channel.PRINT) & IS_PROTECTED,
}

ORDERS = {
    "asked": ("on", "pk"),
    "-asked": ("-on", "-pk"),
    "sent": ("sent_on", "pk"),
    "-sent": ("-sent_on", "-pk"),
    "document": ("document__year", "document__serial", "pk"),
    "-document": ("-document__year", "-document__serial", "-pk"),
}
USUAL = {SENT: "-sent", ENDED: "-asked"}
_MOST_COUNTED = 10_001


@dataclass(frozen=True, slots=True)
class OutboxChoice:
    """What a list shows: one of the tabs and what is chosen in the filter. Days are inclusive."""

    tab: str = PRINT
    office_id: int | None = None
    channel: str = ""
    kind: str = ""
    first: datetime.date | None = None
    last: datetime.date | None = None

    @property
    def is_everything(self) -> bool:
        return self == OutboxChoice(tab=self.tab)


def visible_to(user: Any) -> QuerySet[Dispatch]:
    """Those on documents this user may see; a protected person's only for who is cleared."""
    rows = Dispatch.objects.filter(seen.by(user))
    return rows if user.access.is_cleared else rows.exclude(IS_PROTECTED)


def chosen(user: Any, choice: OutboxChoice) -> QuerySet[Dispatch]:
    rows = visible_to(user).filter(_TAB[choice.tab])
    if choice.office_id is not None:
        rows = rows.filter(office=choice.office_id)
    if choice.channel:
        rows = rows.filter(channel=choice.channel)
    if choice.kind:
        rows = rows.filter(document__kind=choice.kind)
    day = "sent_on" if choice.tab == SENT else "on"
    if choice.first is not None:
        rows = rows.filter(**{f"{day}__gte": choice.first})
    if choice.last is not None:
        rows = rows.filter(**{f"{day}__lte": choice.last})
    return rows


_ANY_BACK = Rows(
    """
    SELECT EXISTS (
        SELECT FROM letters_dispatch AS dispatch
        WHERE dispatch.by_id = %(reader)s AND (dispatch.state IN ('failed', 'uncertain')
            OR dispatch.settled_by_id IS NULL
            AND (dispatch.state = 'cancelled' OR dispatch.state = 'sent' AND dispatch.code <> ''))
    )
    """,
    columns=1,
)


def any_back(user: Any) -> Question:
    """Whether there may be any in `back_to`, which is seldom: one row of one value, to be asked for
    with other things. Who may see them is not asked."""
    return Question(_ANY_BACK, {"reader": user.pk}, list)


def back_to(user: Any, most: int) -> list[Dispatch]:
    """What this user sent and what came back, the oldest first: a decision is needed on each."""
    rows = visible_to(user).filter(_TAB[BACK], by=user)
    return list(rows.select_related("document__folder").order_by("on", "pk")[:most])


def ordered(rows: QuerySet[Dispatch], order: str) -> QuerySet[Dispatch]:
    """With what a line of the list says."""
    found = rows.select_related("document__folder", "party", "office", "batch", "settled_by")
    return found.order_by(*ORDERS[order])


def for_a_file(found: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
    """Those of them that may stand in a file: nothing to a protected person, then or now."""
    rows = found.exclude(IS_PROTECTED)
    to_people = rows.order_by().filter(party__person_id__isnull=False)
    people = set(to_people.values_list("party__person_id", flat=True))
    now = contact_register().standing(people)  # type: ignore[arg-type]
    hidden = [pk for pk, standing in now.items() if standing.is_protected]
    folders = Folder.objects.filter(pk__in=to_people.values("document__folder"))
    kept_back = protected_now(list(folders))
    return rows.exclude(party__person_id__in=hidden).exclude(
        document__folder__in=kept_back, party__person_id__isnull=False
    )


def count(rows: QuerySet[Any]) -> int:
    """How many there are, counted a little further than ten thousand."""
    return rows.order_by()[:_MOST_COUNTED].count()


def counts(user: Any) -> dict[str, int]:
    """How many stand under each tab that is worked through; one query."""
    tabs = (PRINT, WAITING, BACK, HIDDEN)
    rows = visible_to(user).filter(
        Q(state__in=(DispatchState.WAITING, DispatchState.TAKEN)) | _TAB[BACK]
    )
    return rows.aggregate(**{tab: Count("pk", filter=_TAB[tab]) for tab in tabs})


def kinds_there() -> list[str]:
    """The kinds of letters that have been in the outbox."""
    return sorted(Dispatch.objects.values_list("document__kind", flat=True).distinct().order_by())


def offices_of(user: Any) -> list[tuple[int, str]]:
    """(id, name) of the offices this user works for, by name."""
    rows = Office.objects.order_by("name")
    held = user.access.office_ids
    if held is not None:
        rows = rows.filter(pk__in=held)
    return list(rows.values_list("pk", "name"))


def to_print(user: Any) -> list[tuple[int, str, int]]:
    """Offices with letters that wait for a batch: id, name and how many."""
    rows = chosen(user, OutboxChoice(PRINT)).values_list("office", "office__name")
    return list(rows.annotate(letters=Count("pk")).order_by("office__name"))


# --- Print batches --------------------------------------------------------------------------------


def batches_visible_to(user: Any) -> QuerySet[PrintBatch]:
    """Batches in which there is no letter that this user may not see: they are one file."""
    seen_rows = visible_to(user).filter(batch__isnull=False)
    hidden = Dispatch.objects.filter(batch__isnull=False).exclude(pk__in=seen_rows.values("pk"))
    rows = PrintBatch.objects.exclude(pk__in=hidden.values("batch"))
    access = user.access
    if access.office_ids is not None:
        rows = rows.filter(office__in=access.office_ids)
    return rows


def holds_protected(batch: PrintBatch) -> bool:
    """Whether somebody in the batch is protected now: its file has the address of then, so only who
    is cleared opens it, takes the letter out or posts it."""
    found = batch.dispatches.filter(party__person_id__isnull=False)
    ids = set(found.values_list("party__person_id", flat=True))
    standing = contact_register().standing(ids) if ids else {}
    return any(one.is_protected for one in standing.values())


def open_batches(user: Any) -> QuerySet[PrintBatch]:
    """Those that are printed and not yet posted."""
    rows = batches_visible_to(user).filter(posted_on__isnull=True, dropped_because="")
    return rows.select_related("office", "by").order_by("pk")
