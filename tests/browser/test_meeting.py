"""A meeting as it is held: three people, a screen in the room, and a server that dies."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import expect

from arrears.models import Case, CaseDecision, Task
from boligsak.accounts.models import User
from meetings.models import AgendaItem, Meeting
from meetings.services.session import open_meeting
from tests.browser import town
from tests.browser.session_places import planned

SAVED = re.compile(r"^Lagret kl\. \d\d\.\d\d$")


@pytest.fixture
def meeting(server: Any) -> Meeting:
    return planned("Møterom 1")


def share(item: AgendaItem) -> None:
    """With the tenant's consent, so that the other parties may know whose case it is."""
    Case.objects.filter(pk=item.case_id).update(
        sharing_basis="consent", sharing_source="Samtykke", sharing_on=town.TODAY
    )


def written(page: Any) -> Any:
    return page.locator("[data-save-status]")


def test_a_meeting_from_the_first_word_to_the_minutes(visit: Any, meeting: Meeting) -> None:
    first, second = meeting.items.order_by("position")
    share(first)
    Case.objects.filter(pk=second.case_id).update(
        sharing_basis="none", sharing_source="", sharing_on=None
    )
    visitor = visit("koordinator")
    page = visitor.page

    # It is opened, and who came is kept as it is ticked.
    visitor.go(f"/meetings/{meeting.pk}/session/")
    page.get_by_role("button", name="Åpne møtet").click()
    for one in page.get_by_role("group").all():
        one.get_by_label("Til stede", exact=True).check()
    expect(written(page)).to_have_text(SAVED)
    assert set(meeting.attendances.values_list("presence", flat=True)) == {"present"}
    assert visitor.faults() == []

    # On the screen the case is a number until somebody lifts the lid.
    page.get_by_role("link", name="Vis på skjermen").click()
    names = page.locator(".room__who p")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Sak {first.case.number}")
    expect(names).to_be_hidden()
    page.keyboard.press("o")
    expect(names).to_be_visible()
    name = names.locator("strong").inner_text()
    assert visitor.faults() == []

    # What is typed is saved by itself; a decision to refer is accepted, for all are there.
    page.locator("[name=note]").fill("Alt er prøvd, og leietakeren svarer ikke.")
    page.locator("[name=decision]").select_option("bailiff")
    page.locator("[name=reason]").fill("Ingen tiltak har virket.")
    page.locator("[name=who]").select_option("party:landlord")
    page.locator("[name=due_on]").fill("10.12.2026")
    page.locator("[name=due_on]").blur()
    expect(written(page)).to_have_text(SAVED)
    first.refresh_from_db()
    assert (first.decision, first.party) == ("bailiff", "landlord")

    # The landlord reads along, sees the shared name and not the other one.
    landlord = visit("utleier")
    landlord.go(f"/meetings/{meeting.pk}/session/{first.pk}/")
    expect(landlord.page.get_by_text("Ingen tiltak har virket.")).to_be_visible()
    assert name in landlord.page.content()
    assert landlord.page.locator("textarea").count() == 0
    assert landlord.faults() == []
    landlord.go(f"/meetings/{meeting.pk}/session/{second.pk}/")
    expect(landlord.page.get_by_text("bare med nummer i dette rommet")).to_be_visible()

    # The next case by one key; letters that are typed in a field stay letters.
    page.locator("[name=note]").press("n")
    assert page.url.endswith(f"/{first.pk}/")
    page.locator("[name=note]").press("Backspace")
    expect(written(page)).to_have_text(SAVED)
    page.locator("[name=note]").blur()
    page.keyboard.press("n")
    page.wait_for_url(f"**/session/{second.pk}/")
    assert not CaseDecision.objects.filter(meeting=meeting.number).exists()

    # It is closed: the decision is on the case, the task is the landlord's, the rest is carried on.
    visitor.go(f"/meetings/{meeting.pk}/close/")
    assert visitor.faults() == []
    page.get_by_role("button", name="Avslutt møtet").click()
    page.wait_for_url("**/minutes/")
    decision = CaseDecision.objects.get(meeting=meeting.number)
    assert Task.objects.get(about=f"decision:{decision.pk}").party == "landlord"
    expect(page.get_by_text("Ingen tiltak har virket.")).to_be_visible()
    assert visitor.faults() == []
    with page.expect_download() as file:
        page.get_by_role("link", name="PDF uten navn").click()
    assert file.value.suggested_filename == f"{meeting.number}-uten-navn.pdf"

    # The housing unit corrects the minutes by an addition.
    unit = visit("boligenhet")
    unit.go(f"/meetings/{meeting.pk}/minutes/")
    unit.page.get_by_role("link", name="Legg til i referatet").click()
    unit.page.locator("[name=text]").fill("Boligenheten tilbød en annen bolig.")
    unit.page.locator("[name=reason]").fill("Kom ikke med i referatet")
    unit.page.locator("main form.form button[type=submit]").click()
    unit.page.wait_for_url("**/minutes/")
    expect(unit.page.get_by_text("Boligenheten tilbød en annen bolig.")).to_be_visible()
    assert unit.faults() == []


