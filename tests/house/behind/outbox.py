"""Letters out on the lease: one that waits, one in a print batch, and letters to many."""

from typing import Any

from boligsak.dates import today
from boligsak.letters.models import Dispatch
from boligsak.letters.services.bulk import prepare
from boligsak.letters.services.journal import NewParty, journal
from boligsak.letters.services.outbox import send
from boligsak.letters.services.print_batches import make_batch
from tenants.services.letters import lease_folder
from tests.factories import UserFactory

ON_A_LETTER = (
    "dispatch",
    "dispatch_file",
    "dispatch_retry",
    "dispatch_paper",
    "dispatch_cancel",
    "dispatch_sent",
    "dispatch_settle",
)
ON_A_BATCH = ("batch", "batch_file", "batch_post", "batch_drop")
ON_MANY = (
    "bulk",
    "bulk_letter",
    "bulk_progress",
    "bulk_choose",
    "bulk_office",
    "bulk_ask",
    "bulk_approve",
    "bulk_look_again",
    "bulk_drop",
    "bulk_again",
)


def _waiting(case: Any, channel: str, by: Any) -> Dispatch:
    day, lease = today(), case.lease
    person = lease.parties.get().person
    hides = person.is_protected or lease.is_protected
    party = NewParty(
        "recipient", str(person), "" if hides else "Lia 1\n7010 Trondheim", "", person.pk, hides
    )
    document = journal(
        lease_folder(lease, day),
        direction="out",
        kind="information",
        title="Informasjon",
        content=_A_PAGE,
        media_type="application/pdf",
        dated_on=day,
        parties=[party],
        by=by,
        on=day,
    )
    return send(document, channel=channel, by=by, on=day)[0]


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    by = UserFactory(role="coordinator", role__cleared=True)
    day, lease = today(), case.lease
    waiting = _waiting(case, "print", by)
    mine = Dispatch.objects.filter(pk=_waiting(case, "print", by).pk)
    batch = make_batch(lease.office_id, mine, by=by, on=day).batch
    wanted = {"offices": [lease.office_id], "about": "Vannet", "text": "Vannet blir stengt."}
    many = prepare("information", "Vannet", wanted, channel="print", dated_on=day, by=by, on=day)
    found: dict[str, dict[str, Any]] = {f"letters:{n}": {"pk": waiting.pk} for n in ON_A_LETTER}
    found["letters:dispatch_take_out"] = {"pk": mine[0].pk}
    found |= {f"letters:{name}": {"pk": many.pk} for name in ON_MANY}
    found["letters:bulk_new"] = {"code": "information"}
    found["letters:batch_new"] = {"office": lease.office_id}
    # A protected person's letter is in no batch: what stands here then is nobody's.
    found |= {f"letters:{name}": {"pk": batch.pk if batch else 0} for name in ON_A_BATCH}
    return found


_A_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n"
)
