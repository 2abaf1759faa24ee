"""Flags for the tests of the lists: as the night leaves them, on leases that owe what they say."""

import datetime as dt
import html
import re

from django.test import Client

from arrears.models import Flag
from arrears.rules.flags import FlagKind
from arrears.services.ledger import NewLine, keep_rents, post
from boligsak.dates import today
from tests.factories import LeaseFactory

DAY = dt.timedelta(days=1)


def signed_in(user, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def flag(lease, kind: str = FlagKind.NO_KID, level: int = 1, **fields) -> Flag:
    """An open flag raised today, unless `fields` say otherwise."""
    fields = {"anchor_on": today(), "raised_on": today(), "changed_on": today()} | fields
    return Flag.objects.create(lease=lease, kind=kind, level=level, **fields)


def owing(*, days: int = 23, ore: int = 1_260_000, level: int = 2, **lease_fields) -> Flag:
    """A lease at 9 000 kr a month that has owed `ore` for so many days, and its flag."""
    lease = LeaseFactory(**lease_fields)
    due_on = today() - days * DAY
    post([NewLine(lease.pk, "rent", ore, due_on, f"rent:{due_on}", due_on=due_on)])
    keep_rents(today().replace(day=1), [lease.pk])
    facts = {
        "owed_ore": ore,
        "months_permille": ore * 1000 // 900_000,
        "oldest_due_on": due_on.isoformat(),
    }
    return flag(lease, FlagKind.ARREARS, level, anchor_on=due_on, facts=facts)


def running_out(*, left: int, level: int = 4, **lease_fields) -> Flag:
    """A contract that runs out in `left` days, and its flag."""
    ends_on = today() + left * DAY
    lease = LeaseFactory(ends_on=ends_on, **lease_fields)
    facts = {"ends_on": ends_on.isoformat()}
    return flag(lease, FlagKind.EXPIRING, level, anchor_on=ends_on, facts=facts)


def run_out(*, last_safe_in: int, level: int = 4, **lease_fields) -> Flag:
    """A contract that has run out; § 9-2's last safe day is in so many days, or next to it."""
    from boligsak.dates import add_months

    ends_on = add_months(today() + last_safe_in * DAY, -3)
    lease = LeaseFactory(ends_on=ends_on, **lease_fields)
    facts = {
        "ends_on": ends_on.isoformat(),
        "last_safe_on": add_months(ends_on, 3).isoformat(),
    }
    return flag(lease, FlagKind.EXPIRED, level, anchor_on=ends_on, facts=facts)


def body(client: Client, address: str, **query) -> str:
    response = client.get(address, query)
    assert response.status_code == 200, response.status_code
    return html.unescape(response.content.decode())


def numbers_in_order(page: str, flags: list[Flag]) -> list[Flag]:
    """Those of the flags that the page shows, in the order of their lines."""
    places = {f: page.find(f'id="f{f.pk}"') for f in flags}
    return sorted((f for f in flags if places[f] >= 0), key=lambda f: places[f])


def links(page: str, part: str) -> list[str]:
    """The addresses on the page that begin with `part`."""
    return re.findall(rf'href="({re.escape(part)}[^"]*)"', page)
