"""What caseworkers did on their cases: the next step the product proposed, more or less in time.

Everything goes through the services, so a case of the demo has been through the same locks, laws
and gates as one of the municipality's. A step the law does not allow yet is left for another day,
as people do.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from arrears.models import Case, ContactAttempt, Flag, NextStep, NoticeKind
from arrears.queries.measures import checklist
from arrears.queries.next_steps import open_step
from arrears.queries.notices import has_own_notice
from arrears.rules.plans import Rhythm
from arrears.rules.step_policy import Action
from arrears.services.cases.closing import close_case
from arrears.services.cases.notes import add_note
from arrears.services.cases.opening import open_cases
from arrears.services.cases.sharing import mark_for_meeting, set_sharing
from arrears.services.contacts import NewContact, note_contact
from arrears.services.measures.base import Task
from arrears.services.measures.checklist import LineAnswer, answer
from arrears.services.measures.children import assess_children
from arrears.services.next_steps import refresh
from arrears.services.notices.drafting import draft_notice
from arrears.services.notices.making import Wanted, choices
from arrears.services.notices.sending import Serving, send_notice
from arrears.services.plans import Told, draft_plan, sign_plan
from arrears.services.tenant_views import NewView, record_view
from boligsak.accounts.models import User
from boligsak.dates import is_working_day, next_working_day
from boligsak.desk.demo.addresses import confirm_email
from boligsak.desk.demo.chance import Chance
from boligsak.rule import RuleBroken
from tenants.models import LeaseParty, Person
from tenants.rules.economy import ExpenseKind, IncomeKind, Line, People

_DAY = dt.timedelta(days=1)
_OPENS = 0.35
"""How many of the flags that are somebody's become a case at once."""
_ACTS = 0.75
"""How many of the steps that are due are taken on a day."""

_SAID = {
    "talked": "Snakket om husleien. Ringer igjen neste uke.",
    "agreed": "Vi møtes på kontoret på torsdag og setter opp et budsjett sammen.",
    "not_reached": "",
    "message_left": "La igjen beskjed om å ringe tilbake.",
    "promised": "Får lønn om noen dager og betaler da.",
}
_CALLS = {"not_reached": 4.0, "message_left": 2.0, "talked": 2.0, "agreed": 2.0, "promised": 3.0}
_VISITS = {"not_reached": 3.0, "talked": 3.0, "agreed": 4.0}
_VIEWS = (
    "Jeg vil bli boende. Jeg har ikke forstått hvor mye jeg skyldte før nå.",
    "Det ble for mange regninger da jeg mistet ekstravaktene. Jeg klarer 1 000 kroner i måneden.",
    "Ungene går på skolen her. Vi trenger hjelp til å få oversikt, ikke flere brev.",
    "Jeg åpner ikke post lenger. Det er greit at dere ringer.",
)
_NOT_FOR_US = "Vurdert sammen med leietakeren; det løser ikke det saken handler om."
_TRIED = "Gjennomgått med leietakeren."
_CHILDREN = (
    "Barna går på skole og i barnehage i bydelen. Det beste for dem er å bli boende; flytting må "
    "i tilfelle skje i nærheten og utenom skolestart."
)
_NOTICES = {
    Action.REMINDER: NoticeKind.REMINDER,
    Action.COLLECTION_NOTICE: NoticeKind.COLLECTION_NOTICE,
    Action.PAYMENT_DEMAND: NoticeKind.PAYMENT_DEMAND,
    Action.WARN_EVICTION: NoticeKind.WARNING_A,
    Action.ASK_TO_MOVE: NoticeKind.MOVE_REQUEST,
}
_POSTED = "Postlagt, kvittering i mappen"
_STATUTE = "sosialtjenesteloven § 44"
_CONSENT = "Leietakeren samtykket på telefon"


