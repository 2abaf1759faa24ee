"""Who applied for a home, what was decided, and who moved in: step by step, through the services.

What the rules do not allow yet is left for another day, as people do.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from arrears.queries.person_debts import debts_of
from arrears.services.plans import repayment_policy
from boligsak.accounts.models import RoleAssignment, User
from boligsak.dates import is_working_day, next_working_day
from boligsak.desk.demo.addresses import confirm_email
from boligsak.desk.demo.chance import Chance
from boligsak.desk.demo.people import DemoHousehold, DemoPerson, Registry
from boligsak.rule import RuleBroken
from tenants.models import (
    Application,
    ApplicationState,
    Condition,
    ConditionState,
    ContractState,
    Decision,
    DecisionKind,
    DecisionState,
    Lease,
    LeaseContract,
    LeaseParty,
    Offer,
    OfferState,
)
from tenants.queries.offers import first_for
from tenants.queries.vacancies import FREE, vacancies
from tenants.queries.waiting import policies, waiting
from tenants.rules.decisions import NewCondition
from tenants.rules.economy import ExpenseKind, IncomeKind, Line, People
from tenants.services.applications.assessing import (
    OldDebt,
    Terms,
    assess_economy,
    assess_support,
    consent,
)
from tenants.services.applications.beginning import begin
from tenants.services.applications.need import Need, describe
from tenants.services.applications.people import Somebody, add_member
from tenants.services.applications.registering import register
from tenants.services.conditions import meet_condition
from tenants.services.contracts import sign
from tenants.services.decision_letters import notify
from tenants.services.decisions import Draft, make_decision, save_draft, start_decision
from tenants.services.making_leases import LeaseTerms, make_lease
from tenants.services.offers import accept_offer, decline_offer, offer_home, reserve
from tenants.services.support import NewSupport, prepare_measure

_DAY = dt.timedelta(days=1)
_A_DAY_FOR_4500 = 2.2
_AT_LEAST_A_DAY = 0.5
_KINDS = {"new": 78.0, "swap": 9.0, "extension": 13.0}
_STAYS_A_DRAFT = 0.08
_REFUSED = 0.18

_HOUSING = {
    "family": ("Bor på sofaen hos søsteren og familien hennes.", 4.0),
    "temporary": ("Bor i midlertidig botilbud siden september.", 3.0),
    "own_lease": ("Leier privat. Eieren skal selge, og kontrakten løper ut.", 3.0),
    "institution": ("Er innlagt og kan ikke skrives ut uten bolig.", 1.0),
    "homeless": ("Har ikke et fast sted å være.", 1.5),
}
_NEEDS = (
    "Trenger en varig bolig med ro rundt seg.",
    "Trenger en bolig i nærheten av skolen til barna.",
    "Har fått avslag på sju boliger det siste halvåret.",
)
_SOCIAL = (
    "Følges opp av ruskonsulent og har god kontakt.",
    "Enslig forsørger uten nettverk i byen.",
    "",
)
_HEALTH = ("Går dårlig i trapper.", "Behandles for angst; sover dårlig med støy.", "")
_WISHES = ("Helst i samme bydel som nå.", "Vil gjerne bo i nærheten av bussen.", "")
_SUPPORT = (
    ("practical-help", "Praktisk hjelp i hjemmet to timer i uka"),
    ("debt-advice", "Samtaler om økonomi hver måned det første halvåret"),
)
_VIEW = "Jeg vil gjerne klare meg selv, men trenger noen å ringe til i starten."
_ALONE = "Har leid før og betalt i tide. Klarer hverdagen uten hjelp."
_NOT_ALONE = "Har mistet en bolig før fordi regningene ikke ble åpnet."
_UNMET = "Har en bolig som er stor nok, og kan bli boende der."
_TOOK_PART = "Søkeren har vært i samtale på kontoret og har lest vurderingen."


class Applications:
    """Acts on the evening after each night."""

    def __init__(
        self, seed: int, today: dt.date, leases: int, users: dict[str, User], registry: Registry
    ) -> None:
        self._seed = seed
        self._today = today
        self._a_day = _AT_LEAST_A_DAY + _A_DAY_FOR_4500 * leases / 4500
        self._registry = registry
        self._unit = users["boligenhet"]
        workers = RoleAssignment.objects.filter(role="caseworker", office__isnull=False)
        self._workers: dict[int, list[User]] = {}
        for row in workers.select_related("user").order_by("pk"):
            self._workers.setdefault(row.office_id or 0, []).append(row.user)

    def day(self, day: dt.date) -> None:
        if not is_working_day(day):
            return
        self._lease(day)
        self._answer(day)
        self._offer(day)
        self._settle(day)
        self._decide(day)
        self._arrive(day)

    # --- Applying -----------------------------------------------------------------------------

    def _arrive(self, day: dt.date) -> None:
        chance = Chance(self._seed, "applies", day)
        for _number in range(int(self._a_day + chance.random())):
            kind = chance.one_of(_KINDS)
            lease = None if kind == "new" else self._lease_of(kind, chance, day)
            if kind == "new" or lease is not None:
                self.apply(kind, lease, chance, day)

    def _lease_of(self, kind: str, chance: Chance, day: dt.date) -> Lease | None:
        """A tenancy whose tenants apply: one that runs out, or any that somebody wants to swap."""
        leases = Lease.objects.running(day).filter(is_protected=False, applications=None)
        leases = leases.filter(cases=None, kind="lease")
        if kind == "extension":
            leases = leases.filter(ends_on__gt=day, ends_on__lt=day + 150 * _DAY)
        ids = list(leases.order_by("pk").values_list("pk", flat=True))
        return Lease.objects.get(pk=chance.choice(ids)) if ids else None

    def apply(self, kind: str, lease: Lease | None, chance: Chance, day: dt.date) -> None:
        office_id = lease.office_id if lease else chance.choice(sorted(self._workers))
        worker = chance.choice(self._workers[office_id])
        household = None
        if lease is None:
            household = self._strangers(chance)
            applicant = _somebody(household.adults[0])
        else:
            first = LeaseParty.objects.filter(lease=lease, role="tenant").order_by("position")
            applicant = Somebody(person_id=first.values_list("person_id", flat=True)[0])
        try:
            row = begin(
                kind,
                office_id,
                applicant,
                by=worker,
                on=day,
                lease_number=lease.number if lease else "",
            )
        except RuleBroken:
            return  # a tenant who has died, or who may not be seen
        for person in household.people[1:] if household else ():
            is_part_time = person.role == "child" and chance.happens(0.2)
            add_member(
                row.pk,
                _somebody(person),
                role=person.role,
                is_part_time=is_part_time,
                by=worker,
                on=day,
                version=None,
            )
        if chance.happens(_STAYS_A_DRAFT):
            return
        self._find_out(row, chance, worker, day)
        register(row.pk, received_on=day, by=worker, on=day, version=None)
        confirm_email(self._seed, row.applicant_id or 0, worker, day)

    def _strangers(self, chance: Chance) -> DemoHousehold:
        """People who are new here and whose address is open."""
        while True:
            household = self._registry.household(wants_room_for=chance.randint(1, 4))
            if not any(person.protection for person in household.people):
                return household

    def _find_out(self, row: Application, chance: Chance, worker: User, day: dt.date) -> None:
        """Home, economy and help are assessed together."""
        people = row.members.count()
        housing = (
            "municipal"
            if row.lease_id
            else chance.one_of({name: weight for name, (_note, weight) in _HOUSING.items()})
        )
        told = _HOUSING.get(housing, ("Bor i kommunal bolig.", 0.0))[0]
        need = Need(
            present_housing=housing,
            present_note=told,
            must_leave_on=day + chance.randint(20, 90) * _DAY if chance.happens(0.4) else None,
            need=chance.choice(_NEEDS),
            health=chance.choice(_HEALTH),
            social=chance.choice(_SOCIAL),
            wishes=chance.choice(_WISHES),
            wished_offices=[row.office_id] if chance.happens(0.5) else [],
            needs_accessible=chance.happens(0.15),
            rooms_from=min(4, max(1, people)),
            rooms_to=min(5, max(2, people + 1)),
        )
        describe(row.pk, need, by=worker, on=day, version=None)
        self._assess(row, chance, worker, day)
        needs_help = chance.happens(0.45)
        assess_support(
            row.pk,
            needs_help=needs_help,
            reasons=_NOT_ALONE if needs_help else _ALONE,
            tenant_says=_VIEW,
            by=worker,
            on=day,
            version=None,
        )
        if needs_help:
            kind, name = chance.choice(_SUPPORT)
            support = NewSupport(kind=kind, name=name, party="welfare", responsible_id=worker.pk)
            prepare_measure(row.pk, support, by=worker, on=day)
        given = {"obtain_income": True, "share_between_parties": chance.happens(0.8)}
        consent(row.pk, given, given_on=day, by=worker, on=day, version=None)

    def _assess(self, row: Application, chance: Chance, worker: User, day: dt.date) -> None:
        members = list(row.members.values_list("person_id", "role"))
        adults = max(1, sum(role == "adult" for _person, role in members))
        children = len(members) - sum(role == "adult" for _person, role in members)
        lines = [Line(IncomeKind.BENEFIT, chance.randint(140, 260) * 10_000)]
        if adults > 1 or chance.happens(0.25):
            lines.append(Line(IncomeKind.WAGE, chance.randint(60, 240) * 10_000))
        if children:
            lines.append(Line(IncomeKind.CHILD_BENEFIT, children * 176_600))
        if chance.happens(0.4):
            lines.append(Line(IncomeKind.HOUSING_ALLOWANCE, chance.randint(10, 35) * 10_000))
        lines.append(Line(ExpenseKind.ELECTRICITY, chance.randint(5, 15) * 10_000))
        lines.append(Line(ExpenseKind.LIVING, (adults * 60 + children * 30) * 10_000))
        policy = repayment_policy(row.office_id, day)
        assess_economy(
            row.pk,
            lines,
            People(adults, children),
            debts=[
                OldDebt(one.lease_id, one.number, one.balance_ore, one.overdue_ore, one.has_plan)
                for one in debts_of([person for person, _role in members], day)
            ],
            terms=Terms(policy.values.living_rates, policy.values.margin_permille, policy.id),
            by=worker,
            on=day,
            version=None,
        )

    # --- Deciding -----------------------------------------------------------------------------

    def _decide(self, day: dt.date) -> None:
        received = Application.objects.filter(state=ApplicationState.RECEIVED)
        for row in received.order_by("pk"):
            chance = Chance(self._seed, "decides", row.number)
            if row.received_on and row.received_on + chance.randint(3, 24) * _DAY <= day:
                self._decide_on(row, chance, day)

    def _decide_on(self, row: Application, chance: Chance, day: dt.date) -> None:
        is_granted = not chance.happens(_REFUSED)
        worker = row.owner or self._workers[row.office_id][0]
        for kind, by in (("housing_help", worker), ("allocation", self._unit)):
            decision = start_decision(row.pk, kind, by=by, on=day)
            decision = save_draft(
                decision.pk,
                self._draft(decision, is_granted, chance, day),
                version=decision.version,
                by=by,
                on=day,
            )
            decision = make_decision(decision.pk, version=decision.version, by=by, on=day)
            if decision.state == DecisionState.FINAL:
                notify(decision.pk, channel="print", version=decision.version, by=by, on=day)

    def _draft(self, decision: Decision, is_granted: bool, chance: Chance, day: dt.date) -> Draft:
        rows = list(decision.answers.select_related("criterion").order_by("criterion__position"))
        answers: dict[int, tuple[bool | None, str]] = {one.criterion_id: (True, "") for one in rows}
        if not is_granted:
            answers[rows[0].criterion_id] = (False, _UNMET)
        is_home = decision.kind == DecisionKind.ALLOCATION
        granted = (
            "Du får kommunal bolig." if is_home else "Du får hjelp til å finne og beholde bolig."
        )
        return Draft(
            outcome="granted" if is_granted else "refused",
            content=granted if is_granted else "Søknaden er avslått.",
            reasons="Vi har lagt vekt på boligsituasjonen, økonomien og behovet for hjelp.",
            participation=_TOOK_PART,
            answers=answers,
            conditions=self._conditions(decision, chance, day) if is_granted and is_home else (),
        )

    def _conditions(self, decision: Decision, chance: Chance, day: dt.date) -> list[NewCondition]:
        found = []
        due_on = next_working_day(day + 28 * _DAY)
        economy = decision.application.economies.order_by("-pk").first()
        if economy is not None and economy.debt_ore > 0:
            what = "Du inngår en avtale om å betale det du skylder fra før."
            found.append(NewCondition("arrears", what, "welfare", due_on))
        if decision.application.measures.exists():
            what = "Du tar imot hjelp i hjemmet det første halvåret."
            found.append(NewCondition("support", what, "welfare", due_on))
        return found

    def _settle(self, day: dt.date) -> None:
        """What people agreed to is noted. An agreement on old debt is made on the case, by hand."""
        rows = Condition.objects.filter(state=ConditionState.OPEN, kind="support")
        for row in rows.select_related("decision__application").order_by("pk"):
            chance = Chance(self._seed, "settles", row.pk, day)
            if chance.happens(0.25):
                meet_condition(
                    row.pk,
                    because="Avtalt i samtale på kontoret.",
                    version=row.version,
                    by=self._workers[row.decision.application.office_id][0],
                    on=day,
                )

    # --- Offering and moving in ---------------------------------------------------------------

    def _offer(self, day: dt.date) -> None:
        terms = policies(day)
        for vacancy in vacancies(None, day):
            chance = Chance(self._seed, "offers", vacancy.number, day)
            if vacancy.state(day) != FREE or not chance.happens(0.3):
                continue
            first = first_for(vacancy, waiting(None, day, terms=terms), terms)
            if first is None:
                continue
            with _left_for_another_day():
                row = reserve(first.application_id, vacancy.dwelling_id, by=self._unit, on=day)
                if chance.happens(0.9):
                    offer_home(row.pk, version=row.version, by=self._unit, on=day)

    def _answer(self, day: dt.date) -> None:
        offered = Offer.objects.filter(state=OfferState.OFFERED, offered_on__lt=day - 2 * _DAY)
        for row in offered.order_by("pk"):
            chance = Chance(self._seed, "answers", row.pk, day)
            told: dict[str, Any] = {
                "answered_on": day,
                "version": row.version,
                "by": self._unit,
                "on": day,
            }
            if chance.happens(0.5):
                accept_offer(row.pk, **told)
            elif chance.happens(0.15):
                decline_offer(row.pk, "Ligger for langt fra skolen.", **told)

    def _lease(self, day: dt.date) -> None:
        for contract in LeaseContract.objects.filter(state=ContractState.FOR_SIGNING, kind="first"):
            if Chance(self._seed, "signs", contract.pk, day).happens(0.5):
                self._sign(contract, day)
        accepted = Offer.objects.filter(state=OfferState.ACCEPTED, answered_on__lt=day)
        for row in accepted.select_related("dwelling", "application").order_by("pk"):
            starts_on = next_working_day(day + 5 * _DAY)
            others = row.application.members.filter(role="adult").exclude(
                person=row.application.applicant_id
            )
            terms = LeaseTerms(
                starts_on=starts_on,
                told_on=day,
                rent_ore=row.dwelling.rent_ore,
                tenants=list(others.order_by("pk").values_list("person_id", flat=True)[:1]),
                old_ends_on=starts_on + 2 * _DAY if row.application.kind == "swap" else None,
            )
            with _left_for_another_day():
                make_lease(row.pk, terms, version=row.version, by=self._unit, on=day)

    def _sign(self, contract: LeaseContract, day: dt.date) -> None:
        parties = LeaseParty.objects.filter(lease=contract.lease_id, role="tenant")
        for person_id in (*parties.order_by("position").values_list("person_id", flat=True), None):
            contract.refresh_from_db()
            with _left_for_another_day():
                sign(contract.pk, person_id, signed_on=day, by=self._unit, on=day)


@contextmanager
def _left_for_another_day() -> Iterator[None]:
    """What the rules refuse today somebody tries again another day."""
    try:
        yield
    except RuleBroken:
        return


def _somebody(person: DemoPerson) -> Somebody:
    return Somebody(
        identity_number=person.identity_number,
        given_name=person.given_name,
        family_name=person.family_name,
        phone=person.phone,
        email=person.email,
        post_address="Postboks 100, 7001 Trondheim" if person.role == "adult" else "",
        language=person.language,
    )