_SERVE = """
import sys
from wsgiref.simple_server import make_server
from boligsak.wsgi import application
make_server("127.0.0.1", int(sys.argv[1]), application).serve_forever()
"""


@pytest.fixture
def mortal(server: Any) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server in a process of its own, on the same town: its address, and what to kill."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = connection.settings_dict["NAME"]
    head, _, tail = settings.DATABASE_URL.partition("?")
    there = head.rpartition("/")[0] + f"/{own}" + (f"?{tail}" if tail else "")
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(port)],
        env=os.environ | {"DATABASE_URL": there, "REDIS_URL": settings.REDIS_URL},
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _wait in range(300):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                break
        assert process.poll() is None, "the server did not start"
        time.sleep(0.1)
    yield f"http://localhost:{port}", process
    process.kill()
    process.wait()


def test_a_server_that_dies_loses_nothing_that_was_confirmed(
    visit: Any, meeting: Meeting, mortal: Any
) -> None:
    item = meeting.items.order_by("position")[0]
    open_meeting(meeting.pk, by=User.objects.get(username="koordinator"), on=town.TODAY)
    path = f"/meetings/{meeting.pk}/session/{item.pk}/"
    visitor = visit("koordinator")
    page = visitor.page
    address, process = mortal
    page.goto(f"{address}{path}")
    page.locator("[name=note]").fill("Dette er bekreftet.")
    expect(written(page)).to_have_text(SAVED)
    process.kill()
    process.wait()
    page.locator("[name=note]").press_sequentially(" Dette er ikke.")
    expect(written(page)).to_have_text("Ikke lagret: Vi får ikke svar. Prøver igjen …")
    # Nobody is led away from what is not saved.
    page.locator("[name=note]").blur()
    page.keyboard.press("n")
    assert page.url == f"{address}{path}"
    expect(page.locator("[name=note]")).to_have_value("Dette er bekreftet. Dette er ikke.")

    # The browser dies as well; in another one everything that was confirmed stands.
    again = visit("koordinator")
    again.go(path)
    expect(again.page.locator("[name=note]")).to_have_value("Dette er bekreftet.")
    visitor.complaints.clear()


def test_a_network_that_comes_back_saves_by_itself(visit: Any, meeting: Meeting) -> None:
    item = meeting.items.order_by("position")[0]
    open_meeting(meeting.pk, by=User.objects.get(username="koordinator"), on=town.TODAY)
    visitor = visit("koordinator")
    page = visitor.page
    visitor.go(f"/meetings/{meeting.pk}/session/{item.pk}/")
    visitor.context.set_offline(True)
    page.locator("[name=note]").fill("Skrevet uten nett")
    expect(written(page)).to_have_text("Ikke lagret: Vi får ikke svar. Prøver igjen …")
    visitor.context.set_offline(False)
    expect(written(page)).to_have_text(SAVED, timeout=20_000)
    item.refresh_from_db()
    assert item.note == "Skrevet uten nett"
    visitor.complaints.clear()


def test_who_lost_the_pen_keeps_what_was_typed_and_is_told(visit: Any, meeting: Meeting) -> None:
    item = meeting.items.order_by("position")[0]
    open_meeting(meeting.pk, by=User.objects.get(username="koordinator"), on=town.TODAY)
    path = f"/meetings/{meeting.pk}/session/{item.pk}/"
    visitor = visit("koordinator")
    page = visitor.page
    visitor.go(path)
    page.locator("[name=note]").fill("Skrevet først")
    expect(written(page)).to_have_text(SAVED)
    Meeting.objects.filter(pk=meeting.pk).update(
        secretary=User.objects.get(username="saksbehandler")
    )
    page.locator("[name=note]").press_sequentially(" og mer")
    refused = page.locator("[data-save-refused]")
    expect(refused).to_contain_text("tok over som sekretær")
    expect(page.locator("[name=note]")).to_have_value("Skrevet først og mer")
    assert visitor.faults() == []
    # Taken back in another window, it is saved from here.
    Meeting.objects.filter(pk=meeting.pk).update(secretary=User.objects.get(username="koordinator"))
    refused.get_by_role("button", name="Lagre mitt").click()
    expect(written(page)).to_have_text(SAVED)
    item.refresh_from_db()
    assert item.note == "Skrevet først og mer"
