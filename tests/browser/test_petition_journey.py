"""From a flag to a petition for eviction: the last way out, after every other has been tried."""

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from arrears.models import Case, Flag, Referral, Task
from boligsak.dates import format_day
from tests.browser import town
from tests.browser.petition_places import (
    a_flag_of_an_old_debt,
    a_meeting_of_three,
    has_children,
    send,
)

COORDINATOR, LANDLORD = "koordinator", "utleier"
SAVED = re.compile(r"^Lagret kl\. \d\d\.\d\d$")
TO_THE_BAILIFF = "way=bailiff.a"


@pytest.fixture
def flag(server: Any) -> Flag:
    return a_flag_of_an_old_debt()


def submit(page: Any) -> None:
    page.locator("main form.form button[type=submit]").click()


def unmet(page: Any, name: str) -> Any:
    """The row of a condition that is not met."""
    return page.locator(".check--unmet", has=page.locator("strong", has_text=name))


def open_from_the_flag(visitor: Any, flag: Flag) -> Case:
    page = visitor.page
    visitor.go(f"/leases/{flag.lease_id}/")
    page.locator(f"input[name=flag][value^='{flag.pk}.']").check()
    page.get_by_role("button", name="Åpne saker").click()
    page.locator("[name=note]").fill("Har ikke betalt på lenge, svarer ikke på brev")
    submit(page)
    page.wait_for_url("**/cases/*/")
    return Case.objects.open().get(lease_id=flag.lease_id)


def share(visitor: Any, case: Case) -> None:
    """The landlord may know whose case it is, for the statute says so."""
    page = visitor.page
    visitor.go(f"/cases/{case.pk}/sharing/")
    page.locator("[name=basis][value=statute]").check()
    page.locator("[name=source]").fill("sosialtjenesteloven § 44")
    page.locator("[name=since]").fill("i dag")
    submit(page)
    page.wait_for_url(f"**/cases/{case.pk}/**")


def gate(visitor: Any, case: Case) -> None:
    visitor.go(f"/cases/{case.pk}/gate/?{TO_THE_BAILIFF}")


def mend(visitor: Any, case: Case, condition: str, link: str) -> Any:
    """From an unmet condition to the page that meets it."""
    gate(visitor, case)
    unmet(visitor.page, condition).get_by_role("link", name=link).click()
    return visitor.page


def contact(visitor: Any, case: Case, channel: str, result: str) -> None:
    page = visitor.page
    visitor.go(f"/cases/{case.pk}/contacts/new/")
    page.locator("[name=channel]").select_option(channel)
    page.locator("[name=on]").fill("i går")
    page.locator(f"[name=result][value={result}]").check()
    submit(page)
    page.wait_for_url(f"**/cases/{case.pk}/#contacts")


def answer(visitor: Any, case: Case, condition: str) -> None:
    page = mend(visitor, case, condition, "Svar for det")
    page.locator("[name=answer][value=yes]").check()
    page.locator("[name=note]").fill("Sjekket i fagsystemet og med leietakeren")
    submit(page)
    page.wait_for_url(f"**/cases/{case.pk}/gate/**")


def try_everything_else(visitor: Any, case: Case) -> None:
    """What the gate asks of the municipality itself, each by the link beside it."""
    page = mend(visitor, case, "Kontakt er forsøkt", "Noter en kontakt")
    page.wait_for_url("**/contacts/new/")
    contact(visitor, case, "phone", "talked")
    contact(visitor, case, "home_visit", "not_reached")
    page = mend(visitor, case, "eget syn", "Før leietakers eget syn")
    page.locator("[name=words]").fill("Jeg vil bli boende, men har ikke penger før nyttår.")
    submit(page)
    page.wait_for_url(f"**/cases/{case.pk}/**")

    page = mend(visitor, case, "Sjekklista", "Besvar sjekklista")
    assert visitor.faults() == []
    for line in page.locator("main form li.tried").all():
        line.locator("[name^=how_][value=unsuitable]").check()
        line.locator("[name^=text_]").fill("Drøftet med leietakeren, passer ikke her")
    page.get_by_role("button", name="Lagre svarene").click()
    page.wait_for_url("**/measures/")
    if has_children(case.pk):
        page = mend(visitor, case, "Barnas beste", "Vurder")
        page.locator("main form textarea").first.fill("Barna trenger ro, og har fått nytt hjem.")
        submit(page)
    answer(visitor, case, "Ingen søknad andre")
    answer(visitor, case, "Innsigelser")


