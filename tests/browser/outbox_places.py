"""Where the pages of letters out stand: what waits, what came back, batches, letters to many."""

from boligsak import dates
from boligsak.accounts.models import User
from boligsak.letters.models import BulkLetter, Dispatch, PrintBatch
from boligsak.letters.services import bulk as many
from boligsak.letters.services.delivering import to_state
from boligsak.letters.services.journal import NewParty
from boligsak.letters.services.outbox import note, send
from boligsak.letters.services.print_batches import make_batch
from boligsak.letters.services.writing import write
from tenants.models import Lease, Person
from tenants.services.letters import lease_folder
from tests.browser.visits import COORDINATOR, LANDLORD, MANAGER, Visit

TABS = ("waiting", "back", "sent", "ended")
ON_A_LETTER_THAT_WAITS = ("dispatch", "dispatch_cancel", "dispatch_sent")
ON_A_LETTER_THAT_CAME_BACK = ("dispatch", "dispatch_retry", "dispatch_paper")
ON_A_BATCH = ("batch", "batch_post", "batch_drop")
ON_MANY = ("bulk", "bulk_ask", "bulk_drop", "bulk_look_again", "bulk_again")


def _by() -> User:
    return User.objects.get(username="koordinator")


def _lease(skip: int) -> Lease:
    open_to_all = Lease.objects.running(dates.today()).filter(
        is_protected=False, parties__person__protection=0
    )
    return open_to_all.order_by("pk").distinct()[skip]


def _letter(channel: str, skip: int) -> Dispatch:
    """A letter to a tenant in the outbox; made the first time it is asked for."""
    lease, by, day = _lease(skip), _by(), dates.today()
    person = lease.parties.order_by("pk")[0].person
    there = Dispatch.objects.filter(
        document__source="town", document__source_id=skip, channel=channel
    ).first()
    if there is not None:
        return there
    Person.objects.filter(pk=person.pk).update(email="leier@example.org")
    letter = write(
        "information",
        folder=lease_folder(lease, day),
        fields={"about": "Vannet blir stengt", "text": "Tirsdag.", "lease": lease.number},
        to=NewParty(
            "recipient", str(person), "Lia 1\n7010 Trondheim", "leier@example.org", person.pk
        ),
        office_id=lease.office_id,
        language="nb",
        by=by,
        on=day,
        source="town",
        source_id=skip,
    )
    return send(letter, channel=channel, by=by, on=day, email_used_on=day)[0]


def a_waiting_letter() -> list[int]:
    return [_letter("print", 0).pk]


def a_letter_that_came_back() -> list[int]:
    row = _letter("email", 1)
    if row.state == "waiting":
        row.attempts = 6
        to_state(row, "taken")
        to_state(row, "failed", "email.refused")
        facts = {"code": "email.refused", "attempt": 6}
        note(row, "attempt_failed", by=None, on=dates.today(), **facts)
    return [row.pk]


def _batch() -> PrintBatch:
    row = _letter("print", 2)
    if row.batch is None:
        mine = Dispatch.objects.filter(pk=row.pk)
        make_batch(row.office_id, mine, by=_by(), on=dates.today())
        row.refresh_from_db()
    assert row.batch is not None, "the letter could not be printed"
    return row.batch


def a_batch() -> list[int]:
    return [_batch().pk]


def a_letter_in_a_batch() -> list[int]:
    return [_batch().dispatches.order_by("pk")[0].pk]


def an_office_that_prints() -> list[int]:
    return [_letter("print", 0).office_id]


def the_kind() -> list[str]:
    return ["information"]


def _many(label: str) -> BulkLetter:
    found = BulkLetter.objects.filter(label=label).first()
    if found is not None:
        return found
    day = dates.today()
    wanted = {"offices": [_lease(0).office_id], "about": "Vannet", "text": "Stenges tirsdag."}
    return many.prepare(
        "information", label, wanted, channel="print", dated_on=day, by=_by(), on=day
    )


def letters_to_many() -> list[int]:
    return [_many("Vannet stenges").pk]


def letters_for_approval() -> list[int]:
    row = _many("Ny husordensregel")
    if row.state == "preview":
        many.ask_for(row.pk, version=row.version, by=_by(), on=dates.today())
    return [row.pk]


VISITS = [
    *(Visit(f"letters:{n}", COORDINATOR, a_waiting_letter) for n in ON_A_LETTER_THAT_WAITS),
    *(
        Visit(f"letters:{n}", COORDINATOR, a_letter_that_came_back)
        for n in ON_A_LETTER_THAT_CAME_BACK
    ),
    Visit("letters:dispatch_settle", COORDINATOR, a_letter_that_came_back),
    Visit("letters:dispatch_take_out", COORDINATOR, a_letter_in_a_batch),
    Visit("letters:outbox", COORDINATOR),
    Visit("letters:outbox", LANDLORD),
    *(Visit("letters:outbox", COORDINATOR, query=f"tab={tab}") for tab in TABS),
    Visit("letters:batch_new", COORDINATOR, an_office_that_prints),
    Visit("letters:batches", COORDINATOR),
    *(Visit(f"letters:{name}", COORDINATOR, a_batch) for name in ON_A_BATCH),
    *(Visit(f"letters:{name}", COORDINATOR, letters_to_many) for name in ON_MANY),
    Visit("letters:bulk_letters", COORDINATOR),
    Visit("letters:bulk_letters", MANAGER),
    Visit("letters:bulk_new", COORDINATOR, the_kind),
    Visit("letters:bulk", COORDINATOR, letters_for_approval),
    Visit("letters:bulk", MANAGER, letters_for_approval),
    Visit("letters:bulk_approve", MANAGER, letters_for_approval),
]