class Casework:
    """Acts on the evening after each night, when the steps have been proposed."""

    def __init__(self, seed: int, users: dict[str, User]) -> None:
        self._seed = seed
        self._coordinator = users["koordinator"]
        self._doing: dict[str, Callable[[Case, User, Chance, dt.date], None]] = {
            Action.CALL: self._call,
            Action.LETTER: self._write,
            Action.HOME_VISIT: self._visit,
            Action.OFFER_PLAN: self._plan,
            Action.RECORD_VIEW: self._hear,
            Action.ANSWER_MEASURES: self._try_everything,
            Action.DEBT_ADVICE: self._try_everything,
            Action.HOUSING_ALLOWANCE: self._try_everything,
            Action.ASSESS_CHILDREN: self._assess,
            Action.TO_MEETING: self._to_meeting,
            **dict.fromkeys(_NOTICES, self._send),
        }

    def day(self, day: dt.date) -> None:
        if not is_working_day(day):
            return
        self._open(day)
        self._work(day)
        self._close(day)

    def _open(self, day: dt.date) -> None:
        free = (
            Flag.objects.open()
            .filter(
                level__gte=2,
                owner__isnull=False,
                kind__in=["arrears", "expiring", "expired"],
                lease__moved_out_on__isnull=True,
            )
            .exclude(lease__cases__status="open")
        )
        for flag in free.select_related("owner", "lease").order_by("pk"):
            chance = Chance(self._seed, "opens", flag.pk, day)
            if not chance.happens(_OPENS):
                continue
            for one in open_cases([flag.pk], by=flag.owner, on=day, owner=flag.owner):
                if one.code != "new" or one.case_id is None:
                    continue
                if chance.happens(0.85):
                    basis = "consent" if chance.happens(0.5) else "statute"
                    source = _CONSENT if basis == "consent" else _STATUTE
                    set_sharing(one.case_id, basis, source=source, since=day, by=flag.owner, on=day)
                refresh(one.case_id, day)

    def _work(self, day: dt.date) -> None:
        cases = {
            case.pk: case
            for case in Case.objects.open().filter(owner__isnull=False).select_related("owner")
        }
        for case_id, step in sorted(open_step(list(cases)).items()):
            case = cases[case_id]
            chance = Chance(self._seed, "works", case.number, day)
            if not self._is_due(step, day) or not chance.happens(_ACTS):
                continue
            do = self._doing.get(step.action)
            if do is None:
                continue
            try:
                do(case, case.owner, chance, day)
            except RuleBroken as broken:
                # The law or the case says not yet, or not this way: the caseworker notes it.
                said = f"Prøvde neste steg, men det gikk ikke ennå ({broken.code})."
                add_note(case.pk, said, by=case.owner, on=day)
            refresh(case_id, day)

    def _is_due(self, step: NextStep, day: dt.date) -> bool:
        return step.due_on is None or step.due_on <= day + 6 * _DAY

    def _close(self, day: dt.date) -> None:
        """What is paid is closed within some days."""
        paid = Case.objects.open().filter(
            owner__isnull=False,
            opened_on__lt=day - 6 * _DAY,
            lease__account__open_ore=0,
            triggers__kind="arrears",
        )
        for case in paid.select_related("owner").order_by("pk"):
            others = case.triggers.filter(closed_on__isnull=True).exclude(kind="arrears")
            chance = Chance(self._seed, "closes", case.number, day)
            planned = ContactAttempt.objects.filter(case=case, state="planned")
            running = case.plans.filter(state="running")
            if others.exists() or planned.exists() or running.exists() or not chance.happens(0.3):
                continue
            close_case(case.pk, "paid", note="Alt er betalt.", by=case.owner, on=day)

    # --- The steps ------------------------------------------------------------------------------

    def _tenants(self, case: Case, day: dt.date) -> list[Person]:
        rows = LeaseParty.objects.filter(lease=case.lease_id, role="tenant", from_on__lte=day)
        current = rows.exclude(to_on__lt=day).select_related("person").order_by("position", "pk")
        return [row.person for row in current if row.person.died_on is None]

    def _call(self, case: Case, by: User, chance: Chance, day: dt.date) -> None:
        result = chance.one_of(_CALLS)
        promise: dict[str, Any] = {}
        owed = case.lease.account.open_ore
        if result == "promised" and owed > 0:
            promise = {
                "promised_ore": max(100_000, owed // 2 // 50_000 * 50_000),
                "promised_on": next_working_day(day + chance.randint(3, 10) * _DAY),
            }
        elif result == "promised":
            result = "talked"
        contact = NewContact(
            channel="phone", on=day, result=result, agreed=_SAID[result], minutes=5, **promise
        )
        note_contact(case.pk, contact, by=by, on=day)
        if result not in ("not_reached", "message_left"):
            self._confirm_email(case, by, day)

    def _confirm_email(self, case: Case, by: User, day: dt.date) -> None:
        for person in self._tenants(case, day):
            confirm_email(self._seed, person.pk, by, day)

    def _write(self, case: Case, by: User, chance: Chance, day: dt.date) -> None:
        said = "Skrev og ba om at leietakeren ringer."
        contact = NewContact(
            channel="letter", on=day, result="message_left", agreed=said, minutes=10
        )
        note_contact(case.pk, contact, by=by, on=day)

    def _visit(self, case: Case, by: User, chance: Chance, day: dt.date) -> None:
        result = chance.one_of(_VISITS)
        said = {
            "not_reached": "",
            "talked": "Snakket i døra. Ville ikke slippe oss inn.",
            "agreed": "Gikk gjennom posten sammen. Ønsker hjelp til budsjett.",
        }
        contact = NewContact(
            channel="home_visit", on=day, result=result, agreed=said[result], minutes=45
        )
        note_contact(case.pk, contact, by=by, on=day)

    def _plan(self, case: Case, by: User, chance: Chance, day: dt.date) -> None:
        owed = case.lease.account.open_ore
        rent = max(case.lease.account.monthly_rent_ore, 500_000)
        spare = chance.choice([100_000, 150_000, 200_000])
        told = Told(
            (
                Line(IncomeKind.WAGE, rent * 2 + 800_000),
                Line(ExpenseKind.RENT, rent),
                Line(ExpenseKind.ELECTRICITY, 120_000),
            ),
            People(adults=1),
        )
        plan = draft_plan(
            case.pk,
            rhythm=chance.choice([Rhythm.MONTHLY, Rhythm.FORTNIGHTLY]),
            instalment_ore=min(spare, owed),
            first_due_on=next_working_day(day + 10 * _DAY),
            told=told,
            above_because="Leietakeren ønsker det selv og får hjelp av familien.",
            by=by,
            on=day,
        )
        sign_plan(plan.pk, signed_on=day, by=by, on=day)
        self._confirm_email(case, by, day)

    def _hear(self, case: Case, by: User, chance: Chance, day: dt.date) -> None:
        for person in self._tenants(case, day):
            view = NewView(
                person_id=person.pk,
                on=day,
                words=chance.choice(_VIEWS) if chance.happens(0.7) else "",
                invited_on=day,
                invited_by="phone",
            )
            record_view(case.pk, view, by=by, on=day)
        self._confirm_email(case, by, day)

    def _try_everything(self, case: Case, by: User, chance: Chance, day: dt.date) -> None:
        lines = [line for line in checklist(case.pk, day).asked if not line.answer.answers]
        answers = []
        for line in lines[: chance.randint(2, 12)]:
            how = chance.one_of({"done": 4.0, "unsuitable": 3.0, "started": 1.5})
            answers.append(
                LineAnswer(
                    kind_id=line.row.pk,
                    how=how,
                    seen=line.seen,
                    task=Task(
                        party=line.row.party,
                        due_on=day + 28 * _DAY if how == "started" else None,
                    ),
                    on=None if how == "unsuitable" else day,
                    result=chance.choice(["worked", "partly", "not"]) if how == "done" else "",
                    text=_NOT_FOR_US if how == "unsuitable" else _TRIED,
                )
            )
        answer(case.pk, answers, by=by, on=day)

    def _assess(self, case: Case, by: User, chance: Chance, day: dt.date) -> None:
        assess_children(case.pk, _CHILDREN, by=by, on=day, assessed_on=day)

    def _to_meeting(self, case: Case, by: User, chance: Chance, day: dt.date) -> None:
        if case.for_meeting_on is None:
            mark_for_meeting(case.pk, by=by, on=day)

    def _send(self, case: Case, by: User, chance: Chance, day: dt.date) -> None:
        step = open_step([case.pk])[case.pk]
        wanted = _NOTICES[Action(step.action)]
        choice = next(one for one in choices(case, day) if one.kind == wanted)
        if choice.refused is not None:
            raise choice.refused
        if wanted == NoticeKind.COLLECTION_NOTICE and not has_own_notice(day):
            return
        notice = draft_notice(
            case.pk, Wanted(kind=str(wanted), dated_on=day, line_ids=choice.line_ids), by=by, on=day
        )
        send_notice(notice.pk, self._servings(case, day), sent_on=day, by=by, on=day)

    def _servings(self, case: Case, day: dt.date) -> Sequence[Serving]:
        """By ordinary mail to each tenant, and a copy to each guardian."""
        found = []
        for person in self._tenants(case, day):
            found.append(Serving(person_id=person.pk, channel="letter", proof=_POSTED))
            guardians = person.guardianships.filter(from_on__lte=day).exclude(to_on__lt=day)
            found += [
                Serving(
                    person_id=person.pk, channel="letter", proof=_POSTED, guardianship_id=row.pk
                )
                for row in guardians
            ]
        return found
