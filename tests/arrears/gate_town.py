"""A tenancy on its way out: everything else tried, everything served, and the hands that may act.

Each part can be left out, so that a test can see the gate closed for that one reason.
"""

import datetime
from collections.abc import Collection
from typing import Any

from arrears.models import Case, CaseDecision, Referral
from arrears.queries.measures import checklist
from arrears.rules.measures import ONLY_SHOWN
from arrears.services.cases.sharing import set_sharing
from arrears.services.contacts import NewContact, note_contact
from arrears.services.decisions import record_decision
from arrears.services.gate import answer
from arrears.services.measures import LineAnswer, Task
from arrears.services.measures import answer as answer_checklist
from arrears.services.referrals import refer
from arrears.services.tenant_views import NewView, record_view
from tenants.models import Lease
from tenants.services.people import set_identity_number
from tests.arrears.notice_town import Town
from tests.arrears.notice_town import build as build_town
from tests.factories import UserFactory, held_meeting

DAY = datetime.date(2026, 6, 16)
ONE = datetime.timedelta(days=1)
PARTIES = ("welfare", "landlord", "housing_unit")


NUMBER, ANOTHER = "01818010083", "01818010164"
"""Synthetic identity numbers: month + 80."""


class GateTown:
    """A town with a case that is finished by `day`, but for the parts named in `without`:
    contacts, visit, view, checklist, answers, notices, decision."""

    def __init__(
        self,
        day: datetime.date = DAY,
        *,
        without: Collection[str] = (),
        kind: str = "bailiff",
        number: str = NUMBER,
        **lease: Any,
    ) -> None:
        self.day = day
        terms = {"signed_on": datetime.date(2020, 1, 1), "has_clause_a": True, "has_clause_b": True}
        self.town: Town = build_town(day - 80 * ONE, **terms | lease)
        self.welfare = UserFactory(role="caseworker")
        self.coordinator, self.landlord = self.town.coordinator, self.town.landlord
        self.case: Case = self.town.case
        self.lease: Lease = self.town.lease
        set_sharing(
            self.case.pk,
            "statute",
            source="sosialtjenesteloven § 44",
            since=day - 70 * ONE,
            by=self.landlord,
            on=day - 70 * ONE,
        )
        self.person = self.lease.parties.get().person
        set_identity_number(self.person.pk, number, by=self.welfare, today=day)
        if "contacts" not in without:
            self.contact("letter", "message_left", day - 60 * ONE)
            self.contact("phone", "talked", day - 50 * ONE)
        if "visit" not in without:
            self.contact("home_visit", "not_reached", day - 45 * ONE)
        if "view" not in without:
            self.view()
        if "checklist" not in without:
            self.answer_all()
        if "notices" not in without:
            for name in ("collection_notice", "warning_a"):
                self.town.send(name, day - 30 * ONE, with_interest=False)
        if "answers" not in without:
            self.answers()
        self.decision: CaseDecision | None = None
        if "decision" not in without:
            self.decision = self.decide(kind)

    def contact(self, channel: str, result: str, on: datetime.date) -> Any:
        told = NewContact(channel=channel, on=on, result=result)
        return note_contact(self.case.pk, told, by=self.welfare, on=on)

    def view(self, **more: Any) -> Any:
        on = self.day - 40 * ONE
        facts = {"words": "Jeg vil bli boende."} | more
        told = NewView(person_id=self.person.pk, on=on, **facts)
        return record_view(self.case.pk, told, by=self.welfare, on=on)

    def answer_all(self) -> None:
        on = self.day - 20 * ONE
        found = checklist(self.case.pk, on)
        answers = [
            LineAnswer(
                kind_id=line.row.pk,
                how="unsuitable",
                seen=line.seen,
                task=Task(party=line.row.party),
                text="Prøvd tidligere uten virkning",
            )
            for line in found.asked
            if line.row.pk in found.facts.unanswered and line.row.code not in ONLY_SHOWN
        ]
        answer_checklist(self.case.pk, answers, by=self.welfare, on=on)

    def answers(self, day: datetime.date | None = None) -> None:
        for condition in ("application.decided", "objection.assessed"):
            answer(
                self.case.pk,
                condition,
                is_met=True,
                note="Sjekket i fagsystemet",
                by=self.welfare,
                on=day or self.day - 5 * ONE,
            )

    def decide(self, kind: str = "bailiff", on: datetime.date | None = None) -> CaseDecision:
        held_on = on or self.day - 2 * ONE
        row = record_decision(
            self.case.pk,
            kind,
            meeting=f"Samarbeidsmøte {held_on:%d.%m.%Y} {kind} {self.case.decisions.count()}",
            held_on=held_on,
            present=PARTIES,
            reason="Alt annet er prøvd.",
            by=self.coordinator,
            on=held_on,
        )
        held_meeting(row)
        return row

    def refer(
        self,
        kind: str = "bailiff",
        ground: str = "a",
        reason: str = "arrears",
        on: datetime.date | None = None,
        **more: Any,
    ) -> Referral:
        facts = {"by": self.landlord} | more
        return refer(self.case.pk, kind, ground, reason, on=on or self.day, **facts)
