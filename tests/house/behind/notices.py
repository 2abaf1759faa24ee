"""Notices: a warning that was sent, and a draft."""

from typing import Any

from arrears.models import OpenCharge
from arrears.services.notices.drafting import draft_notice
from arrears.services.notices.making import Wanted
from arrears.services.notices.sending import Serving, send_notice
from boligsak.dates import today
from tests.factories import UserFactory
from tests.house.world import SECRET_NAME, SECRET_STREET

_TELLS = f"{SECRET_NAME} i {SECRET_STREET}"


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    day = today()
    by = UserFactory(role="coordinator", role__cleared=True)
    person_id = case.lease.parties.get().person_id
    lines = OpenCharge.objects.filter(lease=case.lease_id, kind="rent", due_on__lt=day)
    wanted = Wanted(
        kind="warning_a",
        dated_on=day,
        line_ids=tuple(lines.values_list("line_id", flat=True)),
        own_words=_TELLS,
    )
    sent = draft_notice(case.pk, wanted, by=by, on=day)
    to = Serving(person_id=person_id, channel="letter", proof=_TELLS)
    send_notice(sent.pk, [to], sent_on=day, by=by, on=day)
    draft = draft_notice(case.pk, wanted, by=by, on=day)
    on_the_draft = ("notice_rewrite", "notice_send", "notice_queue", "notice_take_back")
    on_the_sent = ("notice", "notice_print", "notice_pdf", "notice_serve", "notice_withdraw")
    return {
        "arrears:notice_new": {"pk": case.pk},
        "arrears:notice_write": {"pk": case.pk, "kind": "reminder"},
        "arrears:notice_answer": {"pk": sent.servings.get().pk},
        **{f"arrears:{name}": {"pk": draft.pk} for name in on_the_draft},
        **{f"arrears:{name}": {"pk": sent.pk} for name in on_the_sent},
    }
