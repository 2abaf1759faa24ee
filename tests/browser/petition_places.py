"""What lies before a petition and cannot be done on one day: notices of past weeks, and a meeting
that all three parties were asked to in time."""

import datetime as dt

from arrears.models import Case, Flag, OpenCharge
from arrears.queries.measures import measure_facts
from arrears.services.ledger import NewLine, post
from arrears.services.notices.drafting import draft_notice
from arrears.services.notices.making import Wanted
from arrears.services.notices.sending import Serving, send_notice, still_to_serve
from boligsak.accounts.models import User
from meetings.models import Meeting
from meetings.services.planning import plan_single
from meetings.services.series import Invited
from tenants.models import Guardianship, Lease
from tests.browser.town import TODAY

ONE = dt.timedelta(days=1)


def _user(name: str) -> User:
    return User.objects.get(username=name)


def a_flag_of_an_old_debt() -> Flag:
    """On the lease of one tenant alone whose rent has been open for more than a month; a warning
    may be sent of it, and nobody works on it yet. Where other journeys have taken them all, one
    more month's rent is found to be unpaid."""
    old = OpenCharge.objects.filter(kind="rent", due_on__lt=TODAY - 35 * ONE)
    flags = Flag.objects.open().filter(
        kind="arrears",
        lease__is_protected=False,
        lease__moved_out_on=None,
        lease__has_clause_a=True,
        lease__signed_on__lte=TODAY,
    )
    wards = Guardianship.objects.values("person_id")
    free = flags.exclude(lease__cases__status="open").exclude(lease__parties__person__in=wards)
    alone = [
        flag
        for flag in free.order_by("-level", "pk").select_related("lease")
        if flag.lease.parties.filter(role="tenant", to_on=None).count() == 1
    ]
    owing = set(old.values_list("lease_id", flat=True))
    found = next((flag for flag in alone if flag.lease_id in owing), None)
    if found is None:
        found, due_on = alone[0], TODAY - 40 * ONE
        post([NewLine(found.lease_id, "rent", 900_000, due_on, "rent:forgotten", due_on=due_on)])
    return found


def send(kind: str, case_id: int, days_ago: int) -> None:
    """A letter about all that was owed then, sent to everybody `days_ago` days before today."""
    case, by, on = Case.objects.get(pk=case_id), _user("koordinator"), TODAY - days_ago * ONE
    lines = OpenCharge.objects.filter(lease=case.lease_id, kind="rent", due_on__lt=on)
    wanted = Wanted(kind=kind, dated_on=on, line_ids=tuple(lines.values_list("line_id", flat=True)))
    notice = draft_notice(case.pk, wanted, by=by, on=on)
    servings = [
        Serving(
            person_id=person_id, guardianship_id=pk, channel="letter", proof="Sporing RR1234567NO"
        )
        for person_id, pk in still_to_serve(case, on, ())
    ]
    send_notice(notice.pk, servings, sent_on=on, by=by, on=on)


def has_children(case_id: int) -> bool:
    return bool(measure_facts([case_id], TODAY)[case_id].has_children)


def a_meeting_of_three(lease: Lease) -> Meeting:
    """Today, asked for a week ago."""
    who = (("welfare", "koordinator"), ("landlord", "utleier"), ("housing_unit", "boligenhet"))
    return plan_single(
        office_id=lease.office_id,
        held_on=TODAY,
        at_time=dt.time(9),
        minutes=60,
        place="Møterom for siste utvei",
        invited=[Invited(party, user_id=_user(name).pk) for party, name in who],
        by=_user("koordinator"),
        on=TODAY - 7 * ONE,
    )
