"""Where the pages of complaints, of parties and of moving out stand, made for the visit."""

import datetime as dt

from arrears.services.rehousing import receive
from boligsak.accounts.models import User
from tenants.models import Complaint, Lease, LeaseParty, MoveOut, PartyChange
from tenants.rules.complaints import Reduction
from tenants.rules.move_out import Damage
from tenants.services.complaints import (
    NewComplaint,
    assess,
    name_head_action,
    note_contact,
    register,
)
from tenants.services.move_outs import begin_move_out, inspect, take_keys
from tenants.services.party_changes import ask_for_member
from tenants.services.people import NewPerson
from tests.browser.town import TODAY
from tests.browser.visits import COORDINATOR, HOUSING_UNIT, LANDLORD, Visit

ON_A_COMPLAINT = ("contact", "assess", "close", "withdraw")
ON_A_MOVING = ("day", "withdraw", "inspect", "keys")


def _by() -> User:
    return User.objects.get(username="koordinator")


def _lease(place: int) -> Lease:
    """One of the town's leases that nothing else in these visits ends."""
    rows = Lease.objects.filter(
        moved_out_on=None,
        is_protected=False,
        kind="lease",
        move_out=None,
        starts_on__lte=TODAY,
    ).exclude(parties__person__died_on__isnull=False)
    return rows.order_by("-pk")[place]


def _complaint(about: str, kind: str, source: str, text: str) -> Complaint:
    found = Complaint.objects.filter(about=about, state="open", kind=kind).first()
    if found is not None:
        return found
    new = NewComplaint(
        about=about,
        kind=kind,
        source=source,
        received_on=TODAY - dt.timedelta(days=3),
        text=text,
        lease_id=_lease(0).pk,
        from_name="Nabo i etasjen under" if about == "tenancy" else "",
        from_contact="900 00 000" if about == "tenancy" else "",
    )
    return register(new, by=_by(), on=TODAY)


def a_complaint() -> list[int]:
    row = _complaint("tenancy", "noise", "neighbour", "Høy musikk etter midnatt, tre netter på rad")
    return [row.pk]


def a_complaint_with_everything() -> list[int]:
    """Talked about, found to be so, and with the cooperative's own warning."""
    text = "Roping og slåssing i trappa natt til søndag"
    row = _complaint("tenancy", "threats", "cooperative", text)
    if row.contacted_on is None:
        says = "Det kom folk som ikke ville gå."
        note_contact(row.pk, contacted_on=TODAY, says=says, by=_by(), on=TODAY)
        assess(row.pk, is_upheld=True, assessed="Politiet var der", by=_by(), on=TODAY)
        action = receive(
            row.dwelling_id, "warning", received_on=TODAY, deadline_on=None, by=_by(), on=TODAY
        )
        name_head_action(row.pk, action, by=_by(), on=TODAY)
    return [row.pk]


def a_complaint_about_a_dwelling() -> list[int]:
    row = _complaint("dwelling", "moisture", "tenant", "Mugg i hjørnet på soverommet")
    if row.is_upheld is None:
        first = TODAY.replace(day=1)
        assess(
            row.pk,
            is_upheld=True,
            assessed="Befart. Yttervegg er ikke tett.",
            reduction=Reduction(120_000, first),
            by=_by(),
            on=TODAY,
        )
    return [row.pk]


def a_lease_to_change() -> list[int]:
    return [_lease(1).pk]


def a_separation() -> list[object]:
    return [_lease(1).pk, "separation"]


def a_death() -> list[object]:
    return [_lease(1).pk, "death"]


def a_lease_complained_of() -> list[int]:
    return [_lease(0).pk]


def a_dwelling_complained_of() -> list[int]:
    return [_lease(0).dwelling_id]


def a_request() -> list[int]:
    found = PartyChange.objects.filter(kind="new_member", answer="").first()
    if found is None:
        found = ask_for_member(
            _lease(1).pk,
            new=NewPerson(given_name="Marte", family_name="Lund"),
            asked_on=TODAY,
            reason="Vi vil bo sammen",
            by=_by(),
            on=TODAY,
        )
    return [found.pk]


def _moving(place: int) -> MoveOut:
    numbers = LeaseParty.objects.filter(lease=_lease(place)).values_list("lease", flat=True)
    return begin_move_out(
        numbers[0], moves_on=TODAY, reason="Har fått bolig hos familie", by=_by(), on=TODAY
    )


def a_moving() -> list[int]:
    rows = MoveOut.objects.filter(keys_on=None, withdrawn_on=None, settled_on=None)
    return [(rows.order_by("pk").first() or _moving(2)).pk]


def a_lease_moved_out_of() -> list[int]:
    """The keys are back, and it is to be settled."""
    rows = MoveOut.objects.filter(keys_on__isnull=False, settled_on=None)
    row = rows.order_by("pk").first()
    if row is None:
        row = _moving(3)
        damages = [Damage("Knust rute på badet", 240_000), Damage("To nøkler mangler", 90_000)]
        note = "Rengjort. Strømmåler 48213."
        inspect(row.pk, inspected_on=TODAY, damages=damages, note=note, by=_by(), on=TODAY)
        take_keys(row.pk, keys_on=TODAY, last_on=TODAY, new_address="", by=_by(), on=TODAY)
    return [row.lease_id]


VISITS = [
    Visit("desk:complaints", COORDINATOR),
    Visit("desk:complaints", LANDLORD, query="state=all&sort=-received"),
    Visit("desk:complaint", COORDINATOR, a_complaint),
    Visit("desk:complaint", COORDINATOR, a_complaint_with_everything),
    Visit("desk:complaint", LANDLORD, a_complaint_about_a_dwelling),
    Visit("desk:complaint_head_action", COORDINATOR, a_complaint),
    Visit("desk:lease", COORDINATOR, a_lease_complained_of),
    Visit("tenants:complaint_new", COORDINATOR, a_lease_complained_of),
    Visit(
        "tenants:complaint_new",
        LANDLORD,
        a_lease_complained_of,
        "about=dwelling",
    ),
    Visit("tenants:complaint_new_dwelling", COORDINATOR, a_dwelling_complained_of),
    *(Visit(f"tenants:complaint_{name}", COORDINATOR, a_complaint) for name in ON_A_COMPLAINT),
    Visit("tenants:complaint_assess", LANDLORD, a_complaint_about_a_dwelling),
    Visit("arrears:complaint_case", COORDINATOR, a_complaint),
    Visit("tenants:complaint_close", COORDINATOR, a_complaint_about_a_dwelling),
    Visit(
        "tenants:complaint_reduction_end",
        COORDINATOR,
        a_complaint_about_a_dwelling,
    ),
    Visit("arrears:complaint_reduce", LANDLORD, a_complaint_about_a_dwelling),
    Visit("tenants:party_change", COORDINATOR, a_lease_to_change),
    Visit("tenants:party_change_new", COORDINATOR, a_separation),
    Visit("tenants:party_change_new", COORDINATOR, a_death),
    Visit("tenants:party_member", COORDINATOR, a_lease_to_change),
    Visit("tenants:party_answer", COORDINATOR, a_request),
    Visit("tenants:move_out", COORDINATOR, a_lease_to_change),
    *(Visit(f"tenants:move_out_{name}", HOUSING_UNIT, a_moving) for name in ON_A_MOVING),
    Visit("desk:move_out", LANDLORD, a_lease_moved_out_of),
    Visit("desk:move_out_settle", LANDLORD, a_lease_moved_out_of),
]