def hold_the_meeting(visit: Any, visitor: Any, case: Case) -> None:
    """Landlord and welfare office in the room, the housing unit asked; they see no other way."""
    page, meeting = visitor.page, a_meeting_of_three(case.lease)
    page = mend(visitor, case, "Et møte har besluttet", "Meld den til møtet")
    page.locator("[name=note]").fill("Om saken skal til namsmannen")
    submit(page)
    page.wait_for_url(f"**/cases/{case.pk}/**")
    visitor.go(f"/meetings/{meeting.pk}/add/")
    page.locator("[name=number]").fill(case.number)
    submit(page)
    page.wait_for_url(f"**/meetings/{meeting.pk}/")
    page.get_by_role("link", name="Hold møtet").click()
    page.get_by_role("button", name="Åpne møtet").click()
    here = {"Marit Aune": "Til stede", "Geir Forbord": "Til stede", "Berit Sund": "Ikke til stede"}
    for name, presence in here.items():
        who = page.get_by_role("group", name=name)
        who.get_by_label(presence, exact=True).check()
    expect(page.locator("[data-save-status]")).to_have_text(SAVED)
    assert visitor.faults() == []

    page.get_by_role("link", name="Vis på skjermen").click()
    page.locator("[name=note]").fill("Sjekklista er gått gjennom. Leietakeren er hørt.")
    page.locator("[name=decision]").select_option("bailiff")
    page.locator("[name=reason]").fill("Alt annet er prøvd, og gjelda vokser.")
    page.locator("[name=who]").select_option("party:landlord")
    page.locator("[name=due_on]").fill("03.12.2026")
    page.locator("[name=due_on]").blur()
    expect(page.locator("[data-save-status]")).to_have_text(SAVED)
    assert visitor.faults() == []

    # Until it is closed the meeting has decided nothing.
    landlord = visit(LANDLORD)
    gate(landlord, case)
    expect(unmet(landlord.page, "Et møte har besluttet")).to_be_visible()
    visitor.go(f"/meetings/{meeting.pk}/close/")
    page.get_by_role("button", name="Avslutt møtet").click()
    page.wait_for_url("**/minutes/")
    expect(page.get_by_text("Alt annet er prøvd, og gjelda vokser.")).to_be_visible()
    assert visitor.faults() == []


def test_from_a_flag_to_a_petition(visit: Any, flag: Flag) -> None:
    visitor = visit(COORDINATOR)
    page = visitor.page
    case = open_from_the_flag(visitor, flag)
    share(visitor, case)

    # The gate is closed, says why, and leads to where each condition is met.
    gate(visitor, case)
    expect(page.get_by_text("Porten er stengt")).to_be_visible()
    for name in (
        "Kontakt er forsøkt",
        "eget syn",
        "Sjekklista",
        "Ingen søknad andre",
        "Et møte har",
    ):
        expect(unmet(page, name).first.get_by_role("link").first).to_be_visible()
    assert visitor.faults() == []

    # Nobody passes it by, whatever address they know.
    visitor.go(f"/cases/{case.pk}/refer/?{TO_THE_BAILIFF}")
    assert page.locator("main form.form").count() == 0
    assert not Referral.objects.filter(case=case).exists()

    send("collection_notice", case.pk, 30)
    send("warning_a", case.pk, 25)
    try_everything_else(visitor, case)
    gate(visitor, case)
    for group in ("work", "law"):
        expect(page.locator(f"[aria-labelledby=gate-{group}] .check--unmet")).to_have_count(0)
    expect(unmet(page, "Et møte har besluttet")).to_be_visible()
    hold_the_meeting(visit, visitor, case)

    # Now it is open, and the landlord goes through it.
    landlord = visit(LANDLORD)
    page = landlord.page
    gate(landlord, case)
    expect(page.get_by_text("Alle vilkår er oppfylt. Porten er åpen.")).to_be_visible()
    assert landlord.faults() == []
    page.get_by_role("link", name="Send saken videre").click()
    expect(page.get_by_text("Utkastelse er siste utvei")).to_be_visible()
    assert landlord.faults() == []
    submit(page)
    page.wait_for_url("**/cases/referrals/*/")
    referral = Referral.objects.get(case=case)
    assert (referral.kind, referral.ground, referral.state) == ("bailiff", "a", "prepared")
    assert landlord.faults() == []

    # All that must follow is ticked off before it is sent, and the tenant has fourteen days.
    page.get_by_role("link", name="Send oversendelsen").click()
    submit(page)
    expect(page.get_by_text("Kryss av for det du legger ved").first).to_be_visible()
    for box in page.locator("[name=attachments]").all():
        box.check()
    # No court fee is entered among the town's rates for this year: it is asked for.
    submit(page)
    expect(page.locator("[name=fee]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=fee]").fill("2 800,00")
    assert landlord.faults() == []
    submit(page)
    page.wait_for_url("**/cases/referrals/*/")
    referral.refresh_from_db()
    assert (referral.state, referral.filed_on) == ("filed", town.TODAY)
    assert referral.comment_by_on == town.TODAY + dt.timedelta(days=14)
    expect(page.get_by_text(format_day(referral.comment_by_on)).first).to_be_visible()
    assert Task.objects.get(about=f"decision:{referral.decision_id}").state == "done"
    assert landlord.faults() == []

    # The petition: the claim split in two, what it rests on, and what follows it.
    page.get_by_role("link", name="Begjæringen, for utskrift").click()
    paper = page.locator("article.petition")
    for words in ("Fravikelse av boligen", "Hovedstol", "Tilleggskrav", "Vedlegg", "Varsel om"):
        expect(paper.get_by_text(words).first).to_be_visible()
    assert landlord.faults() == []

    # The case tells it all.
    visitor.go(f"/cases/{case.pk}/")
    expect(visitor.page.locator("#referrals")).to_contain_text(format_day(referral.comment_by_on))
    assert visitor.faults() == []
