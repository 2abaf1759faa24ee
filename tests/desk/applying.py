"""The pages of an application: what is sent to them, and the application behind them."""

import html
from typing import Any
from uuid import uuid4

from django.test import Client

from boligsak.dates import today
from tenants.models import Application
from tests.factories import ApplicationFactory

NEED = {"present_housing": "family", "need": "Sover på sofaen", "rooms_from": "1", "rooms_to": "2"}
ECONOMY = {
    "adults": "1",
    "children": "0",
    "in_benefit": "20 000",
    "out_electricity": "800,50",
    "out_living": "7 000",
}
HELP = {"needs_help": "no", "reasons": "Har bodd alene", "tenant_says": "Jeg klarer meg"}


def send(client: Client, address: str, row: Any = None, **fields: Any) -> Any:
    """Sends a page of an application as the browser does, on the version it has now."""
    data = {"submission_id": str(uuid4()), **fields}
    if row is not None:
        row.refresh_from_db()
        data.setdefault("version", row.version)
    return client.post(address, data)


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode()).replace("\xa0", " ")


def draft(by: Any, **more: Any) -> Application:
    row: Application = ApplicationFactory(
        **{"state": "draft", "received_on": None, "made_on": today(), "by": by, "owner": by} | more
    )
    return row
